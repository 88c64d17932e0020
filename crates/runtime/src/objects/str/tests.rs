//! Tests of strings without an interpreter.

use crate::objects::str::Str;
use crate::vm::{Config, Vm};
use crate::*;

fn with_vm(stress: bool, f: impl FnOnce(&Vm)) {
    let vm = Vm::new(Config { hash_seed: Some(0), gc_stress: u32::from(stress), ..Config::default() });
    let base = 0u64;
    vm.heap.set_stack_base((&raw const base) as usize);
    f(&vm);
}
fn s(vm: &Vm, t: &str) -> Value {
    vm.new_str(t).value()
}
fn call(vm: &Vm, t: &str, name: &str, args: &[Value]) -> Value {
    let f = vm.type_lookup(vm.types.str, vm.intern(name)).unwrap_or_else(|| panic!("no str.{name}"));
    let mut all = vec![s(vm, t)];
    all.extend_from_slice(args);
    vm.call(f, &all).unwrap_or_else(|e| panic!("{name}: {}", *vm.str(e.value()).unwrap()))
}
fn text(vm: &Vm, v: Value) -> String {
    vm.str(v).expect("has a str").to_string()
}
#[track_caller]
fn check(vm: &Vm, t: &str, name: &str, args: &[&str], want: &str) {
    let args: Vec<Value> = args.iter().map(|a| s(vm, a)).collect();
    assert_eq!(text(vm, call(vm, t, name, &args)), want, "{t:?}.{name}");
}

#[test]
fn case_and_padding() {
    with_vm(false, |vm| {
        check(vm, "Straße", "upper", &[], "STRASSE");
        check(vm, "ὈΔΥΣΣΕΎΣ", "lower", &[], "ὀδυσσεύς");
        check(vm, "ﬁne ǆ", "title", &[], "Fine ǅ");
        check(vm, "ẞß", "casefold", &[], "ssss");
        check(vm, "hello wOrld", "swapcase", &[], "HELLO WoRLD");
        check(vm, "ab", "replace", &["", "-"], "-a-b-");
        check(vm, "xxhixx", "strip", &["x"], "hi");
        assert_eq!(text(vm, call(vm, "-42", "zfill", &[Value::int(6)])), "-00042");
        assert_eq!(text(vm, call(vm, "ab", "center", &[Value::int(5), s(vm, "é")])), "ééabé");
    });
}

#[test]
fn positions_in_long_text() {
    with_vm(true, |vm| {
        let t = vm.new_str(&"aé€😀".repeat(100));
        for i in (0..400).step_by(7) {
            let c = vm.str_code_at(t, i);
            assert_eq!(c, "aé€😀".chars().nth(i % 4).unwrap() as u32);
            assert_eq!(vm.str_char_offset(t, vm.str_byte_offset(t, i)), i);
        }
        assert_eq!(vm.str_byte_offset(t, 400), 1000);
        assert_eq!(vm.str_char_offset(t, 1000), 400);
        assert_eq!(vm.str_substring(t, 200, 204).to_string(), "aé€😀");
    });
}

#[test]
fn appending_shares_and_stays_immutable() {
    with_vm(true, |vm| {
        let mut t = vm.new_str(&"x".repeat(600));
        let mut kept: Vec<String> = vec![];
        let mut objects = GcVec::new();
        for i in 0..50 {
            t = vm.str_concat(t, vm.new_str(&format!("é{i}"))).unwrap();
            objects.push(&vm.heap, t.value());
            kept.push(t.to_string());
            if i % 10 == 9 {
                let fork = vm.str_concat(t, vm.new_str("fork")).unwrap();
                assert!(fork.to_string().ends_with("fork"));
            }
        }
        for (v, want) in objects.iter().zip(&kept) {
            let o = v.cast::<Str>().unwrap();
            assert_eq!(&o.to_string(), want);
            assert_eq!(o.char_len(), want.chars().count());
            let n = o.char_len() - 1;
            assert_eq!(vm.str_code_at(o, n), want.chars().last().unwrap() as u32);
        }
    });
}

#[test]
fn repr_and_percent() {
    with_vm(false, |vm| {
        let r = |t: &str| vm.str_repr(vm.new_str(t)).to_string();
        assert_eq!(r("it's\n\u{ad}é\u{e000}"), "\"it's\\n\\xadé\\ue000\"");
        assert_eq!(r("'\""), "'\\'\"'");
        let args = vm.new_tuple(&[Value::int(-5), Value::float(2.5), s(vm, "é")]).value();
        let f = vm.new_str("%06d|%+.2e|%-3s|%%");
        let out = crate::text::percent::format_str(vm, f, args).unwrap();
        assert_eq!(out.to_string(), "-00005|+2.50e+00|é  |%");
    });
}

#[test]
fn utf8_errors() {
    with_vm(false, |vm| {
        let dec = |b: &[u8], errors: &str| {
            let o = vm.new_bytes(b).value();
            crate::text::codecs::decode_object(vm, o, Value::NONE, s(vm, errors))
        };
        assert_eq!(dec(b"a\xff\xe2\x82z\xf0", "replace").unwrap().to_string(), "a\u{fffd}\u{fffd}z\u{fffd}");
        assert_eq!(dec(b"\xe2\x82", "backslashreplace").unwrap().to_string(), "\\xe2\\x82");
        let round = dec(b"x\x80\xff", "surrogateescape").unwrap();
        assert_eq!(round.char_len(), 3);
        let back = crate::text::codecs::encode_object(vm, round, Value::NONE, s(vm, "surrogateescape"));
        let back = back.unwrap().cast::<crate::objects::bytes::Bytes>().unwrap();
        assert_eq!(back.as_bytes(), b"x\x80\xff");
        assert!(dec(b"\xff", "strict").is_err());
    });
}
