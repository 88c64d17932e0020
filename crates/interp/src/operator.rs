//! Methods of Python classes that were called in place of an operator, a comparison or a membership test.
//!
//! A recording of the JIT pushes the frame of such a method itself ([`crate::call::Link::Operator`]). What the frame
//! returns comes here: `NotImplemented` gives the other operand its turn, or is an error; a conditional jump takes
//! the truth of the result.

use taipan_bytecode::{Instr, Op};
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::instance::Instance;
use taipan_runtime::vm::exec::{PREV, Pc, RET, Regs, function, word};
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::{PyResult, Value, Vm};

/// What an instruction does with its method's result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A binary operator; its spelling, and that of its in-place form.
    Binary(&'static str, &'static str),
    /// A comparison.
    Compare(CompareOp),
    /// A comparison that jumps when it holds, or when it does not.
    Jump(CompareOp, bool),
    /// A membership test, negated or not.
    Contains(bool),
}

/// The form of an instruction whose operands are registers.
pub fn form(op: Op) -> Option<Form> {
    use CompareOp::*;
    Some(match op {
        Op::ADD => Form::Binary("+", "+="),
        Op::SUB => Form::Binary("-", "-="),
        Op::MUL => Form::Binary("*", "*="),
        Op::TRUEDIV => Form::Binary("/", "/="),
        Op::FLOORDIV => Form::Binary("//", "//="),
        Op::MOD => Form::Binary("%", "%="),
        Op::MATMUL => Form::Binary("@", "@="),
        Op::LSHIFT => Form::Binary("<<", "<<="),
        Op::RSHIFT => Form::Binary(">>", ">>="),
        Op::AND => Form::Binary("&", "&="),
        Op::OR => Form::Binary("|", "|="),
        Op::XOR => Form::Binary("^", "^="),
        Op::LT => Form::Compare(Lt),
        Op::LE => Form::Compare(Le),
        Op::EQ => Form::Compare(Eq),
        Op::NE => Form::Compare(Ne),
        Op::GT => Form::Compare(Gt),
        Op::GE => Form::Compare(Ge),
        Op::JLT | Op::LOOP_LT => Form::Jump(Lt, true),
        Op::JLE | Op::LOOP_LE => Form::Jump(Le, true),
        Op::JEQ | Op::LOOP_EQ => Form::Jump(Eq, true),
        Op::JNE | Op::LOOP_NE => Form::Jump(Ne, true),
        Op::JGT | Op::LOOP_GT => Form::Jump(Gt, true),
        Op::JGE | Op::LOOP_GE => Form::Jump(Ge, true),
        Op::JNEQ | Op::LOOP_NEQ => Form::Jump(Eq, false),
        Op::JNNE | Op::LOOP_NNE => Form::Jump(Ne, false),
        Op::JNLT | Op::LOOP_NLT => Form::Jump(Lt, false),
        Op::JNLE | Op::LOOP_NLE => Form::Jump(Le, false),
        Op::JNGT | Op::LOOP_NGT => Form::Jump(Gt, false),
        Op::JNGE | Op::LOOP_NGE => Form::Jump(Ge, false),
        Op::CONTAINS => Form::Contains(false),
        Op::NOT_CONTAINS => Form::Contains(true),
        _ => return None,
    })
}

/// The method by which an operator asks its right operand.
pub fn reflected(op: Op) -> Option<&'static str> {
    Some(match op {
        Op::ADD => "__radd__",
        Op::SUB => "__rsub__",
        Op::MUL => "__rmul__",
        Op::TRUEDIV => "__rtruediv__",
        Op::FLOORDIV => "__rfloordiv__",
        Op::MOD => "__rmod__",
        Op::MATMUL => "__rmatmul__",
        Op::LSHIFT => "__rlshift__",
        Op::RSHIFT => "__rrshift__",
        Op::AND => "__rand__",
        Op::OR => "__ror__",
        Op::XOR => "__rxor__",
        _ => return None,
    })
}

/// The stub behind the method's frame: the result is in register 0 of the pseudo frame.
pub(crate) unsafe fn done(vm: &Vm, _: Pc, regs: Regs) -> PyResult<Pc> {
    // SAFETY: the stub runs in such pseudo frames only; the frame below is at its instruction.
    unsafe {
        let result = *regs;
        let ret = word(regs, RET) as Pc;
        let prev = word(regs, PREV) as Regs;
        vm.exec.regs.set(prev);
        vm.exec.pc.set(ret);
        let code = function(prev).code.get();
        let at = code.index_of(ret) as usize;
        let i = code.data.instrs[at];
        let target =
            || code.block.get().cast::<Instr>().add((at as i64 + 1 + i64::from(i.e as i32)) as usize);
        let get = |r: u16| *prev.add(r as usize);
        match form(i.opcode()) {
            Some(Form::Binary(plain, in_place)) => {
                let mut result = result;
                let (a, b) = (get(i.b), get(i.c));
                let other = vm.class_of(b);
                // A reflected method stands for the right operand of another class: both have had their turn.
                let left = a.cast::<Instance>().is_some() && vm.class_of(a) != other;
                if result.is_not_implemented()
                    && left
                    && let Some(name) = reflected(i.opcode())
                    && let Some(f) = vm.type_lookup(other, vm.intern(name))
                    && f.cast::<Function>().is_some()
                {
                    result = vm.call(f, &[b, a])?;
                }
                if result.is_not_implemented() {
                    let sign = if i.d & 1 != 0 { in_place } else { plain };
                    return Err(vm.operand_error(sign, a, b));
                }
                *prev.add(i.a as usize) = result;
                Ok(ret.add(1))
            }
            Some(Form::Compare(op)) => {
                let r = compared(vm, get(i.b), get(i.c), op, result)?;
                *prev.add(i.a as usize) = r;
                Ok(ret.add(1))
            }
            Some(Form::Jump(op, when)) => {
                let r = compared(vm, get(i.a), get(i.b), op, result)?;
                Ok(if vm.truth(r)? == when { target() } else { ret.add(1) })
            }
            Some(Form::Contains(negated)) => {
                let found = vm.truth(result)?;
                *prev.add(i.a as usize) = Value::bool(found != negated);
                Ok(ret.add(1))
            }
            None => unreachable!("frames of this kind stand for these instructions"),
        }
    }
}

/// The result of a comparison whose left operand has answered.
fn compared(vm: &Vm, a: Value, b: Value, op: CompareOp, result: Value) -> PyResult {
    if result.is_not_implemented() { vm.compare_right(a, b, op) } else { Ok(result) }
}
