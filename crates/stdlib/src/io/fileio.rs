//! `FileIO`: a raw file descriptor.

use super::{base, size_arg, unsupported, with_bytes};
use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{Args, Gc, Header, PyResult, Slots, Tracer, TypeDef, Value, Vm, method, readonly};

/// A raw file.
#[repr(C)]
pub struct FileIO {
    header: Header,
    /// The descriptor, -1 when closed.
    pub fd: Cell<i32>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    created: Cell<bool>,
    closefd: Cell<bool>,
    /// Unknown (-1), no (0) or yes (1).
    seekable: Cell<i8>,
}

impl Trace for FileIO {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for FileIO {
    const DEF: &'static TypeDef = &DEF;
}

fn this(vm: &Vm, v: Value) -> PyResult<Gc<FileIO>> {
    vm.native::<FileIO>(v).ok_or_else(|| vm.type_error("a FileIO is required"))
}
fn open_fd(vm: &Vm, v: Value) -> PyResult<Gc<FileIO>> {
    let f = this(vm, v)?;
    if f.fd.get() < 0 {
        return Err(vm.value_error("I/O operation on closed file"));
    }
    Ok(f)
}

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm
        .new_native_of(ty, |header| FileIO {
            header,
            fd: Cell::new(-1),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            created: Cell::new(false),
            closefd: Cell::new(true),
            seekable: Cell::new(-1),
        })
        .value())
}

/// A path argument as bytes for the system.
pub fn fs_path(vm: &Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = v.cast::<Str>() {
        if s.as_bytes().contains(&0) {
            return Err(vm.value_error("embedded null byte"));
        }
        if let Some(t) = s.to_str() {
            return Ok(t.as_bytes().to_vec());
        }
        let how = vm.intern("surrogateescape").value();
        let b = super::invoke(vm, v, "encode", &[vm.intern("utf-8").value(), how])?;
        return with_bytes(vm, b, |b| b.to_vec());
    }
    if let Some(b) = v.cast::<Bytes>() {
        if b.as_bytes().contains(&0) {
            return Err(vm.value_error("embedded null byte"));
        }
        return Ok(b.as_bytes().to_vec());
    }
    if let Some(p) = vm.call_special(v, vm.names.__fspath__, &[])? {
        if p.cast::<Str>().is_some() || p.cast::<Bytes>().is_some() {
            return fs_path(vm, p);
        }
        return Err(vm.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            vm.type_name(v),
            vm.type_name(p)
        )));
    }
    Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {}", vm.type_name(v))))
}

fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let f = this(vm, v)?;
    let [file, mode, closefd, opener] =
        args.bind(vm, "FileIO", "(file, mode='r', closefd=True, opener=None)")?;
    let mode_text = match mode.bound() {
        None => "r".to_string(),
        Some(m) => match m.cast::<Str>() {
            Some(s) => s.to_string(),
            None => {
                return Err(
                    vm.type_error(format!("FileIO() argument 'mode' must be str, not {}", vm.type_name(m)))
                );
            }
        },
    };
    let closefd = closefd.bound().map_or(Ok(true), |c| vm.truth(c))?;
    let (mut r, mut w, mut a, mut x, mut plus, mut kinds) = (false, false, false, false, false, 0);
    for c in mode_text.chars() {
        match c {
            'r' => (r, kinds) = (true, kinds + 1),
            'w' => (w, kinds) = (true, kinds + 1),
            'a' => (a, kinds) = (true, kinds + 1),
            'x' => (x, kinds) = (true, kinds + 1),
            '+' if !plus => plus = true,
            'b' => {}
            _ => return Err(vm.value_error(format!("invalid mode: {mode_text}"))),
        }
    }
    if kinds != 1 {
        return Err(
            vm.value_error("Must have exactly one of create/read/write/append mode and at most one plus")
        );
    }
    if f.fd.get() >= 0 && f.closefd.get() {
        // SAFETY: closing a descriptor of ours.
        unsafe { libc::close(f.fd.get()) };
        f.fd.set(-1);
    }
    f.readable.set(r || plus);
    f.writable.set(!r || plus);
    f.appending.set(a);
    f.created.set(x);
    f.closefd.set(closefd);
    f.seekable.set(-1);
    let mut flags = libc::O_CLOEXEC
        | match (f.readable.get(), f.writable.get()) {
            (true, true) => libc::O_RDWR,
            (false, true) => libc::O_WRONLY,
            _ => libc::O_RDONLY,
        };
    if w {
        flags |= libc::O_CREAT | libc::O_TRUNC;
    }
    if a {
        flags |= libc::O_CREAT | libc::O_APPEND;
    }
    if x {
        flags |= libc::O_CREAT | libc::O_EXCL;
    }
    if file.is_float() {
        return Err(vm.type_error("integer argument expected, got float"));
    }
    let number = if file.cast::<Str>().is_none() && vm.class_of(file).slots.index.get().is_some() {
        Some(vm.index_i64(file)?)
    } else {
        None
    };
    let fd = match number {
        Some(n) if n < 0 => return Err(vm.value_error("negative file descriptor")),
        Some(n) => n as i32,
        None if !closefd => {
            return Err(vm.value_error("Cannot use closefd=False with file name"));
        }
        None if !opener.is_unbound() && !opener.is_none() => {
            let got = vm.call(opener, &[file, Value::int(flags as i64)])?;
            if vm.class_of(got).slots.index.get().is_none() {
                return Err(vm.type_error("expected integer from opener"));
            }
            let n = vm.index_i64(got)?;
            if n < 0 {
                return Err(vm.value_error(format!("opener returned {n}")));
            }
            n as i32
        }
        None => {
            let path = std::ffi::CString::new(fs_path(vm, file)?).expect("no zero byte in paths");
            loop {
                // SAFETY: a C string and plain numbers.
                let fd = unsafe { libc::open(path.as_ptr(), flags, 0o666) };
                if fd >= 0 {
                    break fd;
                }
                let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
                if errno != libc::EINTR {
                    return Err(vm.os_error_for(errno, file, Value::UNBOUND));
                }
                vm.check_signals()?;
            }
        }
    };
    // SAFETY: `st` is filled in by a successful fstat.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        if libc::fstat(fd, &mut st) == 0 {
            if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
                if number.is_none() {
                    libc::close(fd);
                }
                return Err(vm.os_error_for(libc::EISDIR, file, Value::UNBOUND));
            }
        } else {
            let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
            if errno == libc::EBADF {
                return Err(vm.os_error_for(errno, Value::UNBOUND, Value::UNBOUND));
            }
        }
    }
    f.fd.set(fd);
    vm.set_attr(v, vm.intern("name"), file)?;
    if a {
        // SAFETY: a plain system call.
        unsafe { libc::lseek(fd, 0, libc::SEEK_END) };
    }
    Ok(())
}

impl FileIO {
    /// Reads into `buf`: `None` where a non-blocking descriptor has nothing.
    pub fn read_into(&self, vm: &Vm, buf: &mut [u8]) -> PyResult<Option<usize>> {
        loop {
            // SAFETY: the buffer is writable for its length.
            let n = unsafe { libc::read(self.fd.get(), buf.as_mut_ptr().cast(), buf.len()) };
            if n >= 0 {
                return Ok(Some(n as usize));
            }
            match std::io::Error::last_os_error().raw_os_error().unwrap_or(0) {
                libc::EINTR => vm.check_signals()?,
                libc::EAGAIN => return Ok(None),
                errno => return Err(vm.os_error_for(errno, Value::UNBOUND, Value::UNBOUND)),
            }
        }
    }
    /// Writes once: `None` where a non-blocking descriptor takes nothing.
    pub fn write_from(&self, vm: &Vm, buf: &[u8]) -> PyResult<Option<usize>> {
        loop {
            // SAFETY: the buffer is readable for its length.
            let n = unsafe { libc::write(self.fd.get(), buf.as_ptr().cast(), buf.len()) };
            if n >= 0 {
                return Ok(Some(n as usize));
            }
            match std::io::Error::last_os_error().raw_os_error().unwrap_or(0) {
                libc::EINTR => vm.check_signals()?,
                libc::EAGAIN => return Ok(None),
                errno => return Err(vm.os_error_for(errno, Value::UNBOUND, Value::UNBOUND)),
            }
        }
    }
    /// Is it open?
    pub fn is_open(&self) -> bool {
        self.fd.get() >= 0
    }
}

fn need(vm: &Vm, ok: bool, action: &str) -> PyResult<()> {
    if ok { Ok(()) } else { Err(unsupported(vm, &format!("File not open for {action}"))) }
}

fn read(vm: &Vm, a: &[Value]) -> PyResult {
    let f = open_fd(vm, a[0])?;
    need(vm, f.readable.get(), "reading")?;
    let Some(n) = size_arg(vm, a[1])? else { return readall(vm, &a[..1]) };
    vm.check_hint(n)?;
    let mut buf = vm.zeroed(n.min(1 << 30))?;
    Ok(match f.read_into(vm, &mut buf)? {
        Some(n) => vm.new_bytes(&buf[..n]).value(),
        None => Value::NONE,
    })
}
fn readall(vm: &Vm, a: &[Value]) -> PyResult {
    let f = open_fd(vm, a[0])?;
    need(vm, f.readable.get(), "reading")?;
    let mut all = vec![];
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match f.read_into(vm, &mut chunk)? {
            Some(0) => break,
            Some(n) => {
                vm.room(&mut all, n)?;
                all.extend_from_slice(&chunk[..n]);
            }
            None if all.is_empty() => return Ok(Value::NONE),
            None => break,
        }
    }
    Ok(vm.new_bytes_vec(all)?.value())
}
fn readinto(vm: &Vm, a: &[Value]) -> PyResult {
    let f = open_fd(vm, a[0])?;
    need(vm, f.readable.get(), "reading")?;
    let (_, len) = super::writable(vm, a[1])?;
    let mut buf = vm.zeroed(len)?;
    Ok(match f.read_into(vm, &mut buf)? {
        Some(n) => vm.new_int(super::write_into(vm, a[1], &buf[..n])? as i64),
        None => Value::NONE,
    })
}
fn write(vm: &Vm, a: &[Value]) -> PyResult {
    let f = open_fd(vm, a[0])?;
    need(vm, f.writable.get(), "writing")?;
    let data = with_bytes(vm, a[1], |b| b.to_vec())?;
    Ok(f.write_from(vm, &data)?.map_or(Value::NONE, |n| vm.new_int(n as i64)))
}
fn lseek(vm: &Vm, f: Gc<FileIO>, offset: i64, whence: i32) -> PyResult<i64> {
    // SAFETY: a plain system call.
    let n = unsafe { libc::lseek(f.fd.get(), offset, whence) };
    if n < 0 { Err(vm.last_os_error()) } else { Ok(n) }
}
fn seek(vm: &Vm, a: &[Value]) -> PyResult {
    let f = open_fd(vm, a[0])?;
    if a[1].is_float() {
        return Err(vm.type_error("'float' object cannot be interpreted as an integer"));
    }
    let whence = a[2].bound().map_or(Ok(0), |w| vm.index_i64(w))?;
    Ok(vm.new_int(lseek(vm, f, vm.index_i64(a[1])?, whence as i32)?))
}
fn tell(vm: &Vm, a: &[Value]) -> PyResult {
    let f = open_fd(vm, a[0])?;
    Ok(vm.new_int(lseek(vm, f, 0, libc::SEEK_CUR)?))
}
fn truncate(vm: &Vm, a: &[Value]) -> PyResult {
    let f = open_fd(vm, a[0])?;
    need(vm, f.writable.get(), "writing")?;
    let size = match a[1].bound().filter(|v| !v.is_none()) {
        Some(v) => vm.index_i64(v)?,
        None => lseek(vm, f, 0, libc::SEEK_CUR)?,
    };
    // SAFETY: a plain system call.
    if unsafe { libc::ftruncate(f.fd.get(), size) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(vm.new_int(size))
}
fn close(vm: &Vm, a: &[Value]) -> PyResult {
    let f = this(vm, a[0])?;
    let r = base::close(vm, &a[..1]);
    if f.fd.get() >= 0 {
        let fd = f.fd.replace(-1);
        if f.closefd.get() {
            // SAFETY: closing a descriptor of ours.
            if unsafe { libc::close(fd) } < 0 {
                r?;
                return Err(vm.last_os_error());
            }
        }
    }
    r
}
fn fileno(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(open_fd(vm, a[0])?.fd.get() as i64))
}
fn isatty(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: a plain system call.
    Ok(Value::bool(unsafe { libc::isatty(open_fd(vm, a[0])?.fd.get()) } == 1))
}
fn readable(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(open_fd(vm, a[0])?.readable.get()))
}
fn writable(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(open_fd(vm, a[0])?.writable.get()))
}
fn seekable(vm: &Vm, a: &[Value]) -> PyResult {
    let f = open_fd(vm, a[0])?;
    if f.seekable.get() < 0 {
        // SAFETY: a plain system call.
        f.seekable.set((unsafe { libc::lseek(f.fd.get(), 0, libc::SEEK_CUR) } >= 0) as i8);
    }
    Ok(Value::bool(f.seekable.get() == 1))
}
fn get_closed(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(!this(vm, v)?.is_open()))
}
fn get_closefd(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(this(vm, v)?.closefd.get()))
}
fn mode_text(f: Gc<FileIO>) -> &'static str {
    match (f.created.get(), f.appending.get(), f.readable.get(), f.writable.get()) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    }
}
fn get_mode(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.intern(mode_text(this(vm, v)?)).value())
}
fn get_blksize(_: &Vm, _: Value) -> PyResult {
    Ok(Value::int(super::DEFAULT_BUFFER_SIZE as i64))
}
fn isatty_open_only(vm: &Vm, a: &[Value]) -> PyResult {
    isatty(vm, a)
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let f = this(vm, v)?;
    let ty = vm.class_of(v).short_name();
    if !f.is_open() {
        return Ok(vm.new_str(&format!("<_io.{ty} [closed]>")).value());
    }
    let closefd = if f.closefd.get() { "True" } else { "False" };
    let text = match vm.get_attr_opt(v, vm.intern("name"))? {
        Some(n) => format!("<_io.{ty} name={} mode='{}' closefd={closefd}>", vm.repr(n)?, mode_text(f)),
        None => format!("<_io.{ty} fd={} mode='{}' closefd={closefd}>", f.fd.get(), mode_text(f)),
    };
    Ok(vm.new_str(&text).value())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "FileIO",
    module: "_io",
    base: Some(&base::RAWIOBASE),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::EMPTY },
    methods: &[
        method("read", "($self, size=-1, /)", read, "Read at most size bytes, returned as bytes."),
        method("readall", "($self, /)", readall, "Read all data from the file, returned as bytes."),
        method("readinto", "($self, buffer, /)", readinto, "Same as RawIOBase.readinto()."),
        method("write", "($self, b, /)", write, "Write buffer b to file, return number of bytes written."),
        method(
            "seek",
            "($self, pos, whence=0, /)",
            seek,
            "Move to new file position and return the file position.",
        ),
        method("tell", "($self, /)", tell, "Current file position."),
        method(
            "truncate",
            "($self, size=None, /)",
            truncate,
            "Truncate the file to at most size bytes and return the truncated size.",
        ),
        method("close", "($self, /)", close, "Close the file."),
        method("seekable", "($self, /)", seekable, "True if file supports random-access."),
        method("readable", "($self, /)", readable, "True if file was opened in a read mode."),
        method("writable", "($self, /)", writable, "True if file was opened in a write mode."),
        method("fileno", "($self, /)", fileno, "Return the underlying file descriptor (an integer)."),
        method("isatty", "($self, /)", isatty, "True if the file is connected to a TTY device."),
        method("_isatty_open_only", "($self, /)", isatty_open_only, ""),
    ],
    getset: &[
        readonly("closed", get_closed, "True if the file is closed"),
        readonly("closefd", get_closefd, "True if the file descriptor will be closed by close()."),
        readonly("mode", get_mode, "String giving the file mode"),
        readonly("_blksize", get_blksize, ""),
    ],
    doc: "Open a file.",
    ..TypeDef::native::<FileIO>()
};
