//! New objects: tuples and small instances are allocations that the optimiser may keep virtual; lists are made by a
//! call without effects on anything else.

use super::{Frame, Rec, Recorder};
use taipan_bytecode::{Instr, Op as B, flags};
use taipan_heap::Header;
use taipan_interp::call::Link;
use taipan_runtime::kinds;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{AllocDesc, AllocId, InitWord, Intrinsic, Op, Val};

/// Largest tuple that is allocated by the trace.
const TUPLE: usize = 16;

impl Recorder {
    /// A descriptor of objects of a class.
    fn layout(
        &mut self,
        name: &str,
        size: usize,
        kind: u8,
        class: Gc<Type>,
        shape: u32,
        init: Vec<(u32, InitWord)>,
    ) -> AllocId {
        let o = self.tree.add_obj(name, class.value().bits());
        let mut words = vec![(0, InitWord::Ptr(o)), (8, InitWord::Bits(shape as u64 | (kind as u64) << 40))];
        words.extend(init);
        debug_assert_eq!(size_of::<Header>(), 16);
        if let Some(i) =
            self.tree.allocs.iter().position(|a| a.name == name && a.size == size as u32 && a.init == words)
        {
            return AllocId(i as u32);
        }
        let bump = self.vm().heap.bump(size, kind);
        let token = crate::alloc::token(size, kind, class, shape);
        self.tree.add_alloc(AllocDesc {
            name: name.into(),
            size: size as u32,
            init: words,
            token,
            bump: bump.map_or(0, |b| b.0 as u64),
            stride: size.next_multiple_of(16) as u32,
        })
    }

    /// A new tuple.
    pub(super) fn tuple(&mut self, items: &[Val]) -> Val {
        let vm = self.vm();
        let n = items.len();
        let size = super::mems::TUPLE_ITEMS + 8 * n;
        let ty = vm.types.tuple;
        let name = format!("tuple{n}");
        let a = self.layout(
            &name,
            size,
            kinds::TUPLE,
            ty,
            shape_ids::tuple,
            vec![
                (tuple::LEN_OFFSET as u32, InitWord::Bits(n as u64)),
                (tuple::HASH_OFFSET as u32, InitWord::Bits(u64::MAX)),
            ],
        );
        let items: Vec<Val> = items.iter().map(|&v| self.box_val(v)).collect();
        let p = self.b().alloc(a);
        let m = self.mem("tuple.item");
        for (k, v) in items.into_iter().enumerate() {
            let k = self.tree.i64(k as i64);
            self.b().storex(p, k, m, v);
        }
        self.b().op(Op::BoxPtr, &[p])
    }

    /// Records displays; false where it is none of ours.
    pub(super) fn build(&mut self, op: B, i: &Instr) -> Rec<bool> {
        let n = i.c as usize;
        match op {
            B::BUILD_TUPLE if n > 0 && n <= TUPLE => {
                let items: Vec<Val> = (0..n).map(|k| self.operand(i.b as u32 + k as u32)).collect();
                let t = self.tuple(&items);
                self.set(i.a.into(), t);
                Ok(true)
            }
            B::BUILD_LIST if n <= TUPLE => {
                let items: Vec<Val> = (0..n).map(|k| self.boxed(i.b as u32 + k as u32)).collect();
                for v in items {
                    self.b().call(Intrinsic::ArgPush, &[v], None);
                }
                let k = self.tree.i64(n as i64);
                let l = self.b().call(Intrinsic::ListFromArgs, &[k], None);
                self.set(i.a.into(), l);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// `C(args)` for a class with a Python `__init__` and nothing else special; false where it must be called.
    pub(super) fn instance(&mut self, callable: Value, w: u32, first: u32, n: u32) -> Rec<bool> {
        let vm = self.vm();
        let t: Gc<Type> = callable.cast().expect("a class");
        if t.kind.get() != kinds::INSTANCE
            || t.has(flag::HAS_DEL)
            || t.version.get() == 0
            || self.unsteady_type(t)
        {
            return Ok(false);
        }
        let Some(Some(init)) = vm.plan_construct(t) else { return Ok(false) };
        let Some(f) = init.cast::<Function>() else { return Ok(false) };
        let co = f.code.get();
        let given: Vec<Val> = (0..n).map(|k| self.get(first + k)).collect();
        let none = self.tree.value(Value::NONE.bits());
        let with_self: Vec<Val> = std::iter::once(none).chain(given).collect();
        let Some(bound) = self.bind(f, &with_self, None) else { return Ok(false) };
        let makes_generator =
            flags::GENERATOR | flags::COROUTINE | flags::ITERABLE_COROUTINE | flags::ASYNC_GENERATOR;
        let same = self.frames.iter().filter(|g| g.co == co).count();
        if co.data.flags & makes_generator != 0
            || self.frames.len() > self.limits.depth
            || same >= self.limits.recursion
            || self.looks(co)
        {
            return Ok(false);
        }
        let v = self.get(w);
        self.guard_object(v, callable);
        self.guard_class(t, t.version.get());
        let cap = t.inline.get();
        let size = 32 + 8 * cap as usize;
        let unbound = InitWord::Bits(Value::UNBOUND.bits());
        let mut words = vec![(16, unbound), (24, InitWord::Bits(cap as u64))];
        words.extend((0..cap).map(|k| (32 + 8 * k, unbound)));
        let name = t.name.get().to_string();
        let a = self.layout(&name, size, kinds::INSTANCE, t, t.shape.get(), words);
        let o = self.b().alloc(a);
        let instance = self.b().op(Op::BoxPtr, &[o]);
        let mut shadow: Vec<Option<Val>> = vec![None; co.nregs as usize];
        for (s, v) in shadow.iter_mut().zip(bound) {
            *s = Some(v);
        }
        shadow[0] = Some(instance);
        let func_val = self.object(f.value());
        self.guard_function(f);
        let code = self.code_number(co);
        let live = self.codes[code as usize].live.clone();
        // As the interpreter lays it out: a pseudo frame behind the arguments, then the frame.
        let window =
            first + n + (2 * taipan_runtime::vm::exec::HEADER + taipan_runtime::vm::exec::PSEUDO_REGS) as u32;
        // SAFETY: where the interpreter will push the frame; not read before it has.
        let regs = unsafe { self.top().regs.add(window as usize) };
        self.frames.push(Frame {
            code,
            co,
            func: f,
            func_val: Some(func_val),
            live,
            regs,
            window,
            link: Link::Init,
            init: Some(instance),
            at: 0,
            shadow,
        });
        self.pushed();
        Ok(true)
    }
}
