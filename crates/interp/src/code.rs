//! The executable form of code: a block of instructions with handler offsets, followed by inline caches.
//!
//! Made at the first call. Rewritten on the way in:
//! * `op` becomes the handler's offset;
//! * `LOAD_CONST` and `RETURN_CONST` hold the constant's word in `c`, `d` and `e`;
//! * operands that are names, and the `e` of calls, become the distance in bytes from the instruction to its
//!   [`Cache`].
//!
//! Everything else stays as the compiler made it. The original is in `Code::data`.

use crate::dispatch::{Stub, handler_offset, stub};
use crate::hot::poly::{ROWS, Row};
use std::alloc::Layout;
use std::cell::Cell;
use taipan_bytecode::{Const, Instr, Op, Role, flags};
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::exec::{Pc, Regs, function};
use taipan_runtime::{Gc, PyResult, Value, Vm};

/// Inline cache of an instruction.
#[repr(C)]
pub struct Cache {
    /// The name, for instructions that have one (kept alive by the code's names).
    pub name: Cell<Option<Gc<Str>>>,
    /// What the specialised form keeps; meaning by opcode.
    pub a: Cell<u64>,
    /// See `a`.
    pub b: Cell<u64>,
    /// See `a`.
    pub c: Cell<u64>,
    /// Rows of polymorphic forms, in the code object's side memory; null until there was such a form.
    pub rows: Cell<*const [Row; ROWS]>,
}

impl Cache {
    /// The lower half of `a`.
    #[inline(always)]
    pub fn low(&self) -> u32 {
        self.a.get() as u32
    }
    /// The upper half of `a`, read by itself.
    #[inline(always)]
    pub fn high(&self) -> u32 {
        const UPPER: usize = if cfg!(target_endian = "little") { 1 } else { 0 };
        // SAFETY: half of a word that is there.
        unsafe { self.a.as_ptr().cast::<u32>().add(UPPER).read() }
    }
}

/// The cache of the instruction at `pc`, which has one.
///
/// # Safety
/// `pc` is an instruction with a cache in loaded code.
#[inline(always)]
pub unsafe fn cache<'a>(pc: Pc) -> &'a Cache {
    // SAFETY: by the caller's promise.
    unsafe { &*pc.cast::<u8>().offset((*pc).e as i32 as isize).cast::<Cache>() }
}

/// The name operand of the instruction at `pc`.
///
/// # Safety
/// `pc` is an instruction with a name in loaded code.
#[inline(always)]
pub unsafe fn name(pc: Pc) -> Gc<Str> {
    // SAFETY: caches of such instructions are filled when code is loaded.
    unsafe { cache(pc).name.get().unwrap_unchecked() }
}

fn has_cache(op: Op) -> bool {
    matches!(op, Op::CALL | Op::CALL_METHOD) || op.info().operands.iter().any(|&(_, r)| r == Role::Name)
}

/// The constant's word of a `LOAD_CONST` or `RETURN_CONST` in loaded code.
///
/// # Safety
/// `pc` is such an instruction.
#[inline(always)]
pub unsafe fn inline_const(pc: Pc) -> Value {
    // SAFETY: the second half of the instruction holds the word.
    unsafe { Value::from_bits(pc.cast::<u64>().add(1).read()) }
}

/// Makes the executable form of `code`.
pub fn load(vm: &Vm, code: Gc<Code>) -> PyResult<()> {
    if !code.block.get().is_null() {
        return Ok(());
    }
    vm.fill_code(code)?;
    let data = code.data.shared().clone();
    let jit = crate::jit::hooks(vm);
    if let Some(h) = jit {
        h.loaded(&data);
    }
    let n = data.instrs.len();
    let caches = data.instrs.iter().filter(|i| has_cache(i.opcode())).count();
    let layout = Layout::from_size_align(n * size_of::<Instr>() + caches * size_of::<Cache>(), 16)
        .map_err(|_| vm.memory_error())?;
    for i in data.instrs.iter().filter(|i| matches!(i.opcode(), Op::LOAD_CONST | Op::RETURN_CONST)) {
        if matches!(data.consts[i.e as usize], Const::Code(_) | Const::LazyCode(_)) {
            vm.code_const(code, i.e as usize)?;
        }
    }
    // SAFETY: the layout has a size (code ends in a terminator); everything below stays within it.
    unsafe {
        let block = std::alloc::alloc_zeroed(layout);
        if block.is_null() {
            return Err(vm.memory_error());
        }
        let instrs = block.cast::<Instr>();
        let mut next_cache = block.add(n * size_of::<Instr>());
        for (at, original) in data.instrs.iter().enumerate() {
            let op = original.opcode();
            let p = instrs.add(at);
            p.write(*original);
            (*p).op = handler_offset(original.op);
            if let Some(h) = jit
                && let Some(counting) = crate::dispatch::counting_offset(original.op)
            {
                (*p).op = counting;
                (*p).d = h.first_count(at as u32);
            }
            if matches!(op, Op::LOAD_CONST | Op::RETURN_CONST) {
                let v = code.consts.get().items()[original.e as usize];
                p.cast::<u64>().add(1).write(v.bits());
            }
            if crate::spec::is_adaptive(op) {
                (*p).d = crate::spec::first_counter(vm);
            }
            if has_cache(op) {
                let c = next_cache.cast::<Cache>();
                next_cache = next_cache.add(size_of::<Cache>());
                let name = op.info().operands.iter().find(|&&(_, r)| r == Role::Name);
                c.write(Cache {
                    name: Cell::new(name.map(|_| vm.code_name(code, original.e as usize))),
                    a: Cell::new(0),
                    b: Cell::new(0),
                    c: Cell::new(0),
                    rows: Cell::new(std::ptr::null()),
                });
                (*p).e = (c as isize - p as isize) as u32;
            }
        }
        if code.data.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
            let kept = crate::live::kept_at_yields(&data, code.nregs as usize, code.ninit as usize);
            for (at, i) in data.instrs.iter().enumerate().filter(|(_, i)| i.op == Op::YIELD as u32) {
                debug_assert_eq!(i.e, 0);
                (*instrs.add(at)).e = code.nregs;
            }
            for (at, n) in kept {
                (*instrs.add(at)).e = n as u32;
            }
        }
        code.set_block(block, layout);
        code.entry.set(instrs);
    }
    Ok(())
}

/// The stub at which code that is not loaded begins.
pub(crate) unsafe fn load_stub(vm: &Vm, _: Pc, regs: Regs) -> PyResult<Pc> {
    // SAFETY: the frame was just pushed.
    let code = unsafe { function(regs) }.code.get();
    load(vm, code)?;
    Ok(code.entry.get())
}

/// Sets where new code objects begin.
pub(crate) fn set_stub(vm: &Vm) {
    vm.exec.code_stub.set(stub(Stub::Load));
}
