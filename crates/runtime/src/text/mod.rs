//! What text and binary types share: WTF-8, Unicode properties, byte searching, codecs, `%` formatting.

pub mod codecs;
pub mod half;
pub mod markup;
pub mod native_items;
pub mod number_args;
pub mod percent;
pub mod search;
pub mod siphash;
pub mod unicode;
pub mod wtf8;

use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::Gc;

/// `warnings.warn(message, category)` for the calling Python code.
pub fn warn(vm: &Vm, category: Gc<Type>, message: &str) -> PyResult<()> {
    let f = vm.import_attr("warnings", "warn")?;
    vm.call(f, &[vm.new_str(message).value(), category.value()])?;
    Ok(())
}
