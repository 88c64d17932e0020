//! The time that this thread has run, which other programs on the machine do not lengthen.

use std::time::Duration;

/// Processor time of this thread.
pub fn cpu() -> Duration {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `t` is a place for the answer. The clock exists on every system that we run on; without it no time passes.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut t) };
    Duration::new(t.tv_sec.max(0) as u64, t.tv_nsec.max(0) as u32)
}
