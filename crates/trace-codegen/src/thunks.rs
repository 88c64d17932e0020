//! `preserve_all` thunks: how cold blocks call the run-time without costing the hot path its registers.
//!
//! A thunk takes the context and the intrinsic's arguments (ints and addresses only), calls it, leaves the result
//! in the context's scratch word, and gives every register back as it was, the return registers included. There is
//! one for each intrinsic used this way; they are made when first needed and live as long as the compiler. That of a
//! test whether a boxed int fits a word also leaves the int, in the first word of the exit buffer, where it does.

use crate::compile::{CompileError, Compiler, Effort};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, MemFlagsData, Signature, types};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rustc_hash::FxHashMap;
use taipan_trace_ir::{Intrinsic, Ty};

/// Addresses of the thunks that exist.
#[derive(Default)]
pub struct Thunks(FxHashMap<Intrinsic, u64>);

impl Thunks {
    /// The thunk of an intrinsic that was made.
    pub fn address(&self, i: Intrinsic) -> u64 {
        self.0[&i]
    }
}

/// The type in registers.
pub fn clif_type(ty: Ty) -> ir::Type {
    match ty {
        Ty::F64 => types::F64,
        Ty::Bool => types::I8,
        _ => types::I64,
    }
}

/// An intrinsic's signature; truth values travel as whole words.
pub fn signature(i: Intrinsic, conv: CallConv) -> Signature {
    let wide = |t: Ty| AbiParam::new(if t == Ty::Bool { types::I64 } else { clif_type(t) });
    let mut s = Signature::new(conv);
    s.params.push(AbiParam::new(types::I64));
    s.params.extend(i.params().iter().map(|&t| wide(t)));
    if i.result() != Ty::Void {
        s.returns.push(wide(i.result()));
    }
    s
}

/// A thunk's signature.
pub fn thunk_signature(i: Intrinsic) -> Signature {
    let mut s = signature(i, CallConv::PreserveAll);
    s.returns.clear();
    s
}

impl Compiler {
    /// Makes the thunk of `i` unless there is one.
    pub(crate) fn thunk(&mut self, i: Intrinsic) -> Result<(), CompileError> {
        if self.thunks.0.contains_key(&i) {
            return Ok(());
        }
        let mut func =
            ir::Function::with_name_signature(ir::UserFuncName::user(1, i as u32), thunk_signature(i));
        let mut fctx = FunctionBuilderContext::new();
        let mut b = FunctionBuilder::new(&mut func, &mut fctx);
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        let args = b.block_params(entry).to_vec();
        let sig = b.import_signature(signature(i, self.call_conv()));
        let target = b.ins().iconst(types::I64, self.config.intrinsics[i as usize] as i64);
        let call = b.ins().call_indirect(sig, target, &args);
        if let Some(&r) = b.inst_results(call).first() {
            b.ins().store(MemFlagsData::trusted(), r, args[0], self.config.scratch);
            if matches!(i, Intrinsic::IsIntSlow | Intrinsic::IsU64Slow) {
                let (number, end) = (b.create_block(), b.create_block());
                b.ins().brif(r, number, &[], end, &[]);
                b.switch_to_block(number);
                let sig = b.import_signature(signature(Intrinsic::Low64Slow, self.call_conv()));
                let target =
                    b.ins().iconst(types::I64, self.config.intrinsics[Intrinsic::Low64Slow as usize] as i64);
                let call = b.ins().call_indirect(sig, target, &args);
                let low = b.inst_results(call)[0];
                b.ins().store(MemFlagsData::trusted(), low, args[0], self.config.exit_buffer);
                b.ins().jump(end, &[]);
                b.switch_to_block(end);
            }
        }
        b.ins().return_(&[]);
        b.seal_all_blocks();
        b.finalize(self.frontend_config());
        let (bytes, ..) = self.emit(func, Effort::Full, false)?;
        let code = self.install(&bytes, i.symbol(), Vec::new())?;
        self.thunks.0.insert(i, code.address() as u64);
        Ok(())
    }
}
