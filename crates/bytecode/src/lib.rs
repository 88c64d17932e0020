//! The opcode table, code objects, positions, disassembler and bytecode verifier.
