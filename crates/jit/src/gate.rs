//! Gates: what an entry into compiled code and a usual exit from it look at, laid out so that both are quick.
//!
//! In: a tree's code and its exit table. Out: for each tree a gate, which never moves and never goes (trees are at most
//! 65535, and gates are small); for each way out the writes that carry it out, and how often it may be taken before
//! somebody must look at it. What must hold: ways live as long as the code that they belong to, which is not freed
//! while anything runs in compiled code.

use crate::ctx::Ctx;
use crate::tree::{CodeInfo, DISCARD_REG, FUNC_REG, INIT_REG, OPERATOR_REG};
use std::cell::Cell;
use std::rc::Rc;
use taipan_bytecode::Instr;
use taipan_heap::Header;
use taipan_runtime::objects::code;
use taipan_runtime::vm::exec::{FUNC, Pc, Regs};
use taipan_runtime::vm::watch::Watch;
use taipan_runtime::{Gc, INT_MAX, INT_MIN, Value};
use taipan_trace_codegen::{Compiled, ExitInfo, Source};
use taipan_trace_ir::Ty;

/// What entries look at.
pub struct Gate {
    /// The code; null: none.
    pub code: Cell<*const Code>,
    /// What the tree relies on.
    pub watch: Rc<Watch>,
    /// Words that the function of the entering frame must have: globals and builtins.
    pub globals: u64,
    /// See `globals`.
    pub builtins: u64,
    /// Inlined frames at most.
    pub depth: Cell<u64>,
    /// Bytes that they need above the own frame's registers.
    pub room: Cell<usize>,
    /// Entries.
    pub entries: Cell<u64>,
}

impl Gate {
    /// A closed gate, for good.
    pub fn new(watch: Rc<Watch>, globals: Value, builtins: Value) -> &'static Gate {
        Box::leak(Box::new(Gate {
            code: Cell::new(std::ptr::null()),
            watch,
            globals: globals.bits(),
            builtins: builtins.bits(),
            depth: Cell::new(0),
            room: Cell::new(0),
            entries: Cell::new(0),
        }))
    }
    /// Entries go into this code from now on; none: they are turned away.
    pub fn lead(&self, code: Option<&Code>, depth: u32, room: u32) {
        self.code.set(code.map_or(std::ptr::null(), std::ptr::from_ref));
        self.depth.set(depth.into());
        self.room.set((room as usize + 64) * 8);
    }
}

/// Code with its ways out.
pub struct Code {
    /// What to call.
    pub entry: *const u8,
    /// The code.
    pub compiled: Compiled,
    /// Code objects of the frames, by the recorder's numbers; the JIT keeps them alive.
    pub codes: Vec<Gc<code::Code>>,
    /// One for each row of its exit table.
    pub ways: Box<[Way]>,
}

impl Code {
    /// Code whose tree runs these code objects.
    pub fn new(compiled: Compiled, codes: &[CodeInfo]) -> Code {
        let ways = compiled.exits.iter().map(|x| Way::new(x, codes)).collect();
        let codes = codes.iter().map(|c| c.code).collect();
        Code { entry: compiled.entry(), compiled, codes, ways }
    }
}

/// How a word of the exit buffer becomes a value.
#[derive(Clone, Copy)]
enum Write {
    /// It is one already, or a constant is.
    Const(Value),
    Value(u16),
    Float(u16),
    Int(u16),
    Uint(u16),
    Bool(u16),
    Ptr(u16),
}

/// One way out of compiled code.
pub struct Way {
    /// How often it was taken since somebody looked.
    pub taken: Cell<u32>,
    /// How often it may be taken before somebody must look again.
    pub until: Cell<u32>,
    /// Where it goes on, if it only writes registers of the tree's own frame; else null.
    pc: Pc,
    writes: Box<[(i32, Write)]>,
}

impl Way {
    fn new(exit: &ExitInfo, codes: &[CodeInfo]) -> Way {
        let (taken, until) = (Cell::new(0), Cell::new(1));
        if !exit.plain {
            return Way { taken, until, pc: std::ptr::null(), writes: Box::default() };
        }
        let f = &exit.frames[0];
        let write = |&(n, s): &(u32, Source)| {
            let at = match n {
                INIT_REG | DISCARD_REG | OPERATOR_REG => return None,
                FUNC_REG => FUNC as i32,
                n => n as i32,
            };
            let how = match s {
                Source::Slot(i, Ty::I64) => Write::Int(i),
                Source::Slot(i, Ty::U64) => Write::Uint(i),
                Source::Slot(i, Ty::F64) => Write::Float(i),
                Source::Slot(i, Ty::Bool) => Write::Bool(i),
                Source::Slot(i, Ty::Ptr) => Write::Ptr(i),
                Source::Slot(i, Ty::Value | Ty::Void) => Write::Value(i),
                Source::Const(ty, bits) => Write::Const(immediate(ty, bits)),
                Source::Object(_) => unreachable!("objects are allocated"),
            };
            Some((at, how))
        };
        let block = codes[f.code as usize].code.block.get().cast::<Instr>();
        Way {
            taken,
            until,
            pc: block.wrapping_add(f.pc as usize),
            writes: f.regs.iter().filter_map(write).collect(),
        }
    }

    /// Carries the exit out, if nothing is to be allocated for it, and answers where it goes on. Where it turns out that
    /// something is, some registers have been written by then, with what they are to hold.
    ///
    /// # Safety
    /// `ctx` is what the code was entered with from frame `regs`, and the code returned the number of this way.
    #[inline(always)]
    pub unsafe fn take(&self, ctx: &Ctx, regs: Regs) -> Option<Pc> {
        if self.pc.is_null() {
            return None;
        }
        for &(at, how) in &self.writes {
            let v = match how {
                Write::Const(v) => v,
                Write::Value(i) => Value::from_bits(ctx.slot(i)),
                Write::Float(i) => Value::float(f64::from_bits(ctx.slot(i))),
                Write::Int(i) => {
                    let n = ctx.slot(i) as i64;
                    if !(INT_MIN..=INT_MAX).contains(&n) {
                        return None;
                    }
                    Value::int(n)
                }
                Write::Uint(i) => {
                    let n = ctx.slot(i);
                    if n > INT_MAX as u64 {
                        return None;
                    }
                    Value::int(n as i64)
                }
                Write::Bool(i) => Value::bool(ctx.slot(i) & 1 != 0),
                Write::Ptr(i) => Value::from_header(ctx.slot(i) as *const Header),
            };
            // SAFETY: by the caller's promise; the exit table names registers of the frame.
            unsafe { *regs.offset(at as isize) = v };
        }
        Some(self.pc)
    }
}

/// The boxed form of a raw word that needs no allocation: ints are small.
#[inline(always)]
pub fn immediate(ty: Ty, raw: u64) -> Value {
    match ty {
        Ty::I64 | Ty::U64 => Value::int(raw as i64),
        Ty::F64 => Value::float(f64::from_bits(raw)),
        Ty::Bool => Value::bool(raw & 1 != 0),
        Ty::Ptr => Value::from_header(raw as *const Header),
        Ty::Value | Ty::Void => Value::from_bits(raw),
    }
}
