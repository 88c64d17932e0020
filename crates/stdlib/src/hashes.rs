//! `_md5`, `_sha1` and `_sha2`: message digests, by the RustCrypto crates. (`random` seeds from text with them.)
//!
//! All hash objects are of one type, as those of CPython's `_hashlib` are.

use md5::digest::DynDigest;
use std::cell::RefCell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::vm::typedef::{GetSetDef, NativeObject, flag};
use taipan_runtime::{
    Gc, Header, MethodDef, PyResult, Slots, Tracer, TypeDef, Value, Vm, function, method, readonly,
};

/// One algorithm.
struct Algorithm {
    name: &'static str,
    block_size: i64,
    make: fn() -> Box<dyn DynDigest>,
}

/// A hash object.
#[repr(C)]
struct Hash {
    header: Header,
    algorithm: &'static Algorithm,
    state: RefCell<Box<dyn DynDigest>>,
}
impl Trace for Hash {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, begins with a header, created with its definition.
unsafe impl NativeObject for Hash {
    const DEF: &'static TypeDef = &DEF;
}

fn this(vm: &Vm, v: Value) -> PyResult<Gc<Hash>> {
    vm.native::<Hash>(v).ok_or_else(|| vm.type_error("a hash object is required"))
}

fn feed(vm: &Vm, state: &RefCell<Box<dyn DynDigest>>, data: Value) -> PyResult<()> {
    if data.is_kind(taipan_runtime::kinds::STR) {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    if !vm.has_buffer(data) {
        return Err(vm.type_error("object supporting the buffer API required"));
    }
    let bytes = vm.get_buffer(data)?;
    state.borrow_mut().update(&bytes);
    Ok(())
}

/// `sha256(data=b'', *, usedforsecurity=True, string=None)`
fn create(vm: &Vm, algorithm: &'static Algorithm, a: &[Value]) -> PyResult {
    let data = a[0].bound();
    let string = a[2].bound().filter(|s| !s.is_none());
    if data.is_some() && string.is_some() {
        return Err(vm.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated \
             for removal in a future version.",
        ));
    }
    let state = RefCell::new((algorithm.make)());
    if let Some(data) = data.or(string) {
        feed(vm, &state, data)?;
    }
    Ok(vm.new_native::<Hash>(|header| Hash { header, algorithm, state }).value())
}

fn update(vm: &Vm, a: &[Value]) -> PyResult {
    let h = this(vm, a[0])?;
    feed(vm, &h.state, a[1])?;
    Ok(Value::NONE)
}
fn finished(h: Gc<Hash>) -> Box<[u8]> {
    h.state.borrow().box_clone().finalize()
}
fn digest(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_bytes(&finished(this(vm, a[0])?)).value())
}
fn hexdigest(vm: &Vm, a: &[Value]) -> PyResult {
    let text: String = finished(this(vm, a[0])?).iter().map(|b| format!("{b:02x}")).collect();
    Ok(vm.new_str(&text).value())
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    let h = this(vm, a[0])?;
    let state = RefCell::new(h.state.borrow().box_clone());
    Ok(vm.new_native::<Hash>(|header| Hash { header, algorithm: h.algorithm, state }).value())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let h = this(vm, v)?;
    let text = format!("<{} _hashlib.HASH object @ {:#x}>", h.algorithm.name, v.bits() & ((1 << 48) - 1));
    Ok(vm.new_str(&text).value())
}

static METHODS: &[MethodDef] = &[
    method("copy", "($self, /)", copy, "Return a copy of the hash object."),
    method("digest", "($self, /)", digest, "Return the digest value as a bytes object."),
    method(
        "hexdigest",
        "($self, /)",
        hexdigest,
        "Return the digest value as a string of hexadecimal digits.",
    ),
    method("update", "($self, obj, /)", update, "Update this hash object's state with the provided string."),
];
static GETSET: &[GetSetDef] = &[
    readonly("block_size", |vm, v| Ok(Value::int(this(vm, v)?.algorithm.block_size)), ""),
    readonly("digest_size", |vm, v| Ok(Value::int(this(vm, v)?.state.borrow().output_size() as i64)), ""),
    readonly("name", |vm, v| Ok(vm.intern(this(vm, v)?.algorithm.name).value()), ""),
];

/// The type of hash objects.
pub static DEF: TypeDef = TypeDef {
    name: "HASH",
    module: "_hashlib",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::EMPTY },
    methods: METHODS,
    getset: GETSET,
    doc: "A hash is an object used to calculate a checksum of a string of information.",
    ..TypeDef::native::<Hash>()
};

const SIGNATURE: &str = "($module, /, data=b'', *, usedforsecurity=True, string=None)";

/// Declares modules and their algorithms: function, block size, implementation.
macro_rules! modules {
    ($($(#[$doc:meta])* $module:ident $name:literal { $($f:ident $block:literal $imp:ty;)* })*) => {$(
        $(#[$doc])*
        pub static $module: ModuleDef = ModuleDef {
            name: $name,
            doc: "",
            functions: &[$(function(stringify!($f), SIGNATURE, {
                static ALGORITHM: Algorithm = Algorithm {
                    name: stringify!($f),
                    block_size: $block,
                    make: || Box::new(<$imp as md5::Digest>::new()),
                };
                |vm, a| create(vm, &ALGORITHM, a)
            }, ""),)*],
            types: &[],
            init: None,
        };
    )*};
}
modules! {
    /// `_md5`
    MD5 "_md5" { md5 64 md5::Md5; }
    /// `_sha1`
    SHA1 "_sha1" { sha1 64 sha1::Sha1; }
    /// `_sha2`
    SHA2 "_sha2" {
        sha224 64 sha2::Sha224;
        sha256 64 sha2::Sha256;
        sha384 128 sha2::Sha384;
        sha512 128 sha2::Sha512;
    }
}
