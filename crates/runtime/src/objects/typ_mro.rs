//! Method resolution order (C3), and which base's layout a class extends.

use crate::kinds;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::flag;
use taipan_heap::{Gc, GcVec, Value};

/// The C3 linearisation of a class with these bases (types).
pub fn c3(vm: &Vm, t: Gc<Type>, bases: &[Value]) -> PyResult<GcVec> {
    let mut out = GcVec::new();
    out.push(&vm.heap, t.value());
    if let [only] = bases {
        let base = only.cast::<Type>().expect("bases are types");
        base.mro.get().items().iter().for_each(|&v| out.push(&vm.heap, v));
        return Ok(out);
    }
    for (i, b) in bases.iter().enumerate() {
        if bases[i + 1..].contains(b) {
            let name = b.cast::<Type>().map_or_else(String::new, |t| t.name.get().to_string());
            return Err(vm.type_error(format!("duplicate base class {name}")));
        }
    }
    // The lists to merge: each base's MRO, and the bases themselves. Positions say how much of each is used up.
    let mros: Vec<Gc<Tuple>> =
        bases.iter().map(|b| b.cast::<Type>().expect("bases are types").mro.get()).collect();
    let lists: Vec<&[Value]> = mros.iter().map(|m| m.items()).chain([bases]).collect();
    let mut at = vec![0usize; lists.len()];
    loop {
        let mut done = true;
        let mut next = None;
        for (list, &i) in lists.iter().zip(&at) {
            let Some(&candidate) = list.get(i) else { continue };
            done = false;
            let blocked = lists.iter().zip(&at).any(|(l, &i)| l.len() > i && l[i + 1..].contains(&candidate));
            if !blocked {
                next = Some(candidate);
                break;
            }
        }
        if done {
            return Ok(out);
        }
        let Some(next) = next else {
            let mut heads: Vec<Value> = vec![];
            for (list, &i) in lists.iter().zip(&at) {
                if let Some(&v) = list.get(i)
                    && !heads.contains(&v)
                {
                    heads.push(v);
                }
            }
            let names: Vec<String> = heads
                .iter()
                .map(|v| v.cast::<Type>().map_or_else(String::new, |t| t.name.get().to_string()))
                .collect();
            return Err(vm.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        out.push(&vm.heap, next);
        for (list, i) in lists.iter().zip(&mut at) {
            if list.get(*i) == Some(&next) {
                *i += 1;
            }
        }
    }
}

impl Vm {
    /// Sets the MRO of `t` from its bases, or from its metaclass's own `mro()`.
    pub(crate) fn compute_mro(&self, t: Gc<Type>) -> PyResult<()> {
        let meta = self.class_of(t.value());
        let custom = meta != self.types.type_
            && self.type_lookup(meta, self.names.mro)
                != self.types.type_.dict.get().get_str(self, self.names.mro);
        let mro = if custom {
            // Python code may look at the class: it has the plain order meanwhile.
            let plain = c3(self, t, t.bases.get().items());
            if let Ok(plain) = &plain {
                t.mro.set(t, self.new_tuple(plain));
            }
            let r = match self.call_special(t.value(), self.names.mro, &[])? {
                Some(r) => r,
                None => return Err(self.attribute_error("mro")),
            };
            let items = self.collect(r)?;
            self.check_mro(t, &items)?;
            if plain.is_err() || **plain.as_ref().expect("not an error") != *items {
                t.flags.set(t.flags.get() | flag::CUSTOM_MRO);
            }
            self.new_tuple(&items)
        } else {
            let items = c3(self, t, t.bases.get().items())?;
            self.new_tuple(&items)
        };
        t.mro.set(t, mro);
        Ok(())
    }
    fn check_mro(&self, t: Gc<Type>, items: &[Value]) -> PyResult<()> {
        let solid = solid_base(t);
        for &v in items {
            let Some(b) = v.cast::<Type>() else {
                return Err(self.type_error(format!("mro() returned a non-class ('{}')", self.type_name(v))));
            };
            if !solid.is_subtype(solid_base(b)) {
                return Err(self
                    .type_error(format!("mro() returned base with unsuitable layout ('{}')", b.name_str())));
            }
        }
        if items.is_empty() {
            return Err(self.type_error("type MRO must not be empty"));
        }
        Ok(())
    }

    /// The base whose layout a class with these bases extends.
    pub(crate) fn best_base(&self, bases: &[Value]) -> PyResult<Gc<Type>> {
        let mut best: Option<(Gc<Type>, Gc<Type>)> = None;
        for &b in bases {
            let Some(b) = b.cast::<Type>() else {
                return Err(self.type_error("bases must be types"));
            };
            if !b.has(flag::BASETYPE) {
                return Err(
                    self.type_error(format!("type '{}' is not an acceptable base type", b.name_str()))
                );
            }
            let solid = solid_base(b);
            match best {
                None => best = Some((b, solid)),
                Some((_, s)) if s.is_subtype(solid) => {}
                Some((_, s)) if solid.is_subtype(s) => best = Some((b, solid)),
                Some(_) => return Err(self.type_error("multiple bases have instance lay-out conflict")),
            }
        }
        best.map(|(b, _)| b).ok_or_else(|| self.type_error("a new-style class can't have only classic bases"))
    }
}

/// The nearest class of the chain of bases that adds something to the instances' layout.
pub fn solid_base(t: Gc<Type>) -> Gc<Type> {
    let mut t = t;
    while let Some(b) = t.base.get() {
        if adds_layout(t, b) {
            return t;
        }
        t = b;
    }
    t
}
fn adds_layout(t: Gc<Type>, base: Gc<Type>) -> bool {
    let members = |t: Gc<Type>| {
        if t.kind.get() == kinds::INSTANCE {
            t.members.get()
        } else {
            t.extra.get() - t.has_dict.get() as u32
        }
    };
    t.kind.get() != base.kind.get() || t.size.get() != base.size.get() || members(t) != members(base)
}
