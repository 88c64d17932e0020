//! The context: the block of words that compiled code works with besides the frame.
//!
//! It lies on the native stack of the entry, so that the collector, which scans that stack, sees values in the exit
//! buffer and in the argument area; and so that an entry inside a residual call has one of its own.

use crate::tree::Site;
use std::cell::Cell;
use std::mem::MaybeUninit;
use taipan_runtime::vm::exec::{Pc, Regs};
use taipan_runtime::{Raised, Value, Vm};

/// Words of the exit buffer.
pub const EXIT_SLOTS: usize = 256;
/// Words for the arguments of a residual call, and for its results.
pub const ARGS: usize = 64;

/// Where the arguments are.
pub const ARGS_OFFSET: i32 = std::mem::offset_of!(Ctx, args) as i32;

/// See the file's header. The first words are at the offsets that code generation was told.
#[repr(C)]
pub struct Ctx {
    /// Not 0 after an intrinsic raised.
    pub raised: u64,
    /// Results of slow paths.
    pub scratch: u64,
    /// Countdown of forced exits.
    pub stress: i64,
    /// The VM.
    pub vm: *const Vm,
    /// Registers of the frame that entered.
    pub regs: Regs,
    /// What an intrinsic raised.
    pub exception: Option<Raised>,
    /// Arguments pushed so far.
    pub pushed: u64,
    /// Where a residual call notes the frame that it runs for: what `sys._jit.is_active()` looks at.
    pub active: *const Cell<usize>,
    /// The exit buffer.
    pub exit: [MaybeUninit<u64>; EXIT_SLOTS],
    /// Pushed arguments; results after the first.
    pub args: [MaybeUninit<u64>; ARGS],
    /// A residual call after which the interpreter goes on, instead of compiled code.
    pub left: Option<Left>,
}

/// How a residual call left: its frames stand on the VM stack.
pub struct Left {
    /// The site.
    pub site: *const Site,
    /// Registers of the innermost frame.
    pub regs: Regs,
    /// The first result and where to go on; `None` where it raised.
    pub done: Option<(Value, Pc)>,
}

const _: () = assert!(std::mem::offset_of!(Ctx, exit) == 64 && std::mem::offset_of!(Ctx, stress) == 16);

impl Ctx {
    /// A context for an entry from frame `regs`.
    #[inline]
    pub fn new(vm: &Vm, regs: Regs, stress: i64, active: &Cell<usize>) -> Ctx {
        Ctx {
            raised: 0,
            scratch: 0,
            stress,
            vm,
            regs,
            exception: None,
            pushed: 0,
            active,
            exit: [MaybeUninit::uninit(); EXIT_SLOTS],
            args: [MaybeUninit::uninit(); ARGS],
            left: None,
        }
    }
    /// Slot `i` of the exit buffer.
    #[inline]
    pub fn slot(&self, i: u16) -> u64 {
        // SAFETY: the exit table names slots that the code wrote before it returned the exit's number.
        unsafe { self.exit[i as usize].assume_init() }
    }
    /// Argument word `i`.
    #[inline]
    pub fn arg(&self, i: usize) -> u64 {
        // SAFETY: callers ask for words that were pushed.
        unsafe { self.args[i].assume_init() }
    }
}
