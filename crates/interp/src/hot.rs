//! Handlers with a fast path inline, and the specialised forms.
//!
//! In: operands of the types that programs use most. Out: the result and the next instruction, without leaving
//! the chain; anything else goes to the opcode's general form (`cold`), which also rewrites instructions to
//! specialised forms (`spec.rs`). What each fast path computes is what the general form would.
//!
//! * `arith.rs`: numbers, comparisons, jumps, back edges;
//! * `flow.rs`: moves, names, calls, iteration;
//! * `items.rs`: lists and tuples by index;
//! * `more.rs`: what those go on to for types that are less common;
//! * `natives.rs`: calls of builtins and of classes, and calls that take defaults;
//! * `names.rs`: module-level names;
//! * `operators.rs`: methods of Python classes behind operators and comparisons;
//! * `attrs.rs`: the specialised forms of attribute access and globals;
//! * `poly.rs`: those for up to four shapes.

mod arith;
mod attrs;
mod calls;
pub mod count;
mod flow;
mod items;
mod more;
mod names;
mod natives;
mod operators;
pub(crate) mod poly;

pub(crate) use natives::init_done;
pub use natives::{intrinsic, mark};

use crate::dispatch::{Back, Handler};
use taipan_bytecode::Op;

/// Declares handlers: the body sees the instruction, the registers, the VM, the int tag and zero, and ends in
/// `next!()`, `jump!()` or `slow!()`.
macro_rules! hot {
    ($($(#[$doc:meta])* $name:ident($i:ident, $r:ident, $vm:ident, $ti:ident, $kc:ident, $pc:ident, $tbl:ident)
        $body:block)*) => {$(
        $(#[$doc])*
        // (A second stage within its first one would need registers there.)
        #[inline(never)]
        #[allow(non_snake_case, unused_variables)]
        pub(super) unsafe extern "C" fn $name<B: $crate::dispatch::Back>(
            $pc: taipan_runtime::vm::exec::Pc,
            $r: taipan_runtime::vm::exec::Regs,
            $vm: *const taipan_runtime::Vm,
            $ti: u64,
            $kc: u64,
            $tbl: *const u8,
        ) -> u64 {
            #[allow(unused_macros)]
            macro_rules! next {
                () => { return B::next($pc.add(1), $r, $vm, $ti, $kc, $tbl) };
            }
            #[allow(unused_macros)]
            macro_rules! jump {
                () => {
                    return B::next($pc.add(1).offset((*$pc).e as i32 as isize), $r, $vm, $ti, $kc, $tbl)
                };
            }
            /// Goes on after a pointer was stored in an object.
            #[allow(unused_macros)]
            macro_rules! written {
                ($owner:expr) => {{
                    let owner: &taipan_runtime::Header = $owner;
                    if taipan_runtime::is_clean_old(owner) {
                        (*$vm).exec.owner.set(owner as *const taipan_runtime::Header as usize);
                        return $crate::hot::more::written::<B>($pc, $r, $vm, $ti, $kc, $tbl);
                    }
                    next!()
                }};
            }
            // SAFETY: the dispatcher passes an instruction of loaded code and its frame; the verifier has
            // checked that operands lie within the frame; specialised forms check what they were made for.
            unsafe {
                let $i = &*$pc;
                $body
            }
        }
    )*};
}
use hot;

/// Declares the specialised forms: one number, one opcode and one handler each.
macro_rules! specs {
    ($($(#[doc = $doc:literal])* $name:ident of $op:ident = $m:ident :: $f:ident;)*) => {
        /// A specialised form.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        pub enum Spec { $($(#[doc = $doc])* $name,)* }
        /// All specialised forms, by number.
        pub static SPECS: &[Spec] = &[$(Spec::$name),*];
        impl Spec {
            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Spec::$name => stringify!($name)),* }
            }
            /// The opcode that it is a form of.
            pub fn op(self) -> Op {
                match self { $(Spec::$name => Op::$op),* }
            }
            /// What it is for.
            pub fn doc(self) -> &'static str {
                match self { $(Spec::$name => concat!($($doc),*)),* }
            }
        }
        /// Their handlers.
        pub fn spec_handlers<B: Back + 'static>() -> Vec<Handler> {
            vec![$($m::$f::<B> as Handler),*]
        }
    };
}

specs! {
    /// A global: the dict's layout is checked.
    LOAD_GLOBAL_MODULE of LOAD_GLOBAL = attrs::load_global_module;
    /// A builtin: both dicts' layouts are checked.
    LOAD_GLOBAL_BUILTIN of LOAD_GLOBAL = attrs::load_global_builtin;
    /// A name that is in the namespace: its layout is checked.
    LOAD_NAME_OWN of LOAD_NAME = names::load_name_own;
    /// A builtin, read where names are stored: both dicts' layouts are checked.
    LOAD_NAME_BUILTIN of LOAD_NAME = names::load_name_builtin;
    /// A name that the namespace has already.
    STORE_NAME_OWN of STORE_NAME = names::store_name_own;
    /// A global that exists already.
    STORE_GLOBAL_MODULE of STORE_GLOBAL = names::store_global_module;
    /// An inline slot of an instance.
    LOAD_ATTR_SLOT of LOAD_ATTR = attrs::load_attr_slot;
    /// A slot in an instance's overflow buffer.
    LOAD_ATTR_OVERFLOW of LOAD_ATTR = attrs::load_attr_overflow;
    /// A plain class attribute.
    LOAD_ATTR_CLASS of LOAD_ATTR = attrs::load_attr_class;
    /// An attribute of a module.
    LOAD_ATTR_MODULE of LOAD_ATTR = attrs::load_attr_module;
    /// A property with a Python getter.
    LOAD_ATTR_PROPERTY of LOAD_ATTR = attrs::load_attr_property;
    /// An attribute of a class.
    LOAD_ATTR_TYPE of LOAD_ATTR = attrs::load_attr_type;
    /// An attribute of a class whose metaclass is not `type`.
    LOAD_ATTR_META of LOAD_ATTR = attrs::load_attr_meta;
    /// Two to four shapes: slots and class attributes.
    LOAD_ATTR_POLY of LOAD_ATTR = poly::load_attr_poly;
    /// A method, unbound.
    LOAD_METHOD_UNBOUND of LOAD_METHOD = attrs::load_method_unbound;
    /// A callable attribute of a module.
    LOAD_METHOD_MODULE of LOAD_METHOD = attrs::load_method_module;
    /// A callable in an inline slot of an instance.
    LOAD_METHOD_SLOT of LOAD_METHOD = attrs::load_method_slot;
    /// A callable attribute of a class.
    LOAD_METHOD_TYPE of LOAD_METHOD = attrs::load_method_type;
    /// A class method of a class.
    LOAD_METHOD_CLASS of LOAD_METHOD = attrs::load_method_class;
    /// A plain class attribute, or a static method.
    LOAD_METHOD_VALUE of LOAD_METHOD = attrs::load_method_value;
    /// A method of an object of a class derived from a builtin one, whose own dict was never needed.
    LOAD_METHOD_NATIVE of LOAD_METHOD = attrs::load_method_native;
    /// A callable attribute of a class whose metaclass is not `type`.
    LOAD_METHOD_META of LOAD_METHOD = attrs::load_method_meta;
    /// Two to four shapes: methods, slots and class attributes.
    LOAD_METHOD_POLY of LOAD_METHOD = poly::load_method_poly;
    /// An inline slot of an instance.
    STORE_ATTR_SLOT of STORE_ATTR = attrs::store_attr_slot;
    /// A slot in an instance's overflow buffer.
    STORE_ATTR_OVERFLOW of STORE_ATTR = attrs::store_attr_overflow;
    /// A new attribute in an inline slot.
    STORE_ATTR_ADD of STORE_ATTR = attrs::store_attr_add;
    /// Two to four shapes: slots and new attributes.
    STORE_ATTR_POLY of STORE_ATTR = poly::store_attr_poly;
}

/// The handlers that replace general ones.
pub fn handlers<B: Back + 'static>() -> Vec<(Op, Handler)> {
    let mut all = vec![];
    all.extend(arith::handlers::<B>());
    all.extend(flow::handlers::<B>());
    all.extend(items::handlers::<B>());
    all.extend(calls::handlers::<B>());
    all
}
