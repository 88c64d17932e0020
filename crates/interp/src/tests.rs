//! Tests that need no compiler.
