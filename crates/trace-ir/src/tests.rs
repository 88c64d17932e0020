//! Tests of the builder, the text form, the verifier and the evaluator.

use crate::eval::{PlainHost, Run, run};
use crate::memory::Memory;
use crate::parse::parse;
use crate::verify::verify;
use crate::*;

const SUM: &str = r#"tree "sum"
mem list.len = list.len + 16 i64
obj #0 "f" 0xfffe000000001000 {list.len=3}
alloc tuple2 32 7 {0: 0x10, 8: #0.ptr}
t0:
  %0: value = reg 0
  %1: i64 = guard_int %0 [x0 type c0@2 r1=%0]
  label L0 (%2: i64 = 0, %3: f64 = 0.5) [x1 header c0@4 r1=%2 r2=%3]
  %5: bool = lt %2, %1
  guard_true %5 [x2 loop_end c0@6 r1=%2 r2=%3, c1@3>7 r0=None r9=#0]
  %6: i64 = add_ov %2, 1 [x3<x2 overflow c0@6 r1=new0; new0 = tuple2 {list.len=%2}; list.len #0 = %2; %9: i64 = add %2, 7]
  %7: f64 = fmul %3, -1e300
  jump L0 %6, %7
t1 at x2:
  %8: value = box_float %3
  leave [x4 end c0@9 r1=%8 r3=true r4=inf r5=18446744073709551615u]
"#;

#[test]
fn text_round_trip() {
    let mut t = parse(SUM).unwrap();
    verify(&t).unwrap();
    t.compact();
    let one = t.to_string();
    let mut again = parse(&one).unwrap();
    again.compact();
    assert_eq!(one, again.to_string());
    assert!(one.contains("list.len #0 = %"), "{one}");
}

#[test]
fn evaluates_to_the_side_trace() {
    let t = parse(SUM).unwrap();
    let regs = [value::from_int(5).unwrap()];
    let mut mem = Memory::new(0x1000, 1024, 64);
    let o = run(&t, &Run::new(&regs), &mut mem, &mut PlainHost).unwrap();
    assert_eq!(o.exit, ExitId(4));
    assert_eq!(o.arrivals[&LabelId(0)], 6);
    assert_eq!(f64::from_bits(o.frames[0].3[0].1), -f64::INFINITY);
    let bad = [value::NONE];
    let o = run(&t, &Run::new(&bad), &mut mem, &mut PlainHost).unwrap();
    assert_eq!(o.exit, ExitId(0));
}

#[test]
fn builder_writes_what_the_parser_reads() {
    let mut t = Tree::new("b");
    let mut b = Builder::root(&mut t);
    let v = b.reg(0);
    let x = b.exit(ExitReason::Type, snap(&[]));
    let i = b.guard(Op::GuardInt, &[v], x);
    let (l, p) = b.label(&[i]);
    b.set_label_exit(l, snap(&[(0, p[0])]));
    let x = b.exit(ExitReason::Overflow, snap(&[(0, p[0])]));
    let one = b.i64(1);
    let n = b.guard(Op::AddOv, &[p[0], one], x);
    b.jump(l, &[n]);
    b.finish();
    t.compact();
    let text = t.to_string();
    let mut again = parse(&text).unwrap();
    again.compact();
    assert_eq!(text, again.to_string());
}

fn snap(regs: &[(u32, Val)]) -> Snapshot {
    let regs = regs.iter().map(|&(r, v)| (r, SnapVal::Val(v))).collect();
    Snapshot { frames: vec![FrameSnap { code: 0, pc: 0, ret: None, regs }], ..Snapshot::default() }
}

/// Each line, added to a root trace with `%0: value`, must be refused for the reason given.
#[test]
fn verifier_refuses() {
    let bad: &[(&str, &str)] = &[
        ("guard_true true\n leave [x0 end c0@0]", "has no exit"),
        ("%1: i64 = guard_int %0 [x1 type c0@0 r1=%2]\n leave [x0 end c0@0]", "not defined"),
        ("leave [x0 end c0@0]\n leave [x1 end c0@0]", "terminator"),
        ("%1: i64 = floordiv 5, 0\n leave [x0 end c0@0]", "divisor"),
        ("jump L0", "out of range"),
        ("label L0 (%1: i64 = 1)\n jump L0 1.0", "is i64, "),
        ("label L0 (%1: i64 = 1)\n jump L0", "0 arguments"),
        ("%1: value = call int_add %0\n leave [x0 end c0@0]", "takes"),
        ("%1: i64 = guard_int %0 [x0 type c0@0]\n leave [x0 end c0@0]", "used by two"),
        ("leave [x0 end c0@0 r1=new0]", "virtual"),
        ("leave [x0 end c0@0 r1=1 r1=2]", "out of order"),
        ("leave [x0 end]", "no frame"),
    ];
    for (lines, why) in bad {
        let text = format!("tree \"x\"\nt0:\n %0: value = reg 0\n {lines}\n");
        let got = match parse(&text) {
            Ok(t) => verify(&t),
            Err(e) => Err(e),
        };
        match got {
            Err(e) if e.contains(why) => {}
            other => panic!("{lines}: expected {why:?}, got {other:?}"),
        }
    }
}

#[test]
fn intrinsic_names_are_unique() {
    for i in Intrinsic::ALL {
        assert_eq!(Intrinsic::from_name(i.name()), Some(*i));
    }
    for op in Op::ALL {
        assert_eq!(Op::from_name(op.name()), Some(*op));
    }
}

#[test]
fn random_trees_are_well_formed_and_end() {
    let mut defined = 0;
    for seed in 0..3000 {
        let mut c = random::Case::new(seed, 0);
        if let Err(e) = verify(&c.tree) {
            panic!("seed {seed}: {e}\n{}", c.tree);
        }
        match random::equivalent(&c.tree, &c.tree, &c.regs, &c.mem) {
            Ok(ran) => defined += ran as usize,
            Err(e) => panic!("seed {seed}: {e}\n{}", c.tree),
        }
        c.tree.compact();
        let text = c.tree.to_string();
        let mut again = parse(&text).unwrap_or_else(|e| panic!("seed {seed}: {e}\n{text}"));
        again.compact();
        assert_eq!(text, again.to_string());
    }
    assert!(defined > 2500, "{defined}");
}

#[allow(non_snake_case, dead_code)]
mod signature_check {
    pub struct Ctx;
    macro_rules! rows {
        (() $($(#[doc = $doc:literal])+ $name:ident = $sym:literal ($($arg:ident),*) -> $res:ident,
            [$($r:ident),*], [$($w:ident),*], [$($flag:ident),*];)*) => {
            pub mod imp {$(
                pub extern "C" fn $name(_: *mut super::Ctx, $(_: $crate::intrinsic_type!($arg)),*)
                    -> $crate::intrinsic_type!($res) { panic!() }
            )*}
        };
    }
    crate::for_each_intrinsic!(rows);
    mod user {
        use super::imp;
        crate::intrinsic_addresses!(pub address, super::Ctx, imp);
        #[test]
        fn each_row_has_an_address() {
            assert!(crate::Intrinsic::ALL.iter().all(|&i| !address(i).is_null()));
        }
    }
}
