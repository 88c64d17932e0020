//! The 64-bit value, object headers, allocation and the collector.
//!
//! In: requests for objects of a *kind* (a row of the kind table that the run-time registers) and a set of
//! roots. Out: non-moving objects with a 16-byte [`Header`], found again by tracing (precise in the heap,
//! conservative on native stacks).
//!
//! Invariants:
//! * every heap object starts with a [`Header`] and is 16-byte aligned; its address fits 48 bits;
//! * a store of a heap pointer into an object goes through [`Slot::set`] or is followed by [`barrier`];
//! * a `Value` that lives only in Rust's own heap (a `Vec<Value>`, a `Box`) is *not* found by the collector:
//!   use [`GcVec`] or traced fields.
//!
//! This crate knows no Python type: the run-time passes a table of [`KindInfo`].

mod block;
mod buffer;
mod collect;
mod heap;
mod object;
mod stack;
mod stress;
mod value;

#[cfg(test)]
mod tests;

pub use buffer::{GcVec, RawBuf, ValueBuf};
pub use collect::{GcStats, Tracer};
pub use heap::{Heap, KindInfo, Leaf, WeakCell};
pub use object::{Gc, Header, HeapObject, Owner, Slot, barrier, flags, is_clean_old, kind};
pub use value::{INT_MAX, INT_MIN, INT_TAG, INT_ZERO, PTR_TAG, SPECIAL_TAG, Value};
