//! `_csv.writer`: lines from rows.

use super::dialect::{Dialect, Quoting, make};
use super::{args_between, error};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::str::{Str, StrBuf};
use taipan_runtime::vm::typedef::{NativeObject, flag, member};
use taipan_runtime::{Args, Gc, Header, PyResult, Slot, Tracer, TypeDef, Value, Vm, method};

/// A writer.
#[repr(C)]
pub struct Writer {
    header: Header,
    write: Slot<Value>,
    dialect: Slot<Value>,
}
impl Trace for Writer {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.write);
        t.slot(&self.dialect);
    }
}
// SAFETY: `repr(C)`, begins with a header, created with its definition.
unsafe impl NativeObject for Writer {
    const DEF: &'static TypeDef = &DEF;
}

/// `csv.writer(fileobj, dialect='excel', **fmtparams)`
pub fn create(vm: &Vm, args: Args) -> PyResult {
    let a = args_between(vm, args, "writer")?;
    let dialect = make(vm, a.get(1).copied().unwrap_or(Value::UNBOUND), Args { pos: &[], ..args })?;
    let write = match vm.get_attr_opt(a[0], vm.intern("write"))? {
        Some(w) if vm.class_of(w).slots.call.get().is_some() => w,
        _ => return Err(vm.type_error("argument 1 must have a \"write\" method")),
    };
    Ok(vm
        .new_native::<Writer>(|header| Writer {
            header,
            write: Slot::new(write),
            dialect: Slot::new(dialect),
        })
        .value())
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<Writer>> {
    vm.native::<Writer>(v).ok_or_else(|| vm.type_error("a csv writer is required"))
}

fn is_number(vm: &Vm, v: Value) -> bool {
    let s = &vm.class_of(v).slots;
    v.to_float().is_some()
        || v.to_int().is_some()
        || s.index.get().is_some()
        || s.int.get().is_some()
        || s.float.get().is_some()
}

/// Appends one field; `None` text is an empty one that must be quoted.
fn append(
    vm: &Vm,
    d: &Dialect,
    out: &mut StrBuf,
    text: Option<Gc<Str>>,
    mut quoted: bool,
    null: bool,
    first: bool,
) -> PyResult<()> {
    let empty = text.is_none_or(|t| t.is_empty());
    if empty && d.delimiter == ' ' as u32 && d.skipinitialspace {
        if d.quoting == Quoting::None || (null && matches!(d.quoting, Quoting::Strings | Quoting::NotNull)) {
            return Err(error(
                vm,
                "empty field must be quoted if delimiter is a space and skipinitialspace is true",
            ));
        }
        quoted = true;
    }
    let ends = d.lineterminator.get().cast::<Str>();
    let special = |c: u32| {
        c == d.delimiter
            || Some(c) == d.escapechar
            || Some(c) == d.quotechar
            || c == '\n' as u32
            || c == '\r' as u32
            || ends.is_some_and(|e| e.code_points().any(|x| x == c))
    };
    // The field's characters with escapes; quotes come around when it is known whether they are needed.
    let mut body = StrBuf::new();
    if let Some(t) = text {
        for c in t.code_points() {
            if special(c) {
                let mut escape = false;
                if d.quoting == Quoting::None {
                    escape = true;
                } else {
                    if Some(c) == d.quotechar {
                        if d.doublequote {
                            body.push(c);
                        } else {
                            escape = true;
                        }
                    } else if Some(c) == d.escapechar {
                        escape = true;
                    }
                    if !escape {
                        quoted = true;
                    }
                }
                if escape {
                    let Some(e) = d.escapechar else {
                        return Err(error(vm, "need to escape, but no escapechar set"));
                    };
                    body.push(e);
                }
            }
            body.push(c);
        }
    }
    if !first {
        out.push(d.delimiter);
    }
    let quote = d.quotechar.filter(|_| quoted);
    if let Some(q) = quote {
        out.push(q);
    }
    if !body.as_bytes().is_empty() {
        out.push_obj(body.finish(vm));
    }
    if let Some(q) = quote {
        out.push(q);
    }
    Ok(())
}

fn writerow(vm: &Vm, a: &[Value]) -> PyResult {
    let w = this(vm, a[0])?;
    let Some(d) = vm.native::<Dialect>(w.dialect.get()) else {
        return Err(vm.runtime_error("lost the dialect"));
    };
    let it = vm.get_iter(a[1]).map_err(|e| {
        if vm.raised_is(e, vm.types.TypeError) {
            error(vm, &format!("iterable expected, not {}", vm.type_name(a[1])))
        } else {
            e
        }
    })?;
    let mut out = StrBuf::new();
    let (mut n, mut null) = (0, false);
    while let Some(field) = vm.iter_next(it)? {
        let quoted = match d.quoting {
            Quoting::NonNumeric => !is_number(vm, field),
            Quoting::All => true,
            Quoting::Strings => field.cast::<Str>().is_some(),
            Quoting::NotNull => !field.is_none(),
            Quoting::Minimal | Quoting::None => false,
        };
        null = field.is_none();
        let text = if null {
            None
        } else if let Some(s) = field.cast::<Str>() {
            Some(s)
        } else {
            Some(vm.str(field)?)
        };
        append(vm, &d, &mut out, text, quoted, null, n == 0)?;
        n += 1;
    }
    if n > 0 && out.as_bytes().is_empty() {
        if d.quoting == Quoting::None || (null && matches!(d.quoting, Quoting::Strings | Quoting::NotNull)) {
            return Err(error(vm, "single empty field record must be quoted"));
        }
        append(vm, &d, &mut out, None, true, null, true)?;
    }
    if let Some(e) = d.lineterminator.get().cast::<Str>() {
        out.push_obj(e);
    }
    vm.call(w.write.get(), &[out.finish(vm).value()])
}
fn writerows(vm: &Vm, a: &[Value]) -> PyResult {
    let it = vm.get_iter(a[1])?;
    while let Some(row) = vm.iter_next(it)? {
        writerow(vm, &[a[0], row])?;
    }
    Ok(Value::NONE)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "writer",
    module: "_csv",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    methods: &[
        method(
            "writerow",
            "($self, row, /)",
            writerow,
            "writerow(iterable)\n\nConstruct and write a CSV record from an iterable of fields.",
        ),
        method(
            "writerows",
            "($self, rows, /)",
            writerows,
            "writerows(iterable of iterables)\n\nConstruct and write a series of iterables to a csv file.",
        ),
    ],
    getset: &[member("dialect", |vm, v| Ok(this(vm, v)?.dialect.get()), "")],
    doc: "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.",
    ..TypeDef::native::<Writer>()
};
