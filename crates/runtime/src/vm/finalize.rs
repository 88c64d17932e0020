//! Finalisers (`__del__`) and weak reference callbacks: run at safe points after a collection queued them.
//!
//! In: the heap's queues. Out: Python calls; what they raise goes to `sys.unraisablehook`. An object's finaliser
//! runs once (PEP 442): when it becomes unreachable again it is freed without another call.

use crate::objects::weakref::WeakRef;
use crate::vm::Vm;
use crate::vm::error::{PyResult, Raised};
use crate::vm::exec::{INFO, function, info, previous, word};
use taipan_heap::{Gc, Value, flags};

impl Vm {
    /// Runs everything that waits in the heap's queues. The interpreter calls it when the interrupt word says
    /// `PENDING`, and `gc.collect()` before it returns.
    pub fn run_pending(&self) {
        self.run_pending_unless(false);
    }
    /// The same at a moment that the program did not choose: not while a module of the library is being imported. What
    /// finalisers call may need that very module; the next collection asks again.
    pub fn run_pending_later(&self) {
        self.run_pending_unless(self.imports_library());
    }
    fn imports_library(&self) -> bool {
        let mut r = self.exec.regs.get();
        while !r.is_null() {
            // SAFETY: published frames are live, with headers that lead outwards to null.
            unsafe {
                if word(r, INFO) & info::PSEUDO == 0 {
                    let code = function(r).code.get();
                    if code.name.get().as_bytes() == b"exec_module"
                        && code.filename.get().as_bytes() == b"<frozen importlib._bootstrap>"
                    {
                        return true;
                    }
                }
                r = previous(r);
            }
        }
        false
    }
    /// Runs no finaliser while `f` runs: what they call may need what `f` is about to make. The next collection, or the
    /// end of the program, sees to them.
    pub fn without_finalizers<R>(&self, f: impl FnOnce() -> R) -> R {
        let outer = self.in_finalizers.replace(true);
        let r = f();
        self.in_finalizers.set(outer);
        r
    }
    fn run_pending_unless(&self, wait: bool) {
        if wait {
            return;
        }
        if self.in_finalizers.replace(true) {
            return;
        }
        loop {
            if let Some(w) = self.heap.pop_weak_pending() {
                // SAFETY: queued weak reference objects are kept alive by the collector.
                let w: Gc<WeakRef> = unsafe { Gc::from_ptr(w.cast()) };
                let callback = w.cell.callback.get();
                if let Err(e) = self.call(callback, &[w.value()]) {
                    self.unraisable_in(e, "Exception ignored while calling weakref callback", callback);
                }
                continue;
            }
            let Some(h) = self.heap.pop_finalize_pending() else { break };
            // Objects of Python classes and generators first, oldest first: they may use the others. Of those, the newest
            // first: a text stream was made after the file it writes to, and has to flush before that is closed.
            let mut natives = taipan_heap::GcVec::new();
            let mut next = Some(h);
            while let Some(h) = next {
                let v = Value::from_header(h);
                if !v.is_kind(crate::kinds::NATIVE) || self.class_of(v).has(crate::vm::typedef::flag::HEAP) {
                    self.finalize(v);
                } else {
                    natives.push(&self.heap, v);
                }
                next = self.heap.pop_finalize_pending();
            }
            for i in (0..natives.len()).rev() {
                self.finalize(natives[i]);
            }
        }
        self.in_finalizers.set(false);
    }
    /// At the end of the program: finalisers of everything unreachable, then of all objects of Python classes
    /// that are left, oldest first. `before` is what `heap.last_words()` was when the program started: one that
    /// made nothing that could speak now need not be searched.
    pub fn finalize_at_exit(&self, before: u64) {
        if self.heap.last_words() == before && !self.heap.has_pending() {
            return;
        }
        self.heap.collect(true);
        self.run_pending();
        let mut left = taipan_heap::GcVec::new();
        self.heap.without_gc(|| {
            for h in self.heap.finalizable_objects() {
                left.push(&self.heap, Value::from_header(h));
            }
        });
        for &v in left.iter() {
            if self.class_of(v).has(crate::vm::typedef::flag::HEAP) {
                self.finalize(v);
            }
        }
    }
    /// Runs the finaliser of an object, unless it ran already.
    pub fn finalize(&self, v: Value) {
        // SAFETY: a live object.
        let h = unsafe { &*v.as_header() };
        if h.has(flags::FINALIZED) {
            return;
        }
        let Some(f) = self.class_of(v).slots.finalize.get() else { return };
        h.set(flags::FINALIZED);
        if let Err(e) = f(self, v) {
            let del = self.type_lookup(self.class_of(v), self.names.__del__).unwrap_or(v);
            let del = self.repr(del).map_or_else(|_| "<object>".to_owned(), |r| r.to_string());
            let own = || self.repr(v).map_or_else(|_| "<object>".to_owned(), |r| r.to_string());
            let msg = if matches!(&*self.type_name(v), "generator" | "coroutine" | "async_generator") {
                format!("Exception ignored while closing generator {}", own())
            } else if del.starts_with("<slot wrapper '__del__' of '_io.") {
                format!("Exception ignored while finalizing file {}", own())
            } else {
                format!("Exception ignored while calling deallocator {del}")
            };
            self.unraisable(e, Some(&msg), Value::NONE);
        }
    }
    /// [`Vm::unraisable`] with a message that ends with `callee`.
    pub fn unraisable_in(&self, e: Raised, what: &str, callee: Value) {
        let shown = self.repr(callee).map_or_else(|_| "<object>".to_owned(), |r| r.to_string());
        self.unraisable(e, Some(&format!("{what} {shown}")), Value::NONE);
    }
    /// Hands an exception that nobody can catch to `sys.unraisablehook`.
    pub fn unraisable(&self, e: Raised, msg: Option<&str>, object: Value) {
        let info = self.new_dict();
        let set = |name: &str, v: Value| info.set_str(self, self.intern(name), v);
        set("exc_type", self.class_of(e.value()).value());
        set("exc_value", e.value());
        set("exc_traceback", e.0.traceback.get());
        set("err_msg", msg.map_or(Value::NONE, |m| self.new_str(m).value()));
        set("object", object);
        let info = self.new_namespace(info);
        if let Some(hook) = self.sys.get_str(self, self.intern("unraisablehook"))
            && !hook.is_none()
        {
            // What the hook raises is lost, as there is nobody left to tell.
            let _: PyResult = self.call(hook, &[info]);
        }
    }
}
