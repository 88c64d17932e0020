//! Attributes by shape, methods by shape and class version, globals by their dict's layout.

use super::{Rec, Recorder};
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::Module;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::exec::Pc;
use taipan_runtime::vm::plan::{LoadPlan, StorePlan};
use taipan_runtime::vm::shape::Place;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{Intrinsic, Op, Val};

impl Recorder {
    pub(super) fn name(&self, i: &Instr) -> Gc<Str> {
        let v = self.top().co.names.get().items()[i.e as usize];
        v.cast().expect("names are strings")
    }

    /// A value in a dict whose layout is guarded: the place's address, and what is there now.
    fn entry(&mut self, d: Gc<Dict>, name: Gc<Str>) -> Option<(Val, Value)> {
        if !self.vm().is_exact(d.value(), shape_ids::dict) || d.layout.get() == 0 {
            return None;
        }
        let e = d.find_str(self.vm(), name)?;
        let address = d.value_address(e);
        let (base, from) = self.places(d);
        let delta = (address as i64).wrapping_sub(from as i64);
        let k = self.tree.i64(delta);
        // SAFETY: the address of an entry of a live dict.
        Some((self.b().op(Op::PtrAdd, &[base, k]), unsafe { *address }))
    }
    /// A global or builtin by name.
    fn global(&mut self, name: Gc<Str>) -> Option<Val> {
        let f = self.top().func;
        let (g, b) = (f.globals.get(), f.builtins.get());
        if !self.vm().is_exact(g.value(), shape_ids::dict) {
            return None;
        }
        if g.find_str(self.vm(), name).is_some() {
            return self.bound_to(g, name);
        }
        if g.layout.get() == 0 {
            return None;
        }
        b.find_str(self.vm(), name)?;
        if !self.rely_name(g, name) {
            self.places(g);
        }
        self.bound_to(b, name)
    }
    /// What a name of a namespace is bound to: a constant if it is a function, class or module and does not change all
    /// the time.
    fn bound_to(&mut self, d: Gc<Dict>, name: Gc<Str>) -> Option<Val> {
        let now = d.get_str(self.vm(), name)?;
        if self.constant_by_nature(now) && self.rely_name(d, name) {
            return Some(self.object(now));
        }
        let (place, now) = self.entry(d, name)?;
        if now.is_unbound() {
            return None;
        }
        let m = self.mem("global");
        let v = self.b().load(place, m);
        Some(self.loaded(v, now))
    }
    fn constant_by_nature(&self, live: Value) -> bool {
        let vm = self.vm();
        let constant = [shape_ids::function, shape_ids::builtin_function_or_method, shape_ids::module];
        live.is_ptr()
            && (constant.iter().any(|&s| vm.is_exact(live, s))
                || live.cast::<taipan_runtime::objects::typ::Type>().is_some())
    }
    /// What was loaded from a place, typed by the live value; functions, classes and modules become constants.
    fn loaded(&mut self, v: Val, live: Value) -> Val {
        if live.is_ptr() {
            return if self.constant_by_nature(live) { self.guard_object(v, live) } else { v };
        }
        self.unbox(v, live)
    }

    /// Records attribute and global access; false where it is none of ours.
    pub(super) fn attrs(&mut self, op: B, i: &Instr, pc: Pc) -> Rec<bool> {
        match op {
            B::LOAD_GLOBAL => {
                let name = self.name(i);
                let Some(v) = self.global(name) else { return Ok(false) };
                self.set(i.a.into(), v);
                Ok(true)
            }
            B::LOAD_NAME => {
                // Module code: the namespace is the globals.
                let name = self.name(i);
                let g = self.top().func.globals.get();
                if self.frames.len() != 1 || self.live(0) != g.value() {
                    return Ok(false);
                }
                self.own_namespace();
                let Some(v) = self.global(name) else { return Ok(false) };
                self.set(i.a.into(), v);
                Ok(true)
            }
            B::STORE_GLOBAL | B::STORE_NAME => {
                let name = self.name(i);
                let g = self.top().func.globals.get();
                if op == B::STORE_NAME {
                    if self.frames.len() != 1 || self.live(0) != g.value() {
                        return Ok(false);
                    }
                    self.own_namespace();
                }
                if !self.vm().is_exact(g.value(), shape_ids::dict)
                    || g.layout.get() == 0
                    || g.find_str(self.vm(), name).is_none()
                {
                    return Ok(false);
                }
                let x = self.boxed(i.b.into());
                self.binds(g, name);
                self.places(g);
                let p = self.object_ptr(g.value());
                let k = self.object(name.value());
                self.b().call(Intrinsic::GlobalSet, &[p, k, x], None);
                Ok(true)
            }
            B::LOAD_ATTR => self.load_attr(i),
            B::STORE_ATTR => self.store_attr(i),
            B::LOAD_METHOD => self.load_method(i, pc),
            _ => Ok(false),
        }
    }

    /// The own frame's namespace is its globals: a guard, since other entries may bring another one.
    fn own_namespace(&mut self) {
        let v = self.get(0);
        let live = self.live(0);
        self.guard_object(v, live);
    }

    /// The class's version is this.
    pub(super) fn guard_version(&mut self, obj: Val, live: Value, version: u32) {
        let class = self.vm().class_of(live);
        let _ = obj;
        self.guard_class(class, version);
    }

    fn module_value(&mut self, v: Val, live: Value, name: Gc<Str>) -> Option<Val> {
        let m: Gc<Module> = live.cast()?;
        self.guard_object(v, live);
        self.bound_to(m.dict.get(), name)
    }

    fn load_attr(&mut self, i: &Instr) -> Rec<bool> {
        let live = self.live(i.b.into());
        let name = self.name(i);
        let v = self.get(i.b.into());
        if !live.is_ptr() || self.unsteady_class(live) {
            return Ok(false);
        }
        let r = match self.vm().plan_load(live, name) {
            LoadPlan::Slot { shape, place: Place::Inline(k) } => {
                let Some(now) = self.slot_now(live, k) else { return Ok(false) };
                let p = self.shaped(v, shape);
                let m = self.slot_mem(k);
                let w = self.b().load(p, m);
                self.unbox_or_bound(w, now)
            }
            LoadPlan::ClassValue { shape, version, value } => {
                let p = self.shaped(v, shape);
                self.guard_version(p, live, version);
                self.constant(value)
            }
            LoadPlan::TypeValue { version, value } => {
                self.guard_object(v, live);
                self.guard_class(live.cast().expect("a class"), version);
                self.constant(value)
            }
            LoadPlan::Module => {
                let Some(w) = self.module_value(v, live, name) else { return Ok(false) };
                w
            }
            _ => return Ok(false),
        };
        self.set(i.a.into(), r);
        Ok(true)
    }

    fn slot_now(&self, live: Value, k: u32) -> Option<Value> {
        let o = live.cast::<taipan_runtime::objects::instance::Instance>()?;
        let now = o.slots().get(k as usize)?.get();
        (!now.is_unbound()).then_some(now)
    }

    fn store_attr(&mut self, i: &Instr) -> Rec<bool> {
        let live = self.live(i.a.into());
        let name = self.name(i);
        if live.cast::<taipan_runtime::objects::instance::Instance>().is_none() {
            return Ok(false);
        }
        match self.vm().plan_store(live, name) {
            StorePlan::Slot { shape, place: Place::Inline(k) } => {
                let v = self.get(i.a.into());
                let x = self.boxed(i.b.into());
                let p = self.shaped(v, shape);
                let m = self.slot_mem(k);
                self.b().store(p, m, x);
                self.barrier(p, x);
            }
            StorePlan::Add { shape, version, next, place: Place::Inline(k) } => {
                let v = self.get(i.a.into());
                let x = self.boxed(i.b.into());
                let p = self.shaped(v, shape);
                self.guard_version(p, live, version);
                let m = self.slot_mem(k);
                self.b().store(p, m, x);
                self.barrier(p, x);
                let m = self.mem("header.shape");
                let s = self.tree.i64(next as i64);
                self.b().store(p, m, s);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn load_method(&mut self, i: &Instr, _: Pc) -> Rec<bool> {
        let live = self.live(i.b.into());
        let name = self.name(i);
        let v = self.get(i.b.into());
        let unbound = self.tree.value(Value::UNBOUND.bits());
        let (a, this) = (u32::from(i.a), u32::from(i.a) + 4);
        if !live.is_ptr() || self.unsteady_class(live) {
            return Ok(false);
        }
        match self.vm().plan_load(live, name) {
            LoadPlan::Method { shape, version, func } => {
                let p = self.shaped(v, shape);
                self.guard_version(p, live, version);
                let f = self.object(func);
                self.set(a, f);
                self.set(this, v);
            }
            LoadPlan::Slot { shape, place: Place::Inline(k) } => {
                let Some(now) = self.slot_now(live, k) else { return Ok(false) };
                let p = self.shaped(v, shape);
                let m = self.slot_mem(k);
                let w = self.b().load(p, m);
                let w = self.unbox_or_bound(w, now);
                self.set(a, w);
                self.set(this, unbound);
            }
            LoadPlan::TypeValue { version, value } => {
                self.guard_object(v, live);
                self.guard_class(live.cast().expect("a class"), version);
                let c = self.constant(value);
                self.set(a, c);
                self.set(this, unbound);
            }
            LoadPlan::Module => {
                let Some(w) = self.module_value(v, live, name) else { return Ok(false) };
                self.set(a, w);
                self.set(this, unbound);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
