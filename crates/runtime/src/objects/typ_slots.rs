//! Slots of Python classes: the functions that look a special method up and call it, and the choice between
//! them and an inherited builtin function.
//!
//! In: a type whose dict or MRO changed. Out: its slots filled. For each slot and each special method that it
//! stands for, the type's attribute decides: absent → nothing; a slot wrapper of this very slot whose owner is a
//! base → the owner's function (all of them must agree); anything else → the generic function of this file.

use crate::objects::int::Int;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{Binary, CompareOp, SlotId, Slots};
use crate::vm::typedef::flag;
use crate::vm::wrappers::Wrapper;
use rustc_hash::FxHashMap as HashMap;
use taipan_heap::{Gc, Value};

macro_rules! unary {
    ($($fn:ident $name:ident;)*) => {$(
        fn $fn(vm: &Vm, v: Value) -> PyResult {
            must(vm, v, vm.names.$name, &[])
        }
    )*};
}
unary! {
    repr __repr__; str __str__; neg __neg__; pos __pos__; abs __abs__; invert __invert__; int __int__;
    float __float__; index __index__; aiter __aiter__; anext __anext__; await_ __await__;
}

/// Calls a special method that the type has (it may have vanished since: `AttributeError`).
fn must(vm: &Vm, v: Value, name: Gc<Str>, args: &[Value]) -> PyResult {
    match vm.call_special(v, name, args)? {
        Some(r) => Ok(r),
        None => Err(vm.attribute_error(name.to_string())),
    }
}
fn maybe(vm: &Vm, v: Value, name: Gc<Str>, arg: Value) -> PyResult {
    Ok(vm.call_special(v, name, &[arg])?.unwrap_or(Value::NOT_IMPLEMENTED))
}

/// Does the right operand's type have another `rop` than the left one's?
fn overloaded(vm: &Vm, a: Value, b: Value, rop: Gc<Str>) -> PyResult<bool> {
    let Some(g) = vm.type_lookup(vm.class_of(b), rop) else { return Ok(false) };
    match vm.type_lookup(vm.class_of(a), rop) {
        None => Ok(true),
        Some(f) if f == g => Ok(false),
        Some(f) => vm.compare_bool(f, g, CompareOp::Ne),
    }
}

macro_rules! binary {
    ($($slot:ident $op:ident $rop:ident;)*) => {$(
        fn $slot(vm: &Vm, a: Value, b: Value) -> PyResult {
            let (ta, tb) = (vm.class_of(a), vm.class_of(b));
            let is_this = |t: Gc<Type>| {
                t.slots.$slot.get().is_some_and(|f| std::ptr::fn_addr_eq(f, $slot as Binary))
            };
            let mut other = ta != tb && is_this(tb);
            if is_this(ta) {
                if other && tb.is_subtype(ta) && overloaded(vm, a, b, vm.names.$rop)? {
                    let r = maybe(vm, b, vm.names.$rop, a)?;
                    if !r.is_not_implemented() {
                        return Ok(r);
                    }
                    other = false;
                }
                let r = maybe(vm, a, vm.names.$op, b)?;
                if !r.is_not_implemented() || ta == tb {
                    return Ok(r);
                }
            }
            if other { maybe(vm, b, vm.names.$rop, a) } else { Ok(Value::NOT_IMPLEMENTED) }
        }
    )*};
}
binary! {
    add __add__ __radd__; sub __sub__ __rsub__; mul __mul__ __rmul__; matmul __matmul__ __rmatmul__;
    truediv __truediv__ __rtruediv__; floordiv __floordiv__ __rfloordiv__; rem __mod__ __rmod__;
    divmod __divmod__ __rdivmod__; lshift __lshift__ __rlshift__; rshift __rshift__ __rrshift__;
    and __and__ __rand__; or __or__ __ror__; xor __xor__ __rxor__;
}

macro_rules! inplace {
    ($($slot:ident $op:ident;)*) => {$(
        fn $slot(vm: &Vm, a: Value, b: Value) -> PyResult {
            must(vm, a, vm.names.$op, &[b])
        }
    )*};
}
inplace! {
    iadd __iadd__; isub __isub__; imul __imul__; imatmul __imatmul__; itruediv __itruediv__;
    ifloordiv __ifloordiv__; irem __imod__; ilshift __ilshift__; irshift __irshift__; iand __iand__;
    ior __ior__; ixor __ixor__;
}
fn ipow(vm: &Vm, a: Value, b: Value, _: Value) -> PyResult {
    must(vm, a, vm.names.__ipow__, &[b])
}
fn pow(vm: &Vm, a: Value, b: Value, m: Value) -> PyResult {
    let (ta, tb) = (vm.class_of(a), vm.class_of(b));
    let is_this = |t: Gc<Type>| {
        t.slots.pow.get().is_some_and(|f| std::ptr::fn_addr_eq(f, pow as crate::vm::slots::Ternary))
    };
    let (op, rop) = (vm.names.__pow__, vm.names.__rpow__);
    if !m.is_none() {
        // As CPython: only the types of the first two operands are asked.
        if is_this(ta) {
            let r = vm.call_special(a, op, &[b, m])?.unwrap_or(Value::NOT_IMPLEMENTED);
            if !r.is_not_implemented() || ta == tb {
                return Ok(r);
            }
        }
        if ta != tb && is_this(tb) {
            return Ok(vm.call_special(b, rop, &[a, m])?.unwrap_or(Value::NOT_IMPLEMENTED));
        }
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mut other = ta != tb && is_this(tb);
    if is_this(ta) {
        if other && tb.is_subtype(ta) && overloaded(vm, a, b, rop)? {
            let r = maybe(vm, b, rop, a)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
            other = false;
        }
        let r = maybe(vm, a, op, b)?;
        if !r.is_not_implemented() || ta == tb {
            return Ok(r);
        }
    }
    if other { maybe(vm, b, rop, a) } else { Ok(Value::NOT_IMPLEMENTED) }
}

/// The hash that an int returned by `__hash__` means.
pub fn hash_from_result(vm: &Vm, r: Value) -> PyResult<i64> {
    let h = if let Some(i) = r.to_int() {
        i
    } else if let Some(i) = r.cast::<Int>() {
        match i.to_i64() {
            Some(i) => i,
            None => match vm.types.int.slots.hash.get() {
                Some(f) => f(vm, r)?,
                None => 0,
            },
        }
    } else if r.is_bool() {
        r.is_true() as i64
    } else {
        return Err(vm.type_error("__hash__ method should return an integer"));
    };
    Ok(if h == -1 { -2 } else { h })
}
fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    match vm.lookup_method(v, vm.names.__hash__)? {
        Some((f, _)) if f.is_none() => crate::objects::object::hash_not_implemented(vm, v),
        None => crate::objects::object::hash_not_implemented(vm, v),
        Some((f, true)) => hash_from_result(vm, vm.call(f, &[v])?),
        Some((f, false)) => hash_from_result(vm, vm.call(f, &[])?),
    }
}
fn call(vm: &Vm, v: Value, args: Args) -> PyResult {
    match vm.call_special_args(v, vm.names.__call__, args)? {
        Some(r) => Ok(r),
        None => Err(vm.type_error(format!("'{}' object is not callable", vm.type_name(v)))),
    }
}
fn getattro(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult {
    let ty = vm.class_of(v);
    let get = vm.type_lookup(ty, vm.names.__getattribute__);
    let fallback = vm.type_lookup(ty, vm.names.__getattr__);
    // The common case, `object`'s own lookup, makes no exception when there is a `__getattr__`.
    let native = get.and_then(|g| g.cast::<Wrapper>()).filter(|w| w.def.slot == SlotId::getattro);
    let found = match native.and_then(|w| w.slots().getattro) {
        Some(f)
            if fallback.is_some()
                && std::ptr::fn_addr_eq(
                    f,
                    crate::vm::attr::generic_get_attr as crate::vm::slots::GetAttr,
                ) =>
        {
            match vm.generic_find(v, name) {
                Ok(Some(r)) => Ok(r),
                Ok(None) => Err(None),
                Err(e) => Err(Some(e)),
            }
        }
        Some(f) => f(vm, v, name).map_err(Some),
        None => must(vm, v, vm.names.__getattribute__, &[name.value()]).map_err(Some),
    };
    match (found, fallback) {
        (Ok(r), _) => Ok(r),
        (Err(Some(e)), _) if !vm.raised_is(e, vm.types.AttributeError) => Err(e),
        (Err(Some(e)), None) => {
            vm.set_attribute_error_context(e, v, name);
            Err(e)
        }
        (Err(None), None) => Err(vm.no_attribute(v, name)),
        (Err(_), Some(_)) => {
            let r = must(vm, v, vm.names.__getattr__, &[name.value()]);
            if let Err(e) = r {
                vm.set_attribute_error_context(e, v, name);
            }
            r
        }
    }
}
fn setattro(vm: &Vm, v: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    if value.is_unbound() {
        must(vm, v, vm.names.__delattr__, &[name.value()])?;
    } else {
        must(vm, v, vm.names.__setattr__, &[name.value(), value])?;
    }
    Ok(())
}
fn richcompare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let n = &vm.names;
    let name = [n.__lt__, n.__le__, n.__eq__, n.__ne__, n.__gt__, n.__ge__][op as usize];
    // As CPython: a special method that cannot even be bound counts as missing.
    match vm.lookup_method(a, name) {
        Ok(Some((f, true))) => vm.call(f, &[a, b]),
        Ok(Some((f, false))) => vm.call(f, &[b]),
        Ok(None) => Ok(Value::NOT_IMPLEMENTED),
        Err(e) if vm.raised_is(e, vm.types.AttributeError) => Ok(Value::NOT_IMPLEMENTED),
        Err(e) => Err(e),
    }
}
fn iter(vm: &Vm, v: Value) -> PyResult {
    match vm.lookup_method(v, vm.names.__iter__)? {
        Some((f, _)) if f.is_none() => {
            Err(vm.type_error(format!("'{}' object is not iterable", vm.type_name(v))))
        }
        Some((f, true)) => vm.call(f, &[v]),
        Some((f, false)) => vm.call(f, &[]),
        None => Err(vm.type_error(format!("'{}' object is not iterable", vm.type_name(v)))),
    }
}
/// `iternext` of Python classes with a `__next__`. Where the value of the `StopIteration` matters (`yield from`),
/// call `__next__` instead.
pub fn iternext(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    match must(vm, v, vm.names.__next__, &[]) {
        Ok(r) => Ok(Some(r)),
        Err(e) if vm.raised_is(e, vm.types.StopIteration) => Ok(None),
        Err(e) => Err(e),
    }
}
fn descr_get(vm: &Vm, v: Value, obj: Value, owner: Value) -> PyResult {
    match vm.call_special(v, vm.names.__get__, &[obj.or_none(), owner.or_none()])? {
        Some(r) => Ok(r),
        None => Ok(v),
    }
}
fn descr_set(vm: &Vm, v: Value, obj: Value, value: Value) -> PyResult<()> {
    if value.is_unbound() {
        must(vm, v, vm.names.__delete__, &[obj])?;
    } else {
        must(vm, v, vm.names.__set__, &[obj, value])?;
    }
    Ok(())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let r = match vm.call_special_args(v, vm.names.__init__, args)? {
        Some(r) => r,
        None => return Err(vm.attribute_error("__init__")),
    };
    if !r.is_none() {
        return Err(vm.type_error(format!("__init__() should return None, not '{}'", vm.type_name(r))));
    }
    Ok(())
}
fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let f = vm.get_attr(ty.value(), vm.names.__new__)?;
    vm.call_prepend(f, ty.value(), args)
}
fn finalize(vm: &Vm, v: Value) -> PyResult<()> {
    vm.call_special(v, vm.names.__del__, &[])?;
    Ok(())
}
fn bool(vm: &Vm, v: Value) -> PyResult<bool> {
    match vm.call_special(v, vm.names.__bool__, &[])? {
        Some(r) if r.is_bool() => Ok(r.is_true()),
        Some(r) => Err(vm.type_error(format!("__bool__ should return bool, returned {}", vm.type_name(r)))),
        None => Ok(true),
    }
}
/// `__index__`
fn as_int(vm: &Vm, v: Value) -> PyResult {
    if v.is_int() || v.is_bool() || v.cast::<Int>().is_some() {
        return Ok(v);
    }
    match vm.class_of(v).slots.index.get() {
        Some(f) => f(vm, v),
        None => {
            Err(vm.type_error(format!("'{}' object cannot be interpreted as an integer", vm.type_name(v))))
        }
    }
}
/// `__index__` as a machine word, or `OverflowError`.
pub(crate) fn as_count(vm: &Vm, v: Value) -> PyResult<isize> {
    let i = as_int(vm, v)?;
    let n = match i.cast::<Int>() {
        Some(i) => i.to_i64(),
        None if i.is_bool() => Some(i.is_true() as i64),
        None => i.to_int(),
    };
    n.map(|n| n as isize).ok_or_else(|| {
        vm.overflow_error(format!("cannot fit '{}' into an index-sized integer", vm.type_name(v)))
    })
}
fn len(vm: &Vm, v: Value) -> PyResult<usize> {
    let r = must(vm, v, vm.names.__len__, &[])?;
    let r = as_int(vm, r)?;
    let negative = match (r.to_int(), r.cast::<Int>()) {
        (Some(i), _) => i < 0,
        (_, Some(i)) => match (i.to_i64(), i.big()) {
            (Some(i), _) => i < 0,
            (_, Some(b)) => *b < dashu_int::IBig::ZERO,
            _ => false,
        },
        _ => false,
    };
    if negative {
        return Err(vm.value_error("__len__() should return >= 0"));
    }
    Ok(as_count(vm, r)? as usize)
}
fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    must(vm, v, vm.names.__getitem__, &[key])
}
fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    if value.is_unbound() {
        must(vm, v, vm.names.__delitem__, &[key])?;
    } else {
        must(vm, v, vm.names.__setitem__, &[key, value])?;
    }
    Ok(())
}
/// Exports through `__buffer__`: what the memoryview that it returns exports. The flags are those of
/// `inspect.BufferFlags.FULL` and `FULL_RO`.
fn buffer(vm: &Vm, v: Value, writable: bool) -> PyResult<crate::objects::memoryview::BufferInfo> {
    let flags = Value::int(if writable { 285 } else { 284 });
    let view = must(vm, v, vm.names.__buffer__, &[flags])?;
    if vm.native::<crate::objects::memoryview::MemoryView>(view).is_none() {
        return Err(vm.type_error("__buffer__ returned non-memoryview object"));
    }
    match vm.class_of(view).slots.buffer.get() {
        Some(f) => f(vm, view, writable),
        None => Err(vm.type_error("__buffer__ returned non-memoryview object")),
    }
}
fn contains(vm: &Vm, v: Value, key: Value) -> PyResult<bool> {
    match vm.lookup_method(v, vm.names.__contains__)? {
        Some((f, _)) if f.is_none() => {
            Err(vm.type_error(format!("'{}' object is not a container", vm.type_name(v))))
        }
        Some((f, true)) => {
            let r = vm.call(f, &[v, key])?;
            vm.truth(r)
        }
        Some((f, false)) => {
            let r = vm.call(f, &[key])?;
            vm.truth(r)
        }
        None => {
            let it = vm.get_iter(v)?;
            while let Some(x) = vm.iter_next(it)? {
                if vm.equal(x, key)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

/// The generic function of each slot. `concat`, `repeat` and their like have none: operators of Python classes
/// are number slots.
pub static GENERIC: Slots = Slots {
    repr: Some(repr),
    str: Some(str),
    hash: Some(hash),
    call: Some(call),
    getattro: Some(getattro),
    setattro: Some(setattro),
    richcompare: Some(richcompare),
    iter: Some(iter),
    iternext: Some(iternext),
    descr_get: Some(descr_get),
    descr_set: Some(descr_set),
    init: Some(init),
    new: Some(new),
    finalize: Some(finalize),
    bool: Some(bool),
    len: Some(len),
    getitem: Some(getitem),
    setitem: Some(setitem),
    contains: Some(contains),
    buffer: Some(buffer),
    add: Some(add),
    sub: Some(sub),
    mul: Some(mul),
    matmul: Some(matmul),
    truediv: Some(truediv),
    floordiv: Some(floordiv),
    rem: Some(rem),
    divmod: Some(divmod),
    pow: Some(pow),
    lshift: Some(lshift),
    rshift: Some(rshift),
    and: Some(and),
    or: Some(or),
    xor: Some(xor),
    iadd: Some(iadd),
    isub: Some(isub),
    imul: Some(imul),
    imatmul: Some(imatmul),
    itruediv: Some(itruediv),
    ifloordiv: Some(ifloordiv),
    irem: Some(irem),
    ipow: Some(ipow),
    ilshift: Some(ilshift),
    irshift: Some(irshift),
    iand: Some(iand),
    ior: Some(ior),
    ixor: Some(ixor),
    neg: Some(neg),
    pos: Some(pos),
    abs: Some(abs),
    invert: Some(invert),
    int: Some(int),
    float: Some(float),
    index: Some(index),
    await_: Some(await_),
    aiter: Some(aiter),
    anext: Some(anext),
    ..Slots::EMPTY
};

/// Which slots a special method fills, by the address of its interned name.
pub type SlotIndex = HashMap<usize, Vec<SlotId>>;

/// The slots that a builtin special method was made from, and the type that defines it.
fn slots_behind(d: Value, name: &str) -> Option<(&'static Slots, Gc<Type>)> {
    if let Some(w) = d.cast::<Wrapper>() {
        return (w.def.name == name).then(|| (w.slots(), w.owner.get()));
    }
    // Some builtin types show a slot through a method of the same name (`dict.__contains__`).
    let f = d.cast::<crate::objects::native::NativeFunction>()?;
    let owner = f.owner.get().cast::<Type>()?;
    (f.def.name == name && f.def.kind == crate::vm::typedef::MethodKind::Method)
        .then(|| Some((&owner.def.get()?.slots, owner)))?
}

impl Vm {
    fn slot_index(&self) -> &SlotIndex {
        self.slot_index.get_or_init(|| {
            let mut index = SlotIndex::default();
            for &id in SlotId::ALL {
                for name in id.names() {
                    index.entry(self.intern(name).as_ptr() as usize).or_default().push(id);
                }
            }
            index
        })
    }
    /// Fills all slots of a new class whose MRO and dict are in place.
    pub(crate) fn fill_slots(&self, t: Gc<Type>) {
        for b in t.mro_iter().skip(1) {
            t.slots.inherit(&b.slots);
        }
        if t.bases.get().len() == 1 {
            // The base's slots are right already, but for what the class itself defines.
            let index = self.slot_index();
            let (dict, mut pos) = (t.dict.get(), 0);
            let mut todo = vec![];
            while let Some(e) = dict.next_entry(&mut pos) {
                if let Some(name) = e.key.cast::<Str>()
                    && let Some(ids) = index.get(&(self.intern_str(name).as_ptr() as usize))
                {
                    todo.extend_from_slice(ids);
                }
            }
            todo.into_iter().for_each(|id| self.update_slot(t, id));
        } else {
            SlotId::ALL.iter().for_each(|&id| self.update_slot(t, id));
        }
        self.update_slot_flags(t);
    }
    fn update_slot_flags(&self, t: Gc<Type>) {
        let f = t.flags.get() & !flag::HAS_DEL;
        t.flags.set(if t.slots.finalize.get().is_some() { f | flag::HAS_DEL } else { f });
    }
    /// Chooses the function of one slot of a Python class.
    fn update_slot(&self, t: Gc<Type>, id: SlotId) {
        let mut specific: Option<&'static Slots> = None;
        let mut generic = false;
        let mut any = false;
        for name in id.names() {
            let Some(d) = self.type_lookup(t, self.intern(name)) else { continue };
            if let Some((from, owner)) = slots_behind(d, name) {
                if from.address(id) == 0 {
                    if !t.is_subtype(owner) {
                        // Taken from a foreign class: calling it says so.
                        any = true;
                        generic = true;
                    }
                    // Made from another slot: `__add__` of a list says nothing about `add`. But a class that
                    // also has Python methods for this slot calls it through the generic function.
                    continue;
                }
                any = true;
                let same = specific.is_none_or(|s| s.address(id) == from.address(id));
                if same && t.is_subtype(owner) {
                    specific = Some(from);
                } else {
                    generic = true;
                }
            } else if id == SlotId::new
                && let Some(owner) = crate::objects::native::new_function_owner(d)
            {
                any = true;
                t.slots.copy(id, &owner.slots);
                specific = None;
                generic = false;
                continue;
            } else if id == SlotId::hash && d.is_none() {
                t.slots.hash.set(Some(crate::objects::object::hash_not_implemented));
                return;
            } else {
                any = true;
                generic = true;
            }
        }
        match (specific, generic) {
            (_, true) => t.slots.copy_def(id, &GENERIC),
            (Some(from), false) => t.slots.copy_def(id, from),
            (None, false) if id == SlotId::new && any => {}
            (None, false) if id.names().is_empty() => {}
            (None, false) => t.slots.copy_def(id, &Slots::EMPTY),
        }
    }
    /// The attribute `name` of class `t` was set or deleted: updates the slots that it stands for, here and in
    /// subclasses.
    pub(crate) fn update_slots_for(&self, t: Gc<Type>, name: Gc<Str>) {
        let Some(ids) = self.slot_index().get(&(name.as_ptr() as usize)) else { return };
        self.update_slots_below(t, ids, &mut vec![]);
    }
    /// `seen`: a metaclass's `mro()` can bring cycles into the lists of subclasses.
    fn update_slots_below(&self, t: Gc<Type>, ids: &[SlotId], seen: &mut Vec<Gc<Type>>) {
        if seen.contains(&t) {
            return;
        }
        seen.push(t);
        for &id in ids {
            self.update_slot(t, id);
        }
        self.update_slot_flags(t);
        for s in self.subclasses(t).iter() {
            if let Some(s) = s.cast::<Type>() {
                self.update_slots_below(s, ids, seen);
            }
        }
    }
    /// Fills all slots of `t` and its subclasses anew (`__bases__` changed).
    pub(crate) fn refill_slots(&self, t: Gc<Type>) {
        self.update_slots_below(t, SlotId::ALL, &mut vec![]);
    }
}
