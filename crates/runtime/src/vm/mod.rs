//! The machine: all state of one Python VM, and the protocols that work on any value.

pub mod args;
pub mod attr;
pub mod call;
pub mod compile;
pub mod error;
pub mod exec;
pub mod finalize;
pub(crate) mod frame_roots;
pub mod hooks;
pub mod import;
pub mod index;
pub mod isinstance;
pub mod lookup;
pub mod monitor;
pub mod names;
pub mod number;
pub mod number_convert;
pub mod ops;
pub mod plan;
pub mod raw;
pub mod sequence;
pub mod shape;
pub mod signals;
pub mod slots;
pub mod suggest;
pub mod text;
pub mod typedef;
pub mod watch;
pub mod wrappers;

#[cfg(test)]
mod tests;

use crate::objects::dict::Dict;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::names::Names;
use crate::vm::typedef::TypeDef;
use rustc_hash::FxHashMap;
use std::cell::{Cell, OnceCell, RefCell};
use taipan_heap::{Gc, Header, Heap, Tracer, Value};

/// Declares the core types: field of [`Types`] and definition. Their order gives the shape ids of their
/// instances, which are constants ([`shape_ids`]): "exactly a list" is one compare.
macro_rules! core_types {
    ($($field:ident = $def:path;)*) => {
        /// Type objects of the core types: `vm.types.list`.
        #[allow(non_snake_case)]
        pub struct Types { $(#[allow(missing_docs)] pub $field: Gc<Type>,)* }
        /// Shape ids of exact instances of the core types.
        #[allow(non_upper_case_globals, missing_docs)]
        pub mod shape_ids {
            #[allow(non_camel_case_types, clippy::enum_variant_names)]
            #[repr(u32)]
            enum Id { _None, $($field,)* _End }
            $(pub const $field: u32 = Id::$field as u32;)*
            /// The first shape id that is not a core type's.
            pub const FIRST_FREE: u32 = Id::_End as u32;
        }
        static CORE_DEFS: &[&TypeDef] = &[$(&$def,)*];
        impl Types {
            fn from_slice(all: &[Gc<Type>]) -> Types {
                let mut it = all.iter().copied();
                Types { $($field: it.next().expect("one type for each row"),)* }
            }
        }
    };
}

use crate::objects::exception::types as exc;
use crate::objects::*;

core_types! {
    object = object::DEF;
    type_ = typ::DEF;
    str = str::DEF;
    tuple = tuple::DEF;
    dict = dict::DEF;
    list = list::DEF;
    int = int::DEF;
    bool = int::BOOL;
    float = float::DEF;
    complex = complex::DEF;
    bytes = bytes::DEF;
    bytearray = bytearray::DEF;
    set = set::DEF;
    frozenset = set::FROZEN;
    range = range::DEF;
    slice = slice::DEF;
    range_iterator = range::iter::DEF;
    list_iterator = list::iter::DEF;
    tuple_iterator = tuple_iter::DEF;
    set_iterator = set::iter::DEF;
    dict_keys = dict::views::KEYS;
    dict_values = dict::views::VALUES;
    dict_items = dict::views::ITEMS;
    dict_keyiterator = dict::iter::KEYS;
    dict_valueiterator = dict::iter::VALUES;
    dict_itemiterator = dict::iter::ITEMS;
    enumerate = enumerate::DEF;
    zip = zip::DEF;
    map = map_filter::MAP;
    filter = map_filter::FILTER;
    reversed = enumerate::REVERSED;
    cell = cell::DEF;
    function = function::DEF;
    method = method::DEF;
    code = code::DEF;
    frame = frame::DEF;
    traceback = traceback::DEF;
    generator = generator::DEF;
    coroutine = generator::COROUTINE;
    async_generator = generator::ASYNC_GENERATOR;
    module = module::DEF;
    NoneType = singletons::NONE_TYPE;
    NotImplementedType = singletons::NOT_IMPLEMENTED_TYPE;
    ellipsis = singletons::ELLIPSIS_TYPE;
    builtin_function_or_method = native_types::BUILTIN_FUNCTION;
    method_descriptor = native_types::METHOD_DESCRIPTOR;
    classmethod_descriptor = native_types::CLASSMETHOD_DESCRIPTOR;
    getset_descriptor = native_types::GETSET_DESCRIPTOR;
    wrapper_descriptor = wrappers::WRAPPER_DESCRIPTOR;
    method_wrapper = wrappers::METHOD_WRAPPER;
    member_descriptor = descr::MEMBER_DESCRIPTOR;
    property = descr::PROPERTY;
    classmethod = classmethod::CLASSMETHOD;
    staticmethod = classmethod::STATICMETHOD;
    super_ = super_::DEF;
    mappingproxy = mapping_proxy::DEF;
    simple_namespace = namespace::DEF;
    generic_alias = generic_alias::DEF;
    union = union::DEF;
    weakref = weakref::REF;
    weak_cell = weakref::CELL;
    BaseException = exc::BaseException;
    BaseExceptionGroup = exc::BaseExceptionGroup;
    ExceptionGroup = exception::groups::EXCEPTION_GROUP;
    Exception = exc::Exception_;
    GeneratorExit = exc::GeneratorExit;
    KeyboardInterrupt = exc::KeyboardInterrupt;
    SystemExit = exc::SystemExit;
    ArithmeticError = exc::ArithmeticError;
    OverflowError = exc::OverflowError;
    ZeroDivisionError = exc::ZeroDivisionError;
    AssertionError = exc::AssertionError;
    AttributeError = exc::AttributeError;
    BufferError = exc::BufferError;
    EOFError = exc::EOFError;
    ImportError = exc::ImportError;
    ModuleNotFoundError = exc::ModuleNotFoundError;
    LookupError = exc::LookupError;
    IndexError = exc::IndexError;
    KeyError = exc::KeyError;
    MemoryError = exc::MemoryError;
    NameError = exc::NameError;
    UnboundLocalError = exc::UnboundLocalError;
    OSError = exc::OSError;
    BlockingIOError = exc::BlockingIOError;
    ReferenceError = exc::ReferenceError;
    RuntimeError = exc::RuntimeError;
    NotImplementedError = exc::NotImplementedError;
    RecursionError = exc::RecursionError;
    StopAsyncIteration = exc::StopAsyncIteration;
    StopIteration = exc::StopIteration;
    SyntaxError = exc::SyntaxError;
    IndentationError = exc::IndentationError;
    TabError = exc::TabError;
    SystemError = exc::SystemError;
    TypeError = exc::TypeError;
    ValueError = exc::ValueError;
    UnicodeError = exc::UnicodeError;
    UnicodeDecodeError = exc::UnicodeDecodeError;
    UnicodeEncodeError = exc::UnicodeEncodeError;
    UnicodeTranslateError = exc::UnicodeTranslateError;
    Warning = exc::Warning;
    BytesWarning = exc::BytesWarning;
    DeprecationWarning = exc::DeprecationWarning;
    EncodingWarning = exc::EncodingWarning;
    FutureWarning = exc::FutureWarning;
    ImportWarning = exc::ImportWarning;
    PendingDeprecationWarning = exc::PendingDeprecationWarning;
    ResourceWarning = exc::ResourceWarning;
    RuntimeWarning = exc::RuntimeWarning;
    SyntaxWarning = exc::SyntaxWarning;
    UnicodeWarning = exc::UnicodeWarning;
    UserWarning = exc::UserWarning;
}

/// A field that bootstrap fills in once and that reads like a plain value afterwards.
pub struct Once<T>(OnceCell<T>);
impl<T> Once<T> {
    /// The value, if bootstrap has come so far.
    #[inline(always)]
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.get()
    }
}
impl<T> std::ops::Deref for Once<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: filled by `Vm::new` before any other code sees the VM.
        unsafe { self.0.get().unwrap_unchecked() }
    }
}

/// What the command line and the environment say.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `PYTHONHASHSEED`: `Some(0)` is no randomisation, `None` a random seed.
    pub hash_seed: Option<u32>,
    /// `-O` count.
    pub optimize: u8,
    /// `-X gc-stress=N`: collect at every N-th allocation; 0: when it is worth it.
    pub gc_stress: u32,
    /// `-X NAME=value` options, in order.
    pub x_options: Vec<(String, Option<String>)>,
    /// `-R`: `PYTHONHASHSEED` does not count.
    pub random_hashes: bool,
    /// `-X warn_default_encoding` and `PYTHONWARNDEFAULTENCODING`
    pub warn_default_encoding: bool,
    /// `-X no_debug_ranges`: tracebacks show lines only.
    pub no_debug_ranges: bool,
    /// `-X cpu_count`: what `os.cpu_count` says instead of the truth.
    pub cpu_count: Option<i64>,
    /// `-X importtime`: 1 for imports, 2 also for those of modules that are there.
    pub import_time: u8,
    /// `-W` options and `PYTHONWARNINGS`, in order.
    pub warn_options: Vec<String>,
    /// `sys.argv`
    pub argv: Vec<String>,
    /// `sys.executable`
    pub executable: String,
    /// Entries for the front of `sys.path`.
    pub path: Vec<String>,
    /// `-B`
    pub dont_write_bytecode: bool,
    /// `-E`
    pub ignore_environment: bool,
    /// `-I`
    pub isolated: bool,
    /// `-S`
    pub no_site: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-i`
    pub inspect: bool,
    /// `-u`
    pub unbuffered: bool,
    /// `-v` count.
    pub verbose: u8,
    /// `-i` itself, and not only `PYTHONINSPECT`.
    pub interactive: bool,
    /// `-q`
    pub quiet: bool,
    /// `-P`
    pub safe_path: bool,
    /// `-b` count.
    pub bytes_warning: u8,
    /// `-d`
    pub debug: u8,
    /// `-X dev`
    pub dev_mode: bool,
    /// `-X utf8`
    pub utf8_mode: bool,
    /// `-X int_max_str_digits=N`; 0: no limit.
    pub int_max_str_digits: Option<usize>,
    /// `--check-hash-based-pycs`, when it was given.
    pub check_hash_pycs: Option<String>,
}

/// A Python VM. Natives get it as `&Vm`; everything that changes is a `Cell`.
pub struct Vm {
    /// The heap.
    pub heap: Heap,
    /// Core types.
    pub types: Once<Types>,
    /// Interned names.
    pub names: Once<Names>,
    /// Options.
    pub config: Config,
    pub(crate) type_type: Cell<*mut Header>,
    pub(crate) native_types: RefCell<FxHashMap<usize, Gc<Type>>>,
    pub(crate) interned: RefCell<FxHashMap<Box<[u8]>, Gc<Str>>>,
    /// Those interned since the last collection.
    pub(crate) interned_young: RefCell<Vec<Gc<Str>>>,
    pub(crate) empty_tuple: Cell<Option<Gc<Tuple>>>,
    pub(crate) empty_keys: Cell<Option<Gc<dict::DictKeys>>>,
    /// The strings of one Latin-1 character, and the empty one behind them. They are interned.
    pub(crate) latin1: Once<Box<[Gc<Str>; 257]>>,
    /// Codecs and error handlers.
    pub(crate) codecs: Once<crate::text::codecs::registry::CodecState>,
    hash_key: Cell<(u64, u64)>,
    /// Answers to `super()` look-ups.
    pub(crate) super_cache: Box<[Cell<super_::SuperEntry>; super_::SUPER_CACHE]>,
    /// Hidden classes.
    pub shapes: shape::Shapes,
    /// What moment it is for chains of generators (`objects/generator/chain.rs`).
    pub chains: Cell<u64>,
    /// Sequences of raw items that the interpreter has met.
    pub(crate) raw: raw::RawSeen,
    pub(crate) method_cache: lookup::MethodCache,
    /// What compiled code relies on.
    pub watches: watch::Watches,
    pub(crate) slot_index: OnceCell<crate::objects::typ_slots::SlotIndex>,
    /// Counts registrations with abstract base classes: negative answers of older counts do not hold.
    pub abc_counter: Cell<u64>,
    /// Nested class checks: see `isinstance.rs`.
    pub(crate) class_checks: Cell<u32>,
    /// `gc.get_threshold()`
    pub gc_threshold: Cell<[i64; 3]>,
    /// `gc.get_debug()`
    pub gc_debug: Cell<i64>,
    /// Finalisers and callbacks are being run: see `finalize.rs`.
    pub(crate) in_finalizers: Cell<bool>,
    dict_version: Cell<u64>,
    /// `sys.get_int_max_str_digits()`; 0: no limit.
    pub int_max_str_digits: Cell<usize>,
    /// Lowest address that native code may use of the running thread's stack; see `call.rs`.
    pub(crate) stack_limit: Cell<usize>,
    /// What the native stack really allows; `stack_limit` is not lower.
    pub(crate) stack_floor: Cell<usize>,
    /// Signature texts of natives, as read.
    pub(crate) signatures: args::SignatureCache,
    /// `sys.modules`
    pub modules: Once<Gc<Dict>>,
    /// The namespace of `builtins`.
    pub builtins: Once<Gc<Dict>>,
    /// An empty namespace: that of functions whose builtins are no plain dict.
    pub odd_builtins: Once<Gc<Dict>>,
    /// The namespace of `sys`.
    pub sys: Once<Gc<Dict>>,
    /// Values that natives keep for the VM's life under names of their own; not visible to Python.
    pub hidden: Once<Gc<Dict>>,
    /// Set by the `_ast` module when it is imported.
    pub ast_hooks: Cell<Option<crate::builtins::execute::AstHooks>>,
    /// What the crates behind this one provide.
    pub hooks: Once<hooks::Hooks>,
    /// `importlib._bootstrap`, once it is set up, or `None`.
    pub importlib: Cell<Value>,
    /// What `-X importtime` adds up.
    pub import_times: import::ImportTimes,
    /// What a JIT hangs off the VM; this crate never looks into it.
    pub extension: OnceCell<Box<dyn std::any::Any>>,
    /// Execution state: the VM stack and what hangs off it.
    pub exec: exec::Exec,
}

impl Vm {
    /// A VM with its core types; `builtins` and `sys` are filled in by the caller.
    /// It is boxed because the heap's roots refer to it.
    pub fn new(config: Config) -> Box<Vm> {
        let seed = config.hash_seed;
        let max_str_digits =
            config.int_max_str_digits.unwrap_or(crate::objects::int::text::DEFAULT_MAX_DIGITS);
        let vm = Box::new(Vm {
            heap: Heap::new(&crate::kinds::KINDS),
            types: Once(OnceCell::new()),
            names: Once(OnceCell::new()),
            config,
            type_type: Cell::new(std::ptr::null_mut()),
            native_types: RefCell::default(),
            interned: RefCell::default(),
            interned_young: RefCell::default(),
            empty_tuple: Cell::new(None),
            empty_keys: Cell::new(None),
            latin1: Once(OnceCell::new()),
            codecs: Once(OnceCell::new()),
            hash_key: Cell::new(hash_key(seed)),
            super_cache: Box::new([const { Cell::new(super_::SuperEntry::NONE) }; super_::SUPER_CACHE]),
            shapes: shape::Shapes::new(shape_ids::FIRST_FREE),
            chains: Cell::new(1),
            raw: raw::RawSeen::new(),
            method_cache: lookup::MethodCache::default(),
            watches: watch::Watches::default(),
            slot_index: OnceCell::new(),
            abc_counter: Cell::new(0),
            gc_threshold: Cell::new([2000, 10, 10]),
            gc_debug: Cell::new(0),
            class_checks: Cell::new(0),
            in_finalizers: Cell::new(false),
            dict_version: Cell::new(0),
            int_max_str_digits: Cell::new(max_str_digits),
            stack_limit: Cell::new(0),
            stack_floor: Cell::new(0),
            signatures: args::SignatureCache::new(),
            modules: Once(OnceCell::new()),
            builtins: Once(OnceCell::new()),
            odd_builtins: Once(OnceCell::new()),
            sys: Once(OnceCell::new()),
            hidden: Once(OnceCell::new()),
            ast_hooks: Cell::new(None),
            hooks: Once(OnceCell::new()),
            extension: OnceCell::new(),
            importlib: Cell::new(Value::NONE),
            import_times: Default::default(),
            exec: exec::Exec::new(),
        });
        vm.heap.without_gc(|| vm.bootstrap());
        // SAFETY: the VM is boxed and owns its heap, which collects only while the VM is used.
        unsafe { vm.heap.set_roots(trace_roots, (&raw const *vm).cast()) };
        vm.heap.set_on_pending(note_pending, (&raw const *vm).cast());
        vm.heap.set_stress(vm.config.gc_stress);
        vm
    }

    fn bootstrap(&self) {
        let mut all = vec![];
        for (i, def) in CORE_DEFS.iter().enumerate() {
            let t = self.alloc_builtin_type(def, i as u32 + 1);
            if std::ptr::eq(*def, &typ::DEF) {
                self.type_type.set(t.header_ptr());
            }
            all.push(t);
        }
        for t in &all {
            // Those allocated before `type` itself have no class yet.
            t.header().set_class(self.type_type.get());
        }
        let _ = self.types.0.set(Types::from_slice(&all));
        let _ = self.latin1.0.set(self.make_char_cache());
        self.empty_tuple.set(Some(self.new_tuple_of(self.types.tuple, &[])));
        let _ = self.names.0.set(Names::new(self));
        for &t in &all {
            self.fill_builtin_type(t);
        }
        for &t in &all {
            self.finish_builtin_type(t);
            if t.kind.get() == crate::kinds::INSTANCE && t.has_dict.get() {
                self.set_root_shape(t);
            }
        }
        self.finish_exception_group();
        let _ = self.codecs.0.set(crate::text::codecs::registry::CodecState::new(self));
        let _ = self.modules.0.set(self.new_dict());
        let _ = self.builtins.0.set(self.new_dict());
        let _ = self.odd_builtins.0.set(self.new_dict());
        let _ = self.sys.0.set(self.new_dict());
        let _ = self.hidden.0.set(self.new_dict());
    }

    /// Number of interned strings.
    pub fn interned_count(&self) -> usize {
        self.interned.borrow().len()
    }
    /// A number larger than any given out before, for dict versions.
    pub fn next_dict_version(&self) -> u64 {
        let v = self.dict_version.get() + 1;
        self.dict_version.set(v);
        v
    }

    /// The type of any value.
    #[inline(always)]
    pub fn class_of(&self, v: Value) -> Gc<Type> {
        if v.is_ptr() {
            // SAFETY: values that Python can see have type objects as classes.
            unsafe { Gc::from_header((*v.as_header()).class()) }
        } else if v.is_int() {
            self.types.int
        } else if v.is_float() {
            self.types.float
        } else if v.is_bool() {
            self.types.bool
        } else if v.is_none() {
            self.types.NoneType
        } else if v.is_not_implemented() {
            self.types.NotImplementedType
        } else {
            self.types.ellipsis
        }
    }
    /// The name of a value's type, for messages.
    pub fn type_name(&self, v: Value) -> String {
        self.class_of(v).name_str()
    }
    /// Is `v` exactly (not of a subclass) an instance of the core type with this shape id?
    #[inline(always)]
    pub fn is_exact(&self, v: Value, shape: u32) -> bool {
        // SAFETY: pointers lead to live headers.
        v.is_ptr() && unsafe { (*v.as_header()).shape() } == shape
    }
    /// `v` as an exact `str`.
    #[inline(always)]
    pub fn exact_str(&self, v: Value) -> Option<Gc<Str>> {
        // SAFETY: the shape says that it is a string.
        if self.is_exact(v, shape_ids::str) { Some(unsafe { v.cast_unchecked() }) } else { None }
    }
    /// Hash of bytes under the VM's seed (SipHash-1-3, as CPython's strings); 0 for none, never -1 or 0 otherwise.
    pub fn hash_bytes(&self, b: &[u8]) -> i64 {
        if b.is_empty() {
            return 0;
        }
        let (k0, k1) = self.hash_key.get();
        match crate::text::siphash::sip13(k0, k1, b) as i64 {
            -1 => -2,
            h => h,
        }
    }
}

/// The SipHash key for a seed, made as CPython makes it.
fn hash_key(seed: Option<u32>) -> (u64, u64) {
    let mut bytes = [0u8; 24];
    match seed {
        Some(0) => {}
        Some(seed) => {
            let mut x = seed;
            for b in &mut bytes {
                x = x.wrapping_mul(214013).wrapping_add(2531011);
                *b = (x >> 16) as u8;
            }
        }
        None => {
            use std::hash::BuildHasher;
            let r = std::collections::hash_map::RandomState::new();
            bytes[..8].copy_from_slice(&r.hash_one(1).to_le_bytes());
            bytes[8..16].copy_from_slice(&r.hash_one(2).to_le_bytes());
        }
    }
    let word = |i: usize| u64::from_le_bytes(bytes[i..i + 8].try_into().expect("eight bytes"));
    (word(0), word(8))
}

fn note_pending(vm: *const ()) {
    // SAFETY: set by `Vm::new` with the VM's own address.
    let vm = unsafe { &*vm.cast::<Vm>() };
    vm.exec.interrupt(exec::interrupt::PENDING);
}

unsafe fn trace_roots(vm: *const (), t: &mut Tracer) {
    // SAFETY: set by `Vm::new` with the VM's own address.
    let vm = unsafe { &*vm.cast::<Vm>() };
    crate::objects::generator::chain::forget(vm);
    for &ty in vm.native_types.borrow().values() {
        t.gc(ty);
    }
    // What was marked stays so at minor collections: then only new ones are due.
    let mut young = vm.interned_young.borrow_mut();
    if t.is_full() {
        let interned = vm.interned.borrow();
        if !t.permanent_are_old(interned.len()) {
            interned.values().for_each(|&s| t.gc(s));
        }
    } else {
        young.iter().for_each(|&s| t.gc(s));
    }
    young.clear();
    drop(young);
    t.opt(vm.empty_tuple.get());
    t.opt(vm.empty_keys.get());
    vm.codecs.trace(t);
    // (Interned strings, which were seen to above.)
    if t.is_full() {
        vm.names.trace(t);
    }
    t.gc(*vm.modules);
    t.gc(*vm.builtins);
    t.gc(*vm.odd_builtins);
    t.gc(*vm.sys);
    t.gc(*vm.hidden);
    t.value(vm.importlib.get());
    vm.exec.trace(t);
}
