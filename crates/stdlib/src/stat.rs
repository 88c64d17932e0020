//! `_stat`: constants and predicates of file modes.

use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, MethodDef, PyResult, Value, Vm, function};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    S_IFBLK S_IFCHR S_IFDIR S_IFIFO S_IFLNK S_IFREG S_IFSOCK S_IRGRP S_IROTH S_IRUSR S_IRWXG S_IRWXO S_IRWXU
    S_ISGID S_ISUID S_ISVTX S_IWGRP S_IWOTH S_IWUSR S_IXGRP S_IXOTH S_IXUSR
};
static OTHERS: &[(&str, i64)] = &[
    ("S_IFDOOR", 0),
    ("S_IFPORT", 0),
    ("S_IFWHT", 0),
    ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400),
    ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100),
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
];

macro_rules! predicates {
    ($($f:ident $bits:ident;)*) => {$(
        fn $f(vm: &Vm, a: &[Value]) -> PyResult {
            Ok(Value::bool(vm.index_i64(a[0])? as u32 & libc::S_IFMT == libc::$bits))
        }
    )*};
}
predicates! {
    is_dir S_IFDIR; is_chr S_IFCHR; is_blk S_IFBLK; is_reg S_IFREG; is_fifo S_IFIFO; is_lnk S_IFLNK; is_sock S_IFSOCK;
}
fn no(vm: &Vm, a: &[Value]) -> PyResult {
    vm.index_i64(a[0])?;
    Ok(Value::FALSE)
}
fn imode(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(vm.index_i64(a[0])? & 0o7777))
}
fn ifmt(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(vm.index_i64(a[0])? & libc::S_IFMT as i64))
}
fn filemode(vm: &Vm, a: &[Value]) -> PyResult {
    let m = vm.index_i64(a[0])? as u32;
    let kind = match m & libc::S_IFMT {
        libc::S_IFLNK => 'l',
        libc::S_IFSOCK => 's',
        libc::S_IFREG => '-',
        libc::S_IFBLK => 'b',
        libc::S_IFDIR => 'd',
        libc::S_IFCHR => 'c',
        libc::S_IFIFO => 'p',
        _ => '?',
    };
    let mut s = String::from(kind);
    for (shift, special, set, unset) in [(6, 0o4000, 's', 'S'), (3, 0o2000, 's', 'S'), (0, 0o1000, 't', 'T')]
    {
        let bits = m >> shift & 7;
        s.push(if bits & 4 != 0 { 'r' } else { '-' });
        s.push(if bits & 2 != 0 { 'w' } else { '-' });
        s.push(match (m & special != 0, bits & 1 != 0) {
            (true, true) => set,
            (true, false) => unset,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    Ok(vm.new_str(&s).value())
}

static FUNCTIONS: &[MethodDef] = &[
    function("S_ISDIR", "($module, mode, /)", is_dir, "Return True if mode is from a directory."),
    function(
        "S_ISCHR",
        "($module, mode, /)",
        is_chr,
        "Return True if mode is from a character special device file.",
    ),
    function(
        "S_ISBLK",
        "($module, mode, /)",
        is_blk,
        "Return True if mode is from a block special device file.",
    ),
    function("S_ISREG", "($module, mode, /)", is_reg, "Return True if mode is from a regular file."),
    function("S_ISFIFO", "($module, mode, /)", is_fifo, "Return True if mode is from a FIFO (named pipe)."),
    function("S_ISLNK", "($module, mode, /)", is_lnk, "Return True if mode is from a symbolic link."),
    function("S_ISSOCK", "($module, mode, /)", is_sock, "Return True if mode is from a socket."),
    function("S_ISDOOR", "($module, mode, /)", no, "Return True if mode is from a door."),
    function("S_ISPORT", "($module, mode, /)", no, "Return True if mode is from an event port."),
    function("S_ISWHT", "($module, mode, /)", no, "Return True if mode is from a whiteout."),
    function(
        "S_IMODE",
        "($module, mode, /)",
        imode,
        "Return the portion of the file's mode that can be set by os.chmod().",
    ),
    function(
        "S_IFMT",
        "($module, mode, /)",
        ifmt,
        "Return the portion of the file's mode that describes the file type.",
    ),
    function(
        "filemode",
        "($module, mode, /)",
        filemode,
        "Convert a file's mode to a string of the form '-rwxrwxrwx'",
    ),
];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for &(name, n) in NUMBERS.iter().chain(OTHERS) {
        d.set_str(vm, vm.intern(name), Value::int(n));
    }
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_stat",
    doc: "S_IFMT_: file type bits",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};
