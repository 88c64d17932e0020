//! Signals as Python sees them: the system's handler notes the number, and Python handlers run at the next safe
//! point of the interpreter.
//!
//! The only process-wide state of the VM lives here, because signals are process-wide: a bit for each pending
//! signal and the addresses of the words that make the interpreter look.

use crate::objects::dict::Dict;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::exec::{Exec, interrupt};
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use taipan_heap::{Gc, Value};

/// Signals that arrived and were not handled yet.
static PENDING: AtomicU64 = AtomicU64::new(0);
/// Execution state of the VM whose main thread handles signals.
static TARGET: AtomicPtr<Exec> = AtomicPtr::new(std::ptr::null_mut());
/// Descriptor that gets a byte for each signal (`signal.set_wakeup_fd`), or -1.
pub static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_signal(number: libc::c_int) {
    PENDING.fetch_or(1 << (number as u64 & 63), SeqCst);
    let exec = TARGET.load(SeqCst);
    if !exec.is_null() {
        // SAFETY: set to a live VM's state, and cleared before that goes away; only atomics are touched.
        unsafe { (*exec).interrupt(interrupt::SIGNAL) };
    }
    let fd = WAKEUP_FD.load(SeqCst);
    if fd >= 0 {
        let byte = number as u8;
        // SAFETY: write is async-signal-safe; errno is kept for the interrupted code.
        unsafe {
            let errno = *libc::__errno_location();
            libc::write(fd, (&raw const byte).cast(), 1);
            *libc::__errno_location() = errno;
        }
    }
}

/// Lets the system call our handler for a signal; answers the disposition it had before.
pub fn install(number: i32) -> std::io::Result<usize> {
    set_disposition(number, on_signal as extern "C" fn(libc::c_int) as usize)
}

/// Sets a signal's disposition (`SIG_DFL`, `SIG_IGN` or our handler).
pub fn set_disposition(number: i32, handler: usize) -> std::io::Result<usize> {
    // SAFETY: a zeroed sigaction with a valid handler.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        let mut old: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = handler;
        libc::sigemptyset(&mut new.sa_mask);
        if libc::sigaction(number, &new, &mut old) < 0 {
            return Err(std::io::Error::last_os_error());
        }
        Ok(old.sa_sigaction)
    }
}

/// Has a signal arrived that nobody handled yet? For natives that have no VM at hand.
#[inline(always)]
pub fn any_pending() -> bool {
    PENDING.load(Relaxed) != 0
}

/// Keeps signals away from the calling thread: the system delivers them to another one.
pub fn block_all() {
    // SAFETY: a filled set; the mask of the calling thread only.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut set);
        libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
    }
}

impl Vm {
    /// Has a signal arrived that waits for [`Vm::check_signals`]? One load: natives that may loop for long ask.
    #[inline(always)]
    pub fn signal_waits(&self) -> bool {
        self.exec.interrupt.load(std::sync::atomic::Ordering::Relaxed) & interrupt::SIGNAL != 0
    }
    /// For natives that loop for long without calling Python code: handles what signals wait.
    #[inline(always)]
    pub fn poll_signals(&self) -> PyResult<()> {
        if self.signal_waits() { self.poll_signals_slow() } else { Ok(()) }
    }
    #[cold]
    #[inline(never)]
    fn poll_signals_slow(&self) -> PyResult<()> {
        self.exec.interrupt.fetch_and(!interrupt::SIGNAL, SeqCst);
        self.check_signals()
    }
    /// Makes this VM the one whose Python code handles signals, and Ctrl-C an exception.
    pub fn take_signals(&self) {
        TARGET.store((&raw const self.exec).cast_mut(), SeqCst);
        let _ = install(libc::SIGINT);
        // Writing to a closed pipe is an error, not the end of the process.
        let _ = set_disposition(libc::SIGPIPE, libc::SIG_IGN);
    }

    /// The handlers that Python code set: a dict from signal number to handler.
    pub fn signal_handlers(&self) -> Gc<Dict> {
        let key = self.intern("signal.handlers");
        match self.hidden.get_str(self, key).and_then(|v| v.cast::<Dict>()) {
            Some(d) => d,
            None => {
                let d = self.new_dict();
                self.hidden.set_str(self, key, d.value());
                d
            }
        }
    }

    /// Runs the handlers of signals that arrived; `SIGINT` without a handler raises `KeyboardInterrupt`. Called
    /// at interpreter safe points and by natives whose system calls were interrupted.
    pub fn check_signals(&self) -> PyResult<()> {
        if PENDING.load(SeqCst) == 0 || TARGET.load(SeqCst) != (&raw const self.exec).cast_mut() {
            return Ok(());
        }
        loop {
            let pending = PENDING.load(SeqCst);
            if pending == 0 {
                return Ok(());
            }
            let number = pending.trailing_zeros() as i64;
            PENDING.fetch_and(!(1 << number), SeqCst);
            let handler = self.signal_handlers().get(self, Value::int(number))?;
            match handler {
                Some(h) if self.class_of(h).slots.call.get().is_some() => {
                    let frame = (self.hooks.frame)(self, 0).unwrap_or(Value::NONE);
                    self.call(h, &[Value::int(number), frame])?;
                }
                None if number == libc::SIGINT as i64 => {
                    return Err(self.new_exception_args(self.types.KeyboardInterrupt, &[]));
                }
                _ => {}
            }
        }
    }
}

impl Drop for Exec {
    fn drop(&mut self) {
        let _ = TARGET.compare_exchange(self, std::ptr::null_mut(), SeqCst, SeqCst);
        self.unmap();
    }
}
