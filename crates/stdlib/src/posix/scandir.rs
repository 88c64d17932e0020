//! `listdir`, `scandir`, `DirEntry`.

use super::stat::{raw_at, result};
use super::{Path, Target, fail, from_system, path, target};
use std::cell::{Cell, RefCell};
use std::ffi::CString;
use taipan_runtime::kinds::Trace;
use taipan_runtime::vm::typedef::NativeObject;
use taipan_runtime::{
    Args, Gc, GcVec, Header, MethodDef, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, function, method,
    method_var, readonly,
};

/// Name and `d_type` of a directory's entries, `.` and `..` left out.
fn entries(vm: &Vm, t: &Target) -> PyResult<Vec<(Vec<u8>, u8)>> {
    // SAFETY: the handle is valid until closed; entries' names are C strings copied at once.
    unsafe {
        let d = match t {
            Target::Path(p) => libc::opendir(p.c.as_ptr()),
            Target::Fd(n) => {
                let copy = libc::dup(*n);
                if copy < 0 { std::ptr::null_mut() } else { libc::fdopendir(copy) }
            }
        };
        if d.is_null() {
            return Err(match t {
                Target::Path(p) => fail(vm, p),
                Target::Fd(_) => vm.last_os_error(),
            });
        }
        let mut out = vec![];
        loop {
            let e = libc::readdir(d);
            if e.is_null() {
                break;
            }
            let name = std::ffi::CStr::from_ptr((*e).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                out.push((name.to_vec(), (*e).d_type));
            }
        }
        if let Target::Fd(_) = t {
            libc::rewinddir(d);
        }
        libc::closedir(d);
        Ok(out)
    }
}

fn dir_arg(vm: &Vm, v: Value, what: &str) -> PyResult<Target> {
    match v.bound().filter(|v| !v.is_none()) {
        Some(v) => target(vm, v, what),
        None => path(vm, vm.intern(".").value(), what).map(Target::Path),
    }
}

fn listdir(vm: &Vm, a: &[Value]) -> PyResult {
    let t = dir_arg(vm, a[0], "listdir")?;
    let as_bytes = matches!(&t, Target::Path(p) if p.is_bytes);
    let mut out = GcVec::new();
    for (name, _) in entries(vm, &t)? {
        let v = from_system(vm, &name, as_bytes)?;
        out.push(&vm.heap, v);
    }
    Ok(vm.new_list(&out).value())
}

/// An entry of a directory.
#[repr(C)]
pub struct Entry {
    header: Header,
    name: Slot<Value>,
    path: Slot<Value>,
    system_path: RefCell<CString>,
    /// The directory's descriptor that the path counts from, where there is one: the caller's.
    dir: i32,
    kind: Cell<u8>,
    stat: Slot<Value>,
    lstat: Slot<Value>,
}
impl Trace for Entry {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.name);
        t.slot(&self.path);
        t.slot(&self.stat);
        t.slot(&self.lstat);
    }
}
// SAFETY: `repr(C)`, starts with a header.
unsafe impl NativeObject for Entry {
    const DEF: &'static TypeDef = &ENTRY;
}

/// The iterator.
#[repr(C)]
pub struct Scan {
    header: Header,
    items: Slot<Value>,
    at: Cell<usize>,
}
impl Trace for Scan {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.items);
    }
}
// SAFETY: `repr(C)`, starts with a header.
unsafe impl NativeObject for Scan {
    const DEF: &'static TypeDef = &SCAN;
}

fn scandir(vm: &Vm, a: &[Value]) -> PyResult {
    let t = dir_arg(vm, a[0], "scandir")?;
    let (base, as_bytes, dir) = match &t {
        Target::Path(p) => (p.c.as_bytes().to_vec(), p.is_bytes, libc::AT_FDCWD),
        Target::Fd(n) => (vec![], false, *n),
    };
    let mut out = GcVec::new();
    for (name, kind) in entries(vm, &t)? {
        let mut full = base.clone();
        if !full.is_empty() && !full.ends_with(b"/") {
            full.push(b'/');
        }
        full.extend(&name);
        let (n, p) = (from_system(vm, &name, as_bytes)?, from_system(vm, &full, as_bytes)?);
        let c = CString::new(full).map_err(|_| vm.value_error("embedded null byte"))?;
        let e = vm.new_native(|header| Entry {
            header,
            name: Slot::new(n),
            path: Slot::new(p),
            system_path: RefCell::new(c),
            dir,
            kind: Cell::new(kind),
            stat: Slot::new(Value::UNBOUND),
            lstat: Slot::new(Value::UNBOUND),
        });
        out.push(&vm.heap, e.value());
    }
    let items = vm.new_tuple(&out).value();
    Ok(vm.new_native(|header| Scan { header, items: Slot::new(items), at: Cell::new(0) }).value())
}

fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let Some(s) = vm.native::<Scan>(v) else { return Ok(None) };
    let items = s.items.get().cast::<taipan_runtime::objects::tuple::Tuple>();
    let x = items.and_then(|t| t.items().get(s.at.get()).copied());
    s.at.set(s.at.get().saturating_add(1));
    Ok(x)
}
fn this_value(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}
fn enter(_: &Vm, a: &[Value]) -> PyResult {
    Ok(a[0])
}
fn close(vm: &Vm, args: Args) -> PyResult {
    if let Some(s) = vm.native::<Scan>(args.pos[0]) {
        s.at.set(usize::MAX);
    }
    Ok(Value::NONE)
}

fn entry(vm: &Vm, v: Value) -> PyResult<Gc<Entry>> {
    vm.native::<Entry>(v).ok_or_else(|| vm.type_error("a DirEntry is required"))
}
fn get_name(vm: &Vm, v: Value) -> PyResult {
    Ok(entry(vm, v)?.name.get())
}
fn get_path(vm: &Vm, v: Value) -> PyResult {
    Ok(entry(vm, v)?.path.get())
}
fn fspath(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(entry(vm, a[0])?.path.get())
}
fn raw(e: Gc<Entry>, follow: bool) -> Option<libc::stat> {
    let p = Path { c: e.system_path.borrow().clone(), shown: Value::NONE, is_bytes: false };
    raw_at(e.dir, &p, follow)
}
fn follows(vm: &Vm, v: Value) -> PyResult<bool> {
    v.bound().map_or(Ok(true), |v| vm.truth(v))
}
fn stat(vm: &Vm, a: &[Value]) -> PyResult {
    let e = entry(vm, a[0])?;
    let follow = follows(vm, a[1])?;
    let slot = if follow { &e.stat } else { &e.lstat };
    if let Some(v) = slot.get().bound() {
        return Ok(v);
    }
    match raw(e, follow) {
        Some(s) => {
            let v = result(vm, &s);
            slot.set(e, v);
            Ok(v)
        }
        None => {
            let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
            Err(vm.os_error_for(errno, e.path.get(), Value::UNBOUND))
        }
    }
}
fn is_kind(vm: &Vm, a: &[Value], d_type: u8, mode: u32) -> PyResult {
    let e = entry(vm, a[0])?;
    let follow = follows(vm, a[1])?;
    let known = e.kind.get();
    if known != libc::DT_UNKNOWN && !(follow && known == libc::DT_LNK) {
        return Ok(Value::bool(known == d_type));
    }
    Ok(Value::bool(raw(e, follow).is_some_and(|s| s.st_mode & libc::S_IFMT == mode)))
}
fn is_dir(vm: &Vm, a: &[Value]) -> PyResult {
    is_kind(vm, a, libc::DT_DIR, libc::S_IFDIR)
}
fn is_file(vm: &Vm, a: &[Value]) -> PyResult {
    is_kind(vm, a, libc::DT_REG, libc::S_IFREG)
}
fn is_symlink(vm: &Vm, a: &[Value]) -> PyResult {
    is_kind(vm, &[a[0], Value::FALSE], libc::DT_LNK, libc::S_IFLNK)
}
fn is_junction(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}
fn inode(vm: &Vm, a: &[Value]) -> PyResult {
    let e = entry(vm, a[0])?;
    match raw(e, false) {
        Some(s) => Ok(vm.new_uint(s.st_ino)),
        None => Err(vm.last_os_error()),
    }
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let name = vm.repr(entry(vm, v)?.name.get())?;
    Ok(vm.new_str(&format!("<DirEntry {name}>")).value())
}

/// `os.DirEntry`
pub static ENTRY: TypeDef = TypeDef {
    name: "DirEntry",
    module: "posix",
    slots: Slots { repr: Some(repr), ..Slots::EMPTY },
    methods: &[
        method(
            "is_dir",
            "($self, /, *, follow_symlinks=True)",
            is_dir,
            "Return True if the entry is a directory; cached per entry.",
        ),
        method(
            "is_file",
            "($self, /, *, follow_symlinks=True)",
            is_file,
            "Return True if the entry is a file; cached per entry.",
        ),
        method(
            "is_symlink",
            "($self, /)",
            is_symlink,
            "Return True if the entry is a symbolic link; cached per entry.",
        ),
        method("is_junction", "($self, /)", is_junction, ""),
        method(
            "stat",
            "($self, /, *, follow_symlinks=True)",
            stat,
            "Return stat_result object for the entry; cached per entry.",
        ),
        method("inode", "($self, /)", inode, "Return inode of the entry; cached per entry."),
        method("__fspath__", "($self, /)", fspath, "Returns the path for the entry."),
    ],
    getset: &[
        readonly("name", get_name, "the entry's base filename, relative to scandir() \"path\" argument"),
        readonly(
            "path",
            get_path,
            "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)",
        ),
    ],
    flags: taipan_runtime::vm::typedef::flag::IMMUTABLE | taipan_runtime::vm::typedef::flag::NO_NEW,
    ..TypeDef::native::<Entry>()
};
/// The iterator of `scandir`.
pub static SCAN: TypeDef = TypeDef {
    name: "ScandirIterator",
    module: "posix",
    slots: Slots { iter: Some(this_value), iternext: Some(next), ..Slots::EMPTY },
    methods: &[
        method("__enter__", "($self, /)", enter, ""),
        method_var("__exit__", "($self, /, *args)", close, ""),
        method_var("close", "($self, /)", close, ""),
    ],
    flags: taipan_runtime::vm::typedef::flag::IMMUTABLE | taipan_runtime::vm::typedef::flag::NO_NEW,
    ..TypeDef::native::<Scan>()
};

/// The rows.
pub static FUNCTIONS: &[MethodDef] = &[
    function(
        "listdir",
        "($module, /, path=None)",
        listdir,
        "Return a list containing the names of the files in the directory.",
    ),
    function(
        "scandir",
        "($module, /, path=None)",
        scandir,
        "Return an iterator of DirEntry objects for given path.",
    ),
];
