//! The native stack as a set of roots: registers are pushed, the stack pointer taken. What dead frames left behind
//! can be wiped first, lest it keep anything alive.

/// Calls `f` with an address below which nothing live of the callers lies, after storing all registers that a
/// callee must preserve above that address.
#[inline(never)]
pub(crate) fn with_registers_on_stack(f: impl FnOnce(usize)) {
    let mut regs = [0u64; 12];
    // SAFETY: stores callee-saved registers into the array; caller-saved ones were spilled by our callers.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!(
            "mov [{0}], rbx", "mov [{0} + 8], rbp", "mov [{0} + 16], r12",
            "mov [{0} + 24], r13", "mov [{0} + 32], r14", "mov [{0} + 40], r15",
            in(reg) regs.as_mut_ptr(), options(nostack, preserves_flags)
        );
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!(
            "stp x19, x20, [{0}]", "stp x21, x22, [{0}, #16]", "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]", "stp x27, x28, [{0}, #64]", "stp x29, x30, [{0}, #80]",
            in(reg) regs.as_mut_ptr(), options(nostack, preserves_flags)
        );
    }
    let low = std::hint::black_box(&regs).as_ptr() as usize;
    f(low);
    std::hint::black_box(&regs);
}

/// Words below the caller's frame that [`clear_below`] wipes: more than the frames of a collection take.
const CLEARED: usize = 1024;

/// Wipes the stretch of native stack just below the caller's frame. Calls that returned left words there, and frames
/// made next do not write every word of theirs: without this a collection would take some of those for roots.
#[inline(never)]
pub(crate) fn clear_below() {
    let mut dead = [0u64; CLEARED];
    std::hint::black_box(&mut dead);
}
