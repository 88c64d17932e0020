//! `_csv.reader`: rows from lines. One state machine runs over the characters of each line and the line's end.

use super::dialect::{Dialect, Quoting, make};
use super::{args_between, error, limit};
use std::cell::{Cell, RefCell};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::str::{Str, StrBuf};
use taipan_runtime::vm::typedef::{NativeObject, flag, member};
use taipan_runtime::{Args, Gc, Header, PyResult, Raised, Slot, Slots, Tracer, TypeDef, Value, Vm};

/// Where in a row the reader is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapeInQuoted,
    QuoteInQuoted,
    EatLineEnd,
    AfterEscapedLineEnd,
}

/// A reader.
#[repr(C)]
pub struct Reader {
    header: Header,
    input: Slot<Value>,
    dialect: Slot<Value>,
    /// The row so far: a list.
    row: Slot<Value>,
    field: RefCell<StrBuf>,
    state: Cell<State>,
    unquoted: Cell<bool>,
    line: Cell<i64>,
}
impl Trace for Reader {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.input);
        t.slot(&self.dialect);
        t.slot(&self.row);
    }
}
// SAFETY: `repr(C)`, begins with a header, created with its definition.
unsafe impl NativeObject for Reader {
    const DEF: &'static TypeDef = &DEF;
}

/// `csv.reader(iterable, dialect='excel', **fmtparams)`
pub fn create(vm: &Vm, args: Args) -> PyResult {
    let a = args_between(vm, args, "reader")?;
    let input = vm.get_iter(a[0])?;
    let dialect = make(vm, a.get(1).copied().unwrap_or(Value::UNBOUND), Args { pos: &[], ..args })?;
    let row = vm.new_list(&[]).value();
    Ok(vm
        .new_native::<Reader>(|header| Reader {
            header,
            input: Slot::new(input),
            dialect: Slot::new(dialect),
            row: Slot::new(row),
            field: RefCell::default(),
            state: Cell::new(State::StartRecord),
            unquoted: Cell::new(false),
            line: Cell::new(0),
        })
        .value())
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<Reader>> {
    vm.native::<Reader>(v).ok_or_else(|| vm.type_error("a csv reader is required"))
}
fn row(vm: &Vm, r: &Reader) -> PyResult<Gc<List>> {
    r.row.get().cast::<List>().ok_or_else(|| vm.runtime_error("lost the row"))
}
fn reset(vm: &Vm, r: Gc<Reader>) {
    r.row.set(r, vm.new_list(&[]).value());
    r.field.replace(StrBuf::new());
    r.state.set(State::StartRecord);
    r.unquoted.set(false);
}
/// Ends the field.
fn save(vm: &Vm, r: Gc<Reader>, d: &Dialect) -> PyResult<()> {
    let text = r.field.take();
    let empty = text.chars() == 0;
    let unquoted = r.unquoted.replace(false);
    let v = if unquoted && empty && matches!(d.quoting, Quoting::NotNull | Quoting::Strings) {
        Value::NONE
    } else {
        let s = text.finish(vm).value();
        if unquoted && !empty && matches!(d.quoting, Quoting::NonNumeric | Quoting::Strings) {
            vm.call(vm.types.float.value(), &[s])?
        } else {
            s
        }
    };
    vm.list_push(row(vm, &r)?, v)
}
fn add(vm: &Vm, r: &Reader, c: u32, limit: i64) -> PyResult<()> {
    let mut f = r.field.borrow_mut();
    if f.chars() as i64 >= limit {
        return Err(error(vm, &format!("field larger than field limit ({limit})")));
    }
    f.push(c);
    Ok(())
}

/// Takes one character, or the end of the line (`None`).
fn step(vm: &Vm, r: Gc<Reader>, d: &Dialect, c: Option<u32>, limit: i64) -> PyResult<()> {
    const LF: Option<u32> = Some('\n' as u32);
    const CR: Option<u32> = Some('\r' as u32);
    let line_end = c == LF || c == CR;
    let ends = c.is_none() || line_end;
    let is = |x: Option<u32>| c.is_some() && c == x;
    let quote = |c: Option<u32>| c.is_some() && c == d.quotechar && d.quoting != Quoting::None;
    let after = if c.is_none() { State::StartRecord } else { State::EatLineEnd };
    let mut state = r.state.get();
    loop {
        let next = match state {
            State::StartRecord => {
                if c.is_none() {
                    State::StartRecord
                } else if line_end {
                    State::EatLineEnd
                } else {
                    state = State::StartField;
                    continue;
                }
            }
            State::StartField => {
                r.unquoted.set(true);
                if ends {
                    save(vm, r, d)?;
                    after
                } else if quote(c) {
                    r.unquoted.set(false);
                    State::InQuoted
                } else if is(d.escapechar) {
                    State::Escaped
                } else if is(Some(' ' as u32)) && d.skipinitialspace {
                    State::StartField
                } else if is(Some(d.delimiter)) {
                    save(vm, r, d)?;
                    State::StartField
                } else {
                    add(vm, &r, c.unwrap_or(0), limit)?;
                    State::InField
                }
            }
            State::Escaped => {
                add(vm, &r, c.unwrap_or('\n' as u32), limit)?;
                if line_end { State::AfterEscapedLineEnd } else { State::InField }
            }
            State::AfterEscapedLineEnd if c.is_none() => state,
            State::AfterEscapedLineEnd | State::InField => {
                if ends {
                    save(vm, r, d)?;
                    after
                } else if is(d.escapechar) {
                    State::Escaped
                } else if is(Some(d.delimiter)) {
                    save(vm, r, d)?;
                    State::StartField
                } else {
                    add(vm, &r, c.unwrap_or(0), limit)?;
                    State::InField
                }
            }
            State::InQuoted => {
                if c.is_none() {
                    State::InQuoted
                } else if is(d.escapechar) {
                    State::EscapeInQuoted
                } else if quote(c) {
                    if d.doublequote { State::QuoteInQuoted } else { State::InField }
                } else {
                    add(vm, &r, c.unwrap_or(0), limit)?;
                    State::InQuoted
                }
            }
            State::EscapeInQuoted => {
                add(vm, &r, c.unwrap_or('\n' as u32), limit)?;
                State::InQuoted
            }
            State::QuoteInQuoted => {
                if quote(c) {
                    add(vm, &r, c.unwrap_or(0), limit)?;
                    State::InQuoted
                } else if is(Some(d.delimiter)) {
                    save(vm, r, d)?;
                    State::StartField
                } else if ends {
                    save(vm, r, d)?;
                    after
                } else if !d.strict {
                    add(vm, &r, c.unwrap_or(0), limit)?;
                    State::InField
                } else {
                    let show = |c: u32| char::from_u32(c).unwrap_or('\u{fffd}');
                    let text = format!(
                        "'{}' expected after '{}'",
                        show(d.delimiter),
                        show(d.quotechar.unwrap_or(0))
                    );
                    return Err(error(vm, &text));
                }
            }
            State::EatLineEnd => {
                if line_end {
                    State::EatLineEnd
                } else if c.is_none() {
                    State::StartRecord
                } else {
                    return Err(stray_line_end(vm));
                }
            }
        };
        r.state.set(next);
        return Ok(());
    }
}
#[cold]
fn stray_line_end(vm: &Vm) -> Raised {
    error(vm, "new-line character seen in unquoted field - do you need to open the file with newline=''?")
}

fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let r = this(vm, v)?;
    let Some(d) = vm.native::<Dialect>(r.dialect.get()) else {
        return Err(vm.runtime_error("lost the dialect"));
    };
    reset(vm, r);
    let limit = limit(vm)?;
    let own = r.row.get();
    loop {
        let line = vm.iter_next(r.input.get())?;
        // The iterator may have asked this reader for a row itself.
        if r.row.get() != own {
            return Err(error(vm, "iterator has already advanced the reader"));
        }
        let Some(line) = line else {
            let pending = r.field.borrow().chars() != 0 || r.state.get() == State::InQuoted;
            if !pending {
                return Ok(None);
            }
            if d.strict {
                return Err(error(vm, "unexpected end of data"));
            }
            save(vm, r, &d)?;
            break;
        };
        let Some(text) = line.cast::<Str>() else {
            return Err(error(
                vm,
                &format!(
                    "iterator should return strings, not {} (the file should be opened in text mode)",
                    vm.type_name(line)
                ),
            ));
        };
        r.line.set(r.line.get() + 1);
        for c in text.code_points() {
            step(vm, r, &d, Some(c), limit)?;
        }
        step(vm, r, &d, None, limit)?;
        if r.state.get() == State::StartRecord {
            break;
        }
    }
    let done = r.row.get();
    r.row.set(r, vm.new_list(&[]).value());
    Ok(Some(done))
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "reader",
    module: "_csv",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(|_, v| Ok(v)), iternext: Some(next), ..Slots::EMPTY },
    getset: &[
        member("dialect", |vm, v| Ok(this(vm, v)?.dialect.get()), ""),
        member("line_num", |vm, v| Ok(vm.new_int(this(vm, v)?.line.get())), ""),
    ],
    doc: "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.",
    ..TypeDef::native::<Reader>()
};
