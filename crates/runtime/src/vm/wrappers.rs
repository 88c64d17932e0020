//! Special methods of builtin types as objects: `wrapper_descriptor` (`int.__add__`) and `method-wrapper`
//! (`(1).__add__`), made from the types' slots.
//!
//! In: the slots that a builtin type defines itself. Out: one entry in its dict for each special method that
//! they stand for. The table below declares each special method once: its slot, how Python arguments become the
//! slot's arguments and its result a value (the *style*), its signature and its documentation.
//!
//! Where two slots stand for one method (`__add__` for `add` and `concat`), the first that the type defines wins.

use crate::kinds::Trace;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{self, CompareOp, SlotId, Slots};
use crate::vm::typedef::{TypeDef, flag, readonly};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A row of the table.
pub struct WrapperDef {
    /// The special method.
    pub name: &'static str,
    /// Its slot.
    pub slot: SlotId,
    /// `__text_signature__`
    pub sig: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// Calls the slot with `self` and the other arguments.
    call: fn(&Vm, &Slots, Value, Args) -> PyResult,
}

macro_rules! wrappers {
    ($($name:ident $slot:ident $style:ident$(($($extra:expr),*))? $sig:literal $doc:literal;)*) => {
        /// All special methods of builtin types, in CPython's order.
        pub static WRAPPERS: &[WrapperDef] = &[$(WrapperDef {
            name: stringify!($name),
            slot: SlotId::$slot,
            sig: $sig,
            doc: $doc,
            call: |vm, slots, obj, args| {
                let f = slots.$slot.expect("the owner of a wrapper defines its slot");
                $style(vm, stringify!($name), f, obj, args $($(, $extra)*)?)
            },
        },)*];
    };
}

wrappers! {
    __getattribute__ getattro getattro "($self, name, /)" "Return getattr(self, name).";
    __setattr__ setattro setattr "($self, name, value, /)" "Implement setattr(self, name, value).";
    __delattr__ setattro delattr "($self, name, /)" "Implement delattr(self, name).";
    __repr__ repr unary "($self, /)" "Return repr(self).";
    __hash__ hash hash "($self, /)" "Return hash(self).";
    __call__ call call "($self, /, *args, **kwargs)" "Call self as a function.";
    __str__ str unary "($self, /)" "Return str(self).";
    __lt__ richcompare compare(CompareOp::Lt) "($self, value, /)" "Return self<value.";
    __le__ richcompare compare(CompareOp::Le) "($self, value, /)" "Return self<=value.";
    __eq__ richcompare compare(CompareOp::Eq) "($self, value, /)" "Return self==value.";
    __ne__ richcompare compare(CompareOp::Ne) "($self, value, /)" "Return self!=value.";
    __gt__ richcompare compare(CompareOp::Gt) "($self, value, /)" "Return self>value.";
    __ge__ richcompare compare(CompareOp::Ge) "($self, value, /)" "Return self>=value.";
    __iter__ iter unary "($self, /)" "Implement iter(self).";
    __next__ iternext next "($self, /)" "Implement next(self).";
    __get__ descr_get descr_get "($self, instance, owner=None, /)" "Return an attribute of instance, which is of type owner.";
    __set__ descr_set descr_set "($self, instance, value, /)" "Set an attribute of instance to value.";
    __delete__ descr_set descr_delete "($self, instance, /)" "Delete an attribute of instance.";
    __init__ init init "($self, /, *args, **kwargs)" "Initialize self.  See help(type(self)) for accurate signature.";
    __del__ finalize finalize "($self, /)" "Called when the instance is about to be destroyed.";
    __await__ await_ unary "($self, /)" "Return an iterator to be used in await expression.";
    __aiter__ aiter unary "($self, /)" "Return an awaitable, that resolves in asynchronous iterator.";
    __anext__ anext unary "($self, /)" "Return a value or raise StopAsyncIteration.";
    __add__ add binary "($self, value, /)" "Return self+value.";
    __radd__ add binary_r "($self, value, /)" "Return value+self.";
    __sub__ sub binary "($self, value, /)" "Return self-value.";
    __rsub__ sub binary_r "($self, value, /)" "Return value-self.";
    __mul__ mul binary "($self, value, /)" "Return self*value.";
    __rmul__ mul binary_r "($self, value, /)" "Return value*self.";
    __mod__ rem binary "($self, value, /)" "Return self%value.";
    __rmod__ rem binary_r "($self, value, /)" "Return value%self.";
    __divmod__ divmod binary "($self, value, /)" "Return divmod(self, value).";
    __rdivmod__ divmod binary_r "($self, value, /)" "Return divmod(value, self).";
    __pow__ pow power "($self, value, mod=None, /)" "Return pow(self, value, mod).";
    __rpow__ pow power_r "($self, value, mod=None, /)" "Return pow(value, self, mod).";
    __neg__ neg unary "($self, /)" "-self";
    __pos__ pos unary "($self, /)" "+self";
    __abs__ abs unary "($self, /)" "abs(self)";
    __bool__ bool truth "($self, /)" "True if self else False";
    __invert__ invert unary "($self, /)" "~self";
    __lshift__ lshift binary "($self, value, /)" "Return self<<value.";
    __rlshift__ lshift binary_r "($self, value, /)" "Return value<<self.";
    __rshift__ rshift binary "($self, value, /)" "Return self>>value.";
    __rrshift__ rshift binary_r "($self, value, /)" "Return value>>self.";
    __and__ and binary "($self, value, /)" "Return self&value.";
    __rand__ and binary_r "($self, value, /)" "Return value&self.";
    __xor__ xor binary "($self, value, /)" "Return self^value.";
    __rxor__ xor binary_r "($self, value, /)" "Return value^self.";
    __or__ or binary "($self, value, /)" "Return self|value.";
    __ror__ or binary_r "($self, value, /)" "Return value|self.";
    __int__ int unary "($self, /)" "int(self)";
    __float__ float unary "($self, /)" "float(self)";
    __iadd__ iadd binary "($self, value, /)" "Return self+=value.";
    __isub__ isub binary "($self, value, /)" "Return self-=value.";
    __imul__ imul binary "($self, value, /)" "Return self*=value.";
    __imod__ irem binary "($self, value, /)" "Return self%=value.";
    __ipow__ ipow inplace_power "($self, value, /)" "Return self**=value.";
    __ilshift__ ilshift binary "($self, value, /)" "Return self<<=value.";
    __irshift__ irshift binary "($self, value, /)" "Return self>>=value.";
    __iand__ iand binary "($self, value, /)" "Return self&=value.";
    __ixor__ ixor binary "($self, value, /)" "Return self^=value.";
    __ior__ ior binary "($self, value, /)" "Return self|=value.";
    __floordiv__ floordiv binary "($self, value, /)" "Return self//value.";
    __rfloordiv__ floordiv binary_r "($self, value, /)" "Return value//self.";
    __truediv__ truediv binary "($self, value, /)" "Return self/value.";
    __rtruediv__ truediv binary_r "($self, value, /)" "Return value/self.";
    __ifloordiv__ ifloordiv binary "($self, value, /)" "Return self//=value.";
    __itruediv__ itruediv binary "($self, value, /)" "Return self/=value.";
    __index__ index unary "($self, /)" "Return self converted to an integer, if self is suitable for use as an index into a list.";
    __matmul__ matmul binary "($self, value, /)" "Return self@value.";
    __rmatmul__ matmul binary_r "($self, value, /)" "Return value@self.";
    __imatmul__ imatmul binary "($self, value, /)" "Return self@=value.";
    __len__ len length "($self, /)" "Return len(self).";
    __getitem__ getitem binary "($self, key, /)" "Return self[key].";
    __setitem__ setitem setitem "($self, key, value, /)" "Set self[key] to value.";
    __delitem__ setitem delitem "($self, key, /)" "Delete self[key].";
    __add__ concat binary "($self, value, /)" "Return self+value.";
    __mul__ repeat repeat "($self, value, /)" "Return self*value.";
    __rmul__ repeat repeat "($self, value, /)" "Return value*self.";
    __contains__ contains contains "($self, key, /)" "Return bool(key in self).";
    __iadd__ iconcat binary "($self, value, /)" "Implement self+=value.";
    __imul__ irepeat repeat "($self, value, /)" "Implement self*=value.";
    __buffer__ buffer export "($self, flags, /)" "Return a buffer object that exposes the underlying memory of the object.";
}

/// Exactly `N` arguments and no keywords.
fn exactly<'a, const N: usize>(vm: &Vm, name: &str, args: Args<'a>) -> PyResult<&'a [Value; N]> {
    no_keywords(vm, name, args)?;
    args.pos.try_into().map_err(|_| {
        let s = if N == 1 { "" } else { "s" };
        vm.type_error(format!("expected {N} argument{s}, got {}", args.pos.len()))
    })
}
fn no_keywords(vm: &Vm, name: &str, args: Args) -> PyResult<()> {
    if args.kw.is_empty() {
        Ok(())
    } else {
        Err(vm.type_error(format!("wrapper {name}() takes no keyword arguments")))
    }
}
/// One or two arguments; the second is `None` by default.
fn one_or_two(vm: &Vm, name: &str, args: Args) -> PyResult<(Value, Value)> {
    no_keywords(vm, name, args)?;
    if !(1..=2).contains(&args.pos.len()) {
        return Err(vm.type_error(format!("expected 1 or 2 arguments, got {}", args.pos.len())));
    }
    Ok((args.pos[0], args.pos.get(1).copied().unwrap_or(Value::NONE)))
}
fn attr_name(vm: &Vm, name: Value) -> PyResult<Gc<Str>> {
    name.cast::<Str>()
        .ok_or_else(|| vm.type_error(format!("attribute name must be string, not '{}'", vm.type_name(name))))
}

fn unary(vm: &Vm, name: &str, f: slots::Unary, obj: Value, args: Args) -> PyResult {
    exactly::<0>(vm, name, args)?;
    f(vm, obj)
}
fn binary(vm: &Vm, name: &str, f: slots::Binary, obj: Value, args: Args) -> PyResult {
    let [other] = *exactly::<1>(vm, name, args)?;
    f(vm, obj, other)
}
fn binary_r(vm: &Vm, name: &str, f: slots::Binary, obj: Value, args: Args) -> PyResult {
    let [other] = *exactly::<1>(vm, name, args)?;
    f(vm, other, obj)
}
fn power(vm: &Vm, name: &str, f: slots::Ternary, obj: Value, args: Args) -> PyResult {
    let (other, modulus) = one_or_two(vm, name, args)?;
    f(vm, obj, other, modulus)
}
fn power_r(vm: &Vm, name: &str, f: slots::Ternary, obj: Value, args: Args) -> PyResult {
    let (other, modulus) = one_or_two(vm, name, args)?;
    f(vm, other, obj, modulus)
}
fn inplace_power(vm: &Vm, name: &str, f: slots::Ternary, obj: Value, args: Args) -> PyResult {
    let [other] = *exactly::<1>(vm, name, args)?;
    f(vm, obj, other, Value::NONE)
}
fn compare(vm: &Vm, name: &str, f: slots::RichCompare, obj: Value, args: Args, op: CompareOp) -> PyResult {
    let [other] = *exactly::<1>(vm, name, args)?;
    f(vm, obj, other, op)
}
fn hash(vm: &Vm, name: &str, f: slots::Hash, obj: Value, args: Args) -> PyResult {
    exactly::<0>(vm, name, args)?;
    Ok(vm.new_int(f(vm, obj)?))
}
fn length(vm: &Vm, name: &str, f: slots::Len, obj: Value, args: Args) -> PyResult {
    exactly::<0>(vm, name, args)?;
    Ok(vm.new_int(f(vm, obj)? as i64))
}
fn truth(vm: &Vm, name: &str, f: slots::Bool, obj: Value, args: Args) -> PyResult {
    exactly::<0>(vm, name, args)?;
    Ok(Value::bool(f(vm, obj)?))
}
fn call(vm: &Vm, _: &str, f: slots::Call, obj: Value, args: Args) -> PyResult {
    f(vm, obj, args)
}
fn init(vm: &Vm, _: &str, f: slots::Init, obj: Value, args: Args) -> PyResult {
    f(vm, obj, args)?;
    Ok(Value::NONE)
}
fn finalize(vm: &Vm, name: &str, f: slots::Finalize, obj: Value, args: Args) -> PyResult {
    exactly::<0>(vm, name, args)?;
    f(vm, obj)?;
    Ok(Value::NONE)
}
fn next(vm: &Vm, name: &str, f: slots::IterNext, obj: Value, args: Args) -> PyResult {
    exactly::<0>(vm, name, args)?;
    f(vm, obj)?.ok_or_else(|| vm.stop_iteration(Value::NONE))
}
fn getattro(vm: &Vm, name: &str, f: slots::GetAttr, obj: Value, args: Args) -> PyResult {
    let [attr] = *exactly::<1>(vm, name, args)?;
    f(vm, obj, attr_name(vm, attr)?)
}
/// CPython refuses `object.__setattr__(C, ...)` for types: it would get round the type's own setter.
fn check_setattr(vm: &Vm, name: &str, f: slots::SetAttr, obj: Value) -> PyResult<()> {
    let mut at = Some(vm.class_of(obj));
    // The nearest builtin base must use the very function.
    while let Some(t) = at {
        if !t.has(flag::HEAP) {
            let own = t.slots.setattro.get();
            if own.is_some_and(|g| !std::ptr::fn_addr_eq(f, g)) {
                return Err(vm.type_error(format!("can't apply this {name} to {} object", vm.type_name(obj))));
            }
            break;
        }
        at = t.base.get();
    }
    Ok(())
}
fn setattr(vm: &Vm, name: &str, f: slots::SetAttr, obj: Value, args: Args) -> PyResult {
    let [attr, value] = *exactly::<2>(vm, name, args)?;
    check_setattr(vm, name, f, obj)?;
    f(vm, obj, attr_name(vm, attr)?, value)?;
    Ok(Value::NONE)
}
fn delattr(vm: &Vm, name: &str, f: slots::SetAttr, obj: Value, args: Args) -> PyResult {
    let [attr] = *exactly::<1>(vm, name, args)?;
    check_setattr(vm, name, f, obj)?;
    f(vm, obj, attr_name(vm, attr)?, Value::UNBOUND)?;
    Ok(Value::NONE)
}
fn descr_get(vm: &Vm, name: &str, f: slots::Ternary, obj: Value, args: Args) -> PyResult {
    let (instance, owner) = one_or_two(vm, name, args)?;
    if instance.is_none() && owner.is_none() {
        return Err(vm.type_error("__get__(None, None) is invalid"));
    }
    let instance = if instance.is_none() { Value::UNBOUND } else { instance };
    f(vm, obj, instance, owner)
}
fn descr_set(vm: &Vm, name: &str, f: slots::SetItem, obj: Value, args: Args) -> PyResult {
    let [instance, value] = *exactly::<2>(vm, name, args)?;
    f(vm, obj, instance, value)?;
    Ok(Value::NONE)
}
fn descr_delete(vm: &Vm, name: &str, f: slots::SetItem, obj: Value, args: Args) -> PyResult {
    let [instance] = *exactly::<1>(vm, name, args)?;
    f(vm, obj, instance, Value::UNBOUND)?;
    Ok(Value::NONE)
}
fn setitem(vm: &Vm, name: &str, f: slots::SetItem, obj: Value, args: Args) -> PyResult {
    let [key, value] = *exactly::<2>(vm, name, args)?;
    f(vm, obj, key, value)?;
    Ok(Value::NONE)
}
fn delitem(vm: &Vm, name: &str, f: slots::SetItem, obj: Value, args: Args) -> PyResult {
    let [key] = *exactly::<1>(vm, name, args)?;
    f(vm, obj, key, Value::UNBOUND)?;
    Ok(Value::NONE)
}
fn contains(vm: &Vm, name: &str, f: slots::Contains, obj: Value, args: Args) -> PyResult {
    let [key] = *exactly::<1>(vm, name, args)?;
    Ok(Value::bool(f(vm, obj, key)?))
}
fn export(
    vm: &Vm,
    name: &str,
    f: fn(&Vm, Value, bool) -> PyResult<crate::objects::memoryview::BufferInfo>,
    obj: Value,
    args: Args,
) -> PyResult {
    let [flags] = *exactly::<1>(vm, name, args)?;
    let writable = vm.index_i32(flags)? & 1 != 0;
    Ok(vm.memoryview_of(f(vm, obj, writable)?))
}
fn repeat(vm: &Vm, name: &str, f: slots::Repeat, obj: Value, args: Args) -> PyResult {
    let [n] = *exactly::<1>(vm, name, args)?;
    let n = crate::objects::typ_slots::as_count(vm, n)?;
    f(vm, obj, n)
}

/// A special method of a builtin type, unbound.
#[repr(C)]
pub struct Wrapper {
    header: Header,
    /// Its row.
    pub def: &'static WrapperDef,
    /// The builtin type that defines it.
    pub owner: Slot<Gc<Type>>,
}

impl Trace for Wrapper {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.owner.get());
    }
}

impl Wrapper {
    /// The owner's own slots.
    pub fn slots(&self) -> &'static Slots {
        &self.owner.get().def.get().expect("a builtin type").slots
    }
}

/// A special method bound to an object.
#[repr(C)]
pub struct MethodWrapper {
    header: Header,
    /// The unbound wrapper.
    pub descr: Slot<Gc<Wrapper>>,
    /// The object.
    pub obj: Slot<Value>,
}

impl Trace for MethodWrapper {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.descr.get());
        t.slot(&self.obj);
    }
}

/// Adds the special methods for the slots that the builtin type `t` defines itself to its dict.
pub fn add(vm: &Vm, t: Gc<Type>) {
    let Some(def) = t.def.get() else { return };
    let dict = t.dict.get();
    let ty = vm.types.wrapper_descriptor;
    for w in WRAPPERS {
        let name = vm.intern(w.name);
        if def.slots.address(w.slot) == 0 || dict.get_str(vm, name).is_some() {
            continue;
        }
        let hidden = def.slots.hash.is_some_and(|f| {
            std::ptr::fn_addr_eq(f, crate::objects::object::hash_not_implemented as slots::Hash)
        });
        if w.slot == SlotId::hash && hidden {
            dict.set_str(vm, name, Value::NONE);
            continue;
        }
        let v = vm.alloc_of(ty, |header| Wrapper { header, def: w, owner: Slot::new(t) });
        dict.set_str(vm, name, v.value());
    }
}

fn check_self(vm: &Vm, w: Gc<Wrapper>, obj: Value) -> PyResult<()> {
    let owner = w.owner.get();
    if vm.class_of(obj).is_subtype(owner) {
        return Ok(());
    }
    Err(vm.type_error(format!(
        "descriptor '{}' requires a '{}' object but received a '{}'",
        w.def.name,
        owner.name_str(),
        vm.type_name(obj)
    )))
}

fn wrapper_call(vm: &Vm, f: Value, args: Args) -> PyResult {
    // SAFETY: a slot of this type.
    let w = unsafe { f.cast_unchecked::<Wrapper>() };
    let Some(&obj) = args.pos.first() else {
        return Err(vm.type_error(format!(
            "descriptor '{}' of '{}' object needs an argument",
            w.def.name,
            w.owner.get().name_str()
        )));
    };
    check_self(vm, w, obj)?;
    (w.def.call)(vm, w.slots(), obj, args.skip(1))
}
fn wrapper_get(vm: &Vm, f: Value, obj: Value, _: Value) -> PyResult {
    if obj.is_unbound() {
        return Ok(f);
    }
    // SAFETY: a slot of this type.
    let w = unsafe { f.cast_unchecked::<Wrapper>() };
    if !vm.class_of(obj).is_subtype(w.owner.get()) {
        return Err(vm.type_error(format!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            w.def.name,
            w.owner.get().name_str(),
            vm.type_name(obj)
        )));
    }
    let m = vm.alloc_of(vm.types.method_wrapper, |header| MethodWrapper {
        header,
        descr: Slot::new(w),
        obj: Slot::new(obj),
    });
    Ok(m.value())
}
fn wrapper_repr(vm: &Vm, f: Value) -> PyResult {
    // SAFETY: a slot of this type.
    let w = unsafe { f.cast_unchecked::<Wrapper>() };
    Ok(vm
        .new_str(&format!("<slot wrapper '{}' of '{}' objects>", w.def.name, w.owner.get().name_str()))
        .value())
}

fn bound_call(vm: &Vm, f: Value, args: Args) -> PyResult {
    // SAFETY: a slot of this type.
    let m = unsafe { f.cast_unchecked::<MethodWrapper>() };
    let w = m.descr.get();
    (w.def.call)(vm, w.slots(), m.obj.get(), args)
}
fn bound_repr(vm: &Vm, f: Value) -> PyResult {
    // SAFETY: a slot of this type.
    let m = unsafe { f.cast_unchecked::<MethodWrapper>() };
    let obj = m.obj.get();
    Ok(vm
        .new_str(&format!(
            "<method-wrapper '{}' of {} object at {:#x}>",
            m.descr.get().def.name,
            vm.type_name(obj),
            vm.id_of(obj)
        ))
        .value())
}
fn bound_compare(_: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<MethodWrapper>(), b.cast::<MethodWrapper>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = x.descr.get() == y.descr.get() && x.obj.get() == y.obj.get();
    Ok(match op {
        CompareOp::Eq => Value::bool(same),
        CompareOp::Ne => Value::bool(!same),
        _ => Value::NOT_IMPLEMENTED,
    })
}
fn bound_hash(_: &Vm, v: Value) -> PyResult<i64> {
    // SAFETY: a slot of this type.
    let m = unsafe { v.cast_unchecked::<MethodWrapper>() };
    Ok(((m.obj.get().bits() ^ m.descr.get().value().bits().rotate_left(7)) & ((1 << 60) - 1)) as i64)
}

/// The wrapper behind either object.
fn wrapper_of(v: Value) -> Gc<Wrapper> {
    match v.cast::<MethodWrapper>() {
        Some(m) => m.descr.get(),
        // SAFETY: the attributes below belong to these two types.
        None => unsafe { v.cast_unchecked::<Wrapper>() },
    }
}
fn get_name(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.intern(wrapper_of(v).def.name).value())
}
fn get_qualname(vm: &Vm, v: Value) -> PyResult {
    let w = wrapper_of(v);
    Ok(vm.new_str(&format!("{}.{}", w.owner.get().qualname.get(), w.def.name)).value())
}
fn get_objclass(_: &Vm, v: Value) -> PyResult {
    Ok(wrapper_of(v).owner.get().value())
}
fn get_doc(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.new_str(wrapper_of(v).def.doc).value())
}
fn get_signature(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.new_str(wrapper_of(v).def.sig).value())
}
fn get_self(_: &Vm, v: Value) -> PyResult {
    // SAFETY: an attribute of this type.
    Ok(unsafe { v.cast_unchecked::<MethodWrapper>() }.obj.get())
}
/// `getattr(owner, name)` as a pickle.
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let w = wrapper_of(a[0]);
    let of = a[0].cast::<MethodWrapper>().map_or(w.owner.get().value(), |m| m.obj.get());
    crate::objects::native_types::reduce_to_getattr(vm, of, w.def.name)
}

macro_rules! common_getset {
    ($($more:expr),*) => {
        &[
            readonly("__objclass__", get_objclass, ""),
            readonly("__name__", get_name, ""),
            readonly("__qualname__", get_qualname, ""),
            readonly("__doc__", get_doc, ""),
            readonly("__text_signature__", get_signature, ""),
            $($more),*
        ]
    };
}

/// `wrapper_descriptor`
pub static WRAPPER_DESCRIPTOR: TypeDef = TypeDef {
    name: "wrapper_descriptor",
    kind: crate::kinds::WRAPPER,
    size: size_of::<Wrapper>(),
    flags: flag::IMMUTABLE | flag::NO_NEW | flag::METHOD_DESCR,
    slots: Slots {
        repr: Some(wrapper_repr),
        call: Some(wrapper_call),
        descr_get: Some(wrapper_get),
        ..Slots::EMPTY
    },
    methods: &[crate::vm::typedef::method("__reduce__", "($self, /)", reduce, "")],
    getset: common_getset!(),
    ..TypeDef::EMPTY
};

/// `method-wrapper`
pub static METHOD_WRAPPER: TypeDef = TypeDef {
    name: "method-wrapper",
    kind: crate::kinds::METHOD_WRAPPER,
    size: size_of::<MethodWrapper>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots {
        repr: Some(bound_repr),
        call: Some(bound_call),
        richcompare: Some(bound_compare),
        hash: Some(bound_hash),
        ..Slots::EMPTY
    },
    methods: &[crate::vm::typedef::method("__reduce__", "($self, /)", reduce, "")],
    getset: common_getset!(readonly("__self__", get_self, "")),
    ..TypeDef::EMPTY
};
