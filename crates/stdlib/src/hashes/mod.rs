//! Message digests: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`, and `_hashlib` with key derivation and HMAC.
//!
//! `engine.rs` has the algorithms (of the RustCrypto and blake2_simd crates), `blake2.rs` the parameters of BLAKE2,
//! `hashlib.rs` what `hashlib` and `hmac` take from OpenSSL in CPython. All hash objects share one layout, [`Hash`].

pub mod blake2;
pub mod engine;
pub mod hashlib;

use engine::{Algorithm, Engine};
use std::cell::RefCell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{GetSetDef, NativeObject, flag};
use taipan_runtime::{
    Args, Gc, Header, MethodDef, PyResult, Slots, Tracer, TypeDef, Value, Vm, function, method, readonly,
};

/// A hash object.
#[repr(C)]
pub struct Hash {
    header: Header,
    name: &'static str,
    block_size: usize,
    /// 0: the digest's length is an argument.
    digest_size: usize,
    state: RefCell<Box<dyn Engine>>,
}
impl Trace for Hash {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, begins with a header; all hash types use this layout.
unsafe impl NativeObject for Hash {
    const DEF: &'static TypeDef = &LAYOUT;
}

/// The layout that all hash types share.
static LAYOUT: TypeDef = TypeDef { name: "_hash_layout", module: "_hashlib", ..TypeDef::native::<Hash>() };

fn this(vm: &Vm, v: Value) -> PyResult<Gc<Hash>> {
    vm.native::<Hash>(v).ok_or_else(|| vm.type_error("a hash object is required"))
}

/// The bytes to hash.
pub fn bytes(vm: &Vm, data: Value) -> PyResult<taipan_runtime::objects::memoryview::Buffer<'_>> {
    if data.is_kind(taipan_runtime::kinds::STR) {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    if !vm.has_buffer(data) {
        return Err(vm.type_error("object supporting the buffer API required"));
    }
    let b = vm.get_buffer(data)?;
    if b.info.layout.is_some_and(|l| !l.contiguous) {
        return Err(vm.buffer_error("Buffer must be single dimension"));
    }
    Ok(b)
}

/// The data argument: `data` or, the old way, `string`.
pub fn data_arg(vm: &Vm, data: Value, string: Value) -> PyResult<Option<Value>> {
    let string = string.bound().filter(|s| !s.is_none());
    if data.bound().is_some() && string.is_some() {
        return Err(vm.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated \
             for removal in a future version.",
        ));
    }
    Ok(data.bound().or(string))
}

/// A new hash object of `ty`, fed with `data`.
pub fn begin(vm: &Vm, ty: Gc<Type>, a: &'static Algorithm, data: Option<Value>) -> PyResult {
    let mut state = (a.make)();
    if let Some(d) = data {
        state.update(&bytes(vm, d)?);
    }
    Ok(wrap(vm, ty, a.name, a.block_size, a.digest_size, state))
}
/// A hash object around a state.
pub fn wrap(
    vm: &Vm,
    ty: Gc<Type>,
    name: &'static str,
    block_size: usize,
    digest_size: usize,
    state: Box<dyn Engine>,
) -> Value {
    vm.new_native_of(ty, |header| Hash { header, name, block_size, digest_size, state: RefCell::new(state) })
        .value()
}
/// The type of `_hashlib`'s objects for an algorithm.
pub fn common_type(vm: &Vm, a: &Algorithm) -> Gc<Type> {
    vm.type_of_def(if a.digest_size == 0 { &HASHXOF } else { &HASH })
}

fn update(vm: &Vm, a: &[Value]) -> PyResult {
    let h = this(vm, a[0])?;
    let b = bytes(vm, a[1])?;
    h.state.borrow_mut().update(&b);
    Ok(Value::NONE)
}
/// The length argument of extendable functions.
fn length(vm: &Vm, v: Value) -> PyResult<usize> {
    let n = vm.index_i64(v)?;
    if n < 0 {
        return Err(vm.value_error("value must be positive"));
    }
    if n >= 1 << 29 {
        return Err(vm.overflow_error("digest length is too large"));
    }
    Ok(n as usize)
}
fn hex(vm: &Vm, b: &[u8]) -> Value {
    use std::fmt::Write;
    let mut text = String::with_capacity(b.len() * 2);
    for x in b {
        let _ = write!(text, "{x:02x}");
    }
    vm.new_str(&text).value()
}
fn digest(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?.state.borrow().output(0);
    Ok(vm.new_bytes(&b).value())
}
fn hexdigest(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?.state.borrow().output(0);
    Ok(hex(vm, &b))
}
fn digest_of(vm: &Vm, a: &[Value]) -> PyResult {
    let n = length(vm, a[1])?;
    let b = this(vm, a[0])?.state.borrow().output(n);
    Ok(vm.new_bytes(&b).value())
}
fn hexdigest_of(vm: &Vm, a: &[Value]) -> PyResult {
    let n = length(vm, a[1])?;
    let b = this(vm, a[0])?.state.borrow().output(n);
    Ok(hex(vm, &b))
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    let h = this(vm, a[0])?;
    let state = h.state.borrow().copied();
    Ok(wrap(vm, vm.class_of(a[0]), h.name, h.block_size, h.digest_size, state))
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let h = this(vm, v)?;
    let kind = vm.type_name(v);
    let text = format!("<{} {kind} object @ {:#x}>", h.name, v.bits() & ((1 << 48) - 1));
    Ok(vm.new_str(&text).value())
}

const UPDATE: MethodDef =
    method("update", "($self, obj, /)", update, "Update this hash object's state with the provided string.");
const COPY: MethodDef = method("copy", "($self, /)", copy, "Return a copy of the hash object.");
static METHODS: &[MethodDef] = &[
    COPY,
    method("digest", "($self, /)", digest, "Return the digest value as a bytes object."),
    method(
        "hexdigest",
        "($self, /)",
        hexdigest,
        "Return the digest value as a string of hexadecimal digits.",
    ),
    UPDATE,
];
static XOF_METHODS: &[MethodDef] = &[
    COPY,
    method("digest", "($self, length)", digest_of, "Return the digest value as a bytes object."),
    method(
        "hexdigest",
        "($self, length)",
        hexdigest_of,
        "Return the digest value as a string of hexadecimal digits.",
    ),
    UPDATE,
];
static GETSET: &[GetSetDef] = &[
    readonly("block_size", |vm, v| Ok(Value::int(this(vm, v)?.block_size as i64)), ""),
    readonly("digest_size", |vm, v| Ok(Value::int(this(vm, v)?.digest_size as i64)), ""),
    readonly("name", |vm, v| Ok(vm.intern(this(vm, v)?.name).value()), ""),
];

/// `_hashlib.HASH`
pub static HASH: TypeDef = TypeDef {
    name: "HASH",
    module: "_hashlib",
    base: Some(&LAYOUT),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::EMPTY },
    methods: METHODS,
    getset: GETSET,
    doc: "A hash is an object used to calculate a checksum of a string of information.",
    ..TypeDef::native::<Hash>()
};
/// `_hashlib.HASHXOF`
pub static HASHXOF: TypeDef = TypeDef {
    name: "HASHXOF",
    module: "_hashlib",
    base: Some(&HASH),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::EMPTY },
    methods: XOF_METHODS,
    getset: GETSET,
    doc: "A hash is an object used to calculate a checksum of a string of information.",
    ..TypeDef::native::<Hash>()
};

const SIGNATURE: &str = "($module, /, data=b'', *, usedforsecurity=True, string=None)";

fn algorithm(vm: &Vm, name: &str) -> PyResult<&'static Algorithm> {
    engine::find(name).ok_or_else(|| vm.value_error(format!("unsupported hash type {name}")))
}

/// Declares the modules whose functions make hash objects.
macro_rules! modules {
    ($($(#[$doc:meta])* $module:ident $name:literal { $($f:ident)* })*) => {$(
        $(#[$doc])*
        pub static $module: ModuleDef = ModuleDef {
            name: $name,
            doc: "",
            functions: &[$(function(stringify!($f), SIGNATURE, |vm, a| {
                let algorithm = algorithm(vm, stringify!($f))?;
                begin(vm, common_type(vm, algorithm), algorithm, data_arg(vm, a[0], a[2])?)
            }, ""),)*],
            types: &[],
            init: Some(|vm: &Vm, m: Gc<Module>| {
                m.dict.get().set_str(vm, vm.intern("_GIL_MINSIZE"), Value::int(2048));
                Ok(())
            }),
        };
    )*};
}
modules! {
    /// `_md5`
    MD5 "_md5" { md5 }
    /// `_sha1`
    SHA1 "_sha1" { sha1 }
    /// `_sha2`
    SHA2 "_sha2" { sha224 sha256 sha384 sha512 }
}

/// Declares `_sha3`'s types.
macro_rules! sha3_types {
    ($($ty:ident $name:literal $methods:ident;)*) => {
        $(static $ty: TypeDef = TypeDef {
            name: $name,
            module: "_sha3",
            base: Some(&LAYOUT),
            flags: flag::IMMUTABLE,
            slots: Slots {
                new: Some(|vm, ty, args: Args| {
                    let [data, _, string] =
                        args.bind(vm, $name, "(data=b'', *, usedforsecurity=True, string=None)")?;
                    begin(vm, ty, algorithm(vm, $name)?, data_arg(vm, data, string)?)
                }),
                ..Slots::EMPTY
            },
            methods: $methods,
            getset: SHA3_GETSET,
            doc: concat!($name, "(data=b'', *, usedforsecurity=True, string=None)\n--\n\nReturn a new SHA3 hash object."),
            ..TypeDef::native::<Hash>()
        };)*
        /// `_sha3`
        pub static SHA3: ModuleDef = ModuleDef {
            name: "_sha3",
            doc: "",
            functions: &[],
            types: &[$(&$ty),*],
            init: Some(|vm: &Vm, m: Gc<Module>| {
                m.dict.get().set_str(vm, vm.intern("implementation"), vm.new_str("RustCrypto").value());
                Ok(())
            }),
        };
    };
}
/// The rate of the sponge, in bits; the rest of its 1600 is the capacity.
fn rate(vm: &Vm, v: Value) -> PyResult<i64> {
    Ok(this(vm, v)?.block_size as i64 * 8)
}
static SHA3_GETSET: &[GetSetDef] = &[
    readonly("block_size", |vm, v| Ok(Value::int(this(vm, v)?.block_size as i64)), ""),
    readonly("digest_size", |vm, v| Ok(Value::int(this(vm, v)?.digest_size as i64)), ""),
    readonly("name", |vm, v| Ok(vm.intern(this(vm, v)?.name).value()), ""),
    readonly("_rate_bits", |vm, v| Ok(Value::int(rate(vm, v)?)), ""),
    readonly("_capacity_bits", |vm, v| Ok(Value::int(1600 - rate(vm, v)?)), ""),
    readonly(
        "_suffix",
        |vm, v| Ok(vm.new_bytes(if this(vm, v)?.digest_size == 0 { &[0x1f] } else { &[0x06] }).value()),
        "",
    ),
];
sha3_types! {
    SHA3_224 "sha3_224" METHODS;
    SHA3_256 "sha3_256" METHODS;
    SHA3_384 "sha3_384" METHODS;
    SHA3_512 "sha3_512" METHODS;
    SHAKE_128 "shake_128" XOF_METHODS;
    SHAKE_256 "shake_256" XOF_METHODS;
}
