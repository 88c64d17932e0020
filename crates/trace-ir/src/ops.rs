//! The op table: every op of the trace IR, declared once.
//!
//! A row is `Name = "text" (operand types) -> result type, effect, immediate;` with its documentation. The enum,
//! its names, the verifier's rules, the parser's lookup and [`reference`] come from it. What each pure op
//! computes is in [`crate::semantics`], once, for the evaluator and for constant folding.

use crate::types::Ty;

/// What an operand must be.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Operand {
    /// Of exactly this type.
    Is(Ty),
    /// `i64` or `u64`.
    Int,
    /// Of the same type as the first operand.
    First,
    /// Of the same type as the second operand.
    Second,
    /// Of any type.
    Any,
    /// Of the type that the memory descriptor says.
    Mem,
}

/// What a result is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ResultTy {
    /// Always this type.
    Is(Ty),
    /// The type of the first operand.
    First,
    /// The type of the second operand.
    Second,
    /// The type that the memory descriptor says.
    Mem,
    /// Stated by the node itself (constants, parameters, calls).
    Stated,
}

/// What a node does besides computing its result.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Nothing: may be moved, merged, duplicated, dropped.
    Pure,
    /// May leave the trace, depending on its operands only.
    Guard,
    /// Reads memory and may leave (`guard_mem`).
    GuardLoad,
    /// Reads memory.
    Load,
    /// Writes memory.
    Store,
    /// Makes a new object: may be dropped, not merged.
    Alloc,
    /// Tells the collector of a store; may be dropped only with it.
    Barrier,
    /// What the intrinsic table says.
    Call,
    /// May leave, on the interrupt word; keeps its place.
    Poll,
    /// Labels and terminators.
    Control,
    /// Constants and parameters: in no body.
    Floating,
}

/// What a node's immediate means.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Imm {
    /// Unused, 0.
    None,
    /// The constant's bits.
    Bits,
    /// An [`crate::ObjId`].
    Obj,
    /// An interpreter register.
    Reg,
    /// A [`crate::MemId`].
    Mem,
    /// An [`crate::AllocId`].
    Alloc,
    /// An [`crate::Intrinsic`].
    Call,
    /// A [`crate::LabelId`].
    Label,
}

macro_rules! operand {
    (Int) => {
        Operand::Int
    };
    (First) => {
        Operand::First
    };
    (Second) => {
        Operand::Second
    };
    (Any) => {
        Operand::Any
    };
    (Mem) => {
        Operand::Mem
    };
    ($t:ident) => {
        Operand::Is(Ty::$t)
    };
}

macro_rules! result_ty {
    (First) => {
        ResultTy::First
    };
    (Second) => {
        ResultTy::Second
    };
    (Mem) => {
        ResultTy::Mem
    };
    (Stated) => {
        ResultTy::Stated
    };
    ($t:ident) => {
        ResultTy::Is(Ty::$t)
    };
}

macro_rules! ops {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal ($($arg:ident),*) -> $res:ident, $eff:ident, $imm:ident;)*) => {
        /// The ops.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op { $($(#[doc = $doc])+ $name,)* }

        impl Op {
            /// All ops, in table order.
            pub const ALL: &'static [Op] = &[$(Op::$name,)*];
            /// The name in text.
            pub fn name(self) -> &'static str {
                match self { $(Op::$name => $text,)* }
            }
            /// What the operands must be. Variadic ops (`label`, `jump`, `call`) state none.
            pub fn operands(self) -> &'static [Operand] {
                match self { $(Op::$name => &[$(operand!($arg),)*],)* }
            }
            /// What the result is.
            pub fn result(self) -> ResultTy {
                match self { $(Op::$name => result_ty!($res),)* }
            }
            /// What the node does besides.
            pub fn effect(self) -> Effect {
                match self { $(Op::$name => Effect::$eff,)* }
            }
            /// What the immediate means.
            pub fn imm(self) -> Imm {
                match self { $(Op::$name => Imm::$imm,)* }
            }
            /// The documentation.
            pub fn doc(self) -> &'static str {
                match self { $(Op::$name => concat!($($doc),+),)* }
            }
        }
    };
}

ops! {
    // ---- constants, parameters, entry ----
    /// A constant; the type says how to read the bits.
    Const = "const" () -> Stated, Floating, Bits;
    /// A constant object, boxed (`value`) or as its address (`ptr`).
    Obj = "obj" () -> Stated, Floating, Obj;
    /// A label's parameter; the immediate is the label.
    Param = "param" () -> Stated, Floating, Label;
    /// What an interpreter register of the tree's own frame held at entry. Valid anywhere: frames are not written.
    Reg = "reg" () -> Value, Pure, Reg;

    // ---- wrapping integer arithmetic ----
    /// Sum modulo 2^64.
    Add = "add" (Int, First) -> First, Pure, None;
    /// Difference modulo 2^64.
    Sub = "sub" (Int, First) -> First, Pure, None;
    /// Product modulo 2^64.
    Mul = "mul" (Int, First) -> First, Pure, None;
    /// Bitwise and.
    And = "and" (Int, First) -> First, Pure, None;
    /// Bitwise or.
    Or = "or" (Int, First) -> First, Pure, None;
    /// Bitwise exclusive or.
    Xor = "xor" (Int, First) -> First, Pure, None;
    /// Bitwise complement.
    Not = "not" (Int) -> First, Pure, None;
    /// Shift left modulo 2^64; the count is taken modulo 64.
    Shl = "shl" (Int, Int) -> First, Pure, None;
    /// Shift right: arithmetic for `i64`, logical for `u64`; the count is taken modulo 64.
    Shr = "shr" (Int, Int) -> First, Pure, None;
    /// The smaller one.
    Min = "min" (Int, First) -> First, Pure, None;
    /// The larger one.
    Max = "max" (Int, First) -> First, Pure, None;
    /// Python's `//`. The divisor is a constant other than 0 and -1, or comes from `guard_divisor`.
    FloorDiv = "floordiv" (I64, I64) -> I64, Pure, None;
    /// Python's `%`; divisor as for `floordiv`.
    FloorMod = "floormod" (I64, I64) -> I64, Pure, None;
    /// Unsigned quotient; the divisor is not 0.
    UDiv = "udiv" (U64, U64) -> U64, Pure, None;
    /// Unsigned remainder; the divisor is not 0.
    URem = "urem" (U64, U64) -> U64, Pure, None;
    /// High word of the unsigned 128-bit product.
    UMulHi = "umulhi" (U64, U64) -> U64, Pure, None;
    /// Leading zeros, 64 for 0.
    Clz = "clz" (Int) -> I64, Pure, None;
    /// Trailing zeros, 64 for 0.
    Ctz = "ctz" (Int) -> I64, Pure, None;
    /// Number of one bits.
    Popcnt = "popcnt" (Int) -> I64, Pure, None;

    // ---- integer comparison ----
    /// Equal.
    Eq = "eq" (Int, First) -> Bool, Pure, None;
    /// Not equal.
    Ne = "ne" (Int, First) -> Bool, Pure, None;
    /// Less.
    Lt = "lt" (Int, First) -> Bool, Pure, None;
    /// Less or equal.
    Le = "le" (Int, First) -> Bool, Pure, None;
    /// Greater.
    Gt = "gt" (Int, First) -> Bool, Pure, None;
    /// Greater or equal.
    Ge = "ge" (Int, First) -> Bool, Pure, None;

    // ---- truth values ----
    /// Not.
    BNot = "bnot" (Bool) -> Bool, Pure, None;
    /// And, both operands computed.
    BAnd = "band" (Bool, Bool) -> Bool, Pure, None;
    /// Or, both operands computed.
    BOr = "bor" (Bool, Bool) -> Bool, Pure, None;
    /// Different.
    BXor = "bxor" (Bool, Bool) -> Bool, Pure, None;
    /// The second operand when the first is true, else the third. Both are computed.
    Select = "select" (Bool, Any, Second) -> Second, Pure, None;

    // ---- floats ----
    /// IEEE sum.
    FAdd = "fadd" (F64, F64) -> F64, Pure, None;
    /// IEEE difference.
    FSub = "fsub" (F64, F64) -> F64, Pure, None;
    /// IEEE product.
    FMul = "fmul" (F64, F64) -> F64, Pure, None;
    /// IEEE quotient; Python's `/` guards the divisor first.
    FDiv = "fdiv" (F64, F64) -> F64, Pure, None;
    /// Sign flipped.
    FNeg = "fneg" (F64) -> F64, Pure, None;
    /// Sign cleared.
    FAbs = "fabs" (F64) -> F64, Pure, None;
    /// Square root, NaN for negative numbers.
    FSqrt = "fsqrt" (F64) -> F64, Pure, None;
    /// Rounded down.
    FFloor = "ffloor" (F64) -> F64, Pure, None;
    /// Rounded up.
    FCeil = "fceil" (F64) -> F64, Pure, None;
    /// Rounded towards zero.
    FTrunc = "ftrunc" (F64) -> F64, Pure, None;
    /// Rounded to the nearest, ties to even.
    FNearest = "fnearest" (F64) -> F64, Pure, None;
    /// The first with the sign of the second.
    FCopySign = "fcopysign" (F64, F64) -> F64, Pure, None;
    /// Equal.
    FEq = "feq" (F64, F64) -> Bool, Pure, None;
    /// Not equal, or unordered.
    FNe = "fne" (F64, F64) -> Bool, Pure, None;
    /// Less.
    FLt = "flt" (F64, F64) -> Bool, Pure, None;
    /// Less or equal.
    FLe = "fle" (F64, F64) -> Bool, Pure, None;
    /// Greater.
    FGt = "fgt" (F64, F64) -> Bool, Pure, None;
    /// Greater or equal.
    FGe = "fge" (F64, F64) -> Bool, Pure, None;

    // ---- conversions ----
    /// The same bits as `u64`.
    I2U = "i2u" (I64) -> U64, Pure, None;
    /// The same bits as `i64`.
    U2I = "u2i" (U64) -> I64, Pure, None;
    /// Nearest double.
    I2F = "i2f" (I64) -> F64, Pure, None;
    /// Nearest double.
    U2F = "u2f" (U64) -> F64, Pure, None;
    /// 0 or 1.
    B2I = "b2i" (Bool) -> I64, Pure, None;
    /// The bits of a double.
    FBits = "fbits" (F64) -> U64, Pure, None;
    /// The double with these bits.
    FFromBits = "ffrombits" (U64) -> F64, Pure, None;

    // ---- boxing ----
    /// Boxes an int; out of line and with an allocation when it does not fit 48 bits.
    BoxInt = "box_int" (I64) -> Value, Pure, None;
    /// Boxes an unsigned int.
    BoxU64 = "box_u64" (U64) -> Value, Pure, None;
    /// Boxes a float.
    BoxFloat = "box_float" (F64) -> Value, Pure, None;
    /// Boxes a truth value.
    BoxBool = "box_bool" (Bool) -> Value, Pure, None;
    /// Boxes an object's address; it is not null.
    BoxPtr = "box_ptr" (Ptr) -> Value, Pure, None;
    /// The low 64 bits, in two's complement, of a Python int of any size. The operand is known to be an int: it
    /// comes from a box, an `int_*` intrinsic, or `guard_anyint`.
    Low64 = "low64" (Value) -> U64, Pure, None;
    /// Are these the same word? (Python's `is`, but for ints outside 48 bits.)
    Same = "same" (Value, Value) -> Bool, Pure, None;
    /// Are these the same address?
    SamePtr = "same_ptr" (Ptr, Ptr) -> Bool, Pure, None;
    /// Address plus bytes, inside one object.
    PtrAdd = "ptr_add" (Ptr, I64) -> Ptr, Pure, None;

    // ---- guards ----
    /// Goes on when true.
    GuardTrue = "guard_true" (Bool) -> Void, Guard, None;
    /// Goes on when false.
    GuardFalse = "guard_false" (Bool) -> Void, Guard, None;
    /// Goes on with the int when the value is an exact int that fits an `i64`, in whatever representation.
    GuardInt = "guard_int" (Value) -> I64, Guard, None;
    /// Goes on with the int when the value is an exact int in `0 .. 2^64`.
    GuardU64 = "guard_u64" (Value) -> U64, Guard, None;
    /// Goes on when the value is an exact int of any size.
    GuardAnyInt = "guard_anyint" (Value) -> Value, Guard, None;
    /// Goes on with the double when the value is an exact float.
    GuardFloat = "guard_float" (Value) -> F64, Guard, None;
    /// Goes on with the truth value when the value is `True` or `False`.
    GuardBool = "guard_bool" (Value) -> Bool, Guard, None;
    /// Goes on with the address when the value is a heap object.
    GuardPtr = "guard_ptr" (Value) -> Ptr, Guard, None;
    /// Goes on when both are the same word; the second is a constant as a rule.
    GuardIs = "guard_is" (Value, Value) -> Void, Guard, None;
    /// Goes on when they are not the same word.
    GuardIsNot = "guard_is_not" (Value, Value) -> Void, Guard, None;
    /// Goes on when both addresses are equal.
    GuardSamePtr = "guard_same_ptr" (Ptr, Ptr) -> Void, Guard, None;
    /// Goes on, with the same address, when it is not null.
    GuardNonNull = "guard_nonnull" (Ptr) -> Ptr, Guard, None;
    /// Goes on, with the same pointer, when the field equals the second operand (class, shape, kind, version ...).
    GuardMem = "guard_mem" (Ptr, Mem) -> Ptr, GuardLoad, Mem;
    /// Goes on, with the first operand, when it is less than the second, both taken as unsigned: for a length, which
    /// is not negative, `0 <= first < second`.
    GuardBounds = "guard_bounds" (I64, I64) -> I64, Guard, None;
    /// Goes on, with the operand, when it is neither 0 nor -1.
    GuardDivisor = "guard_divisor" (I64) -> I64, Guard, None;
    /// The exact sum, or leaves.
    AddOv = "add_ov" (I64, I64) -> I64, Guard, None;
    /// The exact difference, or leaves.
    SubOv = "sub_ov" (I64, I64) -> I64, Guard, None;
    /// The exact sum, or leaves; the second operand is known to be non-negative, so one compare is enough.
    AddOvPos = "add_ov_pos" (I64, I64) -> I64, Guard, None;
    /// The exact difference, or leaves; the second operand is known to be non-negative.
    SubOvPos = "sub_ov_pos" (I64, I64) -> I64, Guard, None;
    /// The exact product, or leaves.
    MulOv = "mul_ov" (I64, I64) -> I64, Guard, None;
    /// The exact `x << n`; leaves when it does not fit or `n` is not in `0 .. 64`.
    ShlOv = "shl_ov" (I64, I64) -> I64, Guard, None;
    /// The same number as `i64`, or leaves.
    U2IOv = "u2i_ov" (U64) -> I64, Guard, None;
    /// The same number as `u64`; leaves when negative.
    I2UOv = "i2u_ov" (I64) -> U64, Guard, None;
    /// Truncates to an int; leaves when NaN, infinite or outside `i64`.
    F2IOv = "f2i_ov" (F64) -> I64, Guard, None;
    /// Goes on when the interrupt word is 0: signals, GIL hand-over, collection requests, invalidated code.
    Poll = "poll" () -> Void, Poll, None;

    // ---- memory ----
    /// Reads a field.
    Load = "load" (Ptr) -> Mem, Load, Mem;
    /// Reads element `index` of what starts at the descriptor's offset.
    LoadX = "loadx" (Ptr, I64) -> Mem, Load, Mem;
    /// Writes a field.
    Store = "store" (Ptr, Mem) -> Void, Store, Mem;
    /// Writes an element.
    StoreX = "storex" (Ptr, I64, Mem) -> Void, Store, Mem;
    /// Makes an object; fields hold what the allocation descriptor says, other bytes are zero.
    Alloc = "alloc" () -> Ptr, Alloc, Alloc;
    /// After a boxed word or pointer was stored into this object: the collector's write barrier.
    Barrier = "barrier" (Ptr) -> Void, Barrier, None;
    /// A residual call.
    Call = "call" () -> Stated, Call, Call;

    // ---- control ----
    /// A loop header; operands are the parameters' first values.
    Label = "label" () -> Void, Control, Label;
    /// Goes to a loop header.
    Jump = "jump" () -> Void, Control, Label;
    /// Leaves.
    Leave = "leave" () -> Void, Control, None;
}

impl Op {
    /// The op of this name.
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.name() == name)
    }
    /// Does it leave the trace when a condition on its operands does not hold? (Calls that may raise are guards
    /// too; see [`crate::Tree::is_guard`].)
    pub fn is_guard(self) -> bool {
        matches!(self.effect(), Effect::Guard | Effect::GuardLoad | Effect::Poll)
    }
    /// May it be moved, merged, duplicated, dropped?
    pub fn is_pure(self) -> bool {
        self.effect() == Effect::Pure
    }
    /// Does it end a trace?
    pub fn is_terminator(self) -> bool {
        matches!(self, Op::Jump | Op::Leave)
    }
    /// Does `op(a, b)` equal `op(b, a)`?
    pub fn is_commutative(self) -> bool {
        use Op::*;
        matches!(
            self,
            Add | Mul
                | And
                | Or
                | Xor
                | Min
                | Max
                | Eq
                | Ne
                | BAnd
                | BOr
                | BXor
                | FAdd
                | FMul
                | FEq
                | FNe
                | UMulHi
                | Same
                | SamePtr
                | AddOv
                | MulOv
        )
    }
    /// The comparison with its operands exchanged.
    pub fn swapped(self) -> Option<Op> {
        use Op::*;
        Some(match self {
            Eq => Eq,
            Ne => Ne,
            Lt => Gt,
            Le => Ge,
            Gt => Lt,
            Ge => Le,
            FEq => FEq,
            FNe => FNe,
            FLt => FGt,
            FLe => FGe,
            FGt => FLt,
            FGe => FLe,
            _ => return None,
        })
    }
    /// The integer comparison that holds exactly when this one does not.
    pub fn negated(self) -> Option<Op> {
        use Op::*;
        Some(match self {
            Eq => Ne,
            Ne => Eq,
            Lt => Ge,
            Le => Gt,
            Gt => Le,
            Ge => Lt,
            FEq => FNe,
            FNe => FEq,
            _ => return None,
        })
    }
}

/// The op table as a Markdown table.
pub fn reference() -> String {
    let mut out = String::from("| op | operands | result | effect | meaning |\n|---|---|---|---|---|\n");
    for &op in Op::ALL {
        let args: Vec<String> = op
            .operands()
            .iter()
            .map(|a| match a {
                Operand::Is(t) => t.name().into(),
                other => format!("{other:?}").to_lowercase(),
            })
            .collect();
        let res = match op.result() {
            ResultTy::Is(t) => t.name().to_string(),
            other => format!("{other:?}").to_lowercase(),
        };
        let eff = format!("{:?}", op.effect()).to_lowercase();
        out += &format!("| `{}` | {} | {res} | {eff} |{} |\n", op.name(), args.join(", "), op.doc());
    }
    out
}
