//! The compiler: owns the target description, the thunks and the code memory; turns trees into code.

use crate::exits::ExitTable;
use crate::lower;
use crate::memory::{CodeHandle, CodeMemory, MemoryError, Usage};
use crate::perf::Piece;
use crate::thunks::Thunks;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::FunctionBuilderContext;
use std::time::{Duration, Instant};
use taipan_trace_ir::{Intrinsic, Tree};

/// Where compiled code finds the run-time. Offsets are in bytes from the context pointer.
#[derive(Clone, Debug)]
pub struct Config {
    /// Offset of the exit buffer: `exit_slots` words.
    pub exit_buffer: i32,
    /// Offset of the words that arguments of residual calls are put into.
    pub arguments: i32,
    /// Words in the exit buffer; a tree that needs more at one exit is refused.
    pub exit_slots: u16,
    /// Offset of the word that a raising intrinsic sets to non-zero.
    pub raised: i32,
    /// Offset of a word that slow-path thunks leave results in.
    pub scratch: i32,
    /// Offset of the countdown of [`Options::stress_exits`].
    pub stress: i32,
    /// Address of the interrupt word, 32 bits. 0: `poll` does nothing.
    pub interrupt: u64,
    /// Offset in an object's header of the byte that the write barrier looks at: positive as a signed byte means
    /// the slow path.
    pub barrier_byte: i32,
    /// Addresses of the intrinsics, in table order.
    pub intrinsics: Vec<u64>,
    /// Bytes of code allowed.
    pub code_limit: usize,
    /// Keep what is installed for [`Compiler::take_pieces`].
    pub pieces: bool,
}

impl Config {
    /// A configuration over a context that starts with: raised, scratch, stress, and the exit buffer at 64.
    pub fn new(address: impl Fn(Intrinsic) -> *const u8) -> Config {
        Config {
            exit_buffer: 64,
            arguments: 0,
            exit_slots: 512,
            raised: 0,
            scratch: 8,
            stress: 16,
            interrupt: 0,
            barrier_byte: 12,
            intrinsics: Intrinsic::ALL.iter().map(|&i| address(i) as u64).collect(),
            code_limit: 64 << 20,
            pieces: false,
        }
    }
}

/// How much Cranelift does for a tree.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Effort {
    /// Code that works: a pass over it allocates registers, so that values lie on the stack between blocks. Takes less
    /// than half the time.
    Least,
    /// No optimisation, but good registers.
    Less,
    /// All that it can.
    Full,
}

/// How to compile one tree.
#[derive(Clone, Debug)]
pub struct Options {
    /// What Cranelift does.
    pub effort: Effort,
    /// Count [`Config::stress`] down at each guard and leave when it gets to 0: every guard fails now and then.
    pub stress_exits: bool,
    /// Keep Cranelift's IR as text.
    pub dump_clif: bool,
    /// Keep the machine code as text.
    pub dump_asm: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { effort: Effort::Full, stress_exits: false, dump_clif: false, dump_asm: false }
    }
}

/// Sizes and times of one compilation.
#[derive(Copy, Clone, Debug, Default)]
pub struct Stats {
    /// Building Cranelift's IR.
    pub lower: Duration,
    /// Cranelift.
    pub codegen: Duration,
    /// Bytes of machine code, constants included.
    pub bytes: usize,
    /// Cranelift instructions.
    pub insts: usize,
    /// Ways out.
    pub exits: usize,
}

/// A compiled tree. Its code lives until it is given to [`Compiler::free`].
#[derive(Debug)]
pub struct Compiled {
    /// The code.
    pub code: CodeHandle,
    /// The ways out.
    pub exits: ExitTable,
    /// Sizes and times.
    pub stats: Stats,
    /// Cranelift's IR, if asked for.
    pub clif: Option<String>,
    /// The machine code, if asked for.
    pub asm: Option<String>,
    /// Constants that the code reads.
    #[allow(dead_code)]
    pool: Box<[u64]>,
}

impl Compiled {
    /// What to call; see [`crate::enter`].
    pub fn entry(&self) -> *const u8 {
        self.code.address()
    }
}

/// Why a tree was not compiled: a counter's name, not an error.
#[derive(Clone, Debug, PartialEq)]
pub enum CompileError {
    /// The code limit is reached.
    CodeLimit,
    /// The system gives no memory.
    NoMemory,
    /// An exit needs more slots than the buffer has.
    TooManyExitValues,
    /// Cranelift refused.
    Cranelift(String),
}

/// Compiles trees for one virtual machine.
pub struct Compiler {
    pub(crate) config: Config,
    /// By [`Effort`].
    isa: [OwnedTargetIsa; 3],
    memory: CodeMemory,
    pub(crate) thunks: Thunks,
    pieces: Vec<Piece>,
    fctx: FunctionBuilderContext,
    ctx: Context,
}

fn isa(triple: Option<&str>, level: &str, registers: &str) -> Result<OwnedTargetIsa, String> {
    let mut flags = settings::builder();
    let mut set = |k: &str, v: &str| flags.set(k, v).map_err(|e| format!("{k}: {e}"));
    set("opt_level", level)?;
    set("regalloc_algorithm", registers)?;
    set("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" })?;
    set("unwind_info", "false")?;
    set("is_pic", "false")?;
    set("enable_probestack", "false")?;
    let flags = settings::Flags::new(flags);
    let builder = match triple {
        None => cranelift_native::builder().map_err(str::to_string)?,
        Some(t) => {
            let t: target_lexicon::Triple = t.parse().map_err(|e| format!("{e}"))?;
            let x64 = t.architecture == target_lexicon::Architecture::X86_64;
            let mut b = cranelift_codegen::isa::lookup(t).map_err(|e| e.to_string())?;
            if x64 {
                // Without SSE 4.1 rounding is a library call, and a tree that rounds is refused.
                for feature in ["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"] {
                    b.enable(feature).map_err(|e| e.to_string())?;
                }
            }
            b
        }
    };
    builder.finish(flags).map_err(|e| e.to_string())
}

impl Compiler {
    /// A compiler for this machine.
    pub fn new(config: Config) -> Result<Compiler, String> {
        Compiler::with_isa(config, None)
    }
    /// A compiler for another machine (`aarch64-unknown-linux-gnu`), whose code can be looked at, not run.
    pub fn cross(config: Config, triple: &str) -> Result<Compiler, String> {
        Compiler::with_isa(config, Some(triple))
    }
    fn with_isa(config: Config, triple: Option<&str>) -> Result<Compiler, String> {
        Ok(Compiler {
            isa: [
                isa(triple, "none", "single_pass")?,
                isa(triple, "none", "backtracking")?,
                isa(triple, "speed", "backtracking")?,
            ],
            memory: CodeMemory::new(config.code_limit),
            thunks: Thunks::default(),
            pieces: Vec::new(),
            fctx: FunctionBuilderContext::new(),
            ctx: Context::new(),
            config,
        })
    }
    /// The target's default calling convention.
    pub(crate) fn call_conv(&self) -> cranelift_codegen::isa::CallConv {
        self.isa[2].default_call_conv()
    }
    pub(crate) fn frontend_config(&self) -> cranelift_codegen::isa::TargetFrontendConfig {
        self.isa[2].frontend_config()
    }
    /// Code memory in use.
    pub fn usage(&self) -> Usage {
        self.memory.usage()
    }
    /// Changes the byte limit.
    pub fn set_code_limit(&mut self, limit: usize) {
        self.memory.set_limit(limit);
    }

    /// Compiles a tree. It is verified in debug builds.
    pub fn compile(&mut self, tree: &Tree, options: &Options) -> Result<Compiled, CompileError> {
        #[cfg(debug_assertions)]
        if let Err(e) = taipan_trace_ir::verify::verify(tree) {
            panic!("not well-formed: {e}\n{tree}");
        }
        let start = Instant::now();
        for i in lower::slow_calls(tree) {
            self.thunk(i)?;
        }
        let mut func = ir::Function::with_name_signature(
            ir::UserFuncName::user(0, 0),
            lower::signature(self.call_conv()),
        );
        let mut fctx = std::mem::take(&mut self.fctx);
        let lowered = lower::lower(self, tree, options, &mut func, &mut fctx, self.isa[2].frontend_config());
        self.fctx = fctx;
        let lowered = lowered?;
        let clif = options.dump_clif.then(|| func.display().to_string());
        let insts = func.dfg.num_insts();
        let lower = start.elapsed();
        let start = Instant::now();
        let (bytes, asm, places) = self.emit(func, options.effort, options.dump_asm)?;
        let codegen = start.elapsed();
        let code = self.install(&bytes, &tree.name, places)?;
        let stats = Stats { lower, codegen, bytes: bytes.len(), insts, exits: lowered.exits.len() };
        Ok(Compiled { code, exits: lowered.exits, stats, clif, asm, pool: lowered.pool })
    }

    /// Frees a compiled tree. It must not run, nor be on any stack.
    pub fn free(&mut self, compiled: Compiled) {
        self.memory.free(compiled.code);
    }

    /// Machine code of a function.
    pub(crate) fn emit(
        &mut self,
        func: ir::Function,
        effort: Effort,
        asm: bool,
    ) -> Result<(Vec<u8>, Option<String>, Vec<(u32, u32)>), CompileError> {
        self.ctx.clear();
        self.ctx.func = func;
        self.ctx.set_disasm(asm);
        let isa = &self.isa[effort as usize];
        let code = self
            .ctx
            .compile(&**isa, &mut ControlPlane::default())
            .map_err(|e| CompileError::Cranelift(format!("{:?}", e.inner)))?;
        if let Some(r) = code.buffer.relocs().first() {
            return Err(CompileError::Cranelift(format!("needs a library call: {:?}", r.target)));
        }
        let places = code.buffer.get_srclocs_sorted().iter().filter(|l| !l.loc.is_default());
        let places = places.map(|l| (l.start, l.loc.bits())).collect();
        Ok((code.buffer.data().to_vec(), code.vcode.clone(), places))
    }

    /// What was installed since the last time; nothing unless [`Config::pieces`] asks for it.
    pub fn take_pieces(&mut self) -> Vec<Piece> {
        std::mem::take(&mut self.pieces)
    }

    pub(crate) fn install(
        &mut self,
        bytes: &[u8],
        name: &str,
        places: Vec<(u32, u32)>,
    ) -> Result<CodeHandle, CompileError> {
        let code = self.memory.install(bytes).map_err(|e| match e {
            MemoryError::Limit => CompileError::CodeLimit,
            MemoryError::System => CompileError::NoMemory,
        })?;
        if self.config.pieces {
            let (address, bytes, name) = (code.address() as usize, bytes.to_vec(), name.to_owned());
            self.pieces.push(Piece { address, bytes, name, places });
        }
        Ok(code)
    }
}
