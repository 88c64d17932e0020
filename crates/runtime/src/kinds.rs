//! The kind table: every object layout that the run-time puts into the heap, declared once.
//!
//! A kind says how memory is laid out, not which Python type an object has: an instance of a subclass of `list`
//! has kind [`LIST`] and another class. Types of native modules use [`NATIVE`]: their trace and drop functions
//! come from the class's [`TypeDef`](crate::TypeDef).

use taipan_heap::{Header, Heap, KindInfo, Leaf, Tracer, kind};

/// Implemented by layouts: visits the traced fields.
pub trait Trace {
    /// Visits each traced field. The class in the header is visited by the collector.
    fn trace(&self, t: &mut Tracer);
    /// Which objects of this layout have no traced fields, for sure.
    const LEAF: Leaf = Leaf::NONE;
}

unsafe fn trace_as<T: Trace>(h: *mut Header, t: &mut Tracer) {
    // SAFETY: the kind table pairs each kind with its layout.
    unsafe { (*h.cast::<T>()).trace(t) };
    // Instances of subclasses have their attributes behind the builtin layout.
    // SAFETY: every run-time object's class is a type object, once bootstrap is over.
    unsafe { crate::objects::instance::trace_extra(h, t) };
}

unsafe fn drop_as<T>(h: *mut Header) {
    // SAFETY: as above; called once, by the sweep.
    unsafe { std::ptr::drop_in_place(h.cast::<T>()) };
}

/// Declares kinds: constant, layout type, and whether the layout owns memory outside the heap.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident: $layout:ty $(, $owns:ident)?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        enum Number { _Before = kind::FIRST_USER - 1, $($name,)* _End }
        $($(#[$doc])* pub const $name: u8 = Number::$name as u8;)*
        const COUNT: usize = Number::_End as usize;
        /// The table that [`Heap::new`] takes.
        pub static KINDS: [KindInfo; COUNT] = {
            let own = Heap::own_kinds();
            let mut all = [own[0]; COUNT];
            all[1] = own[1];
            all[2] = own[2];
            $(all[$name as usize] = KindInfo {
                name: stringify!($name),
                trace: trace_as::<$layout>,
                drop: kinds!(@drop $layout $(, $owns)?),
                tomb: 0,
                leaf: <$layout as Trace>::LEAF,
            };)*
            all[TYPE as usize].tomb = TYPE_TOMB;
            all
        };
        $(
            // SAFETY: the table gives each layout its own kind; layouts are `repr(C)` and start with a header.
            unsafe impl taipan_heap::HeapObject for $layout { const KIND: u8 = $name; }
        )*
    };
    (@drop $layout:ty, owns) => { Some(drop_as::<$layout>) };
    (@drop $layout:ty) => { None };
}

use crate::objects::*;

kinds! {
    /// `object()` and instances of Python classes.
    INSTANCE: instance::Instance;
    /// Types of native modules; see [`crate::vm::typedef::NativeObject`].
    NATIVE: native::NativeBase, owns;
    /// `type`
    TYPE: typ::Type;
    /// A type that died at the last collection; what its instances need when they are dropped is still there.
    TYPE_TOMB: typ::TypeTomb, owns;
    /// `int` outside 48 bits and instances of its subclasses.
    INT: int::Int, owns;
    /// Instances of subclasses of `float`.
    FLOAT: float::Float;
    /// `complex`
    COMPLEX: complex::Complex;
    /// `str`
    STR: str::Str;
    /// `bytes`
    BYTES: bytes::Bytes;
    /// `bytearray`
    BYTEARRAY: bytearray::ByteArray, owns;
    /// `tuple`
    TUPLE: tuple::Tuple;
    /// `list`
    LIST: list::List;
    /// `dict`
    DICT: dict::Dict;
    /// The table of a dict.
    DICT_KEYS: dict::DictKeys;
    /// `set` and `frozenset`
    SET: set::Set;
    /// The table of a set.
    SET_TABLE: set::SetTable;
    /// `range`
    RANGE: range::Range;
    /// `slice`
    SLICE: slice::Slice;
    /// `range_iterator`
    RANGE_ITER: range::iter::RangeIter;
    /// `list_iterator`
    LIST_ITER: list::iter::ListIter;
    /// `tuple_iterator`
    TUPLE_ITER: tuple_iter::TupleIter;
    /// `set_iterator`
    SET_ITER: set::iter::SetIter;
    /// `dict_keys`, `dict_values`, `dict_items`
    DICT_VIEW: dict::views::DictView;
    /// The iterators of dict views.
    DICT_ITER: dict::iter::DictIter;
    /// `enumerate`
    ENUMERATE: enumerate::Enumerate;
    /// `zip`
    ZIP: zip::Zip;
    /// `cell`
    CELL: cell::PyCell;
    /// `function`
    FUNCTION: function::Function;
    /// `method`
    METHOD: method::Method;
    /// `code`
    CODE: code::Code, owns;
    /// `frame`
    FRAME: frame::Frame;
    /// `traceback`
    TRACEBACK: traceback::Traceback;
    /// `generator`, `coroutine`, `async_generator`
    GENERATOR: generator::Generator;
    /// `module`
    MODULE: module::Module;
    /// `builtin_function_or_method`, `method_descriptor`, `wrapper_descriptor` and their like.
    NATIVE_FUNCTION: native::NativeFunction;
    /// Exceptions.
    EXCEPTION: exception::Exception;
    /// `getset_descriptor`
    GETSET: native::GetSet;
    /// `member_descriptor`
    MEMBER: descr::Member;
    /// `wrapper_descriptor`
    WRAPPER: crate::vm::wrappers::Wrapper;
    /// `method-wrapper`
    METHOD_WRAPPER: crate::vm::wrappers::MethodWrapper;
    /// `property`
    PROPERTY: descr::Property;
    /// `classmethod` and `staticmethod`
    BINDING_WRAPPER: classmethod::BindingWrapper;
    /// `super`
    SUPER: super_::Super;
    /// `mappingproxy`
    MAPPING_PROXY: mapping_proxy::MappingProxy;
    /// `types.GenericAlias`
    GENERIC_ALIAS: generic_alias::GenericAlias;
    /// `typing.Union`
    UNION: union::Union;
    /// Weak references and proxies.
    WEAKREF: weakref::WeakRef;
}
