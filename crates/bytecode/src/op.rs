//! Opcodes, their operand roles and effects, and the instruction: derived from the table in `opcodes.rs`.
//!
//! What must hold: an `Instr` in stored code has an opcode number below `OP_COUNT` in `op`; the interpreter keeps a
//! copy of its own in which `op` is something else.

/// What an operand field means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Register written.
    Def,
    /// Register read.
    Use,
    /// Register read and written.
    Mod,
    /// Register made unbound.
    Kill,
    /// First of `c` registers read.
    UsesC,
    /// First of `2 * c` registers read.
    Uses2C,
    /// First of two registers read.
    Uses2,
    /// First of three registers read.
    Uses3,
    /// First of `c` registers written.
    DefsC,
    /// First of `c + 1 + d` registers written.
    DefsEx,
    /// First of two registers written.
    Defs2,
    /// First of the three registers of an iterator, written.
    IterDef,
    /// First of the three registers of an iterator, read and updated.
    Iter,
    /// Window base: callable read, `c` arguments from base + 4 read, everything from base on clobbered.
    CallWin,
    /// Window base: callable and base + 4 read, `c` arguments from base + 5 read, everything from base on clobbered.
    MethodWin,
    /// Window base: callable, base + 4 and base + 5 read, everything from base on clobbered.
    ExWin,
    /// Window base: base and base + 4 written.
    MethodDef,
    /// Window base: base and base + 4 to base + 7 written.
    ExitDef,
    /// Window base: base and base + 4 read.
    ExitUse,
    /// Register read when `d` is 1, else unused.
    YieldFrom,
    /// Immediate, unsigned 16 bits.
    Imm,
    /// Immediate, signed 16 bits.
    SImm,
    /// `e`: index into `consts`.
    Const,
    /// `e`: index into `names`.
    Name,
    /// `e`: names a local variable, see `CodeObject::local_name`.
    Local,
    /// `e`: index into `freevars`.
    Free,
    /// `e`: signed distance in instructions from the next instruction.
    Jump,
    /// `e`: immediate, signed 32 bits.
    Int,
}

/// Effects of an opcode, a set of bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effects(u8);

impl Effects {
    /// No effect bits.
    pub const NONE: Effects = Effects(0);
    /// May raise: it needs a position, and control may go to an exception handler.
    pub const RAISES: Effects = Effects(1);
    /// Control never goes on with the next instruction.
    pub const TERM: Effects = Effects(2);
    /// A back edge.
    pub const LOOP: Effects = Effects(4);
    /// A call through a window.
    pub const CALL: Effects = Effects(8);

    /// Whether all bits of `other` are set.
    pub const fn has(self, other: Effects) -> bool {
        self.0 & other.0 == other.0
    }
    const fn or(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }
}

/// Operand field of an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, non_camel_case_types)]
pub enum Field {
    a,
    b,
    c,
    d,
    e,
}

/// What the table says about an opcode.
#[derive(Debug)]
pub struct OpInfo {
    /// Name as in the table.
    pub name: &'static str,
    /// Operands in the order of the fields.
    pub operands: &'static [(Field, Role)],
    /// Effects.
    pub effects: Effects,
    /// One line of documentation.
    pub doc: &'static str,
}

macro_rules! define_ops {
    ($( $(#[doc = $doc:literal])+ $name:ident [$($f:ident : $role:ident),*] [$($fx:ident)|*]; )*) => {
        /// An opcode.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u16)]
        pub enum Op { $( $(#[doc = $doc])+ $name, )* }

        /// The opcodes in order of their numbers.
        pub const OPS: &[Op] = &[$(Op::$name),*];

        static INFO: &[OpInfo] = &[$( OpInfo {
            name: stringify!($name),
            operands: &[$((Field::$f, Role::$role)),*],
            effects: Effects::NONE$(.or(Effects::$fx))*,
            doc: concat!($($doc),+),
        } ),*];
    };
}
for_each_opcode!(define_ops);

/// Number of opcodes.
pub const OP_COUNT: usize = OPS.len();

impl Op {
    /// The opcode with number `n`.
    pub fn from_u32(n: u32) -> Option<Op> {
        OPS.get(n as usize).copied()
    }
    /// Its row of the table.
    pub fn info(self) -> &'static OpInfo {
        &INFO[self as usize]
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        self.info().name
    }
    /// The opcode called `name`.
    pub fn from_name(name: &str) -> Option<Op> {
        OPS.iter().copied().find(|op| op.name() == name)
    }
    /// Whether it may raise.
    pub fn raises(self) -> bool {
        self.info().effects.has(Effects::RAISES)
    }
    /// Whether control never goes on behind it.
    pub fn is_terminator(self) -> bool {
        self.info().effects.has(Effects::TERM)
    }
    /// Whether it has a jump operand.
    pub fn is_jump(self) -> bool {
        self.info().operands.iter().any(|&(_, r)| r == Role::Jump)
    }
    /// Whether it is a back edge.
    pub fn is_loop(self) -> bool {
        self.info().effects.has(Effects::LOOP)
    }
}

/// One instruction: 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(C)]
pub struct Instr {
    /// Opcode number.
    pub op: u32,
    /// First operand, mostly the destination register.
    pub a: u16,
    /// Second operand.
    pub b: u16,
    /// Third operand.
    pub c: u16,
    /// Fourth operand, mostly flags.
    pub d: u16,
    /// Jump distance, index or immediate.
    pub e: u32,
}

impl Instr {
    /// An instruction with all operands zero.
    pub fn new(op: Op) -> Instr {
        Instr { op: op as u32, ..Instr::default() }
    }
    /// Its opcode; panics when `op` was rewritten.
    pub fn opcode(&self) -> Op {
        OPS[self.op as usize]
    }
    /// The value of a field.
    pub fn field(&self, f: Field) -> u32 {
        match f {
            Field::a => self.a.into(),
            Field::b => self.b.into(),
            Field::c => self.c.into(),
            Field::d => self.d.into(),
            Field::e => self.e,
        }
    }
    /// Sets a field; 16-bit fields keep the low half.
    pub fn set_field(&mut self, f: Field, v: u32) {
        match f {
            Field::a => self.a = v as u16,
            Field::b => self.b = v as u16,
            Field::c => self.c = v as u16,
            Field::d => self.d = v as u16,
            Field::e => self.e = v,
        }
    }
    /// The immediate or jump distance in `e`.
    pub fn imm(&self) -> i32 {
        self.e as i32
    }
    /// The index of the instruction that this one at index `at` jumps to, if it is a jump.
    pub fn jump_target(&self, at: usize) -> Option<i64> {
        self.opcode().is_jump().then(|| at as i64 + 1 + i64::from(self.e as i32))
    }

    /// Calls `read`, `write` and `kill` with the registers that the instruction reads, writes and makes unbound.
    /// Registers that a call clobbers are not reported: see [`Instr::clobbers_from`].
    pub fn registers(
        &self,
        mut read: impl FnMut(u32),
        mut write: impl FnMut(u32),
        mut kill: impl FnMut(u32),
    ) {
        let (c, d) = (u32::from(self.c), u32::from(self.d));
        for &(f, role) in self.opcode().info().operands {
            let r = self.field(f);
            match role {
                Role::Def => write(r),
                Role::Use => read(r),
                Role::Mod => {
                    read(r);
                    write(r);
                }
                Role::Kill => kill(r),
                Role::UsesC => (r..r + c).for_each(&mut read),
                Role::Uses2C => (r..r + 2 * c).for_each(&mut read),
                Role::Uses2 => (r..r + 2).for_each(&mut read),
                Role::Uses3 => (r..r + 3).for_each(&mut read),
                Role::DefsC => (r..r + c).for_each(&mut write),
                Role::DefsEx => (r..r + c + 1 + d).for_each(&mut write),
                Role::Defs2 => (r..r + 2).for_each(&mut write),
                Role::IterDef => (r..r + 3).for_each(&mut write),
                Role::Iter => {
                    (r..r + 3).for_each(&mut read);
                    (r + 1..r + 3).for_each(&mut write);
                }
                Role::CallWin => {
                    read(r);
                    (r + 4..r + 4 + c).for_each(&mut read);
                }
                Role::MethodWin => {
                    read(r);
                    (r + 4..r + 5 + c).for_each(&mut read);
                }
                Role::ExWin => {
                    read(r);
                    read(r + 4);
                    read(r + 5);
                }
                Role::MethodDef => {
                    write(r);
                    write(r + 4);
                }
                Role::ExitDef => {
                    write(r);
                    (r + 4..r + 8).for_each(&mut write);
                }
                Role::ExitUse => {
                    read(r);
                    read(r + 4);
                }
                Role::YieldFrom => {
                    if d == 1 {
                        read(r);
                    }
                }
                Role::Imm | Role::SImm | Role::Const | Role::Name => {}
                Role::Local | Role::Free | Role::Jump | Role::Int => {}
            }
        }
    }

    /// For a call: the window base, from which on the callee may overwrite every register.
    pub fn clobbers_from(&self) -> Option<u32> {
        let ops = self.opcode().info().operands;
        ops.iter()
            .find(|&&(_, r)| matches!(r, Role::CallWin | Role::MethodWin | Role::ExWin))
            .map(|&(f, _)| self.field(f))
    }
}

macro_rules! numbered {
    ($(#[$m:meta])* $ty:ident { $( $(#[$vm:meta])* $name:ident = $n:literal, $text:literal; )* }) => {
        $(#[$m])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(non_camel_case_types)]
        #[repr(u16)]
        pub enum $ty { $( $(#[$vm])* $name = $n, )* }
        impl $ty {
            /// The entry with number `n`.
            pub fn from_u16(n: u16) -> Option<$ty> {
                match n { $( $n => Some($ty::$name), )* _ => None }
            }
            /// Its text: what dumps show, or the Python name.
            pub fn text(self) -> &'static str {
                match self { $( $ty::$name => $text, )* }
            }
        }
    };
}

numbered! {
    /// What `SET_FUNC_ATTR` sets.
    FuncAttr {
        /// Tuple of positional defaults.
        Defaults = 1, "defaults";
        /// Dict of keyword-only defaults.
        KwDefaults = 2, "kwdefaults";
        /// Annotations dict or tuple of name, value pairs (`from __future__ import annotations`).
        Annotations = 4, "annotations";
        /// Tuple of cells.
        Closure = 8, "closure";
        /// The `__annotate__` function.
        Annotate = 16, "annotate";
    }
}
numbered! {
    /// What `LOAD_SPECIAL` looks up on the type.
    SpecialMethod {
        /// Synchronous entry.
        Enter = 0, "__enter__";
        /// Synchronous exit.
        Exit = 1, "__exit__";
        /// Asynchronous entry.
        AEnter = 2, "__aenter__";
        /// Asynchronous exit.
        AExit = 3, "__aexit__";
    }
}
numbered! {
    /// What `LOAD_COMMON` loads, whatever the builtins namespace says.
    CommonConst {
        /// For `assert`.
        AssertionError = 0, "AssertionError";
        /// For `__annotate__` functions.
        NotImplementedError = 1, "NotImplementedError";
    }
}
numbered! {
    /// Operations of one operand that are too rare for an opcode.
    Intrinsic1 {
        /// Calls `sys.displayhook`: an expression statement typed interactively.
        Print = 1, "print";
        /// Operand is an exception that leaves a generator or coroutine: the `RuntimeError` that replaces a
        /// `StopIteration` (or, in an async generator, a `StopAsyncIteration`), else itself.
        StopIterationError = 2, "stopiteration_error";
        /// A `TypeVar` from its name.
        TypeVar = 3, "typevar";
        /// A `ParamSpec` from its name.
        ParamSpec = 4, "paramspec";
        /// A `TypeVarTuple` from its name.
        TypeVarTuple = 5, "typevartuple";
        /// `typing.Generic[operand]` for a tuple of type parameters.
        SubscriptGeneric = 6, "subscript_generic";
        /// A `TypeAliasType` from the tuple (name, type parameters or None, function that computes the value).
        TypeAlias = 7, "typealias";
    }
}
numbered! {
    /// Operations of two operands that are too rare for an opcode.
    Intrinsic2 {
        /// What `except*` clauses leave to raise: (original exception, list of raised and unhandled) → exception or
        /// None.
        PrepReraiseStar = 1, "prep_reraise_star";
        /// A `TypeVar` from its name and the function that computes its bound.
        TypeVarWithBound = 2, "typevar_with_bound";
        /// A `TypeVar` from its name and the function that computes its constraints.
        TypeVarWithConstraints = 3, "typevar_with_constraints";
        /// Sets `__type_params__` of a function; the result is the function.
        SetFunctionTypeParams = 4, "set_function_type_params";
        /// Sets the function that computes the default of a type parameter; the result is the parameter.
        SetTypeParamDefault = 5, "set_typeparam_default";
    }
}
