//! `sys.settrace`, `sys.setprofile` and `sys.monitoring`: events around the instructions that the loop runs.
//!
//! In: the instruction about to run. Out: calls of the trace function (per frame: `f_trace`), of the profile
//! function, and of the tools of `sys.monitoring` (`monitor.rs`). Only the loop back end calls this; `Exec::stepping` says that something is set, and chains leave for
//! the loop when they see it.

use crate::monitor::{self, Due};
use taipan_bytecode::{Branch, Instr, Op, branch, jump_target};
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::frame::{Event, Frame};
use taipan_runtime::objects::generator::Generator;
use taipan_runtime::objects::traceback::Traceback;
use taipan_runtime::vm::exec::{FrameRef, GEN, INFO, Pc, Regs, info, word};
use taipan_runtime::{Gc, PyResult, Raised, Value, Vm};

/// What the loop remembers between instructions.
pub struct Last {
    regs: Regs,
    index: u32,
    /// The test of a loop that was the last thing to report or repeat its line.
    looped: Option<(Regs, u32)>,
    /// The native function being called, for the profile function.
    native: Value,
    /// Where frames wait for what they delegate to.
    sends: Vec<(Regs, u32)>,
    /// What tools still want to know.
    pub(crate) due: Due,
}

impl Default for Last {
    /// Nothing seen yet.
    fn default() -> Last {
        Last {
            regs: std::ptr::null_mut(),
            index: 0,
            looped: None,
            sends: Vec::new(),
            native: Value::UNBOUND,
            due: Due::default(),
        }
    }
}

/// The function under a hidden name; `None` (the option) where it is not set.
fn hook(vm: &Vm, name: &str) -> Option<Value> {
    vm.hidden.get_str(vm, vm.intern(name)).filter(|v| !v.is_none())
}

/// Calls a trace or profile function; while it runs, nothing is traced. One that raises is unset.
fn call(vm: &Vm, f: Value, frame: Gc<Frame>, event: &str, arg: Value, allowed: Event) -> PyResult {
    vm.exec.in_trace.set(true);
    frame.event.set(allowed);
    let r = vm.call(f, &[frame.value(), vm.intern(event).value(), arg]);
    vm.exec.in_trace.set(false);
    frame.event.set(Event::None);
    if r.is_err() {
        frame.jump.set(0);
        vm.hidden.set_str(vm, vm.intern("_trace"), Value::NONE);
        vm.hidden.set_str(vm, vm.intern("_profile"), Value::NONE);
        vm.update_tracing();
    }
    r
}

fn local(vm: &Vm, frame: Gc<Frame>, event: &str, arg: Value, allowed: Event) -> PyResult<()> {
    let f = frame.trace.get();
    if f.is_none() || hook(vm, "_trace").is_none() {
        return Ok(());
    }
    let r = call(vm, f, frame, event, arg, allowed)?;
    if !r.is_none() {
        frame.trace.set(frame, r);
    }
    Ok(())
}

fn profile(vm: &Vm, frame: Gc<Frame>, event: &str, arg: Value) -> PyResult<()> {
    match hook(vm, "_profile") {
        Some(f) => call(vm, f, frame, event, arg, Event::Other).map(drop),
        None => Ok(()),
    }
}

fn entry_events(vm: &Vm, frame: Gc<Frame>, first: bool) -> PyResult<()> {
    if let Some(t) = hook(vm, "_trace") {
        let allowed = if first { Event::Start } else { Event::Line };
        let local = call(vm, t, frame, "call", Value::NONE, allowed)?;
        frame.trace.set(frame, local);
        if first {
            frame.last_line.set(-1);
        }
    }
    profile(vm, frame, "call", Value::NONE)
}

/// Tells about the `StopIteration` in which an iterator's result came.
fn stopped(vm: &Vm, frame: Gc<Frame>, (iterator, result): (Value, Value)) -> PyResult<()> {
    if frame.trace.get().is_none()
        || !iterator.is_kind(taipan_runtime::kinds::GENERATOR) && vm.type_name(iterator).ends_with("iterator")
    {
        return Ok(());
    }
    let class = vm.types.StopIteration;
    let e = vm.call(class.value(), if result.is_none() { &[] } else { std::slice::from_ref(&result) })?;
    let arg = vm.new_tuple(&[class.value(), e, Value::NONE]);
    local(vm, frame, "exception", arg.value(), Event::Other)
}

/// Events for a native that returned or raised.
pub fn after(vm: &Vm, r: Regs, last: &mut Last) -> PyResult<()> {
    monitor::after(vm, r, last.index, &mut last.due)?;
    let f = std::mem::replace(&mut last.native, Value::UNBOUND);
    if f.is_unbound() || vm.exec.in_trace.get() {
        return Ok(());
    }
    let at = FrameRef { regs: vm.exec.regs.get(), pc: vm.exec.pc.get() };
    if at.regs == r {
        let event = if at.index() == last.index + 1 { "c_return" } else { "c_exception" };
        return profile(vm, vm.frame_object(at), event, f);
    }
    Ok(())
}

/// Did a generator just go on here, behind its `YIELD`?
unsafe fn resumed(r: Regs, pc: Pc, index: u32, op_before: Option<Op>) -> bool {
    // SAFETY: a live frame.
    unsafe {
        if word(r, INFO) & info::GENERATOR == 0 || index == 0 {
            return false;
        }
        let g: Gc<Generator> = (*r.offset(GEN)).cast_unchecked();
        g.pc.get().add(1) == pc && matches!(op_before, Some(Op::YIELD | Op::RETURN_GENERATOR))
    }
}

/// Events due before the instruction at `pc` runs; where to go on instead, if a trace function says so.
///
/// # Safety
/// `pc` and `r` are published, and are no stub's.
pub unsafe fn before(vm: &Vm, pc: Pc, r: Regs, last: &mut Last) -> PyResult<Option<Pc>> {
    if vm.exec.in_trace.get() {
        return Ok(None);
    }
    let f = FrameRef { regs: r, pc };
    let code = f.code();
    if code.block.get().is_null() {
        return Ok(None);
    }
    let index = f.index();
    let ops = &code.data.instrs;
    let op = ops[index as usize].opcode();
    let op_before = index.checked_sub(1).map(|i| ops[i as usize].opcode());
    let same = last.regs == r;
    let (was, new) = (last.index, !same);
    (last.regs, last.index, last.native) = (r, index, Value::UNBOUND);
    let hooked = vm.exec.hooked.get();
    let wanted = if vm.exec.monitoring.get() { vm.exec.monitor.wanted(code) } else { 0 };
    if !hooked && wanted == 0 {
        return Ok(None);
    }
    // A generator function's own frame only makes the generator: no event before that.
    let makes_generator = code.data.flags & 0x2a0 != 0
        // SAFETY: a live frame.
        && unsafe { word(r, INFO) } & info::GENERATOR == 0;
    if makes_generator {
        return Ok(None);
    }
    if wanted != 0 {
        // SAFETY: a live frame.
        unsafe { monitor::settle(vm, r, code, index, &mut last.due)? };
    }
    let frame = vm.frame_object(f);
    // SAFETY: a live frame.
    let entered = index == 0 && (new || was != 0) || new && unsafe { resumed(r, pc, index, op_before) };
    if entered && op_before.is_none_or(|o| matches!(o, Op::YIELD | Op::RETURN_GENERATOR)) {
        let first = index == 0 || op_before == Some(Op::RETURN_GENERATOR);
        if first {
            frame.last_line.set(-1);
            let module = &*code.data.name == "<module>";
            frame.seen_line.set(if module { -1 } else { code.data.firstlineno as i32 });
        }
        if hooked {
            // A generator goes on behind its `yield`, and is still on its line.
            let shown = match index.checked_sub(1) {
                Some(y) if !first => (code.data.positions[y as usize].line, y as i32),
                _ => (code.data.firstlineno as i32, index as i32 - 1),
            };
            frame.shown.set(shown);
            let r = entry_events(vm, frame, first);
            frame.shown.set((0, 0));
            r?;
            if let Some(to) = jumped(frame, code) {
                return Ok(Some(to));
            }
        }
        if wanted != 0 {
            monitor::entered(vm, code, index, first)?;
        }
    }
    let line = code.data.positions[index as usize].line;
    // A loop's line comes again in each round: where it jumps back to, or where its test stands at its end.
    let again = match op {
        Op::LOOP_FOR_ITER => true,
        Op::LOOP_JUMP => false,
        op if branch(op) == Branch::Back => last.looped.replace((r, index)) == Some((r, index)),
        _ => false,
    };
    let back = same && index <= was && !entered && ops[was as usize].opcode() == Op::LOOP_JUMP;
    if frame.last_line.get() < 0 && index > 0 && !entered {
        // Tracing began in the middle of the frame: the line that it was on is over.
        let before = code.data.positions[index as usize - 1].line;
        frame.last_line.set(before);
        // The call that began it is followed by an instruction in CPython, on the same line.
        if before > 0 && before != line && frame.trace_opcodes.get() && !frame.trace.get().is_none() {
            frame.shown.set((before, index as i32 - 1));
            let r = local(vm, frame, "opcode", Value::NONE, Event::Line);
            frame.shown.set((0, 0));
            r?;
            if let Some(to) = jumped(frame, code) {
                return Ok(Some(to));
            }
        }
    }
    let new_line = line > 0 && (line != frame.last_line.get() || back || again);
    if new_line && branch(op) != Branch::Back {
        last.looped = None;
    }
    if wanted != 0 {
        // What tools are told about is a change of line: the first line of a function is where it was entered.
        let seen = match frame.seen_line.get() {
            0 if index > 0 => code.data.positions[index as usize - 1].line,
            0 => code.data.firstlineno as i32,
            seen => seen,
        };
        let call = matches!(
            op_before,
            Some(Op::CALL | Op::CALL_METHOD | Op::CALL_KW | Op::CALL_METHOD_KW | Op::CALL_EX)
        );
        if frame.seen_line.get() == 0 && call && !entered && seen > 0 && seen != line {
            frame.shown.set((seen, index as i32 - 1));
            let r = monitor::behind_call(vm, code, index - 1);
            frame.shown.set((0, 0));
            r?;
            if let Some(to) = jumped(frame, code) {
                return Ok(Some(to));
            }
        }
        let tell = line > 0 && line != seen;
        if line > 0 {
            frame.seen_line.set(line);
        }
        // SAFETY: a live frame.
        unsafe { monitor::before(vm, r, pc, code, index, tell, &mut last.due)? };
    }
    if hooked {
        // What a frame delegated to has ended: its result came as an exception.
        let ended = last.sends.iter().rposition(|s| s.0 <= r).filter(|&s| last.sends[s].0 == r);
        if let Some(s) = ended {
            let send = last.sends[s].1;
            last.sends.truncate(s);
            let i = &ops[send as usize];
            if i.opcode() == Op::SEND && jump_target(i, send) == index {
                // SAFETY: operands lie within the frame.
                stopped(vm, frame, unsafe { (*r.add(i.b as usize), *r.add(i.a as usize)) })?;
            }
        }
        if op == Op::SEND {
            last.sends.push((r, index));
        }
    }
    if line > 0 && !frame.trace.get().is_none() {
        if new_line {
            frame.last_line.set(line);
        }
        if frame.trace_lines.get() && new_line {
            local(vm, frame, "line", Value::NONE, Event::Line)?;
        }
        if frame.trace_opcodes.get() && frame.jump.get() == 0 {
            local(vm, frame, "opcode", Value::NONE, Event::Line)?;
        }
        if let Some(to) = jumped(frame, code) {
            return Ok(Some(to));
        }
    }
    if !hooked {
        return Ok(None);
    }
    let value = match op {
        // SAFETY: operands lie within the frame.
        Op::RETURN => unsafe { *r.add((*pc).a as usize) },
        // SAFETY: as above.
        Op::YIELD => unsafe { *r.add((*pc).b as usize) },
        // SAFETY: loaded code holds the constant.
        Op::RETURN_CONST => unsafe { crate::code::inline_const(pc) },
        Op::CALL | Op::CALL_METHOD | Op::CALL_KW | Op::CALL_METHOD_KW | Op::CALL_EX => {
            // SAFETY: operands lie within the frame.
            let callable = unsafe { *r.add((*pc).b as usize) };
            if callable.is_kind(taipan_runtime::kinds::NATIVE_FUNCTION) && hook(vm, "_profile").is_some() {
                last.native = callable;
                profile(vm, frame, "c_call", callable)?;
            }
            return Ok(None);
        }
        _ => return Ok(None),
    };
    let allowed = if op == Op::YIELD { Event::Line } else { Event::Other };
    local(vm, frame, "return", value, allowed)?;
    if let Some(to) = jumped(frame, code) {
        return Ok(Some(to));
    }
    profile(vm, frame, "return", value)?;
    Ok(None)
}

/// Where the trace function wants the frame to go on.
fn jumped(frame: Gc<Frame>, code: Gc<Code>) -> Option<Pc> {
    let to = frame.jump.replace(0).checked_sub(1)?;
    Some(code.block.get().cast::<Instr>().wrapping_add(to as usize))
}

/// Events for an exception that reached a frame: from an instruction there that was not `RERAISE` or out of a call
/// (`first`), from an instruction of this frame (`origin`), with a handler there or none. What the trace function raises
/// takes the exception's place.
pub fn exception(
    vm: &Vm,
    f: FrameRef,
    e: Raised,
    first: bool,
    origin: bool,
    handler: Option<u32>,
) -> Result<(), Raised> {
    if vm.exec.in_trace.get() {
        return Ok(());
    }
    let leaves = handler.is_none();
    if vm.exec.monitoring.get() {
        monitor::exception(vm, f, e, first, origin, handler)?;
    }
    if !vm.exec.hooked.get() {
        return Ok(());
    }
    let frame = vm.frame_object(f);
    let (code, index) = (f.code(), f.index() as usize);
    let op = code.data.instrs[index].opcode();
    if first && origin && matches!(op, Op::YIELD | Op::RETURN_GENERATOR) {
        // A generator goes on with an exception.
        entry_events(vm, frame, false)?;
    }
    if leaves
        && code.data.positions[index].line <= 0
        && let Some(t) = e.0.traceback.get().cast::<Traceback>()
    {
        let last = frame.last_line.get();
        let at = code.data.positions.iter().position(|p| p.line == last && last > 0);
        frame.shown.set(at.map_or((t.line(), t.index.get() as i32), |i| (last, i as i32)));
    }
    let told = exception_events(vm, frame, e, first, leaves);
    frame.shown.set((0, 0));
    told
}

fn exception_events(vm: &Vm, frame: Gc<Frame>, e: Raised, first: bool, leaves: bool) -> PyResult<()> {
    if first && !frame.trace.get().is_none() {
        let arg = vm.new_tuple(&[vm.class_of(e.value()).value(), e.value(), e.0.traceback.get()]);
        local(vm, frame, "exception", arg.value(), Event::Other)?;
    }
    if leaves {
        local(vm, frame, "return", Value::NONE, Event::Other)?;
        profile(vm, frame, "return", Value::NONE)?;
    }
    Ok(())
}
