//! Declarations of builtin types and functions: one static table row for each type, method and attribute.
//!
//! A type is a `static DEF: TypeDef`; a method is one row `method("append", "($self, object, /)", append, doc)`.
//! The signature text is the one that CPython shows in `__text_signature__`; argument counts, keyword binding
//! and error messages are derived from it (see `args.rs`).

use crate::vm::Vm;
use crate::vm::args::{Args, Arity};
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use taipan_heap::{Gc, Header, Tracer, Value};

/// The Rust function behind a builtin.
#[derive(Clone, Copy)]
pub enum NativeImpl {
    /// Gets one value for each parameter of the signature, `self` first; `Value::UNBOUND` for those not given.
    Fixed(fn(&Vm, &[Value]) -> PyResult),
    /// Gets the arguments as they were passed, `self` first. For signatures with `*args`/`**kwargs`.
    Var(fn(&Vm, Args) -> PyResult),
}

/// How a method binds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MethodKind {
    /// A module's function: no `self` (the signature may begin with `$module`, which is not passed).
    Function,
    /// `self` first.
    Method,
    /// The class first.
    Class,
    /// Nothing first. `__new__` is declared through `Slots::new`, not here.
    Static,
    /// `__new__` of a builtin type: gets that type, then the arguments (the class first).
    New,
}

/// One builtin function or method.
pub struct MethodDef {
    /// Its name.
    pub name: &'static str,
    /// Text signature, `$self`/`$module`/`$type` included.
    pub sig: &'static str,
    /// Counts derived from the signature.
    pub arity: Arity,
    /// The function.
    pub imp: NativeImpl,
    /// How it binds.
    pub kind: MethodKind,
    /// `__doc__`, without the signature.
    pub doc: &'static str,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $fixed:ident $var:ident $kind:ident;)*) => {$(
        $(#[$doc])*
        pub const fn $fixed(
            name: &'static str,
            sig: &'static str,
            f: fn(&Vm, &[Value]) -> PyResult,
            doc: &'static str,
        ) -> MethodDef {
            MethodDef { name, sig, arity: Arity::of(sig), imp: NativeImpl::Fixed(f), kind: MethodKind::$kind, doc }
        }
        $(#[$doc])*
        /// The variant for functions that take `*args` or `**kwargs` as they come.
        pub const fn $var(
            name: &'static str,
            sig: &'static str,
            f: fn(&Vm, Args) -> PyResult,
            doc: &'static str,
        ) -> MethodDef {
            MethodDef { name, sig, arity: Arity::of(sig), imp: NativeImpl::Var(f), kind: MethodKind::$kind, doc }
        }
    )*};
}

constructors! {
    /// A row for a method.
    method method_var Method;
    /// A row for a class method.
    classmethod classmethod_var Class;
    /// A row for a static method.
    staticmethod staticmethod_var Static;
    /// A row for a module's function.
    function function_var Function;
}

/// Reads an attribute of `self`.
pub type Getter = fn(&Vm, Value) -> PyResult;
/// Writes an attribute of `self`; `Value::UNBOUND` deletes it.
pub type Setter = fn(&Vm, Value, Value) -> PyResult<()>;

/// One computed attribute.
pub struct GetSetDef {
    /// Its name.
    pub name: &'static str,
    /// Reads it.
    pub get: Getter,
    /// Writes it; `None` for a read-only attribute.
    pub set: Option<Setter>,
    /// `__doc__`
    pub doc: &'static str,
    /// Shown as a `member_descriptor`, as fields of C structures are in CPython.
    pub member: bool,
}

/// A read-only computed attribute.
pub const fn readonly(name: &'static str, get: Getter, doc: &'static str) -> GetSetDef {
    GetSetDef { name, get, set: None, doc, member: false }
}
/// A read-only attribute that CPython keeps as a plain field.
pub const fn member(name: &'static str, get: Getter, doc: &'static str) -> GetSetDef {
    GetSetDef { name, get, set: None, doc, member: true }
}
/// A computed attribute.
pub const fn getset(name: &'static str, get: Getter, set: Setter, doc: &'static str) -> GetSetDef {
    GetSetDef { name, get, set: Some(set), doc, member: false }
}

/// A class attribute made at type creation, e.g. `__hash__ = None` or a constant.
pub struct AttrDef {
    /// Its name.
    pub name: &'static str,
    /// Makes its value.
    pub make: fn(&Vm) -> Value,
}
/// A row of [`TypeDef::attrs`].
pub const fn attr(name: &'static str, make: fn(&Vm) -> Value) -> AttrDef {
    AttrDef { name, make }
}

/// Flags of [`TypeDef::flags`] and of type objects.
pub mod flag {
    /// May be a base class.
    pub const BASETYPE: u32 = 1;
    /// Instances have a `__dict__` (native types only; Python classes say so by their layout).
    pub const HAS_DICT: u32 = 2;
    /// Cannot be created by calling it: "cannot create 'X' instances".
    pub const NO_NEW: u32 = 4;
    /// Attributes cannot be set ("cannot set 'x' attribute of immutable type 'X'").
    pub const IMMUTABLE: u32 = 8;
    /// Created by a `class` statement or `type()`.
    pub const HEAP: u32 = 16;
    /// `collections.abc.Sequence` for pattern matching.
    pub const SEQUENCE: u32 = 32;
    /// `collections.abc.Mapping` for pattern matching.
    pub const MAPPING: u32 = 64;
    /// Instances may be weakly referenced.
    pub const WEAKREF: u32 = 128;
    /// `case C(x)` matches the subject itself with the one positional pattern.
    pub const MATCH_SELF: u32 = 256;
    /// Has abstract methods.
    pub const ABSTRACT: u32 = 512;
    /// Some class in the MRO defines `__del__`.
    pub const HAS_DEL: u32 = 1024;
    /// Instances bind like functions: `obj.f(x)` calls `f(obj, x)`, and `C.f` is `f` itself.
    pub const METHOD_DESCR: u32 = 2048;
    /// A metaclass's `mro()` made this MRO.
    pub const CUSTOM_MRO: u32 = 4096;
    /// Abstract base classes say `Sequence`/`Mapping` to subclasses through `__abc_tpflags__`.
    pub const PATTERN: u32 = SEQUENCE | MAPPING;
}

/// A builtin type.
pub struct TypeDef {
    /// `__name__`
    pub name: &'static str,
    /// `__module__`
    pub module: &'static str,
    /// Base type; `None` is `object`.
    pub base: Option<&'static TypeDef>,
    /// Kind of the instances' layout.
    pub kind: u8,
    /// Bytes of an instance.
    pub size: usize,
    /// See [`flag`].
    pub flags: u32,
    /// Slots defined by this type itself.
    pub slots: Slots,
    /// Methods.
    pub methods: &'static [MethodDef],
    /// Computed attributes.
    pub getset: &'static [GetSetDef],
    /// Other class attributes.
    pub attrs: &'static [AttrDef],
    /// `__doc__`; begins with the signature line `name(...)\n--\n\n` where CPython's does.
    pub doc: &'static str,
    /// For kind [`crate::kinds::NATIVE`]: traces the instance's own fields.
    pub trace: Option<unsafe fn(*mut Header, &mut Tracer)>,
    /// For kind [`crate::kinds::NATIVE`]: frees what the instance owns outside the heap.
    pub drop: Option<unsafe fn(*mut Header)>,
    /// Where an instance keeps its items, if they are raw numbers in one buffer.
    pub raw_items: Option<fn(Value) -> Option<RawItems>>,
}

/// A sequence of raw numbers, described to compiled code: `o[i]` is item `i` of the [`taipan_heap::RawBuf`] whose
/// boxed address stands at `buf`, for `i` below the word at `len`. The byte at `tag` says which type the items have;
/// it never changes.
#[derive(Clone, Copy, Debug)]
pub struct RawItems {
    /// Offset of the tag.
    pub tag: usize,
    /// Its value here.
    pub tag_value: u8,
    /// Offset of the number of items.
    pub len: usize,
    /// Offset of the buffer's word; unbound while there are no items.
    pub buf: usize,
    /// What an item is.
    pub item: RawItem,
}

/// Types of raw items that compiled code reads and writes itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawItem {
    /// `f64`; a NaN may have any bits.
    F64,
    /// `i64`
    I64,
    /// `i32`
    I32,
    /// `u32`
    U32,
    /// `u16`
    U16,
    /// `i8`
    I8,
    /// `u8`
    U8,
}

impl RawItem {
    /// Bytes of an item.
    #[inline(always)]
    pub fn size(self) -> usize {
        match self {
            RawItem::F64 | RawItem::I64 => 8,
            RawItem::I32 | RawItem::U32 => 4,
            RawItem::U16 => 2,
            RawItem::I8 | RawItem::U8 => 1,
        }
    }
}

impl TypeDef {
    /// Everything empty: for `TypeDef { name, .., ..TypeDef::EMPTY }`.
    pub const EMPTY: TypeDef = TypeDef {
        name: "",
        module: "builtins",
        base: None,
        kind: crate::kinds::INSTANCE,
        size: size_of::<crate::objects::instance::Instance>(),
        flags: flag::IMMUTABLE,
        slots: Slots::EMPTY,
        methods: &[],
        getset: &[],
        attrs: &[],
        doc: "",
        trace: None,
        drop: None,
        raw_items: None,
    };
    /// The defaults for a type whose instances are `T`s ([`NativeObject`]).
    pub const fn native<T: NativeObject>() -> TypeDef {
        TypeDef {
            kind: crate::kinds::NATIVE,
            size: size_of::<T>(),
            trace: Some(trace_native::<T>),
            drop: if std::mem::needs_drop::<T>() { Some(drop_native::<T>) } else { None },
            ..TypeDef::EMPTY
        }
    }
}

/// A layout of a type that is not in the kind table: types of native modules, iterators and the like.
///
/// # Safety
/// The implementor is `repr(C)`, starts with a [`Header`], and only objects created through
/// [`Vm::new_native`] with its `DEF` (or a subclass of it) are cast to it.
pub unsafe trait NativeObject: crate::kinds::Trace + 'static {
    /// The type's definition.
    const DEF: &'static TypeDef;
}

unsafe fn trace_native<T: NativeObject>(h: *mut Header, t: &mut Tracer) {
    // SAFETY: the class's definition says that the object is a `T`.
    unsafe { (*h.cast::<T>()).trace(t) }
}
unsafe fn drop_native<T: NativeObject>(h: *mut Header) {
    // SAFETY: as above; called once by the sweep.
    unsafe { std::ptr::drop_in_place(h.cast::<T>()) }
}

impl Vm {
    /// Allocates an instance of a native type: `init` gets the header and builds the object.
    pub fn new_native<T: NativeObject>(&self, init: impl FnOnce(Header) -> T) -> Gc<T> {
        let ty = self.type_of_def(T::DEF);
        self.new_native_of(ty, init)
    }
    /// Allocates an instance of `ty`, which is `T::DEF`'s type or a subclass of it.
    pub fn new_native_of<T: NativeObject>(
        &self,
        ty: Gc<crate::objects::typ::Type>,
        init: impl FnOnce(Header) -> T,
    ) -> Gc<T> {
        let p = self.alloc_instance_raw(ty, size_of::<T>());
        // SAFETY: a fresh cell of at least `T`'s size; the header is moved into the object.
        unsafe {
            let header = p.read();
            p.cast::<T>().write(init(header));
            Gc::from_header(p)
        }
    }
    /// `v` as a `T`, if it is an instance of `T::DEF`'s type or a subclass.
    pub fn native<T: NativeObject>(&self, v: Value) -> Option<Gc<T>> {
        if !v.is_kind(crate::kinds::NATIVE) {
            return None;
        }
        let ty = self.class_of(v);
        let def = ty.layout_def.get();
        let mut at = def;
        while let Some(d) = at {
            if std::ptr::eq(d, T::DEF) {
                // SAFETY: the class's layout is `T`'s or extends it.
                return Some(unsafe { Gc::from_header(v.as_header()) });
            }
            at = d.base;
        }
        None
    }
}
