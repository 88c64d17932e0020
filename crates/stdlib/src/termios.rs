//! `termios`: modes of terminals.

use crate::posix::fd;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, GcVec, PyResult, Raised, Value, Vm, function};

const ERROR: &str = "termios.error";

/// The exception for a failed call: `termios.error(errno, text)`.
fn failed(vm: &Vm) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let text = taipan_runtime::objects::exception::os::strerror(errno);
    let args = [Value::int(errno as i64), vm.new_str(&text).value()];
    let class = vm.hidden.get_str(vm, vm.intern(ERROR)).and_then(|c| c.cast());
    vm.new_exception_args(class.unwrap_or(vm.types.OSError), &args)
}
fn check(vm: &Vm, r: i32) -> PyResult {
    if r < 0 { Err(failed(vm)) } else { Ok(Value::NONE) }
}

/// The descriptor of a number or of something with `fileno()`.
fn descriptor(vm: &Vm, v: Value) -> PyResult<i32> {
    fd(vm, v)
}

fn tcgetattr(vm: &Vm, a: &[Value]) -> PyResult {
    let n = descriptor(vm, a[0])?;
    // SAFETY: all zeros is a valid `termios`, which the call fills.
    let mut t: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::tcgetattr(n, &mut t) } < 0 {
        return Err(failed(vm));
    }
    // SAFETY: reads the structure.
    let speeds = unsafe { (libc::cfgetispeed(&t), libc::cfgetospeed(&t)) };
    let canonical = t.c_lflag & libc::ICANON != 0;
    let mut cc = GcVec::new();
    for (i, &c) in t.c_cc.iter().enumerate() {
        // Without line editing these two are a count and a time.
        let number = !canonical && (i == libc::VMIN || i == libc::VTIME);
        cc.push(&vm.heap, if number { Value::int(c as i64) } else { vm.new_bytes(&[c]).value() });
    }
    let mut out = GcVec::new();
    for f in [t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, speeds.0, speeds.1] {
        out.push(&vm.heap, Value::int(f as i64));
    }
    out.push(&vm.heap, vm.new_list(&cc).value());
    Ok(vm.new_list(&out).value())
}

fn tcsetattr(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, when) = (descriptor(vm, a[0])?, vm.index_c_int(a[1])?);
    let wrong = || vm.type_error("tcsetattr, arg 3: must be 7 element list");
    let items = a[2].cast::<List>().map(|l| vm.list_items(l)).filter(|l| l.len() == 7).ok_or_else(wrong)?;
    // SAFETY: all zeros is a valid `termios`, which the call fills.
    let mut t: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::tcgetattr(n, &mut t) } < 0 {
        return Err(failed(vm));
    }
    let flag = |i: usize| vm.index_i64(items[i]).map(|v| v as libc::tcflag_t);
    (t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag) = (flag(0)?, flag(1)?, flag(2)?, flag(3)?);
    let cc = items[6].cast::<List>().map(|l| vm.list_items(l)).filter(|l| l.len() == t.c_cc.len());
    let cc = cc.ok_or_else(|| {
        vm.type_error(format!("tcsetattr: attributes[6] must be {} element list", t.c_cc.len()))
    })?;
    for (i, &v) in cc.iter().enumerate() {
        t.c_cc[i] = match v.cast::<Bytes>() {
            Some(b) if b.as_bytes().len() == 1 => b.as_bytes()[0],
            _ if v.to_int().is_some() => vm.index_i64(v)? as u8,
            _ => {
                let text = "tcsetattr: elements of attributes must be characters or integers";
                return Err(vm.type_error(text));
            }
        };
    }
    // SAFETY: changes the structure.
    let speeds = unsafe {
        libc::cfsetispeed(&mut t, flag(4)? as libc::speed_t)
            | libc::cfsetospeed(&mut t, flag(5)? as libc::speed_t)
    };
    check(vm, speeds)?;
    // SAFETY: the structure is valid for the call.
    check(vm, unsafe { libc::tcsetattr(n, when, &t) })
}
fn tcsendbreak(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, duration) = (descriptor(vm, a[0])?, vm.index_c_int(a[1])?);
    // SAFETY: plain numbers.
    check(vm, unsafe { libc::tcsendbreak(n, duration) })
}
fn tcdrain(vm: &Vm, a: &[Value]) -> PyResult {
    let n = descriptor(vm, a[0])?;
    // SAFETY: a plain number.
    check(vm, unsafe { libc::tcdrain(n) })
}
fn tcflush(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, queue) = (descriptor(vm, a[0])?, vm.index_c_int(a[1])?);
    // SAFETY: plain numbers.
    check(vm, unsafe { libc::tcflush(n, queue) })
}
fn tcflow(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, action) = (descriptor(vm, a[0])?, vm.index_c_int(a[1])?);
    // SAFETY: plain numbers.
    check(vm, unsafe { libc::tcflow(n, action) })
}
fn tcgetwinsize(vm: &Vm, a: &[Value]) -> PyResult {
    let n = descriptor(vm, a[0])?;
    // SAFETY: all zeros is a valid `winsize`, which the call fills.
    let mut w: libc::winsize = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    check(vm, unsafe { libc::ioctl(n, libc::TIOCGWINSZ, &mut w) })?;
    Ok(vm.new_tuple(&[Value::int(w.ws_row as i64), Value::int(w.ws_col as i64)]).value())
}
fn tcsetwinsize(vm: &Vm, a: &[Value]) -> PyResult {
    let n = descriptor(vm, a[0])?;
    let size = vm.collect(a[1])?;
    if size.len() != 2 {
        return Err(vm.type_error("tcsetwinsize, arg 2: must be a two-item sequence"));
    }
    // SAFETY: all zeros is a valid `winsize`, which the call fills.
    let mut w: libc::winsize = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    check(vm, unsafe { libc::ioctl(n, libc::TIOCGWINSZ, &mut w) })?;
    (w.ws_row, w.ws_col) = (vm.index_i64(size[0])? as u16, vm.index_i64(size[1])? as u16);
    // SAFETY: the structure is valid for the call.
    check(vm, unsafe { libc::ioctl(n, libc::TIOCSWINSZ, &w) })
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    B0 B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 B2400 B4800 B9600 B19200 B38400 B57600 B115200 B230400
    BRKINT ICRNL IGNBRK IGNCR IGNPAR INLCR INPCK ISTRIP IXANY IXOFF IXON PARMRK IMAXBEL
    OPOST ONLCR OCRNL ONOCR ONLRET OFILL OFDEL NLDLY CRDLY TABDLY BSDLY VTDLY FFDLY TAB3
    CSIZE CS5 CS6 CS7 CS8 CSTOPB CREAD PARENB PARODD HUPCL CLOCAL CRTSCTS
    ECHO ECHOE ECHOK ECHONL ECHOCTL ECHOKE ECHOPRT ICANON IEXTEN ISIG NOFLSH TOSTOP FLUSHO PENDIN
    VINTR VQUIT VERASE VKILL VEOF VTIME VMIN VSTART VSTOP VSUSP VEOL VEOL2 VREPRINT VDISCARD VWERASE VLNEXT
    TCSANOW TCSADRAIN TCSAFLUSH TCIFLUSH TCOFLUSH TCIOFLUSH TCOOFF TCOON TCIOFF TCION
    TIOCGWINSZ TIOCSWINSZ TIOCSTI TIOCSCTTY TIOCNOTTY TIOCGPGRP TIOCSPGRP TIOCOUTQ TIOCEXCL TIOCNXCL
    FIONREAD FIONBIO FIOCLEX FIONCLEX TIOCMGET TIOCMSET TIOCMBIS TIOCMBIC
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for &(name, n) in NUMBERS {
        d.set_str(vm, vm.intern(name), vm.new_int(n));
    }
    d.set_str(vm, vm.intern("NCCS"), Value::int(libc::NCCS as i64));
    let space = vm.new_dict();
    space.set_str(vm, vm.names.__module__, vm.intern("termios").value());
    let bases = vm.new_tuple(&[vm.types.Exception.value()]).value();
    let class = vm.call(vm.types.type_.value(), &[vm.intern("error").value(), bases, space.value()])?;
    vm.hidden.set_str(vm, vm.intern(ERROR), class);
    d.set_str(vm, vm.intern("error"), class);
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "termios",
    doc: "This module provides an interface to the Posix calls for tty I/O control.",
    functions: &[
        function(
            "tcgetattr",
            "($module, fd, /)",
            tcgetattr,
            "Get the tty attributes for file descriptor fd.",
        ),
        function(
            "tcsetattr",
            "($module, fd, when, attributes, /)",
            tcsetattr,
            "Set the tty attributes for file descriptor fd.",
        ),
        function(
            "tcsendbreak",
            "($module, fd, duration, /)",
            tcsendbreak,
            "Send a break on file descriptor fd.",
        ),
        function(
            "tcdrain",
            "($module, fd, /)",
            tcdrain,
            "Wait until all output written to file descriptor fd has been transmitted.",
        ),
        function("tcflush", "($module, fd, queue, /)", tcflush, "Discard queued data on file descriptor fd."),
        function(
            "tcflow",
            "($module, fd, action, /)",
            tcflow,
            "Suspend or resume input or output on file descriptor fd.",
        ),
        function(
            "tcgetwinsize",
            "($module, fd, /)",
            tcgetwinsize,
            "Get the tty winsize for file descriptor fd.",
        ),
        function(
            "tcsetwinsize",
            "($module, fd, winsize, /)",
            tcsetwinsize,
            "Set the tty winsize for file descriptor fd.",
        ),
    ],
    types: &[],
    init: Some(init),
};
