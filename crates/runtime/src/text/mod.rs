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
use taipan_heap::{Gc, Value};

/// Fails as encoding `s` in UTF-8 would: where it has surrogates.
pub fn refuse_surrogates(vm: &Vm, s: Gc<crate::objects::str::Str>) -> PyResult<()> {
    if s.to_str().is_none() {
        codecs::utf8::encode(vm, s, &mut codecs::errors::Handler::new(vm, Value::NONE))?;
    }
    Ok(())
}

/// `warnings.warn(message, category)` for the calling Python code.
pub fn warn(vm: &Vm, category: Gc<Type>, message: &str) -> PyResult<()> {
    let f = vm.import_attr("warnings", "warn")?;
    vm.call(f, &[vm.new_str(message).value(), category.value()])?;
    Ok(())
}
