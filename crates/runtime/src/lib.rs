//! Builtin types; the attribute, call, number and iteration protocols; exceptions; imports.
