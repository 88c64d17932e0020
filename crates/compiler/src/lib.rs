//! Symbol tables and the compiler from ruff's AST to bytecode.
