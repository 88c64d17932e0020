//! From trace trees to machine code through Cranelift.
