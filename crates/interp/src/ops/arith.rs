//! Unary and binary operators, comparisons, jumps and back edges. The forms that differ only in where an operand
//! comes from or where the answer goes are generated from one list.

use super::*;
use crate::call::poll;
use std::sync::atomic::Ordering::Relaxed;
use taipan_runtime::vm::slots::CompareOp;

ops! {
    NEG(vm, i, r, pc) { set(r, i.a, vm.neg(get(r, i.b))?); next(pc) }
    POS(vm, i, r, pc) { set(r, i.a, vm.pos(get(r, i.b))?); next(pc) }
    INVERT(vm, i, r, pc) { set(r, i.a, vm.invert(get(r, i.b))?); next(pc) }
    NOT(vm, i, r, pc) { set(r, i.a, Value::bool(!vm.truth(get(r, i.b))?)); next(pc) }
    TO_BOOL(vm, i, r, pc) { set(r, i.a, Value::bool(vm.truth(get(r, i.b))?)); next(pc) }
    IS(vm, i, r, pc) { set(r, i.a, Value::bool(get(r, i.b) == get(r, i.c))); next(pc) }
    IS_NOT(vm, i, r, pc) { set(r, i.a, Value::bool(get(r, i.b) != get(r, i.c))); next(pc) }
    CONTAINS(vm, i, r, pc) {
        set(r, i.a, Value::bool(vm.contains(get(r, i.c), get(r, i.b))?));
        next(pc)
    }
    NOT_CONTAINS(vm, i, r, pc) {
        set(r, i.a, Value::bool(!vm.contains(get(r, i.c), get(r, i.b))?));
        next(pc)
    }

    JUMP(vm, i, r, pc) { jump(pc) }
    JUMP_IF_TRUE(vm, i, r, pc) { branch(pc, vm.truth(get(r, i.a))?) }
    JUMP_IF_FALSE(vm, i, r, pc) { branch(pc, !vm.truth(get(r, i.a))?) }
    JUMP_IF_NONE(vm, i, r, pc) { branch(pc, get(r, i.a).is_none()) }
    JUMP_IF_NOT_NONE(vm, i, r, pc) { branch(pc, !get(r, i.a).is_none()) }
    JIS(vm, i, r, pc) { branch(pc, get(r, i.a) == get(r, i.b)) }
    JIS_NOT(vm, i, r, pc) { branch(pc, get(r, i.a) != get(r, i.b)) }

    LOOP_JUMP(vm, i, r, pc) { check(vm)?; jump(pc) }
    LOOP_IF_TRUE(vm, i, r, pc) { check(vm)?; branch(pc, vm.truth(get(r, i.a))?) }
    LOOP_IF_FALSE(vm, i, r, pc) { check(vm)?; branch(pc, !vm.truth(get(r, i.a))?) }
    LOOP_IF_NONE(vm, i, r, pc) { check(vm)?; branch(pc, get(r, i.a).is_none()) }
    LOOP_IF_NOT_NONE(vm, i, r, pc) { check(vm)?; branch(pc, !get(r, i.a).is_none()) }
    LOOP_IS(vm, i, r, pc) { check(vm)?; branch(pc, get(r, i.a) == get(r, i.b)) }
    LOOP_IS_NOT(vm, i, r, pc) { check(vm)?; branch(pc, get(r, i.a) != get(r, i.b)) }
    JUMP_BACK_NO_INTERRUPT(vm, i, r, pc) { jump(pc) }
}

/// Polls the interrupt word.
#[inline(always)]
pub(crate) fn check(vm: &Vm) -> PyResult<()> {
    if vm.exec.interrupt.load(Relaxed) == 0 {
        return Ok(());
    }
    let done = poll(vm);
    vm.exec.at_back_edge.set(done.is_err());
    done
}

macro_rules! binary {
    ($($name:ident $imm:ident $f:ident $inplace:ident;)*) => {ops! {$(
        $name(vm, i, r, pc) {
            let (x, y) = (get(r, i.b), get(r, i.c));
            let v = if i.d & 1 == 0 { vm.$f(x, y)? } else { vm.$inplace(x, y)? };
            set(r, i.a, v);
            next(pc)
        }
        $imm(vm, i, r, pc) {
            let (x, y) = (get(r, i.b), Value::int(i.e as i32 as i64));
            let v = if i.d & 1 == 0 { vm.$f(x, y)? } else { vm.$inplace(x, y)? };
            set(r, i.a, v);
            next(pc)
        }
    )*}};
}
binary! {
    ADD ADD_I add iadd;
    SUB SUB_I sub isub;
    MUL MUL_I mul imul;
    TRUEDIV TRUEDIV_I truediv itruediv;
    FLOORDIV FLOORDIV_I floordiv ifloordiv;
    MOD MOD_I rem irem;
    LSHIFT LSHIFT_I lshift ilshift;
    RSHIFT RSHIFT_I rshift irshift;
    AND AND_I and iand;
    OR OR_I or ior;
    XOR XOR_I xor ixor;
}
fn power(vm: &Vm, x: Value, y: Value, inplace: bool) -> PyResult {
    if inplace { vm.ipow(x, y) } else { vm.pow(x, y, Value::NONE) }
}
ops! {
    POW(vm, i, r, pc) {
        set(r, i.a, power(vm, get(r, i.b), get(r, i.c), i.d & 1 == 1)?);
        next(pc)
    }
    POW_I(vm, i, r, pc) {
        set(r, i.a, power(vm, get(r, i.b), Value::int(i.e as i32 as i64), i.d & 1 == 1)?);
        next(pc)
    }
    MATMUL(vm, i, r, pc) {
        let (x, y) = (get(r, i.b), get(r, i.c));
        let v = if i.d & 1 == 0 { vm.matmul(x, y)? } else { vm.imatmul(x, y)? };
        set(r, i.a, v);
        next(pc)
    }
}

macro_rules! comparisons {
    ($($op:ident $value:ident $value_i:ident $j:ident $jn:ident $j_i:ident $jn_i:ident
        $l:ident $ln:ident $l_i:ident $ln_i:ident;)*) => {ops! {$(
        $value(vm, i, r, pc) {
            set(r, i.a, vm.compare(get(r, i.b), get(r, i.c), CompareOp::$op)?);
            next(pc)
        }
        $value_i(vm, i, r, pc) {
            set(r, i.a, vm.compare(get(r, i.b), Value::int(i.e as i32 as i64), CompareOp::$op)?);
            next(pc)
        }
        $j(vm, i, r, pc) { branch(pc, vm.compare_bool(get(r, i.a), get(r, i.b), CompareOp::$op)?) }
        $jn(vm, i, r, pc) { branch(pc, !vm.compare_bool(get(r, i.a), get(r, i.b), CompareOp::$op)?) }
        $j_i(vm, i, r, pc) {
            branch(pc, vm.compare_bool(get(r, i.a), Value::int(i.c as i16 as i64), CompareOp::$op)?)
        }
        $jn_i(vm, i, r, pc) {
            branch(pc, !vm.compare_bool(get(r, i.a), Value::int(i.c as i16 as i64), CompareOp::$op)?)
        }
        $l(vm, i, r, pc) {
            check(vm)?;
            branch(pc, vm.compare_bool(get(r, i.a), get(r, i.b), CompareOp::$op)?)
        }
        $ln(vm, i, r, pc) {
            check(vm)?;
            branch(pc, !vm.compare_bool(get(r, i.a), get(r, i.b), CompareOp::$op)?)
        }
        $l_i(vm, i, r, pc) {
            check(vm)?;
            branch(pc, vm.compare_bool(get(r, i.a), Value::int(i.c as i16 as i64), CompareOp::$op)?)
        }
        $ln_i(vm, i, r, pc) {
            check(vm)?;
            branch(pc, !vm.compare_bool(get(r, i.a), Value::int(i.c as i16 as i64), CompareOp::$op)?)
        }
    )*}};
}
comparisons! {
    Lt LT LT_I JLT JNLT JLT_I JNLT_I LOOP_LT LOOP_NLT LOOP_LT_I LOOP_NLT_I;
    Le LE LE_I JLE JNLE JLE_I JNLE_I LOOP_LE LOOP_NLE LOOP_LE_I LOOP_NLE_I;
    Eq EQ EQ_I JEQ JNEQ JEQ_I JNEQ_I LOOP_EQ LOOP_NEQ LOOP_EQ_I LOOP_NEQ_I;
    Ne NE NE_I JNE JNNE JNE_I JNNE_I LOOP_NE LOOP_NNE LOOP_NE_I LOOP_NNE_I;
    Gt GT GT_I JGT JNGT JGT_I JNGT_I LOOP_GT LOOP_NGT LOOP_GT_I LOOP_NGT_I;
    Ge GE GE_I JGE JNGE JGE_I JNGE_I LOOP_GE LOOP_NGE LOOP_GE_I LOOP_NGE_I;
}
