//! Arithmetic that takes so long that Ctrl-C must be able to end the wait for it.
//!
//! In: a computation on numbers that it owns. Out: its result, or the exception of a signal handler. It runs in a thread
//! of its own, which knows nothing of the VM; the thread that runs Python waits and looks for signals. After an
//! interrupt the result is thrown away whenever it comes. What must hold: only operands whose cost is far above that of
//! starting a thread get here.

use super::bits::bit_length;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Bits of the smaller factor from which a multiplication or division is long.
const LONG: usize = 4_000_000;
/// Bits from which a conversion to or from decimal is long.
const LONG_TEXT: usize = 2_000_000;

/// Runs `work` elsewhere and waits for it, handling signals.
pub fn interruptible<T: Send + 'static>(vm: &Vm, work: impl FnOnce() -> T + Send + 'static) -> PyResult<T> {
    let (done, wait) = channel();
    let started = std::thread::Builder::new().stack_size(16 << 20).spawn(move || {
        // Nobody waits any more after an interrupt.
        let _ = done.send(work());
    });
    if started.is_err() {
        return Err(vm.memory_error());
    }
    loop {
        match wait.recv_timeout(Duration::from_millis(20)) {
            Ok(v) => return Ok(v),
            Err(RecvTimeoutError::Timeout) => vm.poll_signals()?,
            Err(RecvTimeoutError::Disconnected) => return Err(vm.memory_error()),
        }
    }
}

/// `f(x, y)`, elsewhere if both numbers are long.
pub fn both<T: Send + 'static>(
    vm: &Vm,
    x: &IBig,
    y: &IBig,
    f: impl FnOnce(&IBig, &IBig) -> T + Send + 'static,
) -> PyResult<T> {
    if bit_length(x).min(bit_length(y)) < LONG {
        return Ok(f(x, y));
    }
    let (x, y) = (x.clone(), y.clone());
    interruptible(vm, move || f(&x, &y))
}

/// A quotient or remainder `f(x, y)`, elsewhere if both the divisor and the quotient are long.
pub fn division<T: Send + 'static>(
    vm: &Vm,
    x: &IBig,
    y: &IBig,
    f: impl FnOnce(&IBig, &IBig) -> T + Send + 'static,
) -> PyResult<T> {
    let (n, d) = (bit_length(x), bit_length(y));
    if d.min(n.saturating_sub(d)) < LONG {
        return Ok(f(x, y));
    }
    let (x, y) = (x.clone(), y.clone());
    interruptible(vm, move || f(&x, &y))
}

/// A function of one number, elsewhere if it is long.
pub fn one<T: Send + 'static>(vm: &Vm, x: &UBig, f: impl FnOnce(&UBig) -> T + Send + 'static) -> PyResult<T> {
    if x.bit_len() < LONG {
        return Ok(f(x));
    }
    let x = x.clone();
    interruptible(vm, move || f(&x))
}

/// The decimal text of a number.
pub fn decimal(vm: &Vm, x: &IBig) -> PyResult<String> {
    if bit_length(x) < LONG_TEXT {
        return Ok(x.to_string());
    }
    let x = x.clone();
    interruptible(vm, move || x.to_string())
}

/// Whether text of this many digits takes long to read.
pub fn long_text(digits: usize) -> bool {
    digits > LONG_TEXT / 3
}

/// Whether a power modulo a number of `bits` bits takes long.
pub fn long_power(exponent_bits: usize, bits: usize) -> bool {
    exponent_bits.saturating_mul(bits) > 200_000_000
}
