//! The trace IR: op table, intrinsic table, builder, text form, verifier and evaluator.
