//! Struct sequences: tuples whose items have names (`sys.version_info`, `os.stat_result`, `time.struct_time`).
//!
//! [`structseq!`](crate::structseq) declares one as a table row: its name, doc, visible fields (the tuple's
//! items) and hidden fields (attributes only, kept in the `extra` slots behind the items).

use crate::objects::dict::Dict;
use crate::objects::instance::extra_slots;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::typedef::TypeDef;
use taipan_heap::{Gc, GcVec, Value};

/// Declaration of a struct sequence; made by [`structseq!`](crate::structseq).
pub struct StructSeq {
    /// The type.
    pub def: &'static TypeDef,
    /// Field names in order, visible ones first.
    pub fields: &'static [&'static str],
    /// Number of visible fields.
    pub visible: usize,
}

/// Declares a struct sequence: `structseq! { pub VERSION_INFO = "sys" "version_info" "doc" { major: "doc", ... }
/// hidden { ... } }`.
#[macro_export]
macro_rules! structseq {
    ($(#[$m:meta])* $vis:vis $name:ident = $module:literal $py:literal $doc:literal
     { $($field:ident: $fdoc:literal),* $(,)? } $(hidden { $($hfield:ident: $hdoc:literal),* $(,)? })?) => {
        $(#[$m])*
        $vis static $name: $crate::objects::structseq::StructSeq = {
            #[allow(non_camel_case_types, dead_code, clippy::upper_case_acronyms)]
            #[repr(usize)]
            enum Index { $($field,)* VISIBLE }
            #[allow(non_camel_case_types, dead_code, clippy::upper_case_acronyms)]
            #[repr(usize)]
            enum Hidden { $($($hfield,)*)? COUNT }
            fn new(vm: &$crate::Vm, ty: $crate::Gc<$crate::objects::typ::Type>, args: $crate::Args) -> $crate::PyResult {
                $crate::objects::structseq::construct(vm, &$name, ty, args)
            }
            fn repr(vm: &$crate::Vm, v: $crate::Value) -> $crate::PyResult {
                $crate::objects::structseq::repr(vm, &$name, v)
            }
            fn reduce(vm: &$crate::Vm, a: &[$crate::Value]) -> $crate::PyResult {
                $crate::objects::structseq::reduce(vm, &$name, a[0])
            }
            fn replace(vm: &$crate::Vm, args: $crate::Args) -> $crate::PyResult {
                $crate::objects::structseq::replace(vm, &$name, args)
            }
            static DEF: $crate::TypeDef = $crate::TypeDef {
                name: $py,
                module: $module,
                base: Some(&$crate::objects::tuple::DEF),
                kind: $crate::kinds::TUPLE,
                size: size_of::<$crate::objects::tuple::Tuple>(),
                flags: $crate::vm::typedef::flag::IMMUTABLE | $crate::vm::typedef::flag::SEQUENCE,
                slots: $crate::Slots { new: Some(new), repr: Some(repr), ..$crate::Slots::EMPTY },
                methods: &[
                    $crate::method("__reduce__", "($self, /)", reduce, ""),
                    $crate::method_var("__replace__", "($self, /, **changes)", replace,
                        "Return a copy of the structure with new values for the specified fields."),
                ],
                getset: &[
                    $($crate::readonly(stringify!($field),
                        $crate::objects::structseq::item::<{ Index::$field as usize }>, $fdoc),)*
                    $($($crate::readonly(stringify!($hfield),
                        $crate::objects::structseq::hidden::<{ Hidden::$hfield as usize }>, $hdoc),)*)?
                ],
                attrs: &[
                    $crate::attr("n_fields", |_| $crate::Value::int((Index::VISIBLE as usize + Hidden::COUNT as usize) as i64)),
                    $crate::attr("n_sequence_fields", |_| $crate::Value::int(Index::VISIBLE as usize as i64)),
                    $crate::attr("n_unnamed_fields", |_| $crate::Value::int(0)),
                    $crate::attr("__match_args__", |vm| $crate::objects::structseq::match_args(vm, &$name)),
                ],
                doc: $doc,
                ..$crate::TypeDef::EMPTY
            };
            $crate::objects::structseq::StructSeq {
                def: &DEF,
                fields: &[$(stringify!($field),)* $($(stringify!($hfield),)*)?],
                visible: Index::VISIBLE as usize,
            }
        };
    };
}

impl StructSeq {
    /// The type object.
    pub fn ty(&self, vm: &Vm) -> Gc<Type> {
        let t = vm.type_of_def(self.def);
        t.extra.set((self.fields.len() - self.visible) as u32);
        t
    }
    /// A new instance; `values` holds visible fields, then hidden ones (missing hidden ones become `None`).
    pub fn make(&self, vm: &Vm, values: &[Value]) -> Value {
        self.make_of(vm, self.ty(vm), values)
    }
    fn make_of(&self, vm: &Vm, ty: Gc<Type>, values: &[Value]) -> Value {
        let t = vm.new_tuple_of(ty, &values[..self.visible]);
        for (i, s) in extra_slots(t.header()).iter().enumerate() {
            s.set(t, values.get(self.visible + i).copied().unwrap_or(Value::NONE));
        }
        t.value()
    }
}

/// Reads visible field `I`.
pub fn item<const I: usize>(_: &Vm, v: Value) -> PyResult {
    // SAFETY: getters of struct sequence types are called on their instances.
    Ok(unsafe { v.cast_unchecked::<Tuple>() }.items()[I])
}
/// Reads hidden field `I`.
pub fn hidden<const I: usize>(_: &Vm, v: Value) -> PyResult {
    // SAFETY: as above.
    Ok(extra_slots(unsafe { v.cast_unchecked::<Tuple>() }.header())[I].get())
}

/// `__match_args__`
pub fn match_args(vm: &Vm, s: &StructSeq) -> Value {
    let mut names = GcVec::new();
    for f in &s.fields[..s.visible] {
        names.push(&vm.heap, vm.intern(f).value());
    }
    vm.new_tuple(&names).value()
}

/// `T(sequence, dict={})`
pub fn construct(vm: &Vm, s: &StructSeq, ty: Gc<Type>, args: Args) -> PyResult {
    let name = format!("{}.{}", s.def.module, s.def.name);
    let [seq, dict] = args.bind(vm, s.def.name, "(sequence, dict={})")?;
    if vm.class_of(seq).slots.iter.get().is_none() && vm.class_of(seq).slots.getitem.get().is_none() {
        return Err(vm.type_error("constructor requires a sequence"));
    }
    let mut items = vm.collect(seq)?;
    let (n, total) = (items.len(), s.fields.len());
    if n < s.visible || n > total {
        let (bound, k) = if s.visible == total {
            ("a", s.visible)
        } else if n < s.visible {
            ("an at least", s.visible)
        } else {
            ("an at most", total)
        };
        return Err(vm.type_error(format!("{name}() takes {bound} {k}-sequence ({n}-sequence given)")));
    }
    if let Some(d) = dict.bound() {
        let Some(d) = d.cast::<Dict>() else {
            return Err(vm.type_error(format!("{name}() takes a dict as second arg, if any")));
        };
        for f in &s.fields[n..] {
            let v = d.get_str(vm, vm.intern(f)).unwrap_or(Value::NONE);
            items.push(&vm.heap, v);
        }
    }
    Ok(s.make_of(vm, ty, &items))
}

/// `repr`: visible fields with their names.
pub fn repr(vm: &Vm, s: &StructSeq, v: Value) -> PyResult {
    vm.check_native_stack()?;
    let t = v.cast::<Tuple>().expect("a struct sequence is a tuple");
    let mut text = format!("{}.{}(", s.def.module, s.def.name);
    for (i, &x) in t.items().iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_str(s.fields[i]);
        text.push('=');
        text.push_str(&vm.repr(x)?.to_string_lossy());
    }
    text.push(')');
    Ok(vm.new_str(&text).value())
}

fn hidden_dict(vm: &Vm, s: &StructSeq, v: Value) -> Gc<Dict> {
    let d = vm.new_dict();
    let t = v.cast::<Tuple>().expect("a struct sequence is a tuple");
    for (i, slot) in extra_slots(t.header()).iter().enumerate() {
        d.set_str(vm, vm.intern(s.fields[s.visible + i]), slot.get());
    }
    d
}

/// For pickling: `(type, (items, {hidden fields}))`.
pub fn reduce(vm: &Vm, s: &StructSeq, v: Value) -> PyResult {
    let items = vm.new_tuple(v.cast::<Tuple>().expect("a struct sequence is a tuple").items()).value();
    let args = vm.new_tuple(&[items, hidden_dict(vm, s, v).value()]).value();
    Ok(vm.new_tuple(&[vm.class_of(v).value(), args]).value())
}

/// `copy.replace`
pub fn replace(vm: &Vm, s: &StructSeq, args: Args) -> PyResult {
    if args.pos.len() > 1 {
        return Err(vm.type_error("__replace__() takes exactly one argument"));
    }
    let v = args.pos[0];
    let t = v.cast::<Tuple>().expect("a struct sequence is a tuple");
    let mut values = GcVec::from_slice(&vm.heap, t.items());
    for slot in extra_slots(t.header()) {
        values.push(&vm.heap, slot.get());
    }
    let mut out = GcVec::from_slice(&vm.heap, &values);
    let mut unknown = GcVec::new();
    for (key, value) in args.kw.iter() {
        match s.fields.iter().position(|f| f.as_bytes() == key.as_bytes()) {
            Some(i) => {
                let rest = GcVec::from_slice(&vm.heap, &out[i + 1..]);
                out.truncate(i);
                out.push(&vm.heap, value);
                rest.iter().for_each(|&v| out.push(&vm.heap, v));
            }
            None => unknown.push(&vm.heap, key.value()),
        }
    }
    if !unknown.is_empty() {
        let list = vm.new_list(&unknown).value();
        return Err(vm.value_error(format!("Got unexpected field name(s): {}", vm.repr(list)?)));
    }
    Ok(s.make_of(vm, vm.class_of(v), &out))
}
