//! The intrinsic table: the run-time functions that compiled code may call.
//!
//! A row is `Name = "symbol" (parameter types) -> result type, reads, writes, flags;`. The table is a macro,
//! [`crate::for_each_intrinsic`], so that the run-time instantiates it too: with a callback that turns each row
//! into a reference to its implementation at the row's signature, a missing function or a changed signature does
//! not compile. [`crate::intrinsic_addresses`] does that, ready made.
//!
//! # Calling convention
//!
//! `extern "C" fn(ctx: *mut Ctx, args...) -> result` with `i64` as `i64`, `u64` as `u64`, `value` as `u64`,
//! `ptr` as `*mut u8`, `f64` as `f64`, `bool` as `u64` (0 or 1; only the low byte is looked at), no result as
//! `()`.
//!
//! # Flags
//!
//! * `pure`: depends on the arguments only and does nothing that can be seen: may be merged, dropped, hoisted and
//!   repeated. `float_pow` and the like, where errors were guarded against, and arithmetic on ints of any size.
//! * `raise`: may raise; then it stores a non-zero word to the context's `raised` field. The node has an exit,
//!   taken when the word is not 0 *after* the call.
//! * `collect`: may collect garbage (allocates). It does not matter to passes; it tells code generation that
//!   allocation state held in registers is stale.
//! * `python`: may run Python code: anything may be read and written, whatever the sets say, and frames may be
//!   looked at.

use crate::types::{AliasClass, AliasSet, Ty};

/// What a call may do.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Effects {
    /// What it may read.
    pub reads: AliasSet,
    /// What it may write.
    pub writes: AliasSet,
    /// May be merged, dropped, hoisted and repeated.
    pub pure: bool,
    /// May raise.
    pub raise: bool,
    /// May collect garbage.
    pub collect: bool,
    /// May run Python code.
    pub python: bool,
}

/// Calls `$m! { (extra) rows }` with the whole intrinsic table. `$m` may be a path; `extra` is the token tree given
/// as the second argument, if any.
#[macro_export]
macro_rules! for_each_intrinsic {
    ($m:path $(, $extra:tt)?) => {
        $m! {
            ($($extra)?)
            // ---- slow paths that code generation itself calls ----
            /// Boxes an int outside 48 bits.
            BoxIntSlow = "taipan_box_int" (I64) -> Value, [], [], [pure, collect];
            /// Boxes an unsigned int outside 48 bits.
            BoxU64Slow = "taipan_box_u64" (U64) -> Value, [], [], [pure, collect];
            /// Is this value, not an immediate int, an exact int that fits `i64`?
            IsIntSlow = "taipan_is_i64" (Value) -> Bool, [], [], [pure];
            /// Is this value, not an immediate int, an exact int in `0 .. 2^64`?
            IsU64Slow = "taipan_is_u64" (Value) -> Bool, [], [], [pure];
            /// Is this value, not an immediate int, an exact int?
            IsAnyIntSlow = "taipan_is_anyint" (Value) -> Bool, [], [], [pure];
            /// Low 64 bits, in two's complement, of a heap int.
            Low64Slow = "taipan_low64" (Value) -> U64, [], [], [pure];
            /// Allocates by descriptor when the bump pointer ran out or there is none. Argument: the descriptor's
            /// token. The object's header and fields are written by compiled code. Never null.
            AllocSlow = "taipan_alloc" (U64) -> Ptr, [], [], [collect];
            /// The write barrier's slow path.
            BarrierSlow = "taipan_barrier" (Ptr) -> Void, [], [], [];

            // ---- ints of any size; operands are known to be exact ints ----
            /// `a + b`
            IntAdd = "taipan_int_add" (Value, Value) -> Value, [], [], [pure, collect];
            /// `a - b`
            IntSub = "taipan_int_sub" (Value, Value) -> Value, [], [], [pure, collect];
            /// `a * b`
            IntMul = "taipan_int_mul" (Value, Value) -> Value, [], [], [pure, collect];
            /// `a // b`; `b` is not 0.
            IntFloorDiv = "taipan_int_floordiv" (Value, Value) -> Value, [], [], [pure, collect];
            /// `a % b`; `b` is not 0.
            IntMod = "taipan_int_mod" (Value, Value) -> Value, [], [], [pure, collect];
            /// `a & b`
            IntAnd = "taipan_int_and" (Value, Value) -> Value, [], [], [pure, collect];
            /// `a | b`
            IntOr = "taipan_int_or" (Value, Value) -> Value, [], [], [pure, collect];
            /// `a ^ b`
            IntXor = "taipan_int_xor" (Value, Value) -> Value, [], [], [pure, collect];
            /// `~a`
            IntInvert = "taipan_int_invert" (Value) -> Value, [], [], [pure, collect];
            /// `-a`
            IntNeg = "taipan_int_neg" (Value) -> Value, [], [], [pure, collect];
            /// `a << b`; `b` is not negative. May raise for want of memory.
            IntShl = "taipan_int_shl" (Value, Value) -> Value, [], [], [raise, collect];
            /// `a >> b`; `b` is not negative.
            IntShr = "taipan_int_shr" (Value, Value) -> Value, [], [], [pure, collect];
            /// `a ** b`; `b` is not negative. May raise for want of memory.
            IntPow = "taipan_int_pow" (Value, Value) -> Value, [], [], [raise, collect];
            /// `pow(a, b, c)`
            IntPowMod = "taipan_int_powmod" (Value, Value, Value) -> Value, [], [], [raise, collect];
            /// -1, 0 or 1 as `a` is less than, equal to or greater than `b`.
            IntCmp = "taipan_int_cmp" (Value, Value) -> I64, [], [], [pure];
            /// `a / b`; may raise (division by zero, overflow).
            IntTrueDiv = "taipan_int_truediv" (Value, Value) -> F64, [], [], [raise, collect];
            /// The nearest double; may raise OverflowError.
            IntToFloat = "taipan_int_to_float" (Value) -> F64, [], [], [raise, collect];
            /// `int(x)` of a finite double.
            FloatToInt = "taipan_float_to_int" (F64) -> Value, [], [], [pure, collect];

            // ---- floats: no errors left ----
            /// C's `pow`, as `math.pow` and `**` use it once errors are excluded.
            FloatPow = "taipan_float_pow" (F64, F64) -> F64, [], [], [pure];
            /// Python's `%` on floats; the divisor is not 0.
            FloatMod = "taipan_float_mod" (F64, F64) -> F64, [], [], [pure];
            /// Python's `//` on floats; the divisor is not 0.
            FloatFloorDiv = "taipan_float_floordiv" (F64, F64) -> F64, [], [], [pure];
            /// C's `fmod`.
            FloatFmod = "taipan_float_fmod" (F64, F64) -> F64, [], [], [pure];
            /// `math.sin` of a finite number.
            FloatSin = "taipan_float_sin" (F64) -> F64, [], [], [pure];
            /// `math.cos` of a finite number.
            FloatCos = "taipan_float_cos" (F64) -> F64, [], [], [pure];
            /// `math.tan` of a finite number.
            FloatTan = "taipan_float_tan" (F64) -> F64, [], [], [pure];
            /// `math.asin` inside its domain.
            FloatAsin = "taipan_float_asin" (F64) -> F64, [], [], [pure];
            /// `math.acos` inside its domain.
            FloatAcos = "taipan_float_acos" (F64) -> F64, [], [], [pure];
            /// `math.atan`
            FloatAtan = "taipan_float_atan" (F64) -> F64, [], [], [pure];
            /// `math.atan2`
            FloatAtan2 = "taipan_float_atan2" (F64, F64) -> F64, [], [], [pure];
            /// `math.exp`; may raise OverflowError.
            FloatExp = "taipan_float_exp" (F64) -> F64, [], [], [raise];
            /// `math.log` of a positive number.
            FloatLog = "taipan_float_log" (F64) -> F64, [], [], [pure];
            /// `math.log2` of a positive number.
            FloatLog2 = "taipan_float_log2" (F64) -> F64, [], [], [pure];
            /// `math.log10` of a positive number.
            FloatLog10 = "taipan_float_log10" (F64) -> F64, [], [], [pure];
            /// `math.hypot` of two numbers.
            FloatHypot = "taipan_float_hypot" (F64, F64) -> F64, [], [], [pure];

            // ---- lists, whatever their storage kind ----
            /// `list.append`
            ListAppend = "taipan_list_append" (Ptr, Value) -> Void,
                [ListKind, ListLen], [ListKind, ListLen, Values, Ints, Floats, Bytes], [collect];
            /// Makes room for one more element in the present storage kind; the length does not change.
            ListGrow = "taipan_list_grow" (Ptr) -> Void,
                [ListKind, ListLen], [ListLen, Values, Ints, Floats, Bytes], [collect];
            /// `list.pop()`; may raise IndexError.
            ListPop = "taipan_list_pop" (Ptr) -> Value,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [ListKind, ListLen, Values, Ints, Floats, Bytes],
                [raise, collect];
            /// `l[i]`, negative indices included; may raise IndexError.
            ListGet = "taipan_list_get" (Ptr, I64) -> Value,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [], [raise, collect];
            /// `l[i] = v`, negative indices included; may raise IndexError.
            ListSet = "taipan_list_set" (Ptr, I64, Value) -> Void,
                [ListKind, ListLen], [ListKind, ListLen, Values, Ints, Floats, Bytes], [raise, collect];
            /// A new list of `n` elements, all `v` (`[v] * n`).
            ListRepeat = "taipan_list_repeat" (Value, I64) -> Ptr, [], [], [raise, collect];
            /// A new empty list with room for `n`.
            ListNew = "taipan_list_new" (I64) -> Ptr, [], [], [collect];
            /// `l[a:b:s]`, bounds as written, a new list; `s` is not 0.
            ListPart = "taipan_list_part" (Ptr, I64, I64, I64) -> Ptr,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [], [raise, collect];
            /// `l[a:b] = m` of lists, bounds as written.
            ListSetPart = "taipan_list_set_part" (Ptr, I64, I64, Ptr) -> Void,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [ListKind, ListLen, Values, Ints, Floats, Bytes],
                [raise, collect];
            /// `l[a:b]` of clamped bounds, a new list.
            ListSlice = "taipan_list_slice" (Ptr, I64, I64) -> Ptr,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [], [collect];

            /// `l.insert(i, v)`
            ListInsert = "taipan_list_insert" (Ptr, I64, Value) -> Void,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [ListKind, ListLen, Values, Ints, Floats, Bytes],
                [collect];
            /// `l.pop(i)`; may raise IndexError.
            ListPopAt = "taipan_list_pop_at" (Ptr, I64) -> Value,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [ListKind, ListLen, Values, Ints, Floats, Bytes],
                [raise, collect];
            /// `l[a:b] = m[c:d:s]`, bounds as written; nothing is done, and the answer is false, where that would
            /// change the length or the storage kind of `l`.
            ListMove = "taipan_list_move" (Ptr, I64, I64, Ptr, I64, I64, I64) -> Bool,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [Values, Ints, Floats, Bytes], [collect];
            /// `l[:n] = l[n-1::-1]`; nothing is done, and the answer is false, where `n` is no length from 1 on to
            /// that of `l`.
            ListReverseHead = "taipan_list_reverse_head" (Ptr, I64) -> Bool,
                [ListKind, ListLen, Values, Ints, Floats, Bytes], [Values, Ints, Floats, Bytes], [];

            // ---- strings ----
            /// `s[i]`, `0 <= i < len(s)`.
            StrIndex = "taipan_str_index" (Ptr, I64) -> Value, [Frozen, Bytes], [], [collect];
            /// Are two strings equal?
            StrEq = "taipan_str_eq" (Ptr, Ptr) -> Bool, [Frozen], [], [pure];
            /// -1, 0 or 1.
            StrCmp = "taipan_str_cmp" (Ptr, Ptr) -> I64, [Frozen], [], [pure];
            /// `a + b`
            StrConcat = "taipan_str_concat" (Value, Value) -> Value, [Frozen], [], [raise, collect];
            /// `ord(s)` of a one-character string, -1 of any other.
            StrOrd = "taipan_str_ord" (Ptr) -> I64, [Frozen], [], [pure];
            /// `chr(i)` of a valid code point.
            StrChr = "taipan_str_chr" (I64) -> Value, [], [], [pure, collect];

            // ---- dicts with exact str or int keys ----
            /// `d[k]`; `UNBOUND` when missing.
            DictGet = "taipan_dict_get" (Ptr, Value) -> Value, [Dict, Frozen], [], [raise, python, collect];
            /// `d[k] = v`
            DictSet = "taipan_dict_set" (Ptr, Value, Value) -> Void, [Dict], [Dict, Version], [raise, python, collect];

            /// `d[k]`; `UNBOUND` when missing, or when only Python code can tell.
            DictFind = "taipan_dict_find" (Ptr, Value) -> Value, [Dict, Global, Frozen], [], [];
            /// `k in d`: 0 or 1, and 2 when only Python code can tell.
            DictHas = "taipan_dict_has" (Ptr, Value) -> I64, [Dict, Frozen], [], [];
            /// `d[k] = v`; nothing is done, and the answer is false, when only Python code can tell whether `k` is there.
            DictStore = "taipan_dict_store" (Ptr, Value, Value) -> Bool, [Dict, Frozen], [Dict, Global], [collect];

            /// `x in s` of a set: 0 or 1, and 2 when only Python code can tell.
            SetHas = "taipan_set_has" (Ptr, Value) -> I64, [Dict, Frozen], [], [];
            /// `x in l` of a list: 0 or 1, and 2 when only Python code can tell.
            ListHas = "taipan_list_has" (Ptr, Value) -> I64,
                [ListKind, ListLen, Values, Ints, Floats, Bytes, Frozen], [], [];
            /// `x in t` of a tuple: 0 or 1, and 2 when only Python code can tell.
            TupleHas = "taipan_tuple_has" (Ptr, Value) -> I64, [Frozen], [], [];
            /// The next item of an iterator that calls no Python code; `UNBOUND` at its end. May raise RuntimeError.
            IterStep = "taipan_iter_step" (Value) -> Value,
                [ListKind, ListLen, Values, Ints, Floats, Bytes, Dict, Global, Frozen, ListIter], [ListIter],
                [raise, collect];

            /// Sets the global of this name in a module's dict, which has it already.
            GlobalSet = "taipan_global_set" (Ptr, Value, Value) -> Void, [Dict], [Global], [];
            /// `range(a, b, c)`; `c` is not 0.
            RangeNew = "taipan_range" (I64, I64, I64) -> Value, [], [], [pure, collect];

            // ---- protocol operations on anything ----
            /// A binary operator; the first argument is the interpreter's number of it.
            PyBinary = "taipan_py_binary" (I64, Value, Value) -> Value, [], [], [raise, python, collect];
            /// A unary operator.
            PyUnary = "taipan_py_unary" (I64, Value) -> Value, [], [], [raise, python, collect];
            /// A rich comparison.
            PyCompare = "taipan_py_compare" (I64, Value, Value) -> Value, [], [], [raise, python, collect];
            /// Truth.
            PyTruth = "taipan_py_truth" (Value) -> Bool, [], [], [raise, python, collect];
            /// `len`
            PyLen = "taipan_py_len" (Value) -> I64, [], [], [raise, python, collect];
            /// `a in b`
            PyContains = "taipan_py_contains" (Value, Value) -> Bool, [], [], [raise, python, collect];
            /// `o[k]`
            PyGetItem = "taipan_py_getitem" (Value, Value) -> Value, [], [], [raise, python, collect];
            /// `o[k] = v`
            PySetItem = "taipan_py_setitem" (Value, Value, Value) -> Void, [], [], [raise, python, collect];
            /// `del o[k]`
            PyDelItem = "taipan_py_delitem" (Value, Value) -> Void, [], [], [raise, python, collect];
            /// `o.name`
            PyGetAttr = "taipan_py_getattr" (Value, Value) -> Value, [], [], [raise, python, collect];
            /// `o.name = v`
            PySetAttr = "taipan_py_setattr" (Value, Value, Value) -> Void, [], [], [raise, python, collect];
            /// `iter(o)`
            PyIter = "taipan_py_iter" (Value) -> Value, [], [], [raise, python, collect];
            /// `next(o)`; `UNBOUND` at the end.
            PyNext = "taipan_py_next" (Value) -> Value, [], [], [raise, python, collect];
            /// `f()`
            PyCall0 = "taipan_py_call0" (Value) -> Value, [], [], [raise, python, collect];
            /// `f(a)`
            PyCall1 = "taipan_py_call1" (Value, Value) -> Value, [], [], [raise, python, collect];
            /// `f(a, b)`
            PyCall2 = "taipan_py_call2" (Value, Value, Value) -> Value, [], [], [raise, python, collect];
            /// `f(a, b, c)`
            PyCall3 = "taipan_py_call3" (Value, Value, Value, Value) -> Value, [], [], [raise, python, collect];
            /// Any other call: function, address of `n` argument words in the context's scratch area, `n`, names of
            /// the keywords (a tuple or null). Arguments are passed with `ArgPush`.
            PyCallN = "taipan_py_calln" (Value, I64, Ptr) -> Value, [], [], [raise, python, collect];
            /// Appends an argument for the next `PyCallN`, `TupleFromArgs` or `ListFromArgs`.
            ArgPush = "taipan_arg_push" (Value) -> Void, [Vm], [Vm], [];
            /// Word `n` of the argument area: a further result of the last `PyInstr`.
            ResultGet = "taipan_result_get" (I64) -> Value, [Vm], [], [];
            /// A tuple of the `n` pushed arguments.
            TupleFromArgs = "taipan_tuple_from_args" (I64) -> Value, [Vm], [Vm], [collect];
            /// A list of the `n` pushed arguments.
            ListFromArgs = "taipan_list_from_args" (I64) -> Value, [Vm], [Vm], [collect];
            /// Executes one interpreter instruction of the given code object on the argument words: the fallback for
            /// what nothing above covers. Arguments: code token, pc, number of pushed operand words. Operands are
            /// pushed in the instruction's order of reading; the result is what it writes.
            PyInstr = "taipan_py_instr" (U64, I64, I64) -> Value, [], [], [raise, python, collect];
        }
    };
}

macro_rules! define {
    (() $($(#[doc = $doc:literal])+ $name:ident = $sym:literal ($($arg:ident),*) -> $res:ident,
        [$($r:ident),*], [$($w:ident),*], [$($flag:ident),*];)*) => {
        /// The intrinsics.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Intrinsic { $($(#[doc = $doc])+ $name,)* }

        impl Intrinsic {
            /// All of them, in table order.
            pub const ALL: &'static [Intrinsic] = &[$(Intrinsic::$name,)*];
            /// The symbol of the implementation; also the name in text, without the prefix `taipan_`.
            pub fn symbol(self) -> &'static str {
                match self { $(Intrinsic::$name => $sym,)* }
            }
            /// Parameter types (the context not counted).
            pub fn params(self) -> &'static [Ty] {
                match self { $(Intrinsic::$name => &[$(Ty::$arg),*],)* }
            }
            /// Result type.
            pub fn result(self) -> Ty {
                match self { $(Intrinsic::$name => Ty::$res,)* }
            }
            /// Declared effects.
            pub fn effects(self) -> Effects {
                match self { $(Intrinsic::$name => {
                    const E: Effects = effects(
                        &[$(AliasClass::$r),*], &[$(AliasClass::$w),*], &[$(stringify!($flag)),*]);
                    E
                })* }
            }
        }
    };
}

for_each_intrinsic!(define);

const fn effects(reads: &[AliasClass], writes: &[AliasClass], flags: &[&str]) -> Effects {
    let mut e = Effects {
        reads: AliasSet::of(reads),
        writes: AliasSet::of(writes),
        pure: false,
        raise: false,
        collect: false,
        python: false,
    };
    let mut i = 0;
    while i < flags.len() {
        // Flags differ in their first two letters.
        match flags[i].as_bytes() {
            b"pure" => e.pure = true,
            b"raise" => e.raise = true,
            b"collect" => e.collect = true,
            b"python" => {
                e.python = true;
                e.reads = AliasSet::ALL;
                e.writes = AliasSet::ALL;
            }
            _ => panic!("unknown intrinsic flag"),
        }
        i += 1;
    }
    e
}

impl Intrinsic {
    /// The name in text.
    pub fn name(self) -> &'static str {
        self.symbol().trim_start_matches("taipan_")
    }
    /// The intrinsic of this name.
    pub fn from_name(name: &str) -> Option<Intrinsic> {
        Intrinsic::ALL.iter().copied().find(|i| i.name() == name)
    }
}

/// The Rust type that a table type is passed as.
#[macro_export]
macro_rules! intrinsic_type {
    (I64) => { i64 };
    (U64) => { u64 };
    (F64) => { f64 };
    (Bool) => { u64 };
    (Ptr) => { *mut u8 };
    (Value) => { u64 };
    (Void) => { () };
}

/// Defines `fn $name(i: Intrinsic) -> *const u8` over implementations in the module `$imp`, one for each row, at
/// the row's signature: `mod imp { pub extern "C" fn IntAdd(ctx: *mut Ctx, a: u64, b: u64) -> u64 { ... } }`
/// (named by the *variant*, since `macro_rules!` makes no names; `#[allow(non_snake_case)]`). A missing function
/// or a different signature does not compile. `unsafe extern "C" fn` is accepted too.
#[macro_export]
macro_rules! intrinsic_addresses {
    ($vis:vis $name:ident, $ctx:ty, $imp:ident) => {
        $crate::for_each_intrinsic!($crate::__intrinsic_address_rows, ($vis $name, $ctx, $imp));
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __intrinsic_address_rows {
    ((($vis:vis $fname:ident, $ctx:ty, $imp:ident))
     $($(#[doc = $doc:literal])+ $name:ident = $sym:literal ($($arg:ident),*) -> $res:ident,
        [$($r:ident),*], [$($w:ident),*], [$($flag:ident),*];)*) => {
        /// The address of an intrinsic's implementation.
        $vis fn $fname(i: $crate::Intrinsic) -> *const u8 {
            match i {
                $($crate::Intrinsic::$name => {
                    let f: unsafe extern "C" fn(*mut $ctx, $($crate::intrinsic_type!($arg)),*)
                        -> $crate::intrinsic_type!($res) = $imp::$name;
                    f as *const u8
                })*
            }
        }
    };
}
