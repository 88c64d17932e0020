//! `re.Pattern`: layout, construction, attributes. Its methods are in `methods`.

use super::methods;
use super::subject::{Run, Subject};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::vm::typedef::{GetSetDef, NativeObject, flag, readonly};
use taipan_runtime::{Gc, Header, Slot, Slots, Tracer, TypeDef, Value, Vm};

/// A compiled pattern.
#[repr(C)]
pub struct Pattern {
    header: Header,
    /// The source: `str`, `bytes` or `None`.
    pub source: Slot<Value>,
    /// Group numbers by name (a dict).
    pub groupindex: Slot<Value>,
    /// Group names by number (a tuple).
    pub indexgroup: Slot<Value>,
    /// `flags`
    pub flags: i64,
    /// Number of groups.
    pub groups: usize,
    /// For bytes, for text, or for either.
    pub is_bytes: Option<bool>,
    /// The code.
    pub code: Vec<u32>,
}

impl Trace for Pattern {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.source);
        t.slot(&self.groupindex);
        t.slot(&self.indexgroup);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for Pattern {
    const DEF: &'static TypeDef = &DEF;
}

static DEF: TypeDef = TypeDef {
    name: "Pattern",
    module: "re",
    flags: flag::IMMUTABLE | flag::NO_NEW | flag::WEAKREF,
    slots: Slots { repr: Some(repr), hash: Some(hash), richcompare: Some(compare), ..Slots::EMPTY },
    methods: methods::METHODS,
    getset: GETSET,
    doc: "Compiled regular expression object.",
    ..TypeDef::native::<Pattern>()
};

/// `self` of slots and methods.
pub fn this(v: Value) -> Gc<Pattern> {
    // SAFETY: slots and methods of the type get its instances; it cannot be subclassed.
    unsafe { Gc::from_header(v.as_header()) }
}

/// `_sre.compile(pattern, flags, code, groups, groupindex, indexgroup)`
pub fn compile(vm: &Vm, a: &[Value]) -> PyResult {
    let flags = vm.index_c_int(a[1])? as i64;
    let mut code = vec![];
    for &v in vm.collect(a[2])?.iter() {
        let i = vm.index(v)?;
        match vm.int_to_i64(i).map(u32::try_from) {
            Ok(Ok(c)) => code.push(c),
            _ => return Err(vm.overflow_error("regular expression code size limit exceeded")),
        }
    }
    let groups = vm.index_ssize(a[3])?.max(0) as usize;
    let is_bytes =
        if a[0].is_none() { None } else { Some(matches!(Subject::new(vm, a[0])?, Subject::Bytes(_))) };
    let p = vm.new_native(|header| Pattern {
        header,
        source: Slot::new(a[0]),
        groupindex: Slot::new(a[4]),
        indexgroup: Slot::new(a[5]),
        flags,
        groups,
        is_bytes,
        code,
    });
    Ok(p.value())
}

impl Pattern {
    /// The run that `pos` and `endpos` arguments describe on a subject of length `len`.
    pub fn range(vm: &Vm, len: usize, pos: Value, endpos: Value) -> PyResult<Run> {
        let clip = |v: Value, default: usize| -> PyResult<usize> {
            if v.is_unbound() {
                return Ok(default);
            }
            Ok((vm.index_ssize(v)?.max(0) as usize).min(len))
        };
        let start = clip(pos, 0)?;
        let end = clip(endpos, len)?;
        // An end before the start finds nothing; an empty match at the end is not to be found either.
        Ok(Run { start, end, full: false, must_advance: false })
    }
}

const FLAG_NAMES: [(i64, &str); 8] = [
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
    (0, ""),
];

fn repr(vm: &Vm, v: Value) -> PyResult {
    let p = this(v);
    let text = vm.repr(p.source.get())?;
    let text = vm.str_substring(text, 0, text.char_len().min(200));
    let mut out = taipan_runtime::objects::str::StrBuf::new();
    out.push_str("re.compile(");
    out.push_obj(text);
    // Text patterns are Unicode ones without saying so.
    let mut flags = p.flags;
    if p.source.get().cast::<Str>().is_some() && flags & (4 | 32 | 256) == 32 {
        flags &= !32;
    }
    let mut names: Vec<String> = vec![];
    for (bit, name) in FLAG_NAMES {
        if flags & bit != 0 {
            names.push(name.to_string());
            flags &= !bit;
        }
    }
    if flags & 32 != 0 {
        let at = names.iter().position(|n| n == "re.VERBOSE" || n == "re.DEBUG" || n == "re.ASCII");
        names.insert(at.unwrap_or(names.len()), "re.UNICODE".to_string());
        flags &= !32;
    }
    if flags != 0 {
        names.push(format!("0x{flags:x}"));
    }
    if !names.is_empty() {
        out.push_str(", ");
        out.push_str(&names.join("|"));
    }
    out.push_str(")");
    Ok(out.finish(vm).value())
}

fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let p = this(v);
    let bytes: Vec<u8> = p.code.iter().flat_map(|c| c.to_ne_bytes()).collect();
    let h = vm.hash_bytes(&bytes) ^ vm.hash(p.source.get())? ^ p.flags ^ p.groups as i64;
    Ok(if h == -1 { -2 } else { h })
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (Some(x), Some(y)) = (vm.native::<Pattern>(a), vm.native::<Pattern>(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = x == y
        || x.flags == y.flags
            && x.is_bytes == y.is_bytes
            && x.code == y.code
            && vm.equal(x.source.get(), y.source.get())?;
    Ok(Value::bool(same == (op == CompareOp::Eq)))
}

static GETSET: &[GetSetDef] = &[
    readonly(
        "pattern",
        |_, v| Ok(this(v).source.get()),
        "The pattern string from which the RE object was compiled.",
    ),
    readonly("flags", |vm, v| Ok(vm.new_int(this(v).flags)), "The regex matching flags."),
    readonly(
        "groups",
        |vm, v| Ok(vm.new_int(this(v).groups as i64)),
        "The number of capturing groups in the pattern.",
    ),
    readonly("groupindex", groupindex, "A dictionary mapping group names to group numbers."),
];

fn groupindex(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.new_mapping_proxy(this(v).groupindex.get()))
}

/// The number of the group that `v` names; `IndexError: no such group` otherwise.
pub fn group_number(vm: &Vm, p: Gc<Pattern>, v: Value) -> PyResult<usize> {
    if vm.has_index(v) {
        let i = vm.index(v)?;
        if let Ok(i) = vm.int_to_i64(i)
            && (0..=p.groups as i64).contains(&i)
        {
            return Ok(i as usize);
        }
    } else if let Ok(i) = vm.getitem(p.groupindex.get(), v)
        && let Some(i) = i.to_int()
        && (0..=p.groups as i64).contains(&i)
    {
        return Ok(i as usize);
    }
    Err(vm.index_error("no such group"))
}
