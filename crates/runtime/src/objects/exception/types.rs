//! The builtin exception types, in one table.

use crate::objects::exception::{Exception, Family};
use crate::vm::typedef::{TypeDef, flag};

/// `Exception_` is the row of `Exception`, whose name the layout has.
const fn spelled(row: &'static str) -> &'static str {
    let (name, last) = row.split_at(row.len() - 1);
    if last.as_bytes()[0] == b'_' { name } else { row }
}

macro_rules! exceptions {
    ($($name:ident($base:ident) $([$family:path])? $doc:literal;)*) => {
        /// `BaseException`
        #[allow(non_upper_case_globals)]
        pub static BaseException: TypeDef = TypeDef {
            name: "BaseException",
            kind: crate::kinds::EXCEPTION,
            size: size_of::<Exception>(),
            flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT,
            doc: "Common base class for all exceptions",
            slots: super::BASE.slots,
            methods: super::BASE.methods,
            getset: super::BASE.getset,
            ..TypeDef::EMPTY
        };
        $(
            #[doc = $doc]
            #[allow(non_upper_case_globals)]
            pub static $name: TypeDef = TypeDef {
                name: spelled(stringify!($name)),
                base: Some(&$base),
                kind: crate::kinds::EXCEPTION,
                size: size_of::<Exception>(),
                flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT,
                doc: $doc,
                slots: exceptions!(@family $($family)?).slots,
                methods: exceptions!(@family $($family)?).methods,
                getset: exceptions!(@family $($family)?).getset,
                ..TypeDef::EMPTY
            };
        )*
        /// All of them, bases first.
        pub static ALL: &[&TypeDef] = &[&BaseException, $(&$name,)*];
    };
    (@family) => { Family::NONE };
    (@family $family:path) => { $family };
}

exceptions! {
    Exception_(BaseException) "Common base class for all non-exit exceptions.";
    GeneratorExit(BaseException) "Request that a generator exit.";
    KeyboardInterrupt(BaseException) "Program interrupted by user.";
    SystemExit(BaseException) [super::families::SYSTEM_EXIT] "Request to exit from the interpreter.";
    ArithmeticError(Exception_) "Base class for arithmetic errors.";
    FloatingPointError(ArithmeticError) "Floating-point operation failed.";
    OverflowError(ArithmeticError) "Result too large to be represented.";
    ZeroDivisionError(ArithmeticError) "Second argument to a division or modulo operation was zero.";
    AssertionError(Exception_) "Assertion failed.";
    AttributeError(Exception_) [super::families::ATTRIBUTE] "Attribute not found.";
    BufferError(Exception_) "Buffer error.";
    EOFError(Exception_) "Read beyond end of file.";
    ImportError(Exception_) [super::families::IMPORT] "Import can't find module, or can't find name in module.";
    ModuleNotFoundError(ImportError) "Module not found.";
    LookupError(Exception_) "Base class for lookup errors.";
    IndexError(LookupError) "Sequence index out of range.";
    KeyError(LookupError) [super::families::KEY] "Mapping key not found.";
    MemoryError(Exception_) "Out of memory.";
    NameError(Exception_) [super::families::NAME] "Name not found globally.";
    UnboundLocalError(NameError) "Local name referenced but not bound to a value.";
    OSError(Exception_) [super::os::OS] "Base class for I/O related errors.";
    BlockingIOError(OSError) "I/O operation would block.";
    ChildProcessError(OSError) "Child process error.";
    ConnectionError(OSError) "Connection error.";
    BrokenPipeError(ConnectionError) "Broken pipe.";
    ConnectionAbortedError(ConnectionError) "Connection aborted.";
    ConnectionRefusedError(ConnectionError) "Connection refused.";
    ConnectionResetError(ConnectionError) "Connection reset.";
    FileExistsError(OSError) "File already exists.";
    FileNotFoundError(OSError) "File not found.";
    InterruptedError(OSError) "Interrupted by signal.";
    IsADirectoryError(OSError) "Operation doesn't work on directories.";
    NotADirectoryError(OSError) "Operation only works on directories.";
    PermissionError(OSError) "Not enough permissions.";
    ProcessLookupError(OSError) "Process not found.";
    TimeoutError(OSError) "Timeout expired.";
    ReferenceError(Exception_) "Weak ref proxy used after referent went away.";
    RuntimeError(Exception_) "Unspecified run-time error.";
    NotImplementedError(RuntimeError) "Method or function hasn't been implemented yet.";
    RecursionError(RuntimeError) "Recursion limit exceeded.";
    PythonFinalizationError(RuntimeError) "Operation blocked during Python finalization.";
    StopAsyncIteration(Exception_) "Signal the end from iterator.__anext__().";
    StopIteration(Exception_) [super::families::STOP_ITERATION] "Signal the end from iterator.__next__().";
    SyntaxError(Exception_) [super::families::SYNTAX] "Invalid syntax.";
    IndentationError(SyntaxError) "Improper indentation.";
    _IncompleteInputError(SyntaxError) "incomplete input.";
    TabError(IndentationError) "Improper mixture of spaces and tabs.";
    SystemError(Exception_) "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    TypeError(Exception_) "Inappropriate argument type.";
    ValueError(Exception_) "Inappropriate argument value (of correct type).";
    UnicodeError(ValueError) "Unicode related error.";
    UnicodeDecodeError(UnicodeError) [super::unicode::DECODE] "Unicode decoding error.";
    UnicodeEncodeError(UnicodeError) [super::unicode::ENCODE] "Unicode encoding error.";
    UnicodeTranslateError(UnicodeError) [super::unicode::TRANSLATE] "Unicode translation error.";
    BaseExceptionGroup(BaseException) [super::groups::GROUP] "A combination of multiple unrelated exceptions.";
    Warning(Exception_) "Base class for warning categories.";
    BytesWarning(Warning) "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DeprecationWarning(Warning) "Base class for warnings about deprecated features.";
    EncodingWarning(Warning) "Base class for warnings about encodings.";
    FutureWarning(Warning) "Base class for warnings about constructs that will change semantically\nin the future.";
    ImportWarning(Warning) "Base class for warnings about probable mistakes in module imports";
    PendingDeprecationWarning(Warning) "Base class for warnings about features which will be deprecated\nin the future.";
    ResourceWarning(Warning) "Base class for warnings about resource usage.";
    RuntimeWarning(Warning) "Base class for warnings about dubious runtime behavior.";
    SyntaxWarning(Warning) "Base class for warnings about dubious syntax.";
    UnicodeWarning(Warning) "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    UserWarning(Warning) "Base class for warnings generated by user code.";
}
