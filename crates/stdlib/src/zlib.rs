//! `zlib`: compression and checksums, by the Rust implementation of zlib.
//!
//! A [`Stream`] owns zlib's state; its pointers into Python's buffers are set for one call and never kept. Output grows
//! in a Rust vector, so that no Python code runs while a stream works.

use libz_rs_sys as z;
use std::cell::{Cell, RefCell};
use std::ffi::CStr;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::exception::types as exc;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, Header, MethodDef, PyResult, Raised, Slot, Slots, Tracer, TypeDef, Value, Vm, function, method,
    readonly,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "zlib",
    doc: "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};

static ERROR: TypeDef = TypeDef {
    name: "error",
    module: "zlib",
    base: Some(&exc::Exception_),
    kind: taipan_runtime::kinds::EXCEPTION,
    size: size_of::<Exception>(),
    flags: flag::BASETYPE | flag::HAS_DICT,
    ..TypeDef::EMPTY
};

const DEF_BUF_SIZE: usize = 16 * 1024;

static NUMBERS: &[(&str, i64)] = &[
    ("MAX_WBITS", 15),
    ("DEFLATED", 8),
    ("DEF_MEM_LEVEL", 8),
    ("DEF_BUF_SIZE", DEF_BUF_SIZE as i64),
    ("Z_NO_COMPRESSION", 0),
    ("Z_BEST_SPEED", 1),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_FILTERED", 1),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_RLE", 3),
    ("Z_FIXED", 4),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_SYNC_FLUSH", 2),
    ("Z_FULL_FLUSH", 3),
    ("Z_FINISH", 4),
    ("Z_BLOCK", 5),
    ("Z_TREES", 6),
];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for &(name, n) in NUMBERS {
        d.set_str(vm, vm.intern(name), Value::int(n));
    }
    // SAFETY: the library's own static text.
    let version = unsafe { CStr::from_ptr(z::zlibVersion()) }.to_string_lossy().into_owned();
    // What comes after a dash names the implementation; scripts compare numbers.
    let version = vm.new_str(version.split('-').next().unwrap_or_default()).value();
    d.set_str(vm, vm.intern("ZLIB_VERSION"), version);
    d.set_str(vm, vm.intern("ZLIB_RUNTIME_VERSION"), version);
    d.set_str(vm, vm.intern("error"), vm.type_of_def(&ERROR).value());
    d.set_str(vm, vm.intern("_ZlibDecompressor"), vm.type_of_def(&BUFFERED).value());
    Ok(())
}

/// zlib's state, for either direction.
struct Stream {
    raw: Box<z::z_stream>,
    deflates: bool,
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: initialised by `deflater` or `inflater`.
        unsafe {
            if self.deflates {
                z::deflateEnd(&mut *self.raw);
            } else {
                z::inflateEnd(&mut *self.raw);
            }
        }
    }
}

/// Why a step of a stream ended.
type Code = i32;

impl Stream {
    fn blank() -> Box<z::z_stream> {
        // SAFETY: null pointers, zero counts and no allocator functions: what zlib asks for before initialisation.
        Box::new(unsafe { std::mem::zeroed() })
    }
    fn deflater(level: i32, method: i32, wbits: i32, mem: i32, strategy: i32) -> Result<Stream, Code> {
        let mut raw = Stream::blank();
        let size = size_of::<z::z_stream>() as i32;
        // SAFETY: a blank stream; version and size are the library's own.
        let r = unsafe {
            z::deflateInit2_(&mut *raw, level, method, wbits, mem, strategy, z::zlibVersion(), size)
        };
        if r == z::Z_OK { Ok(Stream { raw, deflates: true }) } else { Err(r) }
    }
    fn inflater(wbits: i32) -> Result<Stream, Code> {
        let mut raw = Stream::blank();
        let size = size_of::<z::z_stream>() as i32;
        // SAFETY: as above.
        let r = unsafe { z::inflateInit2_(&mut *raw, wbits, z::zlibVersion(), size) };
        if r == z::Z_OK { Ok(Stream { raw, deflates: false }) } else { Err(r) }
    }
    fn set_dictionary(&mut self, d: &[u8]) -> Code {
        let n = d.len().min(u32::MAX as usize) as u32;
        // SAFETY: an initialised stream and readable bytes.
        unsafe {
            if self.deflates {
                z::deflateSetDictionary(&mut *self.raw, d.as_ptr(), n)
            } else {
                z::inflateSetDictionary(&mut *self.raw, d.as_ptr(), n)
            }
        }
    }
    fn copy(&mut self) -> Result<Stream, Code> {
        let mut raw = Stream::blank();
        // The copy of an inflater asks for some output buffer, which it does not touch.
        let mut room = 0u8;
        self.raw.next_out = &raw mut room;
        // SAFETY: initialised source, blank target.
        let r = unsafe {
            if self.deflates {
                z::deflateCopy(&mut *raw, &mut *self.raw)
            } else {
                z::inflateCopy(&mut *raw, &*self.raw)
            }
        };
        self.raw.next_out = std::ptr::null_mut();
        raw.next_out = std::ptr::null_mut();
        if r == z::Z_OK { Ok(Stream { raw, deflates: self.deflates }) } else { Err(r) }
    }
    /// Works on `input` until it is used up, the stream ends, something fails, or `out` holds `most` bytes. Answers
    /// the last code and how much input was used.
    fn run(&mut self, input: &[u8], out: &mut Vec<u8>, most: usize, flush: i32) -> (Code, usize) {
        let mut used = 0;
        loop {
            let piece = &input[used..];
            let n = piece.len().min(1 << 30);
            let last = n == piece.len();
            let room = DEF_BUF_SIZE.max(out.len()).min(most - out.len()).min(1 << 30);
            let had = out.len();
            out.resize(had + room, 0);
            let s = &mut *self.raw;
            s.next_in = piece.as_ptr().cast_mut();
            s.avail_in = n as u32;
            s.next_out = out[had..].as_mut_ptr();
            s.avail_out = room as u32;
            let how = if last { flush } else { z::Z_NO_FLUSH };
            // SAFETY: an initialised stream; both buffers are as long as said and outlive the call.
            let code = unsafe {
                if self.deflates { z::deflate(&mut *self.raw, how) } else { z::inflate(&mut *self.raw, how) }
            };
            let s = &mut *self.raw;
            used += n - s.avail_in as usize;
            let full = s.avail_out == 0;
            out.truncate(had + room - s.avail_out as usize);
            // Nothing dangles between calls.
            (s.next_in, s.next_out, s.avail_in, s.avail_out) =
                (std::ptr::null_mut(), std::ptr::null_mut(), 0, 0);
            let goes_on = code == z::Z_OK || code == z::Z_BUF_ERROR;
            if !goes_on || out.len() >= most || (!full && (last || code == z::Z_BUF_ERROR)) {
                return (code, used);
            }
        }
    }
    fn message(&self) -> Option<String> {
        // SAFETY: null or a static C string of the library.
        unsafe {
            let m = self.raw.msg;
            (!m.is_null()).then(|| CStr::from_ptr(m).to_string_lossy().into_owned())
        }
    }
}

#[cold]
fn error(vm: &Vm, message: &str) -> Raised {
    vm.new_exception(vm.type_of_def(&ERROR), message)
}
#[cold]
fn failed(vm: &Vm, stream: Option<&Stream>, code: Code, doing: &str) -> Raised {
    let known = match code {
        z::Z_BUF_ERROR => Some("incomplete or truncated stream"),
        z::Z_STREAM_ERROR => Some("inconsistent stream state"),
        z::Z_DATA_ERROR => Some("invalid input data"),
        _ => None,
    };
    let text = stream.and_then(Stream::message).or(known.map(str::to_string));
    error(
        vm,
        &match text {
            Some(t) => format!("Error {code} {doing}: {t}"),
            None => format!("Error {code} {doing}"),
        },
    )
}

fn int(vm: &Vm, v: Value, default: i32) -> PyResult<i32> {
    let n = crate::posix::int_or(vm, v, default as i64)?;
    i32::try_from(n).map_err(|_| vm.overflow_error("Python int too large to convert to C int"))
}
fn size(vm: &Vm, v: Value, default: i64) -> PyResult<i64> {
    crate::posix::int_or(vm, v, default)
}
fn out_bytes(vm: &Vm, out: Vec<u8>) -> PyResult {
    vm.new_bytes_vec(out).map(Gc::value)
}

fn compress(vm: &Vm, a: &[Value]) -> PyResult {
    let data = vm.get_buffer(a[0])?;
    let (level, wbits) = (int(vm, a[1], -1)?, int(vm, a[2], 15)?);
    let mut s = Stream::deflater(level, 8, wbits, 8, 0).map_err(|code| match code {
        z::Z_STREAM_ERROR => error(vm, "Bad compression level"),
        z::Z_MEM_ERROR => vm.memory_error(),
        code => failed(vm, None, code, "while compressing data"),
    })?;
    let mut out = vec![];
    match s.run(&data, &mut out, usize::MAX, z::Z_FINISH) {
        (z::Z_STREAM_END, _) => out_bytes(vm, out),
        (code, _) => Err(failed(vm, Some(&s), code, "while compressing data")),
    }
}
fn decompress(vm: &Vm, a: &[Value]) -> PyResult {
    let data = vm.get_buffer(a[0])?;
    let wbits = int(vm, a[1], 15)?;
    if size(vm, a[2], 1)? < 0 {
        return Err(vm.value_error("bufsize must be non-negative"));
    }
    let mut s = Stream::inflater(wbits)
        .map_err(|code| failed(vm, None, code, "while preparing to decompress data"))?;
    let mut out = vec![];
    match s.run(&data, &mut out, usize::MAX, z::Z_SYNC_FLUSH) {
        (z::Z_STREAM_END, _) => out_bytes(vm, out),
        (z::Z_OK, _) => Err(failed(vm, Some(&s), z::Z_BUF_ERROR, "while decompressing data")),
        (z::Z_NEED_DICT, _) => Err(error(vm, "Error 2 while decompressing data")),
        (code, _) => Err(failed(vm, Some(&s), code, "while decompressing data")),
    }
}
fn check_value(vm: &Vm, v: Value, default: u32) -> PyResult<u32> {
    match v.bound() {
        None => Ok(default),
        Some(v) => {
            let mask = vm.new_int(0xffff_ffff);
            let n = vm.index(v)?;
            let n = vm.call_method(n, vm.intern("__and__"), &[mask])?;
            Ok(vm.index_i64(n)? as u32)
        }
    }
}
fn crc32(vm: &Vm, a: &[Value]) -> PyResult {
    let (data, start) = (vm.get_buffer(a[0])?, check_value(vm, a[1], 0)?);
    // SAFETY: readable bytes.
    Ok(Value::int(unsafe { z::crc32_z(start as _, data.as_ptr(), data.len() as _) } as i64))
}
fn adler32(vm: &Vm, a: &[Value]) -> PyResult {
    let (data, start) = (vm.get_buffer(a[0])?, check_value(vm, a[1], 1)?);
    // SAFETY: readable bytes (zlib resets for a null pointer, which slices never have).
    Ok(Value::int(unsafe { z::adler32_z(start as _, data.as_ptr(), data.len() as _) } as i64))
}

/// A `Compress` object.
#[repr(C)]
struct Compress {
    header: Header,
    /// `None` once finished.
    stream: RefCell<Option<Stream>>,
}
impl Trace for Compress {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, begins with a header, created with its definition.
unsafe impl NativeObject for Compress {
    const DEF: &'static TypeDef = &COMPRESS;
}
fn this_compress(vm: &Vm, v: Value) -> PyResult<Gc<Compress>> {
    vm.native::<Compress>(v).ok_or_else(|| vm.type_error("a Compress object is required"))
}
fn compressobj(vm: &Vm, a: &[Value]) -> PyResult {
    let n = |i: usize, d: i32| int(vm, a[i], d);
    let dictionary = a[5].bound().map(|v| vm.get_buffer(v).map(|b| b.to_vec())).transpose()?;
    let mut s =
        Stream::deflater(n(0, -1)?, n(1, 8)?, n(2, 15)?, n(3, 8)?, n(4, 0)?).map_err(|code| match code {
            z::Z_STREAM_ERROR => vm.value_error("Invalid initialization option"),
            z::Z_MEM_ERROR => vm.memory_error(),
            code => failed(vm, None, code, "while creating compression object"),
        })?;
    if let Some(d) = dictionary
        && s.set_dictionary(&d) != z::Z_OK
    {
        return Err(vm.value_error("Invalid dictionary"));
    }
    Ok(vm.new_native::<Compress>(|header| Compress { header, stream: RefCell::new(Some(s)) }).value())
}
fn compress_more(vm: &Vm, a: &[Value]) -> PyResult {
    let c = this_compress(vm, a[0])?;
    let data = vm.get_buffer(a[1])?;
    let mut s = c.stream.borrow_mut();
    let Some(s) = s.as_mut() else {
        return Err(failed(vm, None, z::Z_STREAM_ERROR, "while compressing data"));
    };
    let mut out = vec![];
    match s.run(&data, &mut out, usize::MAX, z::Z_NO_FLUSH) {
        (z::Z_OK | z::Z_BUF_ERROR, _) => out_bytes(vm, out),
        (code, _) => Err(failed(vm, Some(s), code, "while compressing data")),
    }
}
fn compress_flush(vm: &Vm, a: &[Value]) -> PyResult {
    let c = this_compress(vm, a[0])?;
    let mode = int(vm, a[1], z::Z_FINISH)?;
    if mode == z::Z_NO_FLUSH {
        return Ok(vm.new_bytes(&[]).value());
    }
    let mut slot = c.stream.borrow_mut();
    let Some(s) = slot.as_mut() else {
        return Err(failed(vm, None, z::Z_STREAM_ERROR, "while flushing"));
    };
    let mut out = vec![];
    let (code, _) = s.run(&[], &mut out, usize::MAX, mode);
    match code {
        z::Z_STREAM_END if mode == z::Z_FINISH => *slot = None,
        z::Z_OK | z::Z_BUF_ERROR => {}
        code => return Err(failed(vm, Some(s), code, "while flushing")),
    }
    out_bytes(vm, out)
}
fn compress_copy(vm: &Vm, a: &[Value]) -> PyResult {
    let c = this_compress(vm, a[0])?;
    let mut s = c.stream.borrow_mut();
    let Some(s) = s.as_mut() else { return Err(vm.value_error("Inconsistent stream state")) };
    let s = s.copy().map_err(|_| vm.value_error("Inconsistent stream state"))?;
    Ok(vm.new_native::<Compress>(|header| Compress { header, stream: RefCell::new(Some(s)) }).value())
}
static COMPRESS: TypeDef = TypeDef {
    name: "Compress",
    module: "zlib",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    methods: &[
        method(
            "compress",
            "($self, data, /)",
            compress_more,
            "Returns a bytes object containing compressed data.",
        ),
        method(
            "flush",
            "($self, mode=zlib.Z_FINISH, /)",
            compress_flush,
            "Return a bytes object containing any remaining compressed data.",
        ),
        method("copy", "($self, /)", compress_copy, "Return a copy of the compression object."),
        method("__copy__", "($self, /)", compress_copy, ""),
        method("__deepcopy__", "($self, memo, /)", compress_copy, ""),
    ],
    ..TypeDef::native::<Compress>()
};

/// A `Decompress` object, or a `_ZlibDecompressor`, which keeps its own rest of the input.
#[repr(C)]
struct Decompress {
    header: Header,
    stream: RefCell<Stream>,
    dictionary: RefCell<Option<Vec<u8>>>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
    unused: Slot<Value>,
    tail: Slot<Value>,
}
impl Trace for Decompress {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.unused);
        t.slot(&self.tail);
    }
}
// SAFETY: `repr(C)`, begins with a header, both types use this layout.
unsafe impl NativeObject for Decompress {
    const DEF: &'static TypeDef = &LAYOUT;
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<Decompress>> {
    vm.native::<Decompress>(v).ok_or_else(|| vm.type_error("a Decompress object is required"))
}
fn new_decompress(vm: &Vm, ty: Gc<Type>, wbits: Value, dictionary: Value) -> PyResult {
    let wbits = int(vm, wbits, 15)?;
    let dictionary = match dictionary.bound() {
        None => None,
        Some(v) if !vm.has_buffer(v) => {
            return Err(vm.type_error("zdict argument must support the buffer protocol"));
        }
        Some(v) => Some(vm.get_buffer(v)?.to_vec()),
    };
    let mut s = Stream::inflater(wbits).map_err(|code| match code {
        z::Z_STREAM_ERROR => vm.value_error("Invalid initialization option"),
        z::Z_MEM_ERROR => vm.memory_error(),
        code => failed(vm, None, code, "while creating decompression object"),
    })?;
    if wbits < 0
        && let Some(d) = &dictionary
    {
        let code = s.set_dictionary(d);
        if code != z::Z_OK {
            return Err(failed(vm, Some(&s), code, "while setting zdict"));
        }
    }
    let empty = vm.new_bytes(&[]).value();
    Ok(vm
        .new_native_of(ty, |header| Decompress {
            header,
            stream: RefCell::new(s),
            dictionary: RefCell::new(dictionary),
            eof: Cell::new(false),
            needs_input: Cell::new(true),
            unused: Slot::new(empty),
            tail: Slot::new(empty),
        })
        .value())
}
fn decompressobj(vm: &Vm, a: &[Value]) -> PyResult {
    new_decompress(vm, vm.type_of_def(&DECOMPRESS), a[0], a[1])
}
/// Inflates with the dictionary set where the stream asks for it.
fn inflate(vm: &Vm, d: &Decompress, input: &[u8], out: &mut Vec<u8>, most: usize) -> PyResult<(Code, usize)> {
    let mut s = d.stream.borrow_mut();
    let (mut code, mut used) = s.run(input, out, most, z::Z_SYNC_FLUSH);
    if code == z::Z_NEED_DICT
        && let Some(dictionary) = &*d.dictionary.borrow()
    {
        let r = s.set_dictionary(dictionary);
        if r != z::Z_OK {
            return Err(failed(vm, Some(&s), r, "while setting zdict"));
        }
        let more;
        (code, more) = s.run(&input[used..], out, most, z::Z_SYNC_FLUSH);
        used += more;
    }
    match code {
        z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => Ok((code, used)),
        code => Err(failed(vm, Some(&s), code, "while decompressing data")),
    }
}
/// Where the rest of the input goes.
fn keep_rest(vm: &Vm, d: Gc<Decompress>, code: Code, rest: &[u8]) {
    if code == z::Z_STREAM_END {
        d.eof.set(true);
        if !rest.is_empty() {
            let mut all = vm.get_buffer(d.unused.get()).map_or(vec![], |b| b.to_vec());
            all.extend_from_slice(rest);
            d.unused.set(d, vm.new_bytes(&all).value());
        }
    }
    let tail = if code == z::Z_STREAM_END { &[][..] } else { rest };
    d.tail.set(d, vm.new_bytes(tail).value());
}
fn decompress_more(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(vm, a[0])?;
    let data = vm.get_buffer(a[1])?;
    let most = size(vm, a[2], 0)?;
    if most < 0 {
        return Err(vm.value_error("max_length must be non-negative"));
    }
    let most = if most == 0 { usize::MAX } else { most as usize };
    if d.eof.get() {
        keep_rest(vm, d, z::Z_STREAM_END, &data);
        return Ok(vm.new_bytes(&[]).value());
    }
    let mut out = vec![];
    let (code, used) = inflate(vm, &d, &data, &mut out, most)?;
    keep_rest(vm, d, code, &data[used..]);
    out_bytes(vm, out)
}
fn decompress_flush(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(vm, a[0])?;
    if size(vm, a[1], 1)? <= 0 {
        return Err(vm.value_error("length must be greater than zero"));
    }
    if d.eof.get() {
        return Ok(vm.new_bytes(&[]).value());
    }
    let data = vm.get_buffer(d.tail.get())?.to_vec();
    let mut out = vec![];
    let (code, used) = inflate(vm, &d, &data, &mut out, usize::MAX)?;
    keep_rest(vm, d, code, &data[used..]);
    out_bytes(vm, out)
}
fn decompress_copy(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(vm, a[0])?;
    if d.eof.get() {
        return Err(vm.value_error("Inconsistent stream state"));
    }
    let s = d.stream.borrow_mut().copy().map_err(|_| vm.value_error("Inconsistent stream state"))?;
    let ty = vm.class_of(a[0]);
    Ok(vm
        .new_native_of(ty, |header| Decompress {
            header,
            stream: RefCell::new(s),
            dictionary: RefCell::new(d.dictionary.borrow().clone()),
            eof: Cell::new(false),
            needs_input: Cell::new(true),
            unused: Slot::new(d.unused.get()),
            tail: Slot::new(d.tail.get()),
        })
        .value())
}
static LAYOUT: TypeDef =
    TypeDef { name: "_decompress_layout", module: "zlib", ..TypeDef::native::<Decompress>() };
static DECOMPRESS: TypeDef = TypeDef {
    name: "Decompress",
    module: "zlib",
    base: Some(&LAYOUT),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    methods: &[
        method(
            "decompress",
            "($self, data, /, max_length=0)",
            decompress_more,
            "Return a bytes object containing the decompressed version of the data.",
        ),
        method(
            "flush",
            "($self, length=zlib.DEF_BUF_SIZE, /)",
            decompress_flush,
            "Return a bytes object containing any remaining decompressed data.",
        ),
        method("copy", "($self, /)", decompress_copy, "Return a copy of the decompression object."),
        method("__copy__", "($self, /)", decompress_copy, ""),
        method("__deepcopy__", "($self, memo, /)", decompress_copy, ""),
    ],
    getset: &[
        readonly("unused_data", |vm, v| Ok(this(vm, v)?.unused.get()), ""),
        readonly("unconsumed_tail", |vm, v| Ok(this(vm, v)?.tail.get()), ""),
        readonly("eof", |vm, v| Ok(Value::bool(this(vm, v)?.eof.get())), ""),
    ],
    ..TypeDef::native::<Decompress>()
};

fn buffered_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [wbits, dictionary] = args.bind(vm, "_ZlibDecompressor", "(wbits=MAX_WBITS, zdict=b'')")?;
    new_decompress(vm, ty, wbits, dictionary)
}
/// Input that did not fit under `max_length` is kept for the next call.
fn buffered_decompress(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(vm, a[0])?;
    if d.eof.get() {
        return Err(vm.eof_error("End of stream already reached"));
    }
    let most = size(vm, a[2], -1)?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut data = vm.get_buffer(d.tail.get())?.to_vec();
    data.extend_from_slice(&vm.get_buffer(a[1])?);
    let mut out = vec![];
    let (code, used) = if most == 0 { (z::Z_OK, 0) } else { inflate(vm, &d, &data, &mut out, most)? };
    keep_rest(vm, d, code, &data[used..]);
    d.needs_input.set(!d.eof.get() && used == data.len() && out.len() < most);
    out_bytes(vm, out)
}
static BUFFERED: TypeDef = TypeDef {
    name: "_ZlibDecompressor",
    module: "zlib",
    base: Some(&LAYOUT),
    flags: flag::IMMUTABLE,
    slots: Slots { new: Some(buffered_new), ..Slots::EMPTY },
    methods: &[method(
        "decompress",
        "($self, /, data, max_length=-1)",
        buffered_decompress,
        "Decompress *data*, returning uncompressed data as bytes.",
    )],
    getset: &[
        readonly(
            "unused_data",
            |vm, v| Ok(this(vm, v)?.unused.get()),
            "Data found after the end of the compressed stream.",
        ),
        readonly(
            "eof",
            |vm, v| Ok(Value::bool(this(vm, v)?.eof.get())),
            "True if the end-of-stream marker has been reached.",
        ),
        readonly(
            "needs_input",
            |vm, v| Ok(Value::bool(this(vm, v)?.needs_input.get())),
            "True if more input is needed before more decompressed data can be produced.",
        ),
    ],
    doc: "_ZlibDecompressor(wbits=15, zdict=b'')\n--\n\nCreate a decompressor object for decompressing data incrementally.",
    ..TypeDef::native::<Decompress>()
};

static FUNCTIONS: &[MethodDef] = &[
    function(
        "compress",
        "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)",
        compress,
        "Returns a bytes object containing compressed data.",
    ),
    function(
        "decompress",
        "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
        decompress,
        "Returns a bytes object containing the uncompressed data.",
    ),
    function(
        "compressobj",
        "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, \
         strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)",
        compressobj,
        "Return a compressor object.",
    ),
    function(
        "decompressobj",
        "($module, /, wbits=MAX_WBITS, zdict=b'')",
        decompressobj,
        "Return a decompressor object.",
    ),
    function("crc32", "($module, data, value=0, /)", crc32, "Compute a CRC-32 checksum of data."),
    function("adler32", "($module, data, value=1, /)", adler32, "Compute an Adler-32 checksum of data."),
];
