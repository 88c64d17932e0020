//! Formatting against texts recorded from CPython: float digits, specs, errors.

use super::*;
use crate::objects::int::IntRef;

fn spec(s: &str, ty: u8, align: u8, object: &str) -> Result<Spec, String> {
    Spec::parse(s.as_bytes(), ty, align, object).map_err(|e| format!("{e:?}"))
}
fn float(f: f64, s: &str) -> String {
    String::from_utf8(format_f64(f, &spec(s, 0, b'>', "float").unwrap()).unwrap()).unwrap()
}
fn int(i: i64, s: &str) -> String {
    let r = format_int(IntRef::Small(i), &i.to_string(), &spec(s, b'd', b'>', "int").unwrap());
    String::from_utf8(r.unwrap()).unwrap()
}

#[test]
fn floats_print_as_cpython_prints_them() {
    for (f, text) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1e16, "1e+16"),
        (123456789012345680.0, "1.2345678901234568e+17"),
        (9999999999999998.0, "9999999999999998.0"),
        (1e15, "1000000000000000.0"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (0.1 + 0.2, "0.30000000000000004"),
        (f64::INFINITY, "inf"),
        (f64::NAN, "nan"),
    ] {
        assert_eq!(repr_float(f), text);
    }
}

#[test]
fn float_specs() {
    for (f, s, text) in [
        (2.5, ".0f", "2"),
        (0.5, "#.0f", "0."),
        (1234567.891, ",.2f", "1,234,567.89"),
        (1234567.891, "015,.2f", "0,001,234,567.89"),
        (1234567.891, "_.4_f", "1_234_567.891_0"),
        (0.0, ".1", "0e+00"),
        (1.0, ".3", "1.0"),
        (1e10, ".3", "1e+10"),
        (-0.001, "z.1f", "0.0"),
        (0.25, ".1%", "25.0%"),
        (123.456, "g", "123.456"),
        (1e-5, "#g", "1.00000e-05"),
        (100000.0, "g", "100000"),
        (1e6, "g", "1e+06"),
        (3.0, "x^+12", "xxxx+3.0xxxx"),
        (f64::INFINITY, "08", "00000inf"),
        (f64::NEG_INFINITY, "F", "-INF"),
    ] {
        assert_eq!(float(f, s), text, "{f} {s}");
    }
}

#[test]
fn int_specs() {
    for (i, s, text) in [
        (1234567, ",", "1,234,567"),
        (255, "#x", "0xff"),
        (255, "#010X", "0X000000FF"),
        (-255, "_b", "-1111_1111"),
        (42, "+d", "+42"),
        (42, "07,", "000,042"),
        (42, "08,", "0,000,042"),
        (65, "c", "A"),
        (5, "*^7", "***5***"),
    ] {
        assert_eq!(int(i, s), text, "{i} {s}");
    }
}

#[test]
fn spec_errors() {
    for (s, text) in [
        (",_", "Cannot specify both ',' and '_'."),
        (".", "Format specifier missing precision"),
        ("10dd", "Invalid format specifier '10dd' for object of type 'int'"),
        (",x", "Cannot specify ',' with 'x'."),
        ("99999999999999999999", "Too many decimal digits in format string"),
    ] {
        let e = Spec::parse(s.as_bytes(), b'd', b'>', "int").unwrap_err();
        assert_eq!(e, FormatError::Value(text.to_string()));
    }
}
