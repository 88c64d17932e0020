//! What `sys` and `builtins` hold but few programs ask for: made at the first look.
//!
//! In: a namespace and a name that it lacks. Out: the value, entered into the namespace. A look at the whole namespace
//! (`vars(sys)`, `dir(sys)`) makes everything. What must hold: nobody can tell that it was not there before.

use super::{info, monitoring, site};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::str::Str;
use taipan_runtime::{Gc, GcVec, PyResult, Raised, Value, Vm, structseq};

structseq! { FLOAT_INFO = "sys" "float_info" "sys.float_info\n\nA named tuple holding information about the float type." {
    max: "maximum representable finite float", max_exp: "maximum int e such that radix**(e-1) is representable",
    max_10_exp: "maximum int e such that 10**e is representable", min: "minimum positive normalized float",
    min_exp: "minimum int e such that radix**(e-1) is a normalized float",
    min_10_exp: "minimum int e such that 10**e is a normalized float", dig: "maximum number of decimal digits that can be faithfully represented in a float",
    mant_dig: "mantissa digits", epsilon: "difference between 1 and the next representable float",
    radix: "radix of exponent", rounds: "rounding mode used for arithmetic operations",
} }
structseq! { INT_INFO = "sys" "int_info" "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers." {
    bits_per_digit: "size of a digit in bits", sizeof_digit: "size in bytes of the C type used to represent a digit",
    default_max_str_digits: "maximum string conversion digits limitation",
    str_digits_check_threshold: "minimum positive value for int_max_str_digits",
} }
structseq! { HASH_INFO = "sys" "hash_info" "hash_info\n\nA named tuple providing parameters used for computing hashes." {
    width: "width of the type used for hashing, in bits", modulus: "prime number giving the modulus on which the hash function is based",
    inf: "value to be used for hash of a positive infinity", nan: "value to be used for hash of a nan",
    imag: "multiplier used for the imaginary part of a complex number", algorithm: "name of the algorithm for hashing of str, bytes and memoryviews",
    hash_bits: "internal output size of hash algorithm", seed_bits: "seed size of hash algorithm",
    cutoff: "small string optimization cutoff",
} }
structseq! { THREAD_INFO = "sys" "thread_info" "sys.thread_info\n\nA named tuple holding information about the thread implementation." {
    name: "name of the thread implementation", lock: "name of the lock implementation",
    version: "name and version of the thread library",
} }

/// Attributes of `sys`: their names, and what enters them (and perhaps others) into the namespace.
const SYS: &[(&str, fn(&Vm, Gc<Dict>) -> PyResult<()>)] = &[
    ("float_info", float_info),
    ("int_info", int_info),
    ("hash_info", hash_info),
    ("thread_info", thread_info),
    ("meta_path", importlib),
    ("path_hooks", importlib),
    ("path_importer_cache", importlib),
    ("builtin_module_names", builtin_names),
    ("stdlib_module_names", stdlib_names),
    ("monitoring", |vm, d| {
        monitoring::fill(vm, d);
        Ok(())
    }),
    ("_jit", |vm, d| {
        info::jit_namespace(vm, d);
        Ok(())
    }),
];

/// An attribute that is made when first asked for; without a name, all that are not there.
pub fn attribute(vm: &Vm, d: Gc<Dict>, name: Option<Gc<Str>>) -> PyResult<Option<Value>> {
    let of_sys = d == *vm.sys;
    let Some(name) = name else {
        for (n, make) in SYS.iter().filter(|_| of_sys) {
            if d.get_str(vm, vm.intern(n)).is_none() {
                make(vm, d)?;
            }
        }
        for n in site::LAZY.iter().filter(|_| !of_sys) {
            if d.get_str(vm, vm.intern(n)).is_none() {
                site::lazy_builtin(vm, n)?;
            }
        }
        return Ok(None);
    };
    let Some(text) = name.to_str() else { return Ok(None) };
    if !of_sys {
        return if site::LAZY.contains(&text) { site::lazy_builtin(vm, text) } else { Ok(None) };
    }
    let Some((_, make)) = SYS.iter().find(|(n, _)| *n == text) else { return Ok(None) };
    make(vm, d)?;
    Ok(d.get_str(vm, name))
}

fn set(vm: &Vm, d: Gc<Dict>, name: &str, v: Value) -> PyResult<()> {
    d.set_str(vm, vm.intern(name), v);
    Ok(())
}

fn importlib(vm: &Vm, _: Gc<Dict>) -> PyResult<()> {
    vm.start_importlib().map(drop)
}

fn float_info(vm: &Vm, d: Gc<Dict>) -> PyResult<()> {
    let (f, i) = (Value::float, Value::int);
    let smallest = f(f64::MIN_POSITIVE);
    let row = [
        f(f64::MAX),
        i(1024),
        i(308),
        smallest,
        i(-1021),
        i(-307),
        i(15),
        i(53),
        f(f64::EPSILON),
        i(2),
        i(1),
    ];
    set(vm, d, "float_info", FLOAT_INFO.make(vm, &row))
}

fn int_info(vm: &Vm, d: Gc<Dict>) -> PyResult<()> {
    set(vm, d, "int_info", INT_INFO.make(vm, &[30, 4, 4300, 640].map(Value::int)))
}

fn hash_info(vm: &Vm, d: Gc<Dict>) -> PyResult<()> {
    let i = Value::int;
    let modulus = vm.new_int((1 << 61) - 1);
    let algorithm = vm.intern("siphash13").value();
    let row = [i(64), modulus, i(314159), i(0), i(1000003), algorithm, i(64), i(128), i(0)];
    set(vm, d, "hash_info", HASH_INFO.make(vm, &row))
}

fn thread_info(vm: &Vm, d: Gc<Dict>) -> PyResult<()> {
    let row = [vm.intern("pthread").value(), vm.intern("semaphore").value(), Value::NONE];
    set(vm, d, "thread_info", THREAD_INFO.make(vm, &row))
}

fn builtin_names(vm: &Vm, d: Gc<Dict>) -> PyResult<()> {
    let mut names: Vec<&str> = vm.hooks.native_modules.iter().map(|m| m.name).chain(["builtins"]).collect();
    names.sort_unstable();
    let t = vm.new_tuple_with(names.len(), |i| Ok::<_, Raised>(vm.intern(names[i]).value()))?;
    set(vm, d, "builtin_module_names", t.value())
}

/// Top-level modules of the library and native ones.
fn stdlib_names(vm: &Vm, d: Gc<Dict>) -> PyResult<()> {
    let mut names = GcVec::new();
    let top = crate::frozen::modules().map(|m| m.name()).filter(|n| !n.contains('.'));
    for n in top.chain(crate::MODULES.iter().map(|m| m.name)).chain(["builtins"]) {
        names.push(&vm.heap, vm.new_str(n).value());
    }
    let list = vm.new_list(&names).value();
    set(vm, d, "stdlib_module_names", vm.call(vm.types.frozenset.value(), &[list])?)
}
