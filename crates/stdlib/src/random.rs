//! `_random`: the Mersenne Twister MT19937, with CPython's seeding, so that a seed gives the same numbers.

use std::cell::RefCell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::int::methods::from_le_bytes;
use taipan_runtime::objects::int::{IntRef, int_ref};
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, GcVec, Header, MethodDef, PyResult, Slots, Tracer, TypeDef, Value, Vm, method,
};

const N: usize = 624;
const M: usize = 397;

/// The generator's state.
pub struct Twister {
    state: [u32; N],
    index: usize,
}

impl Twister {
    /// Seeded with one word.
    pub fn new(seed: u32) -> Twister {
        let mut state = [0; N];
        state[0] = seed;
        for i in 1..N {
            let x = state[i - 1];
            state[i] = 1812433253u32.wrapping_mul(x ^ (x >> 30)).wrapping_add(i as u32);
        }
        Twister { state, index: N }
    }
    /// Seeded with a key of at least one word.
    pub fn by_key(key: &[u32]) -> Twister {
        let mut t = Twister::new(19650218);
        let s = &mut t.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let x = s[i - 1];
            s[i] = (s[i] ^ (x ^ (x >> 30)).wrapping_mul(1664525)).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let x = s[i - 1];
            s[i] = (s[i] ^ (x ^ (x >> 30)).wrapping_mul(1566083941)).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
        }
        s[0] = 0x8000_0000;
        t
    }
    fn refill(&mut self) {
        let s = &mut self.state;
        let mix = |hi: u32, lo: u32| {
            let y = (hi & 0x8000_0000) | (lo & 0x7FFF_FFFF);
            (y >> 1) ^ if lo & 1 == 1 { 0x9908_B0DF } else { 0 }
        };
        for i in 0..N {
            s[i] = s[(i + M) % N] ^ mix(s[i], s[(i + 1) % N]);
        }
        self.index = 0;
    }
    /// 32 random bits.
    #[inline]
    pub fn word(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C_5680;
        y ^= (y << 15) & 0xEFC6_0000;
        y ^ (y >> 18)
    }
    /// A float in `[0, 1)` of 53 random bits.
    #[inline]
    pub fn float(&mut self) -> f64 {
        let (a, b) = (self.word() >> 5, self.word() >> 6);
        (a as f64 * 67108864.0 + b as f64) * (1.0 / 9007199254740992.0)
    }
}

/// `_random.Random`
#[repr(C)]
pub struct Random {
    header: Header,
    twister: RefCell<Twister>,
}
impl Trace for Random {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, begins with a header, created with its definition.
unsafe impl NativeObject for Random {
    const DEF: &'static TypeDef = &DEF;
}

fn this(vm: &Vm, v: Value) -> PyResult<Gc<Random>> {
    vm.native::<Random>(v).ok_or_else(|| vm.type_error("a Random object is required"))
}

/// A twister seeded from the operating system's randomness, or from the time.
fn from_system() -> Twister {
    let mut bytes = [0u8; N * 4];
    let filled = std::fs::File::open("/dev/urandom")
        .and_then(|mut f| std::io::Read::read_exact(&mut f, &mut bytes))
        .is_ok();
    if filled {
        let key: Vec<u32> =
            bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        return Twister::by_key(&key);
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let nanos = now.as_nanos() as u64;
    Twister::by_key(&[nanos as u32, (nanos >> 32) as u32, std::process::id()])
}

fn seeded(vm: &Vm, seed: Value) -> PyResult<Twister> {
    if seed.is_unbound() || seed.is_none() {
        return Ok(from_system());
    }
    // Ints seed with their magnitude, anything else with its hash.
    let words: Vec<u64> = match int_ref(&seed) {
        Some(IntRef::Small(i)) => vec![i.unsigned_abs()],
        Some(IntRef::Big(b)) => b.as_sign_words().1.to_vec(),
        None => vec![vm.hash(seed)? as u64],
    };
    let mut key: Vec<u32> = words.iter().flat_map(|&w| [w as u32, (w >> 32) as u32]).collect();
    while key.len() > 1 && key.last() == Some(&0) {
        key.pop();
    }
    Ok(Twister::by_key(&key))
}

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    // `__init__` seeds; a subclass that does not call it calls `seed`, as `random.Random` does.
    let r =
        vm.new_native_of::<Random>(ty, |header| Random { header, twister: RefCell::new(Twister::new(0)) });
    Ok(r.value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let r = this(vm, v)?;
    let a = args.positional(vm, "Random", 0, 1)?;
    let t = seeded(vm, a.first().copied().unwrap_or(Value::UNBOUND))?;
    *r.twister.borrow_mut() = t;
    Ok(())
}

fn random(vm: &Vm, a: &[Value]) -> PyResult {
    let r = this(vm, a[0])?;
    let f = r.twister.borrow_mut().float();
    Ok(Value::float(f))
}
fn seed(vm: &Vm, a: &[Value]) -> PyResult {
    let r = this(vm, a[0])?;
    let t = seeded(vm, a[1])?;
    *r.twister.borrow_mut() = t;
    Ok(Value::NONE)
}
fn getstate(vm: &Vm, a: &[Value]) -> PyResult {
    let r = this(vm, a[0])?;
    let mut items = GcVec::with_capacity(&vm.heap, N + 1);
    let t = r.twister.borrow();
    t.state.iter().for_each(|&w| items.push(&vm.heap, Value::int(w as i64)));
    items.push(&vm.heap, Value::int(t.index as i64));
    Ok(vm.new_tuple(&items).value())
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let r = this(vm, a[0])?;
    let Some(t) = a[1].cast::<Tuple>() else {
        return Err(vm.type_error("state vector must be a tuple"));
    };
    if t.len() != N + 1 {
        return Err(vm.value_error("state vector is the wrong size"));
    }
    let mut state = [0; N];
    for (i, w) in state.iter_mut().enumerate() {
        *w = long_word(vm, t.items()[i])? as u32;
    }
    let index = long_word(vm, t.items()[N])? as i64;
    let Some(index) = usize::try_from(index).ok().filter(|&i| i <= N) else {
        return Err(vm.value_error("invalid state"));
    };
    *r.twister.borrow_mut() = Twister { state, index };
    Ok(Value::NONE)
}
/// An element of a state: an int that fits an unsigned word.
fn long_word(vm: &Vm, v: Value) -> PyResult<u64> {
    if int_ref(&v).is_none() {
        return Err(vm.type_error("an integer is required"));
    }
    match int_ref(&v).map(|i| (i, i.is_negative())) {
        Some((_, true)) => Err(vm.overflow_error("can't convert negative value to unsigned int")),
        _ => vm.index_u64(v),
    }
}
fn getrandbits(vm: &Vm, a: &[Value]) -> PyResult {
    let r = this(vm, a[0])?;
    let k = vm.index(a[1])?;
    let k = match int_ref(&k) {
        Some(i) if i.is_negative() => return Err(vm.value_error("Cannot convert negative int")),
        Some(IntRef::Small(k)) => k as u64,
        _ => return Err(vm.overflow_error("Python int too large to convert to C uint64_t")),
    };
    if k == 0 {
        return Ok(Value::int(0));
    }
    let mut t = r.twister.borrow_mut();
    if k <= 32 {
        return Ok(Value::int((t.word() >> (32 - k)) as i64));
    }
    if k > 1 << 36 {
        return Err(vm.memory_error());
    }
    let words = k.div_ceil(32) as usize;
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(words * 4).is_err() {
        return Err(vm.memory_error());
    }
    let mut left = k;
    for _ in 0..words {
        let mut w = t.word();
        if left < 32 {
            w >>= 32 - left;
        }
        left = left.saturating_sub(32);
        bytes.extend_from_slice(&w.to_le_bytes());
    }
    drop(t);
    Ok(from_le_bytes(vm, &bytes, false))
}

static METHODS: &[MethodDef] = &[
    method("random", "($self, /)", random, "random() -> x in the interval [0, 1)."),
    method(
        "seed",
        "($self, n=None, /)",
        seed,
        "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.",
    ),
    method("getstate", "($self, /)", getstate, "getstate() -> tuple containing the current state."),
    method("setstate", "($self, state, /)", setstate, "setstate(state) -> None.  Restores generator state."),
    method(
        "getrandbits",
        "($self, k, /)",
        getrandbits,
        "getrandbits(k) -> x.  Generates an int with k random bits.",
    ),
];

/// `_random.Random`
pub static DEF: TypeDef = TypeDef {
    name: "Random",
    module: "_random",
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::EMPTY },
    methods: METHODS,
    doc: "Random() -> create a random number generator with its own internal state.",
    ..TypeDef::native::<Random>()
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_random",
    doc: "Module implements the Mersenne Twister random number generator.",
    functions: &[],
    types: &[&DEF],
    init: None,
};
