//! `code`: a code object in the heap, around the plain data that the compiler made.
//!
//! In: `Arc<CodeObject>`. Out: an object whose names are interned and whose constants are values; code of nested
//! functions becomes an object when it is first asked for, and instructions are copied into their executable
//! form (`block`) by the interpreter at the first call.

use crate::kinds::Trace;
use crate::objects::str::Str;
use crate::objects::tuple::{self, Tuple};
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::exec::Pc;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, method, method_var, readonly};
use std::alloc::Layout;
use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;
use taipan_bytecode::{CodeObject, Const, Handler, LazyCode, LiveSet, Liveness, Name, Outline, Quiet, flags};
use taipan_heap::{Gc, GcVec, Header, Slot, Tracer, Value};

/// [`Code::exact`] of code whose arguments always need binding.
pub const NOT_EXACT: u32 = u32::MAX;

/// A `code` object.
#[repr(C)]
pub struct Code {
    header: Header,
    /// The number of positional arguments with which a call needs no binding, or [`NOT_EXACT`].
    pub exact: u32,
    /// Registers of a frame.
    pub nregs: u32,
    /// Is it a generator expression's? Nobody sees the function object that is made for one.
    pub unseen: bool,
    /// The tuple of keyword names of a call that was bound last, or unbound, and which parameters they name, a byte each.
    pub keywords: Slot<Value>,
    /// See `keywords`.
    pub keyword_places: Cell<u64>,
    /// First instruction of the executable form, or of a stub that makes it.
    pub entry: Cell<Pc>,
    /// Registers that parameters occupy.
    pub nparams: u32,
    /// Registers below this one hold variables: those behind the parameters are unbound at entry.
    pub ninit: u32,
    /// The executable form: instructions, then inline caches; null until the first call.
    pub block: Cell<*mut u8>,
    block_layout: Cell<Layout>,
    /// Made when the collector first meets a frame of this code.
    liveness: OnceCell<Box<Liveness>>,
    /// Which handlers keep the exception to themselves: asked for when one catches what its own frame raised.
    quiet: OnceCell<Box<Quiet>>,
    /// Words for inline caches that outgrew their place in the block; freed with the code object.
    side: RefCell<Vec<Box<[Cell<u64>]>>>,
    /// Calls and back edges so far, for the JIT.
    pub heat: Cell<u32>,
    /// `co_flags`
    pub flags: u32,
    /// What the compiler made.
    pub data: CodeData,
    /// Constants; nested code is unbound until asked for. Empty until [`Vm::fill_code`].
    pub consts: Slot<Gc<Tuple>>,
    /// `co_names`, interned. Empty until [`Vm::fill_code`].
    pub names: Slot<Gc<Tuple>>,
    filled: Cell<bool>,
    /// `co_name`
    pub name: Slot<Gc<Str>>,
    /// `co_qualname`
    pub qualname: Slot<Gc<Str>>,
    /// `co_filename`
    pub filename: Slot<Gc<Str>>,
}

/// What the compiler made: code of the library's functions is decoded when it is first looked at.
pub struct CodeData {
    ready: OnceCell<Arc<CodeObject>>,
    encoded: Option<Arc<LazyCode>>,
}

impl CodeData {
    /// The shared code object.
    #[inline]
    pub fn shared(&self) -> &Arc<CodeObject> {
        match self.ready.get() {
            Some(c) => c,
            None => self.decode(),
        }
    }
    #[cold]
    fn decode(&self) -> &Arc<CodeObject> {
        self.ready.get_or_init(|| {
            let code = self.encoded.as_ref().map(|e| e.get().cloned());
            // Only code that was encoded when the program was built is left for later.
            code.and_then(Result::ok).expect("the library's code is whole")
        })
    }
}
impl std::ops::Deref for CodeData {
    type Target = CodeObject;
    #[inline]
    fn deref(&self) -> &CodeObject {
        self.shared()
    }
}
impl From<Arc<CodeObject>> for CodeData {
    fn from(code: Arc<CodeObject>) -> CodeData {
        CodeData { ready: code.into(), encoded: None }
    }
}

impl Trace for Code {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.consts.get());
        t.gc(self.names.get());
        t.gc(self.name.get());
        t.gc(self.qualname.get());
        t.gc(self.filename.get());
        t.slot(&self.keywords);
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if !self.block.get().is_null() {
            // SAFETY: allocated with this layout by `set_block`'s caller.
            unsafe { std::alloc::dealloc(self.block.get(), self.block_layout.get()) };
        }
    }
}

impl Code {
    /// Gives it its executable form, allocated with `layout`; it is freed with the code object.
    pub fn set_block(&self, block: *mut u8, layout: Layout) {
        debug_assert!(self.block.get().is_null());
        self.block.set(block);
        self.block_layout.set(layout);
    }
    /// The handler of instruction `at`, and whether it keeps the exception to itself (`bytecode/quiet.rs`).
    pub fn handler_of(&self, at: u32) -> Option<(&Handler, bool)> {
        let k = self.data.handlers.iter().rposition(|h| h.start <= at && at < h.end)?;
        Some((&self.data.handlers[k], self.quiet().handlers[k]))
    }
    /// Is the `raise` at `at` given what a call just before answered?
    pub fn raises_fresh(&self, at: u32) -> bool {
        self.quiet().raises.contains(&at)
    }
    fn quiet(&self) -> &Quiet {
        self.quiet.get_or_init(|| Box::new(Quiet::of(&self.data)))
    }
    /// `n` zeroed words that live as long as the code object.
    pub fn side_words(&self, n: usize) -> *const Cell<u64> {
        let words: Box<[Cell<u64>]> = (0..n).map(|_| Cell::new(0)).collect();
        let at = words.as_ptr();
        self.side.borrow_mut().push(words);
        at
    }
    /// Index of the instruction at `pc`.
    #[inline]
    pub fn index_of(&self, pc: Pc) -> u32 {
        let first = self.block.get() as usize;
        let at = (pc as usize).wrapping_sub(first) / size_of::<taipan_bytecode::Instr>();
        if at < self.data.instrs.len() { at as u32 } else { 0 }
    }
    /// Puts the live registers of a frame at `pc` into `set` (see [`Liveness`]); false when `pc` is not in this
    /// code, so that nothing is known.
    pub(crate) fn live_at(&self, pc: Pc, running: bool, set: &mut LiveSet) -> bool {
        let at = (pc as usize).wrapping_sub(self.block.get() as usize) / size_of::<taipan_bytecode::Instr>();
        if self.block.get().is_null() || at >= self.data.instrs.len() {
            return false;
        }
        let live = self.liveness.get_or_init(|| Box::new(Liveness::new(&self.data, self.ninit.max(1))));
        if running {
            live.running(&self.data, at, set)
        } else {
            live.waiting(&self.data, at, set)
        };
        true
    }
    /// Does nothing read the result of the call at `pc`?
    pub fn drops_result(&self, pc: Pc, reg: u32) -> bool {
        let at = (pc as usize).wrapping_sub(self.block.get() as usize) / size_of::<taipan_bytecode::Instr>();
        if self.block.get().is_null()
            || at + 1 >= self.data.instrs.len()
            || self.data.instrs[at].jump_target(at).is_some()
        {
            return false;
        }
        let live = self.liveness.get_or_init(|| Box::new(Liveness::new(&self.data, self.ninit.max(1))));
        !live.read_later(at, reg)
    }
    /// Line of instruction `index`, the code's first one where it has none.
    pub fn line_of(&self, index: u32) -> i32 {
        match self.data.positions.get(index as usize) {
            Some(p) if p.line > 0 => p.line,
            _ => self.data.firstlineno as i32,
        }
    }
    /// Has this instruction a line, as artificial ones do not?
    pub fn line_known(&self, index: u32) -> bool {
        self.data.positions.get(index as usize).is_some_and(|p| p.line > 0)
    }
    /// Has it this `co_flags` bit?
    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
}

/// Adds what `Const`s become; `None` for code.
fn const_value(vm: &Vm, c: &Const) -> PyResult<Option<Value>> {
    Ok(Some(match c {
        Const::None => Value::NONE,
        Const::Bool(b) => Value::bool(*b),
        Const::Ellipsis => Value::ELLIPSIS,
        Const::Int(i) => vm.new_int(*i),
        Const::BigInt(negative, bytes) => {
            let m = dashu_int::UBig::from_le_bytes(bytes);
            let sign = if *negative { dashu_int::Sign::Negative } else { dashu_int::Sign::Positive };
            vm.new_big(dashu_int::IBig::from_parts(sign, m))
        }
        Const::Float(f) => Value::float(*f),
        Const::Complex(re, im) => vm.new_complex(*re, *im),
        Const::Str(s) => match s.as_str() {
            Some(text) if is_identifier_like(text) => vm.intern(text).value(),
            // SAFETY: the compiler's text is WTF-8.
            _ => unsafe { vm.new_str_wtf8_counted(&s.0, crate::objects::str::count_chars(&s.0)) }.value(),
        },
        Const::Bytes(b) => vm.new_bytes(b).value(),
        Const::Tuple(items) => const_tuple(vm, items)?.value(),
        Const::FrozenSet(items) => {
            let t = const_tuple(vm, items)?;
            vm.new_frozenset_from(t.items())?.value()
        }
        Const::Slice(parts) => {
            let t = const_tuple(vm, &parts[..])?;
            let p = t.items();
            vm.new_slice(p[0], p[1], p[2]).value()
        }
        Const::Code(_) | Const::LazyCode(_) => return Ok(None),
    }))
}

fn is_identifier_like(s: &str) -> bool {
    s.len() <= 256 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn const_tuple(vm: &Vm, items: &[Const]) -> PyResult<Gc<Tuple>> {
    vm.new_tuple_with(items.len(), |i| Ok(const_value(vm, &items[i])?.unwrap_or(Value::NONE)))
}

fn name_tuple<'a>(vm: &Vm, names: impl Iterator<Item = &'a Name>) -> Gc<Tuple> {
    let mut v = GcVec::new();
    for n in names {
        v.push(&vm.heap, vm.intern(n).value());
    }
    vm.new_tuple(&v)
}

impl Vm {
    /// A code object around what the compiler made.
    pub fn new_code(&self, data: Arc<CodeObject>) -> PyResult<Gc<Code>> {
        let (name, qualname) = (self.intern(&data.name), self.intern(&data.qualname));
        let filename = self.intern(&data.filename);
        let outline = Outline {
            firstlineno: data.firstlineno,
            flags: data.flags,
            argcount: data.argcount,
            kwonlyargcount: data.kwonlyargcount,
            nregs: data.nregs,
            variables_end: data.variables_end(),
        };
        let code = self.new_code_of(outline, data.into(), name, qualname, filename);
        self.fill_code(code)?;
        Ok(code)
    }
    fn new_code_of(
        &self,
        o: Outline,
        data: CodeData,
        name: Gc<Str>,
        qualname: Gc<Str>,
        filename: Gc<Str>,
    ) -> Gc<Code> {
        let star = |f| u32::from(o.flags & f != 0);
        let nparams = o.argcount + o.kwonlyargcount + star(flags::VARARGS) + star(flags::VARKEYWORDS);
        let simple = o.flags & (flags::VARARGS | flags::VARKEYWORDS) == 0
            && o.kwonlyargcount == 0
            && o.flags & flags::OPTIMIZED != 0;
        let exact = if simple { o.argcount } else { NOT_EXACT };
        // One more than the compiler counts: a bound method's self moves the arguments of a call up.
        let nregs = o.nregs.max(o.variables_end) + 1;
        let ty = self.types.code;
        let empty = self.new_tuple(&[]);
        self.heap.alloc(ty.header_ptr(), ty.shape.get(), |header| Code {
            header,
            exact,
            nregs,
            unseen: name.as_bytes() == b"<genexpr>",
            keywords: Slot::new(Value::UNBOUND),
            keyword_places: Cell::new(0),
            entry: Cell::new(self.exec.code_stub.get()),
            nparams,
            ninit: o.variables_end,
            block: Cell::new(std::ptr::null_mut()),
            block_layout: Cell::new(Layout::new::<u8>()),
            side: RefCell::default(),
            heat: Cell::new(0),
            liveness: OnceCell::new(),
            quiet: OnceCell::new(),
            flags: o.flags,
            data,
            consts: Slot::new(empty),
            names: Slot::new(empty),
            filled: Cell::new(false),
            name: Slot::new(name),
            qualname: Slot::new(qualname),
            filename: Slot::new(filename),
        })
    }
    /// Makes the constants and names of a code object, if that was not done yet.
    pub fn fill_code(&self, code: Gc<Code>) -> PyResult<()> {
        if code.filled.get() {
            return Ok(());
        }
        let data = code.data.shared().clone();
        let consts = self.new_tuple_with(data.consts.len(), |i| {
            Ok(const_value(self, &data.consts[i])?.unwrap_or(Value::UNBOUND))
        })?;
        code.consts.set(code, consts);
        code.names.set(code, name_tuple(self, data.names.iter()));
        code.filled.set(true);
        Ok(())
    }
    /// The value of a constant of the compiler that is no code.
    pub fn constant(&self, c: &Const) -> PyResult {
        Ok(const_value(self, c)?.unwrap_or(Value::NONE))
    }
    /// Constant `i` of a code object, made a code object itself where it is nested code.
    pub fn code_const(&self, code: Gc<Code>, i: usize) -> PyResult {
        self.fill_code(code)?;
        let v = code.consts.get().items()[i];
        if !v.is_unbound() {
            return Ok(v);
        }
        // Code read from a cache has the file name that it was loaded under, at any depth.
        if let Const::LazyCode(lazy) = &code.data.consts[i]
            && lazy.is_static()
        {
            let data = CodeData { ready: OnceCell::new(), encoded: Some(lazy.clone()) };
            let (name, qualname) = (self.intern(&lazy.name), self.intern(&lazy.qualname));
            let inner = self.new_code_of(lazy.outline, data, name, qualname, code.filename.get()).value();
            // SAFETY: within the tuple; nobody holds a slice of the items.
            unsafe { tuple::set_item(code.consts.get(), i, inner) };
            return Ok(inner);
        }
        let Some(inner) = code.data.consts[i].as_code() else {
            return Err(self.new_exception(self.types.ImportError, "bad marshal data (nested code)"));
        };
        let inner = self.new_code(inner.clone())?;
        inner.filename.set(inner, code.filename.get());
        let inner = inner.value();
        // SAFETY: within the tuple; nobody holds a slice of the items.
        unsafe { tuple::set_item(code.consts.get(), i, inner) };
        Ok(inner)
    }
    /// Name `i` of `co_names`.
    pub fn code_name(&self, code: Gc<Code>, i: usize) -> Gc<Str> {
        code.names.get().items()[i].cast().expect("names are strings")
    }
}

fn this(v: Value) -> Gc<Code> {
    v.cast().expect("methods of code get code")
}
fn int(i: u32) -> PyResult {
    Ok(Value::int(i.into()))
}

fn names(vm: &Vm, v: Value) -> PyResult {
    vm.fill_code(this(v))?;
    Ok(this(v).names.get().value())
}

fn consts(vm: &Vm, v: Value) -> PyResult {
    let c = this(v);
    Ok(vm.new_tuple_with(c.data.consts.len(), |i| vm.code_const(c, i))?.value())
}

/// `co_code`: opcode numbers and operands as they are stored, for tools that hash or compare code.
fn raw(vm: &Vm, v: Value) -> PyResult {
    let c = this(v);
    let mut out = Vec::with_capacity(c.data.instrs.len() * 16);
    for i in &c.data.instrs {
        out.extend_from_slice(&i.op.to_le_bytes());
        for f in [i.a, i.b, i.c, i.d] {
            out.extend_from_slice(&f.to_le_bytes());
        }
        out.extend_from_slice(&i.e.to_le_bytes());
    }
    Ok(vm.new_bytes(&out).value())
}

fn number(i: i32) -> Value {
    if i < 0 { Value::NONE } else { Value::int(i.into()) }
}

fn positions(vm: &Vm, a: &[Value]) -> PyResult {
    let c = this(a[0]);
    let mut out = GcVec::new();
    for p in c.data.positions.iter() {
        let [end_line, col, end_col] = match vm.config.no_debug_ranges {
            true => [-1; 3],
            false => [p.end_line, p.col, p.end_col],
        };
        let t = vm.new_tuple(&[number(p.line), number(end_line), number(col), number(end_col)]);
        out.push(&vm.heap, t.value());
    }
    vm.get_iter(vm.new_list(&out).value())
}

fn lines(vm: &Vm, a: &[Value]) -> PyResult {
    let c = this(a[0]);
    let mut out = GcVec::new();
    let p = &c.data.positions;
    let mut i = 0;
    // Entering has a line too: that of the header, which a module does not have.
    let head = if &*c.data.name == "<module>" { 0 } else { c.data.firstlineno as i32 };
    let entry = [Value::int(-2), Value::int(0), Value::int(head.into())];
    out.push(&vm.heap, vm.new_tuple(&entry).value());
    while i < p.len() {
        let start = i;
        while i < p.len() && p[i].line == p[start].line {
            i += 1;
        }
        let t = [Value::int(start as i64 * 2), Value::int(i as i64 * 2), number(p[start].line)];
        out.push(&vm.heap, vm.new_tuple(&t).value());
    }
    vm.get_iter(vm.new_list(&out).value())
}

fn branches(vm: &Vm, a: &[Value]) -> PyResult {
    let mut out = GcVec::new();
    for (at, left, right) in taipan_bytecode::branches(&this(a[0]).data) {
        let offsets = [at, left, right].map(|i| Value::int(i64::from(i) * 2));
        out.push(&vm.heap, vm.new_tuple(&offsets).value());
    }
    vm.get_iter(vm.new_tuple(&out).value())
}

fn varname(vm: &Vm, a: &[Value]) -> PyResult {
    let i = a[1].to_int().unwrap_or(-1);
    match u32::try_from(i).ok().and_then(|i| this(a[0]).data.local_name(i).cloned()) {
        Some(n) => Ok(vm.intern(&n).value()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

fn replace(vm: &Vm, args: Args) -> PyResult {
    let Some(&me) = args.pos.first() else { return Err(vm.type_error("replace() needs an argument")) };
    if args.pos.len() > 1 {
        return Err(vm.type_error("replace() takes 0 positional arguments"));
    }
    let c = this(me);
    let mut data = CodeObject::clone(&c.data);
    for (k, v) in args.kw.iter() {
        let key = k.to_string();
        let number = || match v.to_int() {
            Some(i) if i >= 0 && i <= u32::MAX as i64 => Ok(i as u32),
            _ => Err(vm.value_error("code: argument must be a non-negative integer")),
        };
        let text = || match v.cast::<Str>() {
            Some(s) => Ok(Name::from(&*s.to_string())),
            None => {
                Err(vm.type_error(format!("replace() argument '{key}' must be str, not {}", vm.type_name(v))))
            }
        };
        match key.as_str() {
            "co_name" => data.name = text()?,
            "co_qualname" => data.qualname = text()?,
            "co_filename" => data.filename = text()?,
            "co_firstlineno" => data.firstlineno = number()?,
            "co_flags" => data.flags = number()?,
            "co_argcount" => data.argcount = number()?,
            "co_posonlyargcount" => data.posonlyargcount = number()?,
            "co_kwonlyargcount" => data.kwonlyargcount = number()?,
            "co_varnames" => {
                let names = vm.collect(v)?;
                if names.len() != data.varnames.len() {
                    return Err(vm.value_error("code: co_nlocals != len(co_varnames)"));
                }
                data.varnames = names
                    .iter()
                    .map(|n| n.cast::<Str>().map_or_else(Name::default, |s| Name::from(&*s.to_string())))
                    .collect();
            }
            "co_code" | "co_consts" | "co_names" | "co_freevars" | "co_cellvars" | "co_stacksize"
            | "co_nlocals" | "co_linetable" | "co_exceptiontable" => {
                let attr = vm.intern(&key);
                let old = vm.get_attr(me, attr)?;
                if !vm.equal(old, v)? {
                    return Err(
                        vm.value_error(format!("code: {key} cannot be replaced in this implementation"))
                    );
                }
            }
            _ => {
                return Err(vm.type_error(format!("replace() got an unexpected keyword argument '{key}'")));
            }
        }
    }
    Ok(vm.new_code(Arc::new(data))?.value())
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let c = this(v);
    let s = format!(
        "<code object {} at {:#x}, file \"{}\", line {}>",
        c.name.get(),
        c.as_ptr() as usize,
        c.filename.get(),
        c.data.firstlineno
    );
    Ok(vm.new_str(&s).value())
}

fn same_const(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::None, Const::None) | (Const::Ellipsis, Const::Ellipsis) => true,
        (Const::Bool(a), Const::Bool(b)) => a == b,
        (Const::Int(a), Const::Int(b)) => a == b,
        (Const::BigInt(s, a), Const::BigInt(t, b)) => s == t && a == b,
        (Const::Float(a), Const::Float(b)) => a.to_bits() == b.to_bits(),
        (Const::Complex(a, b), Const::Complex(c, d)) => {
            a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
        }
        (Const::Str(a), Const::Str(b)) => a == b,
        (Const::Bytes(a), Const::Bytes(b)) => a == b,
        (Const::Tuple(a), Const::Tuple(b)) | (Const::FrozenSet(a), Const::FrozenSet(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_const(a, b))
        }
        (Const::Slice(a), Const::Slice(b)) => a.iter().zip(b.iter()).all(|(a, b)| same_const(a, b)),
        _ => match (a.as_code(), b.as_code()) {
            (Some(a), Some(b)) => same_code(a, b),
            _ => false,
        },
    }
}

fn same_code(a: &CodeObject, b: &CodeObject) -> bool {
    a.name == b.name
        && a.argcount == b.argcount
        && a.posonlyargcount == b.posonlyargcount
        && a.kwonlyargcount == b.kwonlyargcount
        && a.flags == b.flags
        && a.firstlineno == b.firstlineno
        && a.instrs == b.instrs
        && a.positions == b.positions
        && a.handlers == b.handlers
        && a.names == b.names
        && a.varnames == b.varnames
        && a.cellvars == b.cellvars
        && a.freevars == b.freevars
        && a.consts.len() == b.consts.len()
        && a.consts.iter().zip(&b.consts).all(|(a, b)| same_const(a, b))
}

fn compare(_: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Code>(), b.cast::<Code>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let same = x == y || same_code(&x.data, &y.data);
    Ok(match op {
        CompareOp::Eq => Value::bool(same),
        CompareOp::Ne => Value::bool(!same),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let c = this(v);
    let d = &c.data;
    let h = vm.hash_str(c.name.get())
        ^ (d.argcount as i64) << 8
        ^ (d.firstlineno as i64) << 16
        ^ (d.instrs.len() as i64) << 32
        ^ d.flags as i64;
    Ok(if h == -1 { -2 } else { h })
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "code",
    kind: crate::kinds::CODE,
    size: size_of::<Code>(),
    flags: crate::vm::typedef::flag::IMMUTABLE
        | crate::vm::typedef::flag::WEAKREF
        | crate::vm::typedef::flag::NO_NEW,
    slots: Slots { repr: Some(repr), richcompare: Some(compare), hash: Some(hash), ..Slots::EMPTY },
    methods: &[
        method("co_positions", "($self, /)", positions, ""),
        method("co_lines", "($self, /)", lines, ""),
        method("co_branches", "($self, /)", branches, ""),
        method(
            "_varname_from_oparg",
            "($self, /, oparg)",
            varname,
            "(internal-only) Return the local variable name for the given oparg.\n\nWARNING: this method is for internal use only and may change or go away.",
        ),
        method_var(
            "replace",
            "($self, /, **changes)",
            replace,
            "Return a copy of the code object with new values for the specified fields.",
        ),
        method_var("__replace__", "($self, /, **changes)", replace, "The same as replace()."),
    ],
    getset: &[
        readonly("co_name", |_, v| Ok(this(v).name.get().value()), ""),
        readonly("co_qualname", |_, v| Ok(this(v).qualname.get().value()), ""),
        readonly("co_filename", |_, v| Ok(this(v).filename.get().value()), ""),
        readonly("co_firstlineno", |_, v| int(this(v).data.firstlineno), ""),
        readonly("co_flags", |_, v| int(this(v).flags), ""),
        readonly("co_argcount", |_, v| int(this(v).data.argcount), ""),
        readonly("co_posonlyargcount", |_, v| int(this(v).data.posonlyargcount), ""),
        readonly("co_kwonlyargcount", |_, v| int(this(v).data.kwonlyargcount), ""),
        readonly("co_nlocals", |_, v| int(this(v).data.varnames.len() as u32), ""),
        readonly("co_stacksize", |_, v| int(this(v).nregs), ""),
        readonly("co_names", names, ""),
        readonly("co_consts", consts, ""),
        readonly("co_code", raw, ""),
        readonly("_co_code_adaptive", raw, ""),
        readonly("co_varnames", |vm, v| Ok(name_tuple(vm, this(v).data.varnames.iter()).value()), ""),
        readonly("co_cellvars", |vm, v| Ok(name_tuple(vm, this(v).data.cellvars.iter()).value()), ""),
        readonly("co_freevars", |vm, v| Ok(name_tuple(vm, this(v).data.freevars.iter()).value()), ""),
        readonly("co_linetable", |vm, _| Ok(vm.new_bytes(b"").value()), ""),
        readonly("co_exceptiontable", |vm, _| Ok(vm.new_bytes(b"").value()), ""),
    ],
    ..TypeDef::EMPTY
};
