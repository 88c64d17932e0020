//! Operators and comparisons that methods of Python classes stand behind.
//!
//! In: an instruction one of whose operands is an instance. Out: the pushed frame of the method, above a pseudo frame
//! that [`crate::operator`] finishes: `NotImplemented` gives the other operand its turn, and a conditional jump takes the
//! truth of the result. What is not plain (a right operand that goes first, a method that is no Python function of two
//! parameters, in-place methods) is left to the general form.

use super::more::special;
use crate::call::{Link, header};
use crate::operator::{Form, form};
use std::sync::atomic::Ordering::Relaxed;
use taipan_bytecode::{Instr, Op};
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::exec::{INFO, Pc, Regs, function, info, word};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::{Gc, Value, Vm, kinds};

/// The methods of an operator: of the left operand, in place, and of the right one.
fn names(vm: &Vm, op: Op) -> Option<[Gc<Str>; 3]> {
    let n = &vm.names;
    Some(match op {
        Op::ADD => [n.__add__, n.__iadd__, n.__radd__],
        Op::SUB => [n.__sub__, n.__isub__, n.__rsub__],
        Op::MUL => [n.__mul__, n.__imul__, n.__rmul__],
        Op::TRUEDIV => [n.__truediv__, n.__itruediv__, n.__rtruediv__],
        Op::FLOORDIV => [n.__floordiv__, n.__ifloordiv__, n.__rfloordiv__],
        Op::MOD => [n.__mod__, n.__imod__, n.__rmod__],
        Op::LSHIFT => [n.__lshift__, n.__ilshift__, n.__rlshift__],
        Op::RSHIFT => [n.__rshift__, n.__irshift__, n.__rrshift__],
        Op::AND => [n.__and__, n.__iand__, n.__rand__],
        Op::OR => [n.__or__, n.__ior__, n.__ror__],
        Op::XOR => [n.__xor__, n.__ixor__, n.__rxor__],
        _ => return None,
    })
}

fn comparison(vm: &Vm, op: CompareOp) -> Gc<Str> {
    let n = &vm.names;
    match op {
        CompareOp::Lt => n.__lt__,
        CompareOp::Le => n.__le__,
        CompareOp::Eq => n.__eq__,
        CompareOp::Ne => n.__ne__,
        CompareOp::Gt => n.__gt__,
        CompareOp::Ge => n.__ge__,
    }
}

/// Is either an instance of a Python class?
#[inline(always)]
pub(super) fn concerns(x: Value, y: Value) -> bool {
    x.is_kind(kinds::INSTANCE) || y.is_kind(kinds::INSTANCE)
}

/// Pushes the frame of the method behind the instruction at `pc` and publishes it. Answers its entry; null: the general
/// form.
#[inline(never)]
pub(super) unsafe fn enter(vm: &Vm, pc: Pc, r: Regs, x: Value, y: Value) -> Pc {
    // SAFETY: the caller passes an instruction of a running frame and its operands.
    unsafe { pushed(vm, pc, r, x, y) }.unwrap_or(std::ptr::null())
}

#[inline(always)]
unsafe fn pushed(vm: &Vm, pc: Pc, r: Regs, x: Value, y: Value) -> Option<Pc> {
    // SAFETY: see `enter`; what lies above the frame's registers is free, and room is checked.
    unsafe {
        vm.exec.pc.set(pc);
        vm.exec.regs.set(r);
        if vm.exec.interrupt.load(Relaxed) != 0 {
            return None;
        }
        let co = function(r).code.get();
        let at = pc.offset_from(co.block.get().cast::<Instr>());
        let op = co.data.instrs.get(at as usize)?.opcode();
        let number = |v: Value| v.is_int() || v.is_float() || v.is_bool();
        let (f, a, b) = match form(op)? {
            Form::Binary(..) => {
                let [own, in_place, swapped] = names(vm, op)?;
                if number(x) {
                    (special(vm, y, swapped, 2)?, y, x)
                } else {
                    let class = vm.class_of(x);
                    if !number(y) && vm.class_of(y) != class {
                        return None;
                    }
                    if (*pc).d & 1 != 0 && vm.type_lookup(class, in_place).is_some() {
                        return None;
                    }
                    (special(vm, x, own, 2)?, x, y)
                }
            }
            Form::Compare(c) | Form::Jump(c, _) => {
                let plain = number(y)
                    || y.is_ptr()
                        && (vm.class_of(y) == vm.class_of(x)
                            || matches!((*y.as_header()).shape(), shape_ids::str | shape_ids::tuple));
                if !plain {
                    return None;
                }
                (special(vm, x, comparison(vm, c), 2)?, x, y)
            }
            Form::Contains(_) => return None,
        };
        let code = f.code.get();
        let new = r.add(co.nregs as usize + Link::Operator.gap());
        let depth = (word(r, INFO) & info::DEPTH) + 1;
        if new.add(code.nregs as usize) as usize > vm.exec.limit.load(Relaxed)
            || depth > vm.exec.recursion_limit.get() as u64
        {
            return None;
        }
        *new = a;
        *new.add(1) = b;
        for k in 2..code.ninit as usize {
            *new.add(k) = Value::UNBOUND;
        }
        header(new, f.value(), pc, r, Link::Operator, Value::NONE);
        vm.exec.regs.set(new);
        Some(code.entry.get())
    }
}
