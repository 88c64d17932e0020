//! `re.Match`.

use super::pattern::{Pattern, group_number};
use super::subject::{Found, Run, Subject};
use super::template;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::typedef::{GetSetDef, NativeObject, flag, readonly};
use taipan_runtime::{
    Args, Gc, Header, MethodDef, Slot, Slots, Tracer, TypeDef, Value, Vm, classmethod, method, method_var,
};

/// A match.
#[repr(C)]
pub struct Match {
    header: Header,
    /// The pattern.
    pub pattern: Slot<Gc<Pattern>>,
    /// The subject.
    pub string: Slot<Value>,
    /// Where the search began, and its end.
    pub pos: usize,
    pub endpos: usize,
    /// Spans.
    pub found: Found,
}

impl Trace for Match {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.pattern.get());
        t.slot(&self.string);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for Match {
    const DEF: &'static TypeDef = &DEF;
}

static DEF: TypeDef = TypeDef {
    name: "Match",
    module: "re",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { repr: Some(repr), getitem: Some(getitem), ..Slots::EMPTY },
    methods: METHODS,
    getset: GETSET,
    doc: "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    ..TypeDef::native::<Match>()
};

/// A new match.
pub fn new(vm: &Vm, pattern: Gc<Pattern>, string: Value, r: Run, found: Found) -> Value {
    vm.new_native(|header| Match {
        header,
        pattern: Slot::new(pattern),
        string: Slot::new(string),
        pos: r.start,
        endpos: r.end,
        found,
    })
    .value()
}

fn this(v: Value) -> Gc<Match> {
    // SAFETY: slots and methods of the type get its instances; it cannot be subclassed.
    unsafe { Gc::from_header(v.as_header()) }
}

impl Match {
    /// The text of group `i`, or `default`.
    pub fn group(&self, vm: &Vm, i: usize, default: Value) -> PyResult {
        let Some((a, b)) = self.found.spans[i] else { return Ok(default) };
        let string = self.string.get();
        Ok(Subject::new(vm, string)?.slice(vm, string, a, b))
    }
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let m = this(v);
    let (a, b) = m.found.spans[0].unwrap_or((0, 0));
    let text = vm.repr(m.group(vm, 0, Value::NONE)?)?;
    let mut out = taipan_runtime::objects::str::StrBuf::new();
    out.push_str(&format!("<re.Match object; span=({a}, {b}), match="));
    out.push_obj(vm.str_substring(text, 0, text.char_len().min(50)));
    out.push_str(">");
    Ok(out.finish(vm).value())
}

fn number(vm: &Vm, m: Gc<Match>, v: Value) -> PyResult<usize> {
    if v.is_unbound() {
        return Ok(0);
    }
    group_number(vm, m.pattern.get(), v)
}
fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let m = this(v);
    m.group(vm, number(vm, m, key)?, Value::NONE)
}
fn group(vm: &Vm, args: Args) -> PyResult {
    let m = this(args.pos[0]);
    args.no_keywords(vm, "Match.group")?;
    match args.pos[1..] {
        [] => m.group(vm, 0, Value::NONE),
        [v] => m.group(vm, number(vm, m, v)?, Value::NONE),
        ref all => {
            vm.new_tuple_with(all.len(), |i| m.group(vm, number(vm, m, all[i])?, Value::NONE)).map(Gc::value)
        }
    }
}
fn groups(vm: &Vm, a: &[Value]) -> PyResult {
    let (m, default) = (this(a[0]), a[1].or_none());
    let n = m.found.spans.len() - 1;
    vm.new_tuple_with(n, |i| m.group(vm, i + 1, default)).map(Gc::value)
}
fn groupdict(vm: &Vm, a: &[Value]) -> PyResult {
    let (m, default) = (this(a[0]), a[1].or_none());
    let out = vm.new_dict();
    let Some(names) = m.pattern.get().groupindex.get().cast::<Dict>() else { return Ok(out.value()) };
    let mut at = 0;
    while let Some(e) = names.next_entry(&mut at) {
        let i = number(vm, m, e.key)?;
        out.set(vm, e.key, m.group(vm, i, default)?)?;
    }
    Ok(out.value())
}

fn pair(vm: &Vm, span: Option<(usize, usize)>) -> Value {
    let (a, b) = span.map_or((-1, -1), |(a, b)| (a as i64, b as i64));
    vm.new_tuple(&[Value::int(a), Value::int(b)]).value()
}
fn start(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    Ok(Value::int(m.found.spans[number(vm, m, a[1])?].map_or(-1, |s| s.0 as i64)))
}
fn end(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    Ok(Value::int(m.found.spans[number(vm, m, a[1])?].map_or(-1, |s| s.1 as i64)))
}
fn span(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    Ok(pair(vm, m.found.spans[number(vm, m, a[1])?]))
}
fn expand(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    let t = template::compile(vm, m.pattern.get(), a[1])?;
    template::expand(vm, t, m)
}
fn copy(_: &Vm, a: &[Value]) -> PyResult {
    Ok(a[0])
}

static METHODS: &[MethodDef] = &[
    method_var(
        "group",
        "($self, /, *groups)",
        group,
        "group([group1, ...]) -> str or tuple.\nReturn subgroup(s) of the match by indices or names.\nFor 0 returns the entire match.",
    ),
    method(
        "groups",
        "($self, /, default=None)",
        groups,
        "Return a tuple containing all the subgroups of the match, from 1.\n\n  default\n    Is used for groups that did not participate in the match.",
    ),
    method(
        "groupdict",
        "($self, /, default=None)",
        groupdict,
        "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n\n  default\n    Is used for groups that did not participate in the match.",
    ),
    method(
        "start",
        "($self, group=0, /)",
        start,
        "Return index of the start of the substring matched by group.",
    ),
    method("end", "($self, group=0, /)", end, "Return index of the end of the substring matched by group."),
    method(
        "span",
        "($self, group=0, /)",
        span,
        "For match object m, return the 2-tuple (m.start(group), m.end(group)).",
    ),
    method(
        "expand",
        "($self, /, template)",
        expand,
        "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.",
    ),
    method("__copy__", "($self, /)", copy, ""),
    method("__deepcopy__", "($self, memo, /)", copy, ""),
    classmethod("__class_getitem__", "($type, object, /)", super::methods::class_getitem, "See PEP 585"),
];

static GETSET: &[GetSetDef] = &[
    readonly("string", |_, v| Ok(this(v).string.get()), "The string passed to match() or search()."),
    readonly("re", |_, v| Ok(this(v).pattern.get().value()), "The regular expression object."),
    readonly(
        "pos",
        |_, v| Ok(Value::int(this(v).pos as i64)),
        "The index into the string at which the RE engine started looking for a match.",
    ),
    readonly(
        "endpos",
        |_, v| Ok(Value::int(this(v).endpos as i64)),
        "The index into the string beyond which the RE engine will not go.",
    ),
    readonly("lastindex", lastindex, "The integer index of the last matched capturing group."),
    readonly("lastgroup", lastgroup, "The name of the last matched capturing group."),
    readonly("regs", regs, ""),
];
fn lastindex(_: &Vm, v: Value) -> PyResult {
    let i = this(v).found.last_index;
    Ok(if i >= 0 { Value::int(i as i64) } else { Value::NONE })
}
fn lastgroup(_: &Vm, v: Value) -> PyResult {
    let m = this(v);
    let names = m.pattern.get().indexgroup.get().cast::<Tuple>();
    let i = usize::try_from(m.found.last_index).ok();
    Ok(i.and_then(|i| names?.items().get(i).copied()).unwrap_or(Value::NONE))
}
fn regs(vm: &Vm, v: Value) -> PyResult {
    let m = this(v);
    vm.new_tuple_with(m.found.spans.len(), |i| Ok(pair(vm, m.found.spans[i]))).map(Gc::value)
}
