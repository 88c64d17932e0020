//! Back edges that count: what they do is done by the plain handler, after the count went down by one. They stand
//! in loaded code only where a compiler of hot loops is installed, so that nothing is counted for nobody.

use super::{arith, flow};
use crate::dispatch::{Back, Handler};
use crate::jit::hot;
use taipan_bytecode::Op;
use taipan_runtime::Vm;
use taipan_runtime::vm::exec::{Pc, Regs};

macro_rules! counting {
    ($($m:ident::$name:ident)*) => {
        $(
            #[allow(non_snake_case)]
            unsafe extern "C" fn $name<B: Back>(
                pc: Pc, r: Regs, vm: *const Vm, ti: u64, kc: u64, tbl: *const u8,
            ) -> u64 {
                // SAFETY: loaded code is mutable memory of its code object; only this thread runs it.
                unsafe {
                    let n = (*pc).d;
                    if n == 0 {
                        return hot::<B>(pc, r, vm, ti, kc, tbl);
                    }
                    (*pc.cast_mut()).d = n - 1;
                    $m::$name::<B>(pc, r, vm, ti, kc, tbl)
                }
            }
        )*
        /// The counting handlers.
        pub fn handlers<B: Back + 'static>() -> Vec<(Op, Handler)> {
            vec![$((Op::$name, $name::<B> as Handler)),*]
        }
    };
}
counting! {
    arith::LOOP_JUMP
    arith::LOOP_IF_TRUE
    arith::LOOP_IF_FALSE
    arith::LOOP_IF_NONE
    arith::LOOP_IF_NOT_NONE
    arith::LOOP_IS
    arith::LOOP_IS_NOT
    arith::LOOP_LT
    arith::LOOP_NLT
    arith::LOOP_LT_I
    arith::LOOP_NLT_I
    arith::LOOP_LE
    arith::LOOP_NLE
    arith::LOOP_LE_I
    arith::LOOP_NLE_I
    arith::LOOP_EQ
    arith::LOOP_NEQ
    arith::LOOP_EQ_I
    arith::LOOP_NEQ_I
    arith::LOOP_NE
    arith::LOOP_NNE
    arith::LOOP_NE_I
    arith::LOOP_NNE_I
    arith::LOOP_GT
    arith::LOOP_NGT
    arith::LOOP_GT_I
    arith::LOOP_NGT_I
    arith::LOOP_GE
    arith::LOOP_NGE
    arith::LOOP_GE_I
    arith::LOOP_NGE_I
    flow::LOOP_FOR_ITER
}
