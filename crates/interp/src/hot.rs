//! Handlers with a fast path inline.

use crate::dispatch::{Back, Handler};
use taipan_bytecode::Op;

/// The handlers that replace general ones.
pub fn handlers<B: Back + 'static>() -> Vec<(Op, Handler)> {
    vec![]
}
