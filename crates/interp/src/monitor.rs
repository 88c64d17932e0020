//! Events for the tools of `sys.monitoring`, from what `trace.rs` sees.
//!
//! In: the instruction about to run, the frame, exceptions. Out: calls of the tools' callbacks, with CPython's
//! arguments; offsets are indices of instructions times two, as in `f_lasti`. Where a jump goes is known when the next
//! instruction of the same frame is about to run: until then the event is *due*. Loops end with their test here, and
//! begin with it in CPython: a jump back to the test is reported in front of it.

use taipan_bytecode::{Branch, Instr, Op, branch, jump_target as target};
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::method::Method;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::exec::{FrameRef, Pc, Regs};
use taipan_runtime::vm::monitor::Event;
use taipan_runtime::{Gc, PyResult, Raised, Value, Vm, kinds};

/// Events that wait for what comes next.
#[derive(Default)]
pub struct Due {
    /// Jumps that began: frame, code, instruction.
    jumps: Vec<(Regs, usize, u32)>,
    /// The call that runs: what is called, its first argument.
    call: Option<(Value, Value)>,
}

fn offset(index: u32) -> Value {
    Value::int(i64::from(index) * 2)
}

fn address(code: Gc<Code>) -> usize {
    std::ptr::from_ref(&*code) as usize
}

/// Tells about jumps that ended at the instruction about to run.
///
/// # Safety
/// `r` is the running frame.
pub unsafe fn settle(vm: &Vm, r: Regs, code: Gc<Code>, index: u32, due: &mut Due) -> PyResult<()> {
    while let Some(&(regs, of, at)) = due.jumps.last() {
        if regs < r {
            break;
        }
        due.jumps.pop();
        // Frames that are gone, or that an exception diverted, leave jumps behind.
        if regs != r || of != address(code) {
            continue;
        }
        let i = &code.data.instrs[at as usize];
        let (to, next) = (target(i, at), at + 1);
        let event = match branch(i.opcode()) {
            Branch::Jump if index == to => Event::JUMP,
            Branch::Forward if index == next => Event::BRANCH_LEFT,
            Branch::Forward if index == to => Event::BRANCH_RIGHT,
            Branch::Back if index == to => Event::BRANCH_LEFT,
            Branch::Back if index == next => Event::BRANCH_RIGHT,
            _ => continue,
        };
        let ended = event == Event::BRANCH_RIGHT && matches!(i.opcode(), Op::FOR_ITER | Op::LOOP_FOR_ITER);
        // SAFETY: operands lie within the frame.
        if ended && unsafe { *r.add(i.b as usize) }.is_kind(kinds::GENERATOR) {
            let e = vm.new_exception(vm.types.StopIteration, "");
            vm.monitor(Event::STOP_ITERATION, code, at, &[offset(at), e.value()])?;
        }
        vm.monitor(event, code, at, &[offset(at), offset(index)])?;
    }
    Ok(())
}

/// A frame was entered, for the first time or again.
pub fn entered(vm: &Vm, code: Gc<Code>, index: u32, first: bool) -> PyResult<()> {
    let event = if first { Event::PY_START } else { Event::PY_RESUME };
    vm.monitor(event, code, index, &[offset(index)])
}

/// Events began within the call at `index`: in CPython an instruction follows it on the same line.
pub fn behind_call(vm: &Vm, code: Gc<Code>, index: u32) -> PyResult<()> {
    vm.monitor(Event::INSTRUCTION, code, index, &[offset(index)])
}

/// The instruction at `index` is about to run.
///
/// # Safety
/// `r` is the running frame.
pub unsafe fn before(
    vm: &Vm,
    r: Regs,
    pc: Pc,
    code: Gc<Code>,
    index: u32,
    new_line: bool,
    due: &mut Due,
) -> PyResult<()> {
    due.call = None;
    let i = &code.data.instrs[index as usize];
    let kind = branch(i.opcode());
    if kind == Branch::Back {
        vm.monitor(Event::JUMP, code, index, &[offset(index), offset(index)])?;
    }
    if new_line {
        let line = code.data.positions[index as usize].line;
        vm.monitor(Event::LINE, code, index, &[Value::int(line.into())])?;
    }
    vm.monitor(Event::INSTRUCTION, code, index, &[offset(index)])?;
    if kind != Branch::No {
        due.jumps.push((r, address(code), index));
    }
    // SAFETY: operands lie within the frame.
    let register = |n: u16| unsafe { *r.add(n as usize) };
    match i.opcode() {
        Op::RETURN => vm.monitor(Event::PY_RETURN, code, index, &[offset(index), register(i.a)]),
        Op::YIELD => vm.monitor(Event::PY_YIELD, code, index, &[offset(index), register(i.b)]),
        Op::RETURN_CONST => {
            // SAFETY: loaded code holds the constant.
            let v = unsafe { crate::code::inline_const(pc) };
            vm.monitor(Event::PY_RETURN, code, index, &[offset(index), v])
        }
        op => match called(vm, op, i, register) {
            Some((f, first)) => {
                let native = !f.is_kind(kinds::FUNCTION);
                due.call = Some((f, first)).filter(|_| native);
                vm.monitor(Event::CALL, code, index, &[offset(index), f, first])
            }
            None => Ok(()),
        },
    }
}

/// What an instruction calls, and with which first argument; methods are taken apart.
fn called(vm: &Vm, op: Op, i: &Instr, register: impl Fn(u16) -> Value) -> Option<(Value, Value)> {
    let missing = vm.exec.monitor.missing.get().unwrap_or(Value::NONE);
    let f = || register(i.b);
    let (f, first) = match op {
        Op::CALL | Op::CALL_KW => (f(), if i.c > 0 { register(i.b + 4) } else { missing }),
        Op::CALL_METHOD | Op::CALL_METHOD_KW => match register(i.b + 4).bound() {
            Some(this) => return Some((f(), this)),
            None => (f(), if i.c > 0 { register(i.b + 5) } else { missing }),
        },
        Op::CALL_EX => {
            let args = register(i.b + 4);
            let first = match (args.cast::<Tuple>(), args.cast::<List>()) {
                (Some(t), _) => t.items().first().copied(),
                (_, Some(l)) => vm.list_try_get(l, 0),
                _ => None,
            };
            (f(), first.unwrap_or(missing))
        }
        _ => return None,
    };
    // After a call that raised, what lay in its window may be gone.
    if f.is_unbound() {
        return None;
    }
    let first = first.bound().unwrap_or(missing);
    match f.cast::<Method>() {
        Some(m) => Some((m.func.get(), m.this.get())),
        None => Some((f, first)),
    }
}

/// A native returned: the instruction ran in frame `r`, which goes on behind it.
pub fn after(vm: &Vm, r: Regs, index: u32, due: &mut Due) -> PyResult<()> {
    let Some((f, first)) = due.call.take() else { return Ok(()) };
    let at = FrameRef { regs: vm.exec.regs.get(), pc: vm.exec.pc.get() };
    if vm.exec.in_trace.get() || at.regs != r || at.index() != index + 1 {
        return Ok(());
    }
    vm.monitor(Event::C_RETURN, at.code(), index, &[offset(index), f, first])
}

/// An exception reached a frame; the arguments are those of `trace::exception`.
pub fn exception(
    vm: &Vm,
    f: FrameRef,
    e: Raised,
    first: bool,
    origin: bool,
    handler: Option<u32>,
) -> PyResult<()> {
    let (code, index) = (f.code(), f.index());
    let i = &code.data.instrs[index as usize];
    let place = offset(index);
    // SAFETY: operands lie within the frame.
    let register = |n: u16| unsafe { *f.regs.add(n as usize) };
    if origin
        && let Some((f, argument)) = called(vm, i.opcode(), i, register)
        && !f.is_kind(kinds::FUNCTION)
    {
        vm.monitor(Event::C_RAISE, code, index, &[place, f, argument])?;
    }
    if origin && matches!(i.opcode(), Op::YIELD | Op::RETURN_GENERATOR) {
        vm.monitor(Event::PY_THROW, code, index, &[place, e.value()])?;
    }
    let event = if first { Event::RAISE } else { Event::RERAISE };
    vm.monitor(event, code, index, &[place, e.value()])?;
    match handler {
        Some(to) => vm.monitor(Event::EXCEPTION_HANDLED, code, to, &[offset(to), e.value()]),
        None => vm.monitor(Event::PY_UNWIND, code, index, &[place, e.value()]),
    }
}
