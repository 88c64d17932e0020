//! `_blake2`: BLAKE2b and BLAKE2s with all their parameters.

use super::engine::{Blake2b, Blake2s, Engine};
use super::{GETSET, Hash, LAYOUT, METHODS, bytes, data_arg, wrap};
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Args, Gc, PyResult, Slots, TypeDef, Value, Vm, attr};

/// Parameters, checked.
struct Params {
    digest: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf: u32,
    offset: u64,
    node_depth: u8,
    inner: usize,
    last: bool,
}

/// What the two variants differ in.
struct Limits {
    name: &'static str,
    digest: usize,
    salt: usize,
    offset: u64,
}

const SIG: &str = "(data=b'', *, digest_size=0, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, \
                   node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)";

fn parameters(vm: &Vm, l: &Limits, args: Args) -> PyResult<(Params, Option<Value>)> {
    let a: [Value; 14] = args.bind(vm, l.name, SIG)?;
    let int = |i: usize, default: i64| crate::posix::int_or(vm, a[i], default);
    let blob = |i: usize, most: usize, what: &str| -> PyResult<Vec<u8>> {
        let Some(v) = a[i].bound() else { return Ok(vec![]) };
        let b = vm.get_buffer(v)?.to_vec();
        if b.len() > most {
            return Err(vm.value_error(format!("maximum {what} length is {most} bytes")));
        }
        Ok(b)
    };
    let small = |i: usize, default: i64, least: i64, what: &str| -> PyResult<u8> {
        let n = int(i, default)?;
        if !(least..=255).contains(&n) {
            return Err(vm.value_error(format!("{what} must be between {least} and 255")));
        }
        Ok(n as u8)
    };
    let digest = int(1, l.digest as i64)?;
    if !(1..=l.digest as i64).contains(&digest) {
        return Err(vm.value_error(format!(
            "digest_size for {} must be between 1 and {} bytes, here it is {digest}",
            l.name.replace("blake", "Blake"),
            l.digest
        )));
    }
    let salt = blob(3, l.salt, "salt")?;
    let person = blob(4, l.salt, "person")?;
    let fanout = small(5, 1, 0, "fanout")?;
    let depth = small(6, 1, 1, "depth")?;
    let unsigned = |i: usize, most: u64, what: &str| -> PyResult<u64> {
        let n = match a[i].bound() {
            None => return Ok(0),
            Some(v) => vm.index(v)?,
        };
        let text = vm.str(n)?.to_string_lossy().into_owned();
        if text.starts_with('-') {
            return Err(vm.overflow_error("can't convert negative value to unsigned int"));
        }
        text.parse::<u64>()
            .ok()
            .filter(|&n| n <= most)
            .ok_or_else(|| vm.overflow_error(format!("{what} is too large")))
    };
    let leaf = unsigned(7, u32::MAX as u64, "leaf_size")? as u32;
    let offset = unsigned(8, l.offset, "node_offset")?;
    let node_depth = small(9, 0, 0, "node_depth")?;
    let inner = int(10, 0)?;
    if !(0..=l.digest as i64).contains(&inner) {
        return Err(vm.value_error(format!("inner_size must be between 0 and is {}", l.digest)));
    }
    let key = blob(2, l.digest, "key")?;
    let last = a[11].bound().map_or(Ok(false), |v| vm.truth(v))?;
    let p = Params {
        digest: digest as usize,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf,
        offset,
        node_depth,
        inner: inner as usize,
        last,
    };
    Ok((p, data_arg(vm, a[0], a[13])?))
}

macro_rules! variant {
    ($ty:ident $new:ident $engine:ident $imp:ident $name:literal $block:literal $digest:literal $salt:literal
     $offset:expr) => {
        fn $new(vm: &Vm, ty: Gc<taipan_runtime::objects::typ::Type>, args: Args) -> PyResult {
            let limits = Limits { name: $name, digest: $digest, salt: $salt, offset: $offset };
            let (p, data) = parameters(vm, &limits, args)?;
            let state = $imp::Params::new()
                .hash_length(p.digest)
                .key(&p.key)
                .salt(&p.salt)
                .personal(&p.person)
                .fanout(p.fanout)
                .max_depth(p.depth)
                .max_leaf_length(p.leaf)
                .node_offset(p.offset)
                .node_depth(p.node_depth)
                .inner_hash_length(p.inner)
                .last_node(p.last)
                .to_state();
            let mut engine = Box::new($engine { state });
            if let Some(d) = data {
                engine.update(&bytes(vm, d)?);
            }
            Ok(wrap(vm, ty, $name, $block, p.digest, engine))
        }
        static $ty: TypeDef = TypeDef {
            name: $name,
            module: "_blake2",
            base: Some(&LAYOUT),
            flags: flag::IMMUTABLE,
            slots: Slots { new: Some($new), ..Slots::EMPTY },
            methods: METHODS,
            getset: GETSET,
            attrs: &[
                attr("SALT_SIZE", |_| Value::int($salt)),
                attr("PERSON_SIZE", |_| Value::int($salt)),
                attr("MAX_KEY_SIZE", |_| Value::int($digest)),
                attr("MAX_DIGEST_SIZE", |_| Value::int($digest)),
            ],
            doc: "Return a new BLAKE2 hash object.",
            ..TypeDef::native::<Hash>()
        };
    };
}
variant! { BLAKE2B new_b Blake2b blake2b_simd "blake2b" 128 64 16 u64::MAX }
variant! { BLAKE2S new_s Blake2s blake2s_simd "blake2s" 64 32 8 (1 << 48) - 1 }

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    for (prefix, digest, salt) in [("BLAKE2B", 64, 16), ("BLAKE2S", 32, 8)] {
        for (name, n) in [
            ("SALT_SIZE", salt),
            ("PERSON_SIZE", salt),
            ("MAX_KEY_SIZE", digest),
            ("MAX_DIGEST_SIZE", digest),
        ] {
            m.dict.get().set_str(vm, vm.intern(&format!("{prefix}_{name}")), Value::int(n));
        }
    }
    Ok(())
}

/// `_blake2`
pub static MODULE: ModuleDef =
    ModuleDef { name: "_blake2", doc: "", functions: &[], types: &[&BLAKE2B, &BLAKE2S], init: Some(init) };
