//! `_lru_cache_wrapper`: memoising calls. The cache is a dict in order of use, least recent first.

use std::cell::Cell;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::*;

/// A `_lru_cache_wrapper`.
#[repr(C)]
pub struct LruCache {
    header: Header,
    func: Slot<Value>,
    cache: Slot<Gc<Dict>>,
    info_type: Slot<Value>,
    /// Marks where keywords begin in a key.
    mark: Slot<Value>,
    /// -1: unlimited.
    maxsize: i64,
    typed: bool,
    hits: Cell<i64>,
    misses: Cell<i64>,
}
impl kinds::Trace for LruCache {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.func);
        t.gc(self.cache.get());
        t.slot(&self.info_type);
        t.slot(&self.mark);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for LruCache {
    const DEF: &'static TypeDef = &DEF;
}
fn this(vm: &Vm, v: Value) -> Gc<LruCache> {
    vm.native::<LruCache>(v).expect("slots and methods of _lru_cache_wrapper get such")
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [func, maxsize, typed, info_type] =
        args.bind(vm, "lru_cache", "(user_function, maxsize, typed, cache_info_type)")?;
    if vm.class_of(func).slots.call.get().is_none() {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let maxsize = if maxsize.is_none() {
        -1
    } else if vm.has_index(maxsize) {
        vm.index_ssize(maxsize)?.max(0) as i64
    } else {
        return Err(vm.type_error("maxsize should be integer or None"));
    };
    let typed = vm.truth(typed)?;
    let cache = vm.new_dict();
    let mark = vm.call(vm.types.object.value(), &[])?;
    Ok(vm
        .new_native_of(ty, |header| LruCache {
            header,
            func: Slot::new(func),
            cache: Slot::new(cache),
            info_type: Slot::new(info_type),
            mark: Slot::new(mark),
            maxsize,
            typed,
            hits: Cell::new(0),
            misses: Cell::new(0),
        })
        .value())
}

/// The key of a call: the argument itself where it is a single int or string, otherwise a tuple.
fn make_key(vm: &Vm, c: Gc<LruCache>, args: Args) -> Value {
    if !c.typed && args.kw.is_empty() {
        if let [x] = *args.pos
            && (x.is_int() || vm.is_exact(x, vm::shape_ids::int) || vm.exact_str(x).is_some())
        {
            return x;
        }
        return vm.new_tuple(args.pos).value();
    }
    let mut key = GcVec::with_capacity(&vm.heap, args.pos.len() * 2 + args.kw.len() * 3 + 1);
    args.pos.iter().for_each(|&v| key.push(&vm.heap, v));
    if !args.kw.is_empty() {
        key.push(&vm.heap, c.mark.get());
        for (k, v) in args.kw.iter() {
            key.push(&vm.heap, k.value());
            key.push(&vm.heap, v);
        }
    }
    if c.typed {
        for &v in args.pos.iter().chain(args.kw.values) {
            key.push(&vm.heap, vm.class_of(v).value());
        }
    }
    vm.new_tuple(&key).value()
}

fn call(vm: &Vm, v: Value, args: Args) -> PyResult {
    let c = this(vm, v);
    if c.maxsize == 0 {
        c.misses.set(c.misses.get() + 1);
        return vm.call_args(c.func.get(), args);
    }
    let key = make_key(vm, c, args);
    let hash = vm.hash(key)?;
    let cache = c.cache.get();
    let bounded = c.maxsize > 0;
    if let Some(found) = cache.get_hashed(vm, key, hash)? {
        if bounded && cache.len() > 1 {
            // Now the most recently used one.
            cache.move_to_end(vm, key, true)?;
        }
        c.hits.set(c.hits.get() + 1);
        return Ok(found);
    }
    c.misses.set(c.misses.get() + 1);
    let result = vm.call_args(c.func.get(), args)?;
    let cache = c.cache.get();
    if bounded {
        // The call may have cached the same key meanwhile.
        if cache.get_hashed(vm, key, hash)?.is_some() {
            return Ok(result);
        }
        while cache.len() as i64 >= c.maxsize && cache.pop_first(vm).is_some() {}
    }
    cache.set_hashed(vm, key, hash, result)?;
    Ok(result)
}
fn descr_get(vm: &Vm, v: Value, obj: Value, _: Value) -> PyResult {
    if obj.is_unbound() || obj.is_none() {
        return Ok(v);
    }
    Ok(vm.new_method(v, obj).value())
}
fn cache_info(vm: &Vm, a: &[Value]) -> PyResult {
    let c = this(vm, a[0]);
    let maxsize = if c.maxsize < 0 { Value::NONE } else { vm.new_int(c.maxsize) };
    let (hits, misses) = (vm.new_int(c.hits.get()), vm.new_int(c.misses.get()));
    vm.call(c.info_type.get(), &[hits, misses, maxsize, vm.new_int(c.cache.get().len() as i64)])
}
fn cache_clear(vm: &Vm, a: &[Value]) -> PyResult {
    let c = this(vm, a[0]);
    c.hits.set(0);
    c.misses.set(0);
    c.cache.get().clear(vm);
    Ok(Value::NONE)
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    vm.get_attr(a[0], vm.names.__qualname__)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "_lru_cache_wrapper",
    module: "functools",
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots { new: Some(new), call: Some(call), descr_get: Some(descr_get), ..Slots::EMPTY },
    methods: &[
        method("cache_info", "($self, /)", cache_info, "Report cache statistics"),
        method("cache_clear", "($self, /)", cache_clear, "Clear the cache and cache statistics"),
        method("__reduce__", "($self, /)", reduce, ""),
        method("__copy__", "($self, /)", |_, a| Ok(a[0]), ""),
        method("__deepcopy__", "($self, object, /)", |_, a| Ok(a[0]), ""),
    ],
    doc: "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n",
    ..TypeDef::native::<LruCache>()
};
