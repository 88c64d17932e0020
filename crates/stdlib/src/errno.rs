//! `errno`: names of error numbers.

use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, PyResult, Value, Vm};

macro_rules! codes {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}
/// Names that only Linux has.
#[cfg(target_os = "linux")]
static MORE: &[(&str, i32)] = codes! {
    EADV EBADE EBADFD EBADR EBADRQC EBADSLT EBFONT ECHRNG ECOMM EDEADLOCK EDOTDOT EHWPOISON EISNAM EKEYEXPIRED
    EKEYREJECTED EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC ELIBMAX ELIBSCN ELNRNG
    EMEDIUMTYPE ENAVAIL ENOANO ENOCSI ENOKEY ENOMEDIUM ENONET ENOPKG ENOTNAM ENOTUNIQ EREMCHG EREMOTEIO ERESTART
    ERFKILL ESRMNT ESTRPIPE EUCLEAN EUNATCH EXFULL
};
#[cfg(not(target_os = "linux"))]
static MORE: &[(&str, i32)] = &[];
/// Names and numbers.
pub static CODES: &[(&str, i32)] = codes! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED ECHILD
    ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN
    EHOSTUNREACH EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE EMULTIHOP
    ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODATA ENODEV ENOENT ENOEXEC ENOLCK ENOLINK
    ENOMEM ENOMSG ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY ENOTRECOVERABLE
    ENOTSOCK ENOTSUP ENOTTY ENXIO EOPNOTSUPP EOVERFLOW EOWNERDEAD EPERM EPFNOSUPPORT EPIPE EPROTO
    EPROTONOSUPPORT EPROTOTYPE ERANGE EREMOTE EROFS ESHUTDOWN ESOCKTNOSUPPORT ESPIPE ESRCH ESTALE ETIME ETIMEDOUT
    ETOOMANYREFS ETXTBSY EUSERS EWOULDBLOCK EXDEV
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    let names = vm.new_dict();
    for &(name, code) in CODES.iter().chain(MORE) {
        let n = vm.intern(name);
        d.set_str(vm, n, Value::int(code as i64));
        let code = Value::int(code as i64);
        // Where two names share a number the first in the table of the system stands.
        if !(matches!(name, "EWOULDBLOCK" | "ENOTSUP") && names.get(vm, code)?.is_some()) {
            names.set(vm, code, n.value())?;
        }
    }
    d.set_str(vm, vm.intern("errorcode"), names.value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "errno",
    doc: "This module makes available standard errno system symbols.",
    functions: &[],
    types: &[],
    init: Some(init),
};
