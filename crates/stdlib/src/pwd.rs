//! `pwd` and `grp`: the system's databases of users and groups.

use std::ffi::{CStr, CString};
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::{GcVec, PyResult, Raised, Value, Vm, function, structseq};

structseq! {
    /// `pwd.struct_passwd`
    pub PASSWD = "pwd" "struct_passwd" "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple." {
    pw_name: "user name", pw_passwd: "password", pw_uid: "user id", pw_gid: "group id", pw_gecos: "real name",
    pw_dir: "home directory", pw_shell: "shell program",
} }
structseq! {
    /// `grp.struct_group`
    pub GROUP = "grp" "struct_group" "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n" {
    gr_name: "group name", gr_passwd: "password", gr_gid: "group id", gr_mem: "group members",
} }

/// A C string of the library's, as Python shows it.
///
/// # Safety
/// `p` is null or a C string.
unsafe fn text(vm: &Vm, p: *const libc::c_char) -> PyResult {
    if p.is_null() {
        return Ok(Value::NONE);
    }
    // SAFETY: by the caller's promise.
    crate::posix::from_system(vm, unsafe { CStr::from_ptr(p) }.to_bytes(), false)
}

/// A row, copied out of the library's static structure at once.
///
/// # Safety
/// `p` is what `getpw*` answered, and not null.
unsafe fn passwd(vm: &Vm, p: *const libc::passwd) -> PyResult {
    // SAFETY: by the caller's promise; its fields are C strings and numbers.
    unsafe {
        let p = &*p;
        let row = [
            text(vm, p.pw_name)?,
            text(vm, p.pw_passwd)?,
            Value::int(p.pw_uid as i64),
            Value::int(p.pw_gid as i64),
            text(vm, p.pw_gecos)?,
            text(vm, p.pw_dir)?,
            text(vm, p.pw_shell)?,
        ];
        Ok(PASSWD.make(vm, &row))
    }
}
/// As [`passwd`], for groups.
///
/// # Safety
/// `g` is what `getgr*` answered, and not null.
unsafe fn group(vm: &Vm, g: *const libc::group) -> PyResult {
    let mut members = GcVec::new();
    // SAFETY: by the caller's promise; the members end with a null pointer.
    unsafe {
        let g = &*g;
        let mut m = g.gr_mem;
        while !(*m).is_null() {
            members.push(&vm.heap, text(vm, *m)?);
            m = m.add(1);
        }
        let row = [
            text(vm, g.gr_name)?,
            text(vm, g.gr_passwd)?,
            Value::int(g.gr_gid as i64),
            vm.new_list(&members).value(),
        ];
        Ok(GROUP.make(vm, &row))
    }
}

fn name(vm: &Vm, v: Value, what: &str) -> PyResult<CString> {
    if v.cast::<Str>().is_none() {
        return Err(vm.type_error(format!("{what}() argument must be str, not {}", vm.arg_type_name(v))));
    }
    CString::new(crate::io::fileio::fs_path(vm, v)?).map_err(|_| vm.value_error("embedded null byte"))
}
#[cold]
fn missing(vm: &Vm, text: String) -> Raised {
    vm.key_error(vm.new_str(&text).value())
}
/// An id; `None` where it cannot be one.
fn id(vm: &Vm, v: Value) -> PyResult<Option<u32>> {
    match vm.index_i64(v) {
        Ok(n) => Ok(u32::try_from(n).ok()),
        Err(e) if vm.raised_is(e, vm.types.OverflowError) => Ok(None),
        Err(e) => Err(e),
    }
}

fn getpwnam(vm: &Vm, a: &[Value]) -> PyResult {
    let n = name(vm, a[0], "getpwnam")?;
    // SAFETY: a C string; the answer is read before the next call.
    unsafe {
        let p = libc::getpwnam(n.as_ptr());
        if p.is_null() {
            return Err(missing(vm, format!("getpwnam(): name not found: {}", *vm.repr(a[0])?)));
        }
        passwd(vm, p)
    }
}
fn getpwuid(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(n) = id(vm, a[0])? else { return Err(missing(vm, "getpwuid(): uid not found".into())) };
    // SAFETY: as above.
    unsafe {
        let p = libc::getpwuid(n);
        if p.is_null() {
            return Err(missing(vm, format!("getpwuid(): uid not found: {n}")));
        }
        passwd(vm, p)
    }
}
fn getpwall(vm: &Vm, _: &[Value]) -> PyResult {
    let mut all = GcVec::new();
    // SAFETY: as above, until null.
    unsafe {
        libc::setpwent();
        loop {
            let p = libc::getpwent();
            if p.is_null() {
                break;
            }
            all.push(&vm.heap, passwd(vm, p)?);
        }
        libc::endpwent();
    }
    Ok(vm.new_list(&all).value())
}
fn getgrnam(vm: &Vm, a: &[Value]) -> PyResult {
    let n = name(vm, a[0], "getgrnam")?;
    // SAFETY: as above.
    unsafe {
        let g = libc::getgrnam(n.as_ptr());
        if g.is_null() {
            return Err(missing(vm, format!("getgrnam(): name not found: {}", *vm.repr(a[0])?)));
        }
        group(vm, g)
    }
}
fn getgrgid(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[0])?;
    let n = match u32::try_from(n) {
        Ok(n) => n,
        Err(_) if n == -1 => u32::MAX,
        Err(_) => {
            return Err(vm.overflow_error(if n < 0 {
                "gid is less than minimum"
            } else {
                "gid is greater than maximum"
            }));
        }
    };
    // SAFETY: as above.
    unsafe {
        let g = libc::getgrgid(n);
        if g.is_null() {
            return Err(missing(vm, format!("getgrgid(): gid not found: {n}")));
        }
        group(vm, g)
    }
}
fn getgrall(vm: &Vm, _: &[Value]) -> PyResult {
    let mut all = GcVec::new();
    // SAFETY: as above, until null.
    unsafe {
        libc::setgrent();
        loop {
            let g = libc::getgrent();
            if g.is_null() {
                break;
            }
            all.push(&vm.heap, group(vm, g)?);
        }
        libc::endgrent();
    }
    Ok(vm.new_list(&all).value())
}

/// `pwd`
pub static PWD: ModuleDef = ModuleDef {
    name: "pwd",
    doc: "This module provides access to the Unix password database.",
    functions: &[
        function(
            "getpwuid",
            "($module, uidobj, /)",
            getpwuid,
            "Return the password database entry for the given numeric user ID.",
        ),
        function(
            "getpwnam",
            "($module, name, /)",
            getpwnam,
            "Return the password database entry for the given user name.",
        ),
        function(
            "getpwall",
            "($module, /)",
            getpwall,
            "Return a list of all available password database entries, in arbitrary order.",
        ),
    ],
    types: &[],
    init: Some(|vm, m| {
        m.dict.get().set_str(vm, vm.intern("struct_passwd"), PASSWD.ty(vm).value());
        Ok(())
    }),
};
/// `grp`
pub static GRP: ModuleDef = ModuleDef {
    name: "grp",
    doc: "Access to the Unix group database.",
    functions: &[
        function(
            "getgrgid",
            "($module, /, id)",
            getgrgid,
            "Return the group database entry for the given numeric group ID.",
        ),
        function(
            "getgrnam",
            "($module, /, name)",
            getgrnam,
            "Return the group database entry for the given group name.",
        ),
        function(
            "getgrall",
            "($module, /)",
            getgrall,
            "Return a list of all available group entries, in arbitrary order.",
        ),
    ],
    types: &[],
    init: Some(|vm, m| {
        m.dict.get().set_str(vm, vm.intern("struct_group"), GROUP.ty(vm).value());
        Ok(())
    }),
};
