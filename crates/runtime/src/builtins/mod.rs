//! The functions of the `builtins` module.
