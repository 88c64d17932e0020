//! Object headers, typed object pointers, traced slots and the write barrier.

use crate::block::BLOCK_MASK;
use crate::value::Value;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

/// Kinds that the heap itself knows. The run-time numbers its own from [`kind::FIRST_USER`].
pub mod kind {
    /// A free cell. Never seen through a live pointer.
    pub const FREE: u8 = 0;
    /// [`crate::ValueBuf`]: a traced vector of values.
    pub const VALUE_BUF: u8 = 1;
    /// [`crate::RawBuf`]: untraced bytes.
    pub const RAW_BUF: u8 = 2;
    /// First kind of the run-time's table.
    pub const FIRST_USER: u8 = 3;
}

/// Bits of [`Header::flags`].
pub mod flags {
    /// Some weak reference points here.
    pub const HAS_WEAKREF: u16 = 1;
    /// The object's finaliser (`__del__`) ran already (PEP 442: once).
    pub const FINALIZED: u16 = 2;
    /// An interned string.
    pub const INTERNED: u16 = 4;
    /// The object is being printed (recursion guard of container reprs).
    pub const IN_REPR: u16 = 8;
    /// The object has a finaliser that would find nothing to do.
    pub const SETTLED: u16 = 0x10;
    /// First bit that a kind may use for itself.
    pub const KIND_BIT0: u16 = 0x100;
}

/// The first 16 bytes of each heap object.
///
/// `class` is the Python type (opaque here), `shape` the hidden class: for builtin types without instance
/// attributes a small constant, so that "exactly a list" is one compare; for instances the id of their layout.
#[repr(C)]
pub struct Header {
    class: Cell<*mut Header>,
    shape: Cell<u32>,
    /// 0: young (allocated since the last collection); otherwise the mark of the collection it survived.
    pub(crate) gc: Cell<u8>,
    kind: Cell<u8>,
    flags: Cell<u16>,
}

impl Header {
    #[inline(always)]
    pub(crate) fn init(p: *mut Header, kind: u8, class: *mut Header, shape: u32) {
        // SAFETY: the allocator hands out 16-byte aligned cells of at least a header's size.
        unsafe {
            p.write(Header {
                class: Cell::new(class),
                shape: Cell::new(shape),
                gc: Cell::new(0),
                kind: Cell::new(kind),
                flags: Cell::new(0),
            })
        }
    }
    /// The Python type's object; null only for internal objects (buffers) and during bootstrap.
    #[inline(always)]
    pub fn class(&self) -> *mut Header {
        self.class.get()
    }
    /// Changes the type (`__class__ = ...`, bootstrap).
    pub fn set_class(&self, class: *mut Header) {
        self.class.set(class);
        barrier(self);
    }
    /// For dead objects that stay for a while: they refer to nothing.
    pub(crate) fn forget_class(&self) {
        self.class.set(std::ptr::null_mut());
    }
    /// The shape id.
    #[inline(always)]
    pub fn shape(&self) -> u32 {
        self.shape.get()
    }
    /// Changes the shape id.
    #[inline(always)]
    pub fn set_shape(&self, shape: u32) {
        self.shape.set(shape)
    }
    /// The kind: which row of the kind table describes the layout.
    #[inline(always)]
    pub fn kind(&self) -> u8 {
        self.kind.get()
    }
    pub(crate) fn set_kind(&self, kind: u8) {
        self.kind.set(kind)
    }
    /// Is flag `f` of [`flags`] set?
    #[inline(always)]
    pub fn has(&self, f: u16) -> bool {
        self.flags.get() & f != 0
    }
    /// Sets flags.
    pub fn set(&self, f: u16) {
        self.flags.set(self.flags.get() | f)
    }
    /// Clears flags.
    pub fn clear(&self, f: u16) {
        self.flags.set(self.flags.get() & !f)
    }
    /// Has it survived a collection?
    #[inline(always)]
    pub fn is_old(&self) -> bool {
        self.gc.get() & 0x7F != 0
    }
}

/// Bit of `Header::gc`: an old object written to since the last collection.
pub(crate) const DIRTY: u8 = 0x80;

/// Write barrier: to be called after a heap pointer was stored into `owner`.
///
/// Old objects become roots of the next minor collection; the block's dirty byte lets the collector find them.
#[inline(always)]
pub fn barrier(owner: &Header) {
    let gc = owner.gc.get();
    if gc != 0 && gc & DIRTY == 0 {
        dirty(owner);
    }
}

/// Would [`barrier`] have something to do?
#[inline(always)]
pub fn is_clean_old(owner: &Header) -> bool {
    let gc = owner.gc.get();
    gc != 0 && gc & DIRTY == 0
}

#[cold]
#[inline(never)]
fn dirty(owner: &Header) {
    owner.gc.set(owner.gc.get() | DIRTY);
    let block = (owner as *const Header as usize & BLOCK_MASK) as *mut u8;
    // SAFETY: objects start inside a block (large ones inside their first), whose first byte is the dirty flag.
    unsafe { block.write(1) };
}

/// A type laid out in the heap: `#[repr(C)]` with a [`Header`] as its first field.
///
/// # Safety
/// The implementor's first field is a `Header`, and objects of kind `KIND` are laid out as `Self`.
pub unsafe trait HeapObject: 'static {
    /// The row of the kind table.
    const KIND: u8;
}

/// A pointer to a live heap object. Copying it is free; the conservative stack scan keeps its target alive
/// while it is in a register or on a stack. In Rust's own heap it keeps nothing alive.
#[repr(transparent)]
pub struct Gc<T>(NonNull<T>, PhantomData<*const T>);

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}
impl<T> PartialEq for Gc<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Gc<T> {}
impl<T> std::hash::Hash for Gc<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state)
    }
}
impl<T> std::fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gc<{}>", std::any::type_name::<T>())
    }
}
impl<T: std::fmt::Display> std::fmt::Display for Gc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Gc` points to a live, initialised object; fields that change are `Cell`s.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Gc<T> {
    /// From an object's address.
    ///
    /// # Safety
    /// `p` points to a live object laid out as `T`.
    #[inline(always)]
    pub unsafe fn from_ptr(p: *mut T) -> Gc<T> {
        debug_assert!(!p.is_null());
        // SAFETY: by the caller's promise it is not null.
        Gc(unsafe { NonNull::new_unchecked(p) }, PhantomData)
    }
    /// From a header's address.
    ///
    /// # Safety
    /// As for [`Gc::from_ptr`].
    #[inline(always)]
    pub unsafe fn from_header(p: *mut Header) -> Gc<T> {
        // SAFETY: by the caller's promise.
        unsafe { Gc::from_ptr(p.cast()) }
    }
    /// The object's address.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }
    /// The header.
    #[inline(always)]
    pub fn header(&self) -> &Header {
        // SAFETY: every heap object starts with a header.
        unsafe { &*(self.0.as_ptr() as *const Header) }
    }
    /// The header's address.
    #[inline(always)]
    pub fn header_ptr(self) -> *mut Header {
        self.0.as_ptr().cast()
    }
    /// The object as a value.
    #[inline(always)]
    pub fn value(self) -> Value {
        Value::from_header(self.header_ptr())
    }
}

impl<T: HeapObject> Gc<T> {
    /// The pointer to an object that is at hand as a reference (`self` in methods of layouts).
    #[inline(always)]
    pub fn of(object: &T) -> Gc<T> {
        Gc(NonNull::from(object), PhantomData)
    }
}

/// What can name the owner of a [`Slot`]: a pointer, a reference to a layout, or a header.
pub trait Owner {
    /// The owner's header.
    fn owner_header(&self) -> &Header;
}
impl<T> Owner for Gc<T> {
    #[inline(always)]
    fn owner_header(&self) -> &Header {
        self.header()
    }
}
impl<T: HeapObject> Owner for &T {
    #[inline(always)]
    fn owner_header(&self) -> &Header {
        // SAFETY: layouts start with their header.
        unsafe { &*(*self as *const T).cast::<Header>() }
    }
}
impl Owner for &Header {
    #[inline(always)]
    fn owner_header(&self) -> &Header {
        self
    }
}

/// A traced field of a heap object. Reading is free; writing names the owner for the barrier.
#[repr(transparent)]
pub struct Slot<T: Copy>(Cell<T>);

impl<T: Copy> Slot<T> {
    /// For building an object: no barrier is due before the object exists.
    #[inline(always)]
    pub const fn new(v: T) -> Slot<T> {
        Slot(Cell::new(v))
    }
    /// Reads it.
    #[inline(always)]
    pub fn get(&self) -> T {
        self.0.get()
    }
    /// Writes it; `owner` is the object that this slot is a field of.
    #[inline(always)]
    pub fn set(&self, owner: impl Owner, v: T) {
        self.0.set(v);
        barrier(owner.owner_header());
    }
    /// Writes it without a barrier.
    ///
    /// # Safety
    /// `v` holds no heap pointer, or the owner has not survived a collection since it was allocated, or the
    /// caller calls [`barrier`].
    #[inline(always)]
    pub unsafe fn set_raw(&self, v: T) {
        self.0.set(v);
    }
}
