//! Runs machine code where the evaluator would run the tree, and gives the same kind of outcome.
//!
//! Memory is the evaluator's own block at its real address; intrinsics go to the evaluator's host.

use taipan_trace_codegen::{Compiled, Compiler, Config, ExitInfo, Options, Source, enter};
use taipan_trace_ir::eval::{Host, Outcome, PlainHost};
use taipan_trace_ir::memory::Memory;
use taipan_trace_ir::{AllocId, Intrinsic, MemTy, Op, Tree, Ty, semantics, value};

/// The context: the words that the default [`Config`] expects, then what the intrinsics need.
#[repr(C)]
pub struct Ctx {
    pub raised: u64,
    pub scratch: u64,
    pub stress: u64,
    pad: [u64; 5],
    pub buffer: [u64; 512],
    pub mem: *mut Memory,
    pub tree: *const Tree,
    pub error: Option<String>,
}

fn host(ctx: *mut Ctx, i: Intrinsic, args: &[u64]) -> u64 {
    // SAFETY: compiled code passes the context that it was entered with, and nothing else borrows it meanwhile.
    let (ctx, mem, tree) = unsafe { (&mut *ctx, &mut *(*ctx).mem, &*(*ctx).tree) };
    let number = |w: u64| value::as_int(w).map(|i| i as i128).or_else(|| PlainHost.unbox_big(w, mem));
    let r = match i {
        Intrinsic::BoxIntSlow => PlainHost.box_big(args[0] as i64 as i128, mem),
        Intrinsic::BoxU64Slow => PlainHost.box_big(args[0] as i128, mem),
        Intrinsic::IsIntSlow => Ok(number(args[0]).is_some_and(|x| i64::try_from(x).is_ok()) as u64),
        Intrinsic::IsU64Slow => Ok(number(args[0]).is_some_and(|x| u64::try_from(x).is_ok()) as u64),
        Intrinsic::IsAnyIntSlow => Ok(number(args[0]).is_some() as u64),
        Intrinsic::Low64Slow => number(args[0]).map(|x| x as u64).ok_or("low64 of a non-int".into()),
        Intrinsic::AllocSlow => {
            let i = tree.allocs.iter().position(|a| a.token == args[0]).expect("a token of the tree");
            mem.alloc(tree.allocs[i].size, i as u32).ok_or("out of memory".into())
        }
        _ => match PlainHost.call(i, args, mem) {
            Ok(Some(w)) => Ok(w),
            Ok(None) => {
                ctx.raised = 1;
                Ok(0)
            }
            Err(e) => Err(e),
        },
    };
    r.unwrap_or_else(|e| {
        ctx.error = Some(e);
        0
    })
}

trait Word {
    fn word(self) -> u64;
    fn from_word(w: u64) -> Self;
}
impl Word for u64 {
    fn word(self) -> u64 {
        self
    }
    fn from_word(w: u64) -> u64 {
        w
    }
}
impl Word for i64 {
    fn word(self) -> u64 {
        self as u64
    }
    fn from_word(w: u64) -> i64 {
        w as i64
    }
}
impl Word for f64 {
    fn word(self) -> u64 {
        self.to_bits()
    }
    fn from_word(w: u64) -> f64 {
        f64::from_bits(w)
    }
}
impl Word for *mut u8 {
    fn word(self) -> u64 {
        self as u64
    }
    fn from_word(w: u64) -> *mut u8 {
        w as *mut u8
    }
}
impl Word for () {
    fn word(self) -> u64 {
        0
    }
    fn from_word(_: u64) {}
}

macro_rules! row {
    ($name:ident () $r:ty) => {
        pub extern "C" fn $name(c: *mut Ctx) -> $r {
            Word::from_word(host(c, Intrinsic::$name, &[]))
        }
    };
    ($name:ident ($a:ty) $r:ty) => {
        pub extern "C" fn $name(c: *mut Ctx, a: $a) -> $r {
            Word::from_word(host(c, Intrinsic::$name, &[a.word()]))
        }
    };
    ($name:ident ($a:ty, $b:ty) $r:ty) => {
        pub extern "C" fn $name(c: *mut Ctx, a: $a, b: $b) -> $r {
            Word::from_word(host(c, Intrinsic::$name, &[a.word(), b.word()]))
        }
    };
    ($name:ident ($a:ty, $b:ty, $c:ty) $r:ty) => {
        pub extern "C" fn $name(c: *mut Ctx, a: $a, b: $b, d: $c) -> $r {
            Word::from_word(host(c, Intrinsic::$name, &[a.word(), b.word(), d.word()]))
        }
    };
    ($name:ident ($a:ty, $b:ty, $c:ty, $d:ty) $r:ty) => {
        pub extern "C" fn $name(c: *mut Ctx, a: $a, b: $b, d: $c, e: $d) -> $r {
            Word::from_word(host(c, Intrinsic::$name, &[a.word(), b.word(), d.word(), e.word()]))
        }
    };
    ($name:ident ($a:ty, $b:ty, $c:ty, $d:ty, $e:ty, $f:ty, $g:ty) $r:ty) => {
        #[allow(clippy::too_many_arguments)]
        pub extern "C" fn $name(x: *mut Ctx, a: $a, b: $b, c: $c, d: $d, e: $e, f: $f, g: $g) -> $r {
            let words = [a.word(), b.word(), c.word(), d.word(), e.word(), f.word(), g.word()];
            Word::from_word(host(x, Intrinsic::$name, &words))
        }
    };
}

macro_rules! rows {
    (() $($(#[doc = $doc:literal])+ $name:ident = $sym:literal ($($arg:ident),*) -> $res:ident,
        [$($r:ident),*], [$($w:ident),*], [$($flag:ident),*];)*) => {
        #[allow(non_snake_case)]
        mod imp {
            use super::{Ctx, Intrinsic, Word, host};
            $(row! { $name ($(taipan_trace_ir::intrinsic_type!($arg)),*) taipan_trace_ir::intrinsic_type!($res) })*
        }
    };
}
taipan_trace_ir::for_each_intrinsic!(rows);
taipan_trace_ir::intrinsic_addresses!(pub address, Ctx, imp);

/// A compiler whose code the tests can run.
pub fn compiler() -> Compiler {
    Compiler::new(Config::new(address)).expect("this machine is supported")
}

/// Compiles, or fails the test.
pub fn compile(c: &mut Compiler, tree: &Tree, options: &Options) -> Compiled {
    c.compile(tree, options).unwrap_or_else(|e| panic!("{e:?}\n{tree}"))
}

/// Memory at its own address.
pub fn real_memory(make: impl FnOnce(u64) -> Memory) -> Memory {
    // The block must not move between asking for its address and filling it.
    let words = vec![0u64; taipan_trace_ir::random::CAPACITY / 8];
    let base = words.as_ptr() as u64;
    let image = make(base);
    let mut words = words;
    words.copy_from_slice(&image.words);
    Memory { words, ..image }
}

/// Enters the code and rebuilds the state at the exit.
pub fn run_machine(tree: &Tree, code: &Compiled, regs: &[u64], mem: &mut Memory) -> Result<Outcome, String> {
    run_machine_stressed(tree, code, regs, mem, 0)
}

/// As [`run_machine`], with the stress countdown at `stress`.
pub fn run_machine_stressed(
    tree: &Tree,
    code: &Compiled,
    regs: &[u64],
    mem: &mut Memory,
    stress: u64,
) -> Result<Outcome, String> {
    assert_eq!(mem.base, mem.words.as_ptr() as u64);
    let mut ctx = Box::new(Ctx {
        raised: 0,
        scratch: 0,
        stress,
        pad: [0; 5],
        buffer: [0; 512],
        mem,
        tree,
        error: None,
    });
    // SAFETY: the context has the layout of the default configuration, the registers are those of the test.
    let id = unsafe { enter(code.entry(), (&raw mut *ctx).cast(), regs.as_ptr()) };
    if let Some(e) = ctx.error.take() {
        return Err(e);
    }
    let info = &code.exits[id as usize];
    let frames = rebuild(tree, info, &ctx.buffer, mem)?;
    Ok(Outcome {
        exit: info.exit,
        origin: info.origin,
        frames,
        arrivals: Default::default(),
        last_arrival: None,
        steps: 0,
        allocs: 0,
    })
}

fn rebuild(
    tree: &Tree,
    info: &ExitInfo,
    buffer: &[u64],
    mem: &mut Memory,
) -> Result<Vec<(u32, u32, Option<u32>, Vec<(u32, u64)>)>, String> {
    let mut made = Vec::new();
    for o in &info.objects {
        let p = mem.alloc(o.size, o.alloc.0).ok_or("out of memory")?;
        for (off, w) in &o.init {
            mem.write(p + *off as u64, MemTy::U64, *w)?;
        }
        made.push(p);
    }
    let raw = |s: &Source, boxed: bool| match s {
        Source::Slot(i, _) => buffer[*i as usize],
        Source::Const(_, w) => *w,
        Source::Object(i) if boxed => value::from_ptr(made[*i as usize]),
        Source::Object(i) => made[*i as usize],
    };
    for (i, o) in info.objects.iter().enumerate() {
        for (off, ty, s) in &o.fields {
            mem.write(made[i].wrapping_add(*off as u64), *ty, raw(s, *ty == MemTy::Value))?;
        }
    }
    for st in &info.stores {
        let base = raw(&st.base, false) & value::ADDRESS_MASK;
        let index = st.index.as_ref().map_or(0, |i| raw(i, false));
        let at = base.wrapping_add(st.offset as u64).wrapping_add(index.wrapping_mul(st.ty.size() as u64));
        mem.write(at, st.ty, raw(&st.value, st.ty == MemTy::Value))?;
    }
    let mut frames = Vec::new();
    for f in &info.frames {
        let mut regs = Vec::new();
        for (r, s) in &f.regs {
            let w = raw(s, true);
            let ty = match s {
                Source::Slot(_, t) | Source::Const(t, _) => *t,
                Source::Object(_) => Ty::Value,
            };
            let (op, word) = match ty {
                Ty::I64 => (Op::BoxInt, w),
                Ty::U64 => (Op::BoxU64, w),
                Ty::F64 => (Op::BoxFloat, w),
                Ty::Bool => (Op::BoxBool, w),
                Ty::Ptr => (Op::BoxPtr, w),
                _ => (Op::Reg, w),
            };
            let w = match (op, semantics::pure(op, ty, &[word])) {
                (Op::Reg, _) => w,
                (_, Some(b)) => b,
                (Op::BoxInt, None) => PlainHost.box_big(w as i64 as i128, mem)?,
                (_, None) => PlainHost.box_big(w as i128, mem)?,
            };
            regs.push((*r, w));
        }
        frames.push((f.code, f.pc, f.ret, regs));
    }
    let _ = (tree, AllocId(0));
    Ok(frames)
}
