//! `frame`: a frame as an object, made when something asks for one (tracebacks, `sys._getframe`).
//!
//! While its frame is on the VM stack (or suspended in a generator) the object refers to those registers; when
//! the frame ends, [`Vm::finish_frame`] copies its variables into the object.

use crate::kinds::Trace;
use crate::objects::cell::PyCell;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::generator::{Generator, State, chain};
use crate::objects::tuple::Tuple;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::exec::{self, FrameRef, Regs, info};
use crate::vm::shape_ids;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag, getset, method, readonly};
use std::cell::Cell;
use taipan_bytecode::{NoJump, flags};
use taipan_heap::{Gc, Header, Slot, Tracer, Value, ValueBuf, barrier};

/// The event that a trace function is being told of, as far as `f_lineno` minds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// None.
    None,
    /// One after which the frame may go on elsewhere.
    Line,
    /// The call that made the frame.
    Start,
    /// Any other.
    Other,
}

/// A `frame`.
#[repr(C)]
pub struct Frame {
    header: Header,
    /// The function that runs (modules and classes have one too).
    pub func: Slot<Gc<Function>>,
    /// `f_code`
    pub code: Slot<Gc<Code>>,
    /// Registers while the frame is on the stack; null for generators' frames and finished ones.
    pub regs: Cell<Regs>,
    /// The generator that owns the frame, or unbound.
    pub generator: Slot<Value>,
    /// Variables of a finished frame: a `ValueBuf`, or unbound.
    pub saved: Slot<Value>,
    /// Instruction of a finished frame.
    pub index: Cell<u32>,
    /// `f_back` of a finished frame.
    pub back: Slot<Value>,
    /// `f_trace`
    pub trace: Slot<Value>,
    /// `f_trace_lines`
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`
    pub trace_opcodes: Cell<bool>,
    /// Line of the last `line` event.
    pub last_line: Cell<i32>,
    /// Line of the last instruction that tools of `sys.monitoring` watched; 0 before there was one.
    pub seen_line: Cell<i32>,
    /// What `f_lineno` and `f_lasti` say while an event is reported that is not that of the next instruction; the line
    /// is 0 otherwise.
    pub shown: Cell<(i32, i32)>,
    /// What a trace function may do to the frame now.
    pub event: Cell<Event>,
    /// Where a trace function wants the frame to go on: an instruction's number and one; 0: nowhere.
    pub jump: Cell<u32>,
    /// Keys set through `f_locals` that are no variables: a dict, or unbound.
    pub extra: Slot<Value>,
}

impl Trace for Frame {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.func.get());
        t.gc(self.code.get());
        t.slot(&self.generator);
        t.slot(&self.saved);
        t.slot(&self.back);
        t.slot(&self.trace);
        t.slot(&self.extra);
    }
}

/// Where a variable of a code object lives.
#[derive(Clone, Copy)]
pub enum Place {
    /// In a register, or in the cell in that register.
    Reg(usize),
    /// In this cell of the closure.
    Free(usize),
}

/// Names and places of all variables of a code object.
pub fn variables(code: &Code) -> impl Iterator<Item = (&taipan_bytecode::Name, Place)> {
    let d = &*code.data;
    let base = d.local_base() as usize;
    let locals = d.varnames.iter().enumerate().map(move |(i, n)| (n, Place::Reg(base + i)));
    let cells = d
        .cellvars
        .iter()
        .zip(&d.cellregs)
        .filter(move |(_, r)| !(base..base + d.varnames.len()).contains(&(**r as usize)))
        .map(|(n, r)| (n, Place::Reg(*r as usize)));
    let hidden = d.hidden.iter().map(|(n, r)| (n, Place::Reg(*r as usize)));
    let free = d.freevars.iter().enumerate().map(|(i, n)| (n, Place::Free(i)));
    locals.chain(cells).chain(free).chain(hidden)
}

impl Frame {
    /// The registers where they are now, and the object that owns them for the write barrier (absent on the
    /// stack). `None` when the frame was cleared.
    fn base(&self) -> Option<(*mut Value, Option<*const Header>)> {
        if !self.regs.get().is_null() {
            return Some((self.regs.get(), None));
        }
        if let Some(buf) = self.saved.get().cast::<ValueBuf>() {
            return Some((buf.data(), Some(buf.header())));
        }
        let g = self.generator.get().cast::<Generator>()?;
        match g.state.get() {
            State::Finished => None,
            State::Running => Some((g.running.get(), None)),
            _ => Some((g.regs(), Some(g.header()))),
        }
    }
    fn closure_cell(&self, i: usize) -> Option<Gc<PyCell>> {
        self.func.get().closure.get().cast::<Tuple>().and_then(|t| t.items().get(i).copied())?.cast()
    }
    /// The value of a variable, unbound where it has none.
    pub fn variable(&self, place: Place) -> Value {
        match place {
            Place::Free(i) => self.closure_cell(i).map_or(Value::UNBOUND, |c| c.content.get()),
            Place::Reg(r) => {
                let Some((p, _)) = self.base() else { return Value::UNBOUND };
                // SAFETY: variables lie within the registers of the frame or its copy.
                let v = unsafe { *p.add(r) };
                match v.cast::<PyCell>() {
                    Some(c) if self.code.get().data.cellregs.contains(&(r as u16)) => c.content.get(),
                    _ => v,
                }
            }
        }
    }
    /// The value of a variable for whoever looks at it. (Generator expressions are given lists, tuples and ranges
    /// themselves: no iterator over them exists. Nobody can tell, unless it is asked for.)
    pub fn shown(&self, vm: &Vm, name: &str, place: Place) -> PyResult {
        let v = self.variable(place);
        let exact = |shape| vm.is_exact(v, shape);
        if name == ".0" && (exact(shape_ids::list) || exact(shape_ids::tuple) || exact(shape_ids::range)) {
            return vm.get_iter(v);
        }
        Ok(v)
    }
    /// Whether the register of a local variable is empty: one that holds a cell is not.
    fn variable_empty(&self, place: Place) -> bool {
        match (place, self.base()) {
            // SAFETY: variables lie within the registers of the frame or its copy.
            (Place::Reg(r), Some((p, _))) => unsafe { (*p.add(r)).is_unbound() },
            _ => false,
        }
    }
    /// Sets a variable (unbound: deletes it).
    pub fn set_variable(&self, place: Place, value: Value) {
        match place {
            Place::Free(i) => {
                if let Some(c) = self.closure_cell(i) {
                    c.content.set(c, value);
                }
            }
            Place::Reg(r) => {
                let Some((p, owner)) = self.base() else { return };
                // SAFETY: as in `variable`.
                unsafe {
                    if let Some(c) = (*p.add(r)).cast::<PyCell>()
                        && self.code.get().data.cellregs.contains(&(r as u16))
                    {
                        c.content.set(c, value);
                    } else {
                        *p.add(r) = value;
                        if let Some(o) = owner {
                            barrier(&*o);
                        }
                    }
                }
            }
        }
    }
    /// The namespace mapping of a module's or class's frame.
    pub fn namespace(&self) -> Option<Value> {
        if self.code.get().has(flags::OPTIMIZED) {
            return None;
        }
        // SAFETY: register 0 exists.
        self.base().map(|(p, _)| unsafe { *p })
    }
    /// Is its frame still on the stack or in an unfinished generator?
    pub fn is_live(&self) -> bool {
        !self.regs.get().is_null()
            || self.generator.get().cast::<Generator>().is_some_and(|g| g.state.get() != State::Finished)
    }
}

impl Vm {
    fn alloc_frame(&self, func: Gc<Function>, regs: Regs, generator: Value) -> Gc<Frame> {
        let ty = self.types.frame;
        self.heap.alloc(ty.header_ptr(), ty.shape.get(), |header| Frame {
            header,
            func: Slot::new(func),
            code: Slot::new(func.code.get()),
            regs: Cell::new(regs),
            generator: Slot::new(generator),
            saved: Slot::new(Value::UNBOUND),
            index: Cell::new(0),
            back: Slot::new(Value::NONE),
            trace: Slot::new(Value::NONE),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
            last_line: Cell::new(-1),
            seen_line: Cell::new(0),
            shown: Cell::new((0, 0)),
            event: Cell::new(Event::None),
            jump: Cell::new(0),
            extra: Slot::new(Value::UNBOUND),
        })
    }
    /// The object of a frame on the stack.
    pub fn frame_object(&self, f: FrameRef) -> Gc<Frame> {
        // SAFETY: frame references are made for live frames.
        unsafe {
            let flags = exec::word(f.regs, exec::INFO);
            if flags & info::GENERATOR != 0 {
                let g: Gc<Generator> = (*f.regs.offset(exec::GEN)).cast_unchecked();
                return self.generator_frame(g);
            }
            if flags & info::OBJECT != 0 {
                let frames = self.exec.frames.borrow();
                let at = frames.iter().rev().find(|(r, _)| *r == f.regs as usize);
                return at.expect("the flag says that there is one").1;
            }
            let o = self.alloc_frame(f.function(), f.regs, Value::UNBOUND);
            exec::set_word(f.regs, exec::INFO, flags | info::OBJECT);
            let mut frames = self.exec.frames.borrow_mut();
            let at = frames.partition_point(|(r, _)| *r < f.regs as usize);
            frames.insert(at, (f.regs as usize, o));
            o
        }
    }
    /// The frame object of a generator.
    pub fn generator_frame(&self, g: Gc<Generator>) -> Gc<Frame> {
        if let Some(f) = g.frame.get().cast::<Frame>() {
            return f;
        }
        let f = self.alloc_frame(g.func(), std::ptr::null_mut(), g.value());
        g.frame.set(g, f.value());
        f
    }
    /// The stack frame behind a frame object, while it runs.
    pub fn frame_ref(&self, f: Gc<Frame>) -> Option<FrameRef> {
        let mut regs = f.regs.get();
        if regs.is_null() {
            let g = f.generator.get().cast::<Generator>()?;
            regs = match g.state.get() {
                State::Running => g.running.get(),
                State::Suspended if chain::is_executing(g) => g.regs(),
                _ => return None,
            };
        }
        let mut at = self.top_frame();
        while let Some(r) = at {
            if r.regs == regs {
                return Some(r);
            }
            at = r.back();
        }
        None
    }
    /// Called when a frame with the flag `OBJECT` leaves the stack, at instruction `index`.
    #[cold]
    pub fn finish_frame(&self, f: FrameRef) {
        let regs = f.regs as usize;
        let o = {
            let mut frames = self.exec.frames.borrow_mut();
            let Some(at) = frames.iter().rposition(|(r, _)| *r == regs) else { return };
            frames.remove(at).1
        };
        let back = f.back();
        self.save_frame(o, f.regs, f.index(), back);
    }
    /// Copies the variables of an ending frame into its object.
    pub fn save_frame(&self, o: Gc<Frame>, regs: Regs, index: u32, back: Option<FrameRef>) {
        let n = (o.code.get().ninit as usize).max(1);
        let buf = ValueBuf::new(&self.heap, n);
        for i in 0..n {
            // SAFETY: the frame is still in place and has at least these registers.
            buf.put(i, unsafe { *regs.add(i) });
        }
        o.index.set(index);
        if let Some(b) = back {
            let b = self.frame_object(b);
            o.back.set(o, b.value());
        }
        o.saved.set(o, buf.value());
        o.regs.set(std::ptr::null_mut());
        o.generator.set(o, Value::UNBOUND);
    }
    /// Index of the instruction that a frame is at.
    pub fn frame_index(&self, f: Gc<Frame>) -> u32 {
        if let Some(r) = self.frame_ref(f) {
            return r.index();
        }
        match f.generator.get().cast::<Generator>() {
            Some(g) if g.state.get() != State::Finished => f.code.get().index_of(g.pc.get()),
            _ => f.index.get(),
        }
    }
    /// `f_locals` as `locals()` gives it: the namespace, or a new dict of a function's variables.
    pub fn frame_locals(&self, f: Gc<Frame>) -> PyResult {
        if let Some(ns) = f.namespace() {
            return Ok(ns);
        }
        let d = self.new_dict();
        let code = f.code.get();
        for (name, place) in variables(&code) {
            let v = f.shown(self, name, place)?;
            if !v.is_unbound() {
                d.set_str(self, self.intern(name), v);
            }
        }
        if let Some(x) = f.extra.get().cast::<Dict>() {
            let mut pos = 0;
            while let Some(e) = x.next_entry(&mut pos) {
                d.set(self, e.key, e.value)?;
            }
        }
        Ok(d.value())
    }
    /// `locals()` of the innermost Python frame.
    pub fn current_locals(&self) -> PyResult {
        match self.top_frame() {
            Some(f) => {
                if !f.code().has(flags::OPTIMIZED) {
                    return Ok(f.reg(0));
                }
                let f = self.frame_object(f);
                self.frame_locals(f)
            }
            None => Err(self.system_error("frame does not exist")),
        }
    }
    /// `globals()` of the innermost Python frame.
    pub fn current_globals(&self) -> Option<Gc<Dict>> {
        self.top_frame().map(|f| f.function().globals.get())
    }
}

fn this(v: Value) -> Gc<Frame> {
    v.cast().expect("methods of frames get frames")
}

fn back(vm: &Vm, v: Value) -> PyResult {
    let f = this(v);
    match vm.frame_ref(f) {
        Some(r) => Ok(r.back().map_or(Value::NONE, |b| vm.frame_object(b).value())),
        None => Ok(f.back.get()),
    }
}
fn locals(vm: &Vm, v: Value) -> PyResult {
    match this(v).namespace() {
        Some(ns) => Ok(ns),
        None => Ok(crate::objects::frame_locals::new(vm, this(v))),
    }
}
fn lineno(vm: &Vm, v: Value) -> PyResult {
    if this(v).shown.get().0 > 0 {
        return Ok(Value::int(this(v).shown.get().0.into()));
    }
    let i = this(v).jump.get().checked_sub(1).unwrap_or_else(|| vm.frame_index(this(v)));
    Ok(Value::int(this(v).code.get().line_of(i).into()))
}
/// Lets a frame go on at another line: what a debugger's `jump` does.
fn set_lineno(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    let f = this(v);
    if x.is_unbound() {
        return Err(vm.attribute_error("attribute 'f_lineno' of 'frame' objects cannot be deleted"));
    }
    if !(x.is_int() || vm.class_of(x) == vm.types.int) {
        return Err(vm.value_error("lineno must be an integer"));
    }
    match f.event.get() {
        Event::Line => {}
        Event::None => return Err(vm.value_error("f_lineno can only be set in a trace function")),
        Event::Start => {
            return Err(vm.value_error("can't jump from the 'call' trace event of a new frame"));
        }
        Event::Other => return Err(vm.value_error("can only jump from a 'line' trace event")),
    }
    let Some(line) = x.to_int().and_then(|i| i32::try_from(i).ok()) else {
        return Err(vm.value_error("lineno out of range"));
    };
    let code = f.code.get();
    if line < code.data.firstlineno as i32 {
        return Err(vm.value_error(format!("line {line} comes before the current code block")));
    }
    let from = f.jump.get().checked_sub(1).unwrap_or_else(|| vm.frame_index(f));
    let base = code.data.variables_end().max(1);
    let (_, jump) = taipan_bytecode::plan_jump(&code.data, base, from, line).map_err(|e| {
        vm.value_error(match e {
            NoJump::After => format!("line {line} comes after the current code block"),
            NoJump::IntoFor => "can't jump into the body of a for loop".to_owned(),
            NoJump::IntoExcept => "can't jump into an 'except' block as there's no exception".to_owned(),
            NoJump::Incompatible => "incompatible stacks".to_owned(),
            NoJump::Unreachable => "can't jump from unreachable code".to_owned(),
        })
    })?;
    let unbound: Vec<Place> = variables(&code)
        .take(code.data.varnames.len())
        .map(|(_, place)| place)
        .filter(|&place| {
            matches!(place, Place::Reg(_)) && code.has(flags::OPTIMIZED) && f.variable_empty(place)
        })
        .collect();
    if !unbound.is_empty() {
        let (n, s) = (unbound.len(), if unbound.len() == 1 { "" } else { "s" });
        crate::text::warn(vm, vm.types.RuntimeWarning, &format!("assigning None to {n} unbound local{s}"))?;
        for place in unbound {
            f.set_variable(place, Value::NONE);
        }
    }
    let Some((regs, _)) = f.base() else { return Ok(()) };
    for (r, c) in jump.constants {
        let value = vm.code_const(code, c as usize)?;
        // SAFETY: the plan names registers of this code object, whose frame is running.
        unsafe { *regs.add(r as usize) = value };
    }
    if let Some(r) = jump.handled {
        // SAFETY: as above.
        vm.exec.handled.set(unsafe { *regs.add(r as usize) });
    }
    f.jump.set(jump.to + 1);
    Ok(())
}
fn set_trace(_: &Vm, v: Value, x: Value) -> PyResult<()> {
    this(v).trace.set(this(v), x.or_none());
    Ok(())
}
fn bool_of(vm: &Vm, x: Value) -> PyResult<bool> {
    if x.is_bool() {
        return Ok(x.is_true());
    }
    Err(vm.type_error("attribute value type must be bool"))
}
fn clear(vm: &Vm, a: &[Value]) -> PyResult {
    let f = this(a[0]);
    if let Some(g) = f.generator.get().cast::<Generator>() {
        match g.state.get() {
            State::Running => return Err(vm.runtime_error("cannot clear an executing frame")),
            State::Suspended => return Err(vm.runtime_error("cannot clear a suspended frame")),
            State::Created => {
                g.finish();
                if g.code().has(taipan_bytecode::flags::COROUTINE) {
                    vm.report_unawaited(g);
                }
            }
            State::Finished => {}
        }
        f.generator.set(f, Value::UNBOUND);
    } else if !f.regs.get().is_null() {
        return Err(vm.runtime_error("cannot clear an executing frame"));
    }
    f.saved.set(f, Value::UNBOUND);
    f.extra.set(f, Value::UNBOUND);
    Ok(Value::NONE)
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let f = this(v);
    let c = f.code.get();
    let line = c.line_of(vm.frame_index(f));
    let file = vm.repr(c.filename.get().value())?;
    let s = format!("<frame at {:#x}, file {file}, line {line}, code {}>", f.as_ptr() as usize, c.name.get());
    Ok(vm.new_str(&s).value())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "frame",
    kind: crate::kinds::FRAME,
    size: size_of::<Frame>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::EMPTY },
    methods: &[method("clear", "($self, /)", clear, "Clear all references held by the frame.")],
    getset: &[
        readonly("f_back", back, "Return the previous frame."),
        readonly(
            "f_code",
            |_, v| Ok(this(v).code.get().value()),
            "Return the code object being executed in this frame.",
        ),
        readonly(
            "f_globals",
            |_, v| Ok(this(v).func.get().globals.get().value()),
            "Return the global variables in the frame.",
        ),
        readonly(
            "f_builtins",
            |vm, v| Ok(vm.function_builtins(this(v).func.get())),
            "Return the built-in variables in the frame.",
        ),
        readonly("f_locals", locals, "Return the mapping used by the frame to look up local variables."),
        readonly(
            "f_lasti",
            |vm, v| match this(v).shown.get() {
                (0, _) => Ok(Value::int(vm.frame_index(this(v)) as i64 * 2)),
                (_, index) => Ok(Value::int(i64::from(index) * 2)),
            },
            "Return the index of the last attempted instruction in the frame.",
        ),
        getset("f_lineno", lineno, set_lineno, "Return the current line number in the frame."),
        getset(
            "f_trace",
            |_, v| Ok(this(v).trace.get()),
            set_trace,
            "Return the trace function for this frame, or None if no trace function is set.",
        ),
        getset(
            "f_trace_lines",
            |_, v| Ok(Value::bool(this(v).trace_lines.get())),
            |vm, v, x| {
                this(v).trace_lines.set(bool_of(vm, x)?);
                Ok(())
            },
            "",
        ),
        getset(
            "f_trace_opcodes",
            |_, v| Ok(Value::bool(this(v).trace_opcodes.get())),
            |vm, v, x| {
                this(v).trace_opcodes.set(bool_of(vm, x)?);
                Ok(())
            },
            "",
        ),
        readonly(
            "f_generator",
            |_, v| Ok(this(v).generator.get().or_none()),
            "Return the generator or coroutine associated with this frame, or None.",
        ),
    ],
    ..TypeDef::EMPTY
};
