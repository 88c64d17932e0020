//! `ast.AST`: construction, text, pickling and replacement of nodes.
//!
//! What flows in: nodes of any class (Python subclasses included), seen only through `_fields`, `_attributes` and
//! `_field_types`, as in CPython. What flows out: attributes set on nodes; deprecation warnings for fields that are
//! missing or unknown.

use super::nodes::N;
use super::{State, name};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::text::warn;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Args, Gc, GcVec, Kw, PyResult, Slots, TypeDef, Value, Vm, method, method_var};

const DEPRECATED: &str = "This will become an error in Python 3.15.";

/// The class's name as error messages give it: builtin classes with their module.
fn type_name(vm: &Vm, v: Value) -> String {
    let t = vm.class_of(v);
    if t.def.get().is_some_and(|d| std::ptr::eq(d, &DEF)) { "ast.AST".into() } else { t.name_str() }
}

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_instance(ty).value())
}

/// The items of a class attribute that is a sequence; none where there is no such attribute.
fn sequence(vm: &Vm, v: Value, attr: &str) -> PyResult<Option<GcVec>> {
    let class = vm.class_of(v).value();
    let Some(s) = vm.get_attr_opt(class, name(vm, attr))? else { return Ok(None) };
    vm.len(s)?;
    vm.collect(s).map(Some)
}

fn position(vm: &Vm, items: &[Value], key: Value) -> PyResult<Option<usize>> {
    for (i, &x) in items.iter().enumerate() {
        if x == key || vm.equal(x, key)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn set(vm: &Vm, v: Value, key: Value, x: Value) -> PyResult<()> {
    match key.cast::<Str>() {
        Some(k) => vm.set_attr(v, vm.intern_str(k), x),
        None => Err(vm.type_error(format!("attribute name must be string, not '{}'", vm.type_name(key)))),
    }
}

fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let fields = sequence(vm, v, "_fields")?.unwrap_or_default();
    let n = fields.len();
    let class = || type_name(vm, v);
    if args.pos.len() > n {
        let s = if n == 1 { "" } else { "s" };
        return Err(
            vm.type_error(format!("{} constructor takes at most {n} positional argument{s}", class()))
        );
    }
    let mut given = vec![false; n];
    for (i, &x) in args.pos.iter().enumerate() {
        set(vm, v, fields[i], x)?;
        given[i] = true;
    }
    let mut attributes: Option<GcVec> = None;
    for (k, x) in args.kw.iter() {
        let k = k.value();
        if let Some(i) = position(vm, &fields, k)? {
            if given[i] {
                let r = vm.repr(k)?;
                return Err(vm.type_error(format!("{} got multiple values for argument {}", class(), *r)));
            }
            given[i] = true;
        } else {
            if attributes.is_none() {
                attributes = Some(sequence(vm, v, "_attributes")?.unwrap_or_default());
            }
            if position(vm, attributes.as_deref().unwrap_or(&[]), k)?.is_none() {
                let msg = format!(
                    "{}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments \
                     is deprecated and will be removed in Python 3.15.",
                    class(),
                    *vm.repr(k)?
                );
                warn(vm, vm.types.DeprecationWarning, &msg)?;
            }
        }
        set(vm, v, k, x)?;
    }
    if given.iter().all(|&g| g) {
        return Ok(());
    }
    let Some(types) = vm.get_attr_opt(vm.class_of(v).value(), name(vm, "_field_types"))? else {
        // A class of the user's that knows nothing of field types: nothing is filled in.
        return Ok(());
    };
    let Some(types) = types.cast::<Dict>() else {
        return Err(vm.type_error("_field_types must be a dict"));
    };
    let context = State::get(vm)?;
    for (i, &field) in fields.iter().enumerate() {
        if given[i] {
            continue;
        }
        let Some(ty) = types.get(vm, field)? else {
            let msg =
                format!("Field {} is missing from {}._field_types. {DEPRECATED}", *vm.repr(field)?, class());
            warn(vm, vm.types.DeprecationWarning, &msg)?;
            continue;
        };
        let tt = vm.class_of(ty);
        if tt == vm.types.union {
            // An optional field: the class's attribute is the default.
        } else if tt == vm.types.generic_alias {
            set(vm, v, field, vm.new_list(&[]).value())?;
        } else if ty == context.class(N::ExprContextSum).value() {
            set(vm, v, field, context.singleton(N::Load))?;
        } else {
            let msg = format!(
                "{}.__init__ missing 1 required positional argument: {}. {DEPRECATED}",
                class(),
                *vm.repr(field)?
            );
            warn(vm, vm.types.DeprecationWarning, &msg)?;
        }
    }
    Ok(())
}

const MAX_REPR_DEPTH: u32 = 3;

fn is_ast(vm: &Vm, v: Value) -> bool {
    vm.class_of(v).is_subtype(vm.type_of_def(&DEF))
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let mut out = Vec::new();
    repr_node(vm, v, MAX_REPR_DEPTH, &mut out)?;
    // SAFETY: made of the texts of strings, split nowhere.
    Ok(unsafe { vm.new_str_wtf8(&out) }.value())
}

fn repr_item(vm: &Vm, v: Value, depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
    if is_ast(vm, v) {
        return repr_node(vm, v, depth, out);
    }
    out.extend_from_slice(vm.repr(v)?.as_bytes());
    Ok(())
}

fn repr_node(vm: &Vm, v: Value, depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
    vm.check_native_stack()?;
    out.extend_from_slice(type_name(vm, v).as_bytes());
    if depth == 0 {
        out.extend_from_slice(b"(...)");
        return Ok(());
    }
    let Some(_guard) = vm.enter_repr(v) else {
        out.extend_from_slice(b"(...)");
        return Ok(());
    };
    let fields = sequence(vm, v, "_fields")?.unwrap_or_default();
    out.push(b'(');
    for (i, &field) in fields.iter().enumerate() {
        let Some(key) = field.cast::<Str>() else {
            return Err(vm.type_error("field names must be strings"));
        };
        let x = vm.get_attr(v, vm.intern_str(key))?;
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(key.as_bytes());
        out.push(b'=');
        if vm.is_exact(x, taipan_runtime::vm::shape_ids::list) || x.cast::<List>().is_some() {
            repr_sequence(vm, x, b"[]", depth, out)?;
        } else if x.cast::<Tuple>().is_some() {
            repr_sequence(vm, x, b"()", depth, out)?;
        } else {
            repr_item(vm, x, depth - 1, out)?;
        }
    }
    out.push(b')');
    Ok(())
}

/// First and last item of a list or tuple.
fn repr_sequence(vm: &Vm, x: Value, brackets: &[u8; 2], depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
    let items = vm.collect(x)?;
    out.push(brackets[0]);
    if let Some(&first) = items.first() {
        repr_item(vm, first, depth - 1, out)?;
    }
    if items.len() > 1 {
        out.extend_from_slice(b", ");
        if items.len() > 2 {
            out.extend_from_slice(b"..., ");
        }
        repr_item(vm, items[items.len() - 1], depth - 1, out)?;
    }
    out.push(brackets[1]);
    Ok(())
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let v = a[0];
    let class = vm.class_of(v).value();
    let Some(d) = vm.instance_snapshot(v) else {
        return Ok(vm.new_tuple(&[class, vm.new_tuple(&[]).value()]).value());
    };
    let mut args = GcVec::default();
    // Fields go through the constructor, so that it does not complain; their values are set afterwards.
    for &f in sequence(vm, v, "_fields")?.unwrap_or_default().iter() {
        if d.get(vm, f)?.is_none() {
            break;
        }
        args.push(&vm.heap, Value::NONE);
    }
    Ok(vm.new_tuple(&[class, vm.new_tuple(&args).value(), d.value()]).value())
}

fn replace(vm: &Vm, args: Args) -> PyResult {
    let v = args.pos[0];
    if args.pos.len() > 1 {
        return Err(vm.type_error("__replace__() takes no positional arguments"));
    }
    let fields = sequence(vm, v, "_fields")?.unwrap_or_default();
    let attributes = sequence(vm, v, "_attributes")?.unwrap_or_default();
    let own = vm.instance_snapshot(v).unwrap_or_else(|| vm.new_dict());
    for (k, _) in args.kw.iter() {
        let k = k.value();
        if position(vm, &fields, k)?.is_none() && position(vm, &attributes, k)?.is_none() {
            return Err(vm.type_error(format!(
                "{}.__replace__ got an unexpected keyword argument {}.",
                type_name(vm, v),
                *vm.repr(k)?
            )));
        }
    }
    let payload = vm.new_dict();
    let mut missing = Vec::new();
    for (i, &f) in fields.iter().chain(attributes.iter()).enumerate() {
        if let Some(x) = own.get(vm, f)? {
            payload.set(vm, f, x)?;
        } else if i < fields.len()
            && let Some(k) = f.cast::<Str>()
            && args.kw.get(&k.to_string_lossy()).is_none()
            && !vm.type_lookup(vm.class_of(v), vm.intern_str(k)).is_some_and(|d| d.is_none())
        {
            missing.push(vm.repr(f)?.to_string_lossy().into_owned());
        }
    }
    if !missing.is_empty() {
        missing.sort();
        let (n, s) = (missing.len(), if missing.len() == 1 { "" } else { "s" });
        return Err(vm.type_error(format!(
            "{}.__replace__ missing {n} keyword argument{s}: {}.",
            type_name(vm, v),
            missing.join(", ")
        )));
    }
    for (k, x) in args.kw.iter() {
        payload.set_str(vm, vm.intern_str(k), x);
    }
    let (mut keys, mut values, mut pos) = (GcVec::default(), GcVec::default(), 0);
    while let Some(e) = payload.next_entry(&mut pos) {
        keys.push(&vm.heap, e.key);
        values.push(&vm.heap, e.value);
    }
    let kw = Kw { names: Some(vm.new_tuple(&keys)), values: &values };
    vm.call_args(vm.class_of(v).value(), Args { pos: &[], kw })
}

/// The base of all node classes.
pub static DEF: TypeDef = TypeDef {
    name: "AST",
    module: "ast",
    flags: flag::BASETYPE | flag::HAS_DICT,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::EMPTY },
    methods: &[
        method("__reduce__", "($self, /)", reduce, ""),
        method_var(
            "__replace__",
            "($self, /, **fields)",
            replace,
            "Return a copy of the AST node with new values for the specified fields.",
        ),
    ],
    getset: &[taipan_runtime::objects::object::DICT_ATTRIBUTE],
    ..TypeDef::EMPTY
};
