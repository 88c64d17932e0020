//! What a tree relies on: names, classes and functions that it takes for constants.
//!
//! In: what a lookup found. Out: an entry in the VM's watches, and one check of the tree's watch in place of one for
//! each thing relied on; the optimiser keeps one check behind each call that may have changed something. What
//! changed several times since it was first relied on is checked itself again, or looked up by a residual call.

use super::{Rec, Recorder};
use crate::stats::Abort;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::vm::watch::Key;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Val};

impl Recorder {
    /// Relies on something, unless it changes too often.
    fn rely(&mut self, key: Key) -> bool {
        if self.unsteady(key) {
            return false;
        }
        self.vm().watches.add(key, &self.watch);
        true
    }
    fn unsteady(&self, key: Key) -> bool {
        self.vm().watches.changes(key) >= self.limits.rebinds
    }
    /// A class that changes all the time is better looked up at run time.
    pub(super) fn unsteady_class(&self, live: Value) -> bool {
        self.unsteady_type(self.vm().class_of(live))
    }
    /// The same for the class itself.
    pub(super) fn unsteady_type(&self, t: Gc<Type>) -> bool {
        self.limits.rebinds > 0 && self.unsteady(Key::class(t))
    }

    /// Leaves where the tree is not valid any more; answers an address for places that are right while it is.
    fn guard_valid(&mut self) -> Val {
        // One that was just made will do.
        if let Some(v) = self.valid
            && !self.tree.nodes[v.ix()..].iter().any(|n| matches!(n.op, Op::Call | Op::Label))
        {
            return v;
        }
        let o = self.tree.add_obj("watch", self.watch.address());
        let p = self.tree.obj_ptr(o);
        let m = self.mem("watch.valid");
        let k = self.tree.u64(1);
        let x = self.exit(ExitReason::Invalid);
        let v = self.b().guard_mem(p, m, k, x);
        self.valid = Some(v);
        v
    }
    /// At the beginning of an instruction: what ran since the last one may have changed what the tree relies on, or
    /// have switched tracing on.
    pub(super) fn check_watch(&mut self) -> Rec {
        if !self.watch.is_valid() {
            return Err(if self.watch.was_the_world() { Abort::Monitored } else { Abort::Invalidated });
        }
        let calls = self.tree.nodes[self.seen..].iter();
        self.called |= calls
            .filter(|n| n.op == Op::Call)
            .filter_map(|n| Intrinsic::ALL.get(n.imm as usize))
            .any(|i| i.effects().python);
        // Behind a slice that was not made there is no way out.
        if self.called && !self.putting_off() {
            self.called = false;
            self.guard_valid();
        }
        self.seen = self.tree.nodes.len();
        Ok(())
    }

    /// A name is bound to what it is bound to now, or is not there. The binding must be to an object, or none.
    pub(super) fn rely_name(&mut self, d: Gc<Dict>, name: Gc<Str>) -> bool {
        if !self.vm().is_exact(d.value(), shape_ids::dict) || !self.rely(Key::name(d, name)) {
            return false;
        }
        d.watched.set(true);
        self.guard_valid();
        true
    }
    /// A name's binding is going to change: nothing may take it for a constant.
    pub(super) fn binds(&mut self, d: Gc<Dict>, name: Gc<Str>) {
        self.vm().watches.varies(Key::name(d, name), || format!("'{name}' is bound in a loop"));
    }
    /// The keys of a dict are there, and its values stay where they are: an address for them to be reached from, and
    /// what it is.
    pub(super) fn places(&mut self, d: Gc<Dict>) -> (Val, u64) {
        if self.rely(Key::places(d)) {
            d.watched.set(true);
            return (self.guard_valid(), self.watch.address());
        }
        let p = self.object_ptr(d.value());
        let m = self.mem("dict.layout");
        let k = self.tree.u64(d.layout.get());
        let x = self.exit(ExitReason::Shape);
        (self.b().guard_mem(p, m, k, x), d.value().as_header() as u64)
    }
    /// A class has this version.
    pub(super) fn guard_class(&mut self, class: Gc<Type>, version: u32) {
        if self.rely(Key::class(class)) {
            // It lives as long as the tree.
            self.object_ptr(class.value());
            self.guard_valid();
            return;
        }
        let p = self.object_ptr(class.value());
        let m = self.mem("type.version");
        let k = self.tree.i64(version as i64);
        let x = self.exit(ExitReason::Shape);
        self.b().guard_mem(p, m, k, x);
    }
    /// The code and the defaults that function `f` has are what it has now.
    pub(super) fn guard_function(&mut self, f: Gc<Function>) {
        let p = self.object_ptr(f.value());
        if self.rely(Key::function(f)) {
            self.guard_valid();
            return;
        }
        let m = self.mem("func.version");
        let k = self.tree.i64(f.version.get() as i64);
        let x = self.exit(ExitReason::Value);
        self.b().guard_mem(p, m, k, x);
    }
}
