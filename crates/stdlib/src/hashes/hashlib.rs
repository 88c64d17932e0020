//! `_hashlib`: hash objects by name, HMAC, PBKDF2 and scrypt.

use super::engine::{ALGORITHMS, Algorithm, Engine, find};
use super::{HASH, HASHXOF, SIGNATURE, begin, bytes, common_type, data_arg, hex};
use std::cell::RefCell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::exception::types as exc;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Gc, GcVec, Header, MethodDef, PyResult, Slots, Tracer, TypeDef, Value, Vm, function, method, readonly,
};

static UNSUPPORTED: TypeDef = TypeDef {
    name: "UnsupportedDigestmodError",
    module: "_hashlib",
    base: Some(&exc::ValueError),
    kind: taipan_runtime::kinds::EXCEPTION,
    size: size_of::<Exception>(),
    flags: flag::BASETYPE | flag::HAS_DICT,
    ..TypeDef::EMPTY
};

fn unsupported(vm: &Vm, name: &str) -> taipan_runtime::Raised {
    vm.new_exception(vm.type_of_def(&UNSUPPORTED), &format!("Unsupported digestmod {name}"))
}
fn name_arg(vm: &Vm, v: Value, what: &str) -> PyResult<String> {
    match v.cast::<Str>() {
        Some(s) => Ok(s.to_string_lossy().into_owned()),
        None => Err(vm.type_error(format!("{what}() argument 1 must be str, not {}", vm.arg_type_name(v)))),
    }
}

fn new(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(name) = a[0].cast::<Str>() else {
        return Err(vm.type_error("name must be a string"));
    };
    let name = name.to_string_lossy();
    let algorithm = find(&name).ok_or_else(|| {
        vm.new_exception(vm.type_of_def(&UNSUPPORTED), &format!("unsupported hash type {name}"))
    })?;
    begin(vm, common_type(vm, algorithm), algorithm, data_arg(vm, a[1], a[3])?)
}

/// HMAC over any algorithm.
struct Mac {
    inner: Box<dyn Engine>,
    outer: Box<dyn Engine>,
}
impl Mac {
    fn new(a: &Algorithm, key: &[u8]) -> Mac {
        let mut block = if key.len() > a.block_size {
            let mut h = (a.make)();
            h.update(key);
            h.output(0)
        } else {
            key.to_vec()
        };
        block.resize(a.block_size, 0);
        let padded = |pad: u8| {
            let mut h = (a.make)();
            h.update(&block.iter().map(|b| b ^ pad).collect::<Vec<_>>());
            h
        };
        Mac { inner: padded(0x36), outer: padded(0x5c) }
    }
    fn output(&self) -> Vec<u8> {
        let mut h = self.outer.copied();
        h.update(&self.inner.output(0));
        h.output(0)
    }
}

/// An HMAC object.
#[repr(C)]
struct Hmac {
    header: Header,
    algorithm: &'static Algorithm,
    state: RefCell<Mac>,
}
impl Trace for Hmac {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, begins with a header, created with its definition.
unsafe impl NativeObject for Hmac {
    const DEF: &'static TypeDef = &HMAC;
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<Hmac>> {
    vm.native::<Hmac>(v).ok_or_else(|| vm.type_error("an HMAC object is required"))
}

/// The algorithm that `digestmod` means: a name, or one of the module's constructors.
fn digestmod(vm: &Vm, v: Value) -> PyResult<&'static Algorithm> {
    let name = if let Some(s) = v.cast::<Str>() {
        s.to_string_lossy().into_owned()
    } else {
        match vm.get_attr_opt(v, vm.intern("__name__"))?.and_then(|n| n.cast::<Str>()) {
            Some(n) if v.is_kind(taipan_runtime::kinds::NATIVE_FUNCTION) => {
                n.to_string_lossy().trim_start_matches("openssl_").to_string()
            }
            _ => return Err(unsupported(vm, &vm.repr(v)?.to_string_lossy())),
        }
    };
    find(&name).filter(|a| a.digest_size > 0).ok_or_else(|| unsupported(vm, &name))
}
fn hmac_new(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(module) = a[2].bound().filter(|v| !v.is_none()) else {
        return Err(vm.type_error("Missing required parameter 'digestmod'."));
    };
    let algorithm = digestmod(vm, module)?;
    let mut mac = Mac::new(algorithm, &vm.get_buffer(a[0])?);
    if let Some(m) = a[1].bound().filter(|v| !v.is_none()) {
        mac.inner.update(&bytes(vm, m)?);
    }
    Ok(vm.new_native::<Hmac>(|header| Hmac { header, algorithm, state: RefCell::new(mac) }).value())
}
fn hmac_digest(vm: &Vm, a: &[Value]) -> PyResult {
    let algorithm = digestmod(vm, a[2])?;
    let mut mac = Mac::new(algorithm, &vm.get_buffer(a[0])?);
    mac.inner.update(&vm.get_buffer(a[1])?);
    Ok(vm.new_bytes(&mac.output()).value())
}
fn update(vm: &Vm, a: &[Value]) -> PyResult {
    let h = this(vm, a[0])?;
    let b = bytes(vm, a[1])?;
    h.state.borrow_mut().inner.update(&b);
    Ok(Value::NONE)
}
fn digest(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?.state.borrow().output();
    Ok(vm.new_bytes(&b).value())
}
fn hexdigest(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?.state.borrow().output();
    Ok(hex(vm, &b))
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    let h = this(vm, a[0])?;
    let algorithm = h.algorithm;
    let mac = {
        let s = h.state.borrow();
        Mac { inner: s.inner.copied(), outer: s.outer.copied() }
    };
    Ok(vm.new_native::<Hmac>(|header| Hmac { header, algorithm, state: RefCell::new(mac) }).value())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let text = format!("<{} HMAC object @ {:#x}>", this(vm, v)?.algorithm.name, v.bits() & ((1 << 48) - 1));
    Ok(vm.new_str(&text).value())
}
static HMAC: TypeDef = TypeDef {
    name: "HMAC",
    module: "_hashlib",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::EMPTY },
    methods: &[
        method("update", "($self, /, msg)", update, "Update the HMAC object with msg."),
        method(
            "digest",
            "($self, /)",
            digest,
            "Return the digest of the bytes passed to the update() method so far.",
        ),
        method(
            "hexdigest",
            "($self, /)",
            hexdigest,
            "Return hexadecimal digest of the bytes passed to the update() method so far.",
        ),
        method("copy", "($self, /)", copy, "Return a copy (\"clone\") of the HMAC object."),
    ],
    getset: &[
        readonly("digest_size", |vm, v| Ok(Value::int(this(vm, v)?.algorithm.digest_size as i64)), ""),
        readonly("block_size", |vm, v| Ok(Value::int(this(vm, v)?.algorithm.block_size as i64)), ""),
        readonly(
            "name",
            |vm, v| Ok(vm.new_str(&format!("hmac-{}", this(vm, v)?.algorithm.name)).value()),
            "",
        ),
    ],
    doc: "The object used to calculate HMAC of a message.",
    ..TypeDef::native::<Hmac>()
};

/// A key of `n` bytes.
fn room(vm: &Vm, n: i64) -> PyResult<Vec<u8>> {
    if n > i32::MAX as i64 {
        return Err(vm.overflow_error("key length is too great."));
    }
    let mut out = Vec::new();
    out.try_reserve_exact(n as usize).map_err(|_| vm.memory_error())?;
    out.resize(n as usize, 0);
    Ok(out)
}
fn pbkdf2_hmac(vm: &Vm, a: &[Value]) -> PyResult {
    let name = name_arg(vm, a[0], "pbkdf2_hmac")?;
    let algorithm = find(&name).filter(|a| a.derive.is_some()).ok_or_else(|| {
        vm.new_exception(vm.type_of_def(&UNSUPPORTED), &format!("unsupported hash type {name}"))
    })?;
    let (password, salt) = (vm.get_buffer(a[1])?, vm.get_buffer(a[2])?);
    let rounds = vm.index_i64(a[3])?;
    if rounds < 1 {
        return Err(vm.value_error("iteration value must be greater than 0."));
    }
    let rounds =
        i32::try_from(rounds).map_err(|_| vm.overflow_error("iteration value is too great."))? as u32;
    let n = match a[4].bound().filter(|v| !v.is_none()) {
        Some(v) => vm.index_i64(v)?,
        None => algorithm.digest_size as i64,
    };
    if n < 1 {
        return Err(vm.value_error("key length must be greater than 0."));
    }
    let mut out = room(vm, n)?;
    if let Some(derive) = algorithm.derive {
        derive(&password, &salt, rounds, &mut out);
    }
    Ok(vm.new_bytes(&out).value())
}
fn scrypt(vm: &Vm, a: &[Value]) -> PyResult {
    let (password, salt) = (vm.get_buffer(a[0])?, vm.get_buffer(a[1])?);
    let int = |i: usize, d: i64| crate::posix::int_or(vm, a[i], d);
    let (n, r, p, memory, length) = (int(2, 0)?, int(3, 0)?, int(4, 0)?, int(5, 0)?, int(6, 64)?);
    if n < 2 || n & (n - 1) != 0 {
        return Err(vm.value_error("n must be a power of 2"));
    }
    if !(0..=i32::MAX as i64).contains(&memory) {
        return Err(vm.value_error(format!("maxmem must be positive and smaller than {}", i32::MAX)));
    }
    if !(1..=i32::MAX as i64).contains(&length) {
        return Err(vm.value_error(format!("dklen must be greater than 0 and smaller than {}", i32::MAX)));
    }
    let wrong = || vm.value_error("Invalid parameter combination for n, r, p, maxmem.");
    let (r, p) = (u32::try_from(r).map_err(|_| wrong())?, u32::try_from(p).map_err(|_| wrong())?);
    let most = if memory == 0 { 32 << 20 } else { memory as u128 };
    let needed = 128 * r as u128 * (n as u128 + p as u128 + 2);
    if needed > most || r as u64 * p as u64 >= 1 << 30 {
        return Err(wrong());
    }
    let params = scrypt::Params::new(n.trailing_zeros() as u8, r, p, 32).map_err(|_| wrong())?;
    let mut out = room(vm, length)?;
    scrypt::scrypt(&password, &salt, &params, &mut out).map_err(|_| wrong())?;
    Ok(vm.new_bytes(&out).value())
}

macro_rules! constructors {
    ($($f:literal $name:literal),* $(,)?) => {
        /// Functions that make hash objects.
        static CONSTRUCTORS: &[MethodDef] = &[$(function($f, SIGNATURE, |vm, a| {
            let algorithm = find($name).ok_or_else(|| unsupported(vm, $name))?;
            begin(vm, common_type(vm, algorithm), algorithm, data_arg(vm, a[0], a[2])?)
        }, concat!("Returns a ", $name, " hash object; optionally initialized with a string"))),*];
    };
}
constructors! {
    "openssl_md5" "md5", "openssl_sha1" "sha1", "openssl_sha224" "sha224", "openssl_sha256" "sha256",
    "openssl_sha384" "sha384", "openssl_sha512" "sha512", "openssl_sha3_224" "sha3_224",
    "openssl_sha3_256" "sha3_256", "openssl_sha3_384" "sha3_384", "openssl_sha3_512" "sha3_512",
    "openssl_shake_128" "shake_128", "openssl_shake_256" "shake_256",
}

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    let name = vm.intern("_hashlib").value();
    let known = vm.new_dict();
    for f in CONSTRUCTORS {
        let v = taipan_runtime::objects::native::new_module_function(vm, m.value(), name, f);
        d.set_str(vm, vm.intern(f.name), v);
        known.set(vm, v, vm.intern(f.name.trim_start_matches("openssl_")).value())?;
    }
    d.set_str(vm, vm.intern("_constructors"), known.value());
    let mut names = GcVec::new();
    for a in ALGORITHMS {
        names.push(&vm.heap, vm.intern(a.name).value());
    }
    let list = vm.new_list(&names).value();
    if let Some(f) = vm.builtins.get_str(vm, vm.intern("frozenset")) {
        d.set_str(vm, vm.intern("openssl_md_meth_names"), vm.call(f, &[list])?);
    }
    let operator = vm.import_module("_operator")?;
    let compare = vm.get_attr(operator, vm.intern("_compare_digest"))?;
    d.set_str(vm, vm.intern("compare_digest"), compare);
    d.set_str(vm, vm.intern("UnsupportedDigestmodError"), vm.type_of_def(&UNSUPPORTED).value());
    d.set_str(vm, vm.intern("_GIL_MINSIZE"), Value::int(2048));
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_hashlib",
    doc: "Hash objects by name, HMAC, PBKDF2 and scrypt.",
    functions: &[
        function(
            "new",
            "($module, /, name, data=b'', *, usedforsecurity=True, string=None)",
            new,
            "Return a new hash object using the named algorithm.",
        ),
        function(
            "hmac_new",
            "($module, /, key, msg=b'', digestmod=None)",
            hmac_new,
            "Return a new hmac object.",
        ),
        function("hmac_digest", "($module, /, key, msg, digest)", hmac_digest, "Single-shot HMAC."),
        function(
            "pbkdf2_hmac",
            "($module, /, hash_name, password, salt, iterations, dklen=None)",
            pbkdf2_hmac,
            "Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.",
        ),
        function(
            "scrypt",
            "($module, /, password, *, salt, n, r, p, maxmem=0, dklen=64)",
            scrypt,
            "scrypt password-based key derivation function.",
        ),
        function(
            "get_fips_mode",
            "($module, /)",
            |_, _| Ok(Value::int(0)),
            "Determine the OpenSSL FIPS mode of operation.",
        ),
    ],
    types: &[&HASH, &HASHXOF, &HMAC],
    init: Some(init),
};
