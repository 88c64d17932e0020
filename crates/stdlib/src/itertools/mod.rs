//! `itertools`: iterators made from iterators. One file for each family; they cannot be pickled (as of 3.14).

pub mod combine;
pub mod group;
pub mod infinite;
pub mod select;

use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::*;

/// Declares an iterator's layout, its type and the function that finds it behind a value. Fields before the
/// semicolon are traced (`Slot<Value>`); those behind it are plain.
macro_rules! iterator {
    (
        $(#[$doc:meta])*
        $ty:ident $def:ident $this:ident $name:literal { $($slot:ident),*; $($plain:ident: $pty:ty),* }
        new $new:expr; next $next:expr; $(flags $flags:expr;)? $(slots { $($slotname:ident: $slotfn:expr),* };)?
        methods $methods:expr; doc $text:literal
    ) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $ty {
            header: Header,
            $($slot: Slot<Value>,)*
            $($plain: $pty,)*
        }
        impl kinds::Trace for $ty {
            fn trace(&self, t: &mut Tracer) {
                $(t.slot(&self.$slot);)*
                let _ = t;
            }
        }
        // SAFETY: `repr(C)`, header first.
        unsafe impl taipan_runtime::vm::typedef::NativeObject for $ty {
            const DEF: &'static TypeDef = &$def;
        }
        #[allow(dead_code)]
        fn $this(vm: &Vm, v: Value) -> Gc<$ty> {
            vm.native::<$ty>(v).expect("slots and methods of iterators get such")
        }
        $(#[$doc])*
        pub static $def: TypeDef = TypeDef {
            name: $name,
            module: "itertools",
            flags: taipan_runtime::vm::typedef::flag::IMMUTABLE
                | taipan_runtime::vm::typedef::flag::BASETYPE
                $(| $flags)?,
            slots: Slots {
                new: Some($new),
                iter: Some(taipan_runtime::objects::iter::itself),
                iternext: Some($next),
                $($($slotname: Some($slotfn),)*)?
                ..Slots::EMPTY
            },
            methods: $methods,
            doc: $text,
            ..TypeDef::native::<$ty>()
        };
    };
}
pub(crate) use iterator;

/// The positional arguments of a constructor that takes no keywords (unless a subclass's `__init__` does).
pub(crate) fn positional<'a>(
    vm: &Vm,
    ty: Gc<Type>,
    name: &str,
    args: Args<'a>,
    n: usize,
) -> PyResult<&'a [Value]> {
    if vm.inherits_init(ty, vm.types.object) {
        args.no_keywords(vm, name)?;
    }
    Args::new(args.pos).positional(vm, name, n, n)
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "itertools",
    doc: "Functional tools for creating and using iterators.\n\nInfinite iterators:\ncount(start=0, step=1) --> start, start+step, start+2*step, ...\ncycle(p) --> p0, p1, ... plast, p0, p1, ...\nrepeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times\n\nIterators terminating on the shortest input sequence:\naccumulate(p[, func]) --> p0, p0+p1, p0+p1+p2\nbatched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...\nchain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...\nchain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...\ncompress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...\ndropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails\ngroupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)\nfilterfalse(predicate, seq) --> elements of seq where predicate(elem) is False\nislice(seq, [start,] stop [, step]) --> elements from\n       seq[start:stop:step]\npairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...\nstarmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...\ntee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n\ntakewhile(predicate, seq) --> seq[0], seq[1], until predicate fails\nzip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...\n\nCombinatoric generators:\nproduct(p, q, ... [repeat=1]) --> cartesian product\npermutations(p[, r])\ncombinations(p, r)\ncombinations_with_replacement(p, r)\n",
    functions: &[function_var(
        "tee",
        "($module, iterable, n=2, /)",
        group::tee,
        "Returns a tuple of n independent iterators.",
    )],
    types: &[
        &infinite::COUNT,
        &infinite::CYCLE,
        &infinite::REPEAT,
        &select::ACCUMULATE,
        &select::BATCHED,
        &select::CHAIN,
        &select::COMPRESS,
        &select::DROPWHILE,
        &select::FILTERFALSE,
        &select::ISLICE,
        &select::PAIRWISE,
        &select::STARMAP,
        &select::TAKEWHILE,
        &select::ZIP_LONGEST,
        &group::GROUPBY,
        &group::GROUPER,
        &group::TEE,
        &group::TEE_DATA,
        &combine::COMBINATIONS,
        &combine::COMBINATIONS_WITH_REPLACEMENT,
        &combine::PERMUTATIONS,
        &combine::PRODUCT,
    ],
    init: None,
};
