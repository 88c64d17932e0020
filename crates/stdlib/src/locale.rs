//! `_locale`: the C library's locales.

use std::ffi::{CStr, CString};
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::{Gc, GcVec, PyResult, Raised, TypeDef, Value, Vm, function};

/// Holds the module's exception class.
static STATE: TypeDef = TypeDef {
    name: "_state",
    module: "_locale",
    flags: taipan_runtime::vm::typedef::flag::IMMUTABLE | taipan_runtime::vm::typedef::flag::NO_NEW,
    ..TypeDef::EMPTY
};

fn error(vm: &Vm, msg: &str) -> Raised {
    let class = vm.type_of_def(&STATE).dict.get().get_str(vm, vm.intern("Error"));
    match class.and_then(|c| c.cast()) {
        Some(c) => vm.new_exception(c, msg),
        None => vm.value_error(msg),
    }
}
fn text(vm: &Vm, s: *const libc::c_char) -> Value {
    if s.is_null() {
        return vm.new_str("").value();
    }
    // SAFETY: the C library's strings end with a zero byte; copied at once.
    let bytes = unsafe { CStr::from_ptr(s) }.to_bytes();
    vm.new_str(&String::from_utf8_lossy(bytes)).value()
}
fn c_string(vm: &Vm, v: Value) -> PyResult<CString> {
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format!("argument must be str, not {}", vm.type_name(v))));
    };
    CString::new(s.as_bytes()).map_err(|_| vm.value_error("embedded null character"))
}

fn setlocale(vm: &Vm, a: &[Value]) -> PyResult {
    let category = vm.index_c_int(a[0])?;
    let name = match a[1].or_none() {
        v if v.is_none() => None,
        v => Some(c_string(vm, v)?),
    };
    // SAFETY: a category number and a string, or null to ask only; the GIL keeps other callers out.
    let r = unsafe { libc::setlocale(category, name.as_ref().map_or(std::ptr::null(), |n| n.as_ptr())) };
    if r.is_null() {
        let what = if name.is_some() { "unsupported locale setting" } else { "locale query failed" };
        return Err(error(vm, what));
    }
    Ok(text(vm, r))
}

fn localeconv(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    // SAFETY: the C library keeps the record; it is copied before any other call.
    let l = unsafe { &*libc::localeconv() };
    for (k, v) in [
        ("decimal_point", l.decimal_point),
        ("thousands_sep", l.thousands_sep),
        ("int_curr_symbol", l.int_curr_symbol),
        ("currency_symbol", l.currency_symbol),
        ("mon_decimal_point", l.mon_decimal_point),
        ("mon_thousands_sep", l.mon_thousands_sep),
        ("positive_sign", l.positive_sign),
        ("negative_sign", l.negative_sign),
    ] {
        d.set_str(vm, vm.intern(k), text(vm, v));
    }
    for (k, v) in [
        ("int_frac_digits", l.int_frac_digits),
        ("frac_digits", l.frac_digits),
        ("p_cs_precedes", l.p_cs_precedes),
        ("p_sep_by_space", l.p_sep_by_space),
        ("n_cs_precedes", l.n_cs_precedes),
        ("n_sep_by_space", l.n_sep_by_space),
        ("p_sign_posn", l.p_sign_posn),
        ("n_sign_posn", l.n_sign_posn),
    ] {
        d.set_str(vm, vm.intern(k), Value::int(v as i64));
    }
    for (k, v) in [("grouping", l.grouping), ("mon_grouping", l.mon_grouping)] {
        let mut groups = GcVec::default();
        if !v.is_null() {
            // SAFETY: as for strings.
            for &b in unsafe { CStr::from_ptr(v) }.to_bytes() {
                groups.push(&vm.heap, Value::int(b as i64));
            }
        }
        if !groups.is_empty() && groups.last() != Some(&Value::int(127)) {
            groups.push(&vm.heap, Value::int(0));
        }
        d.set_str(vm, vm.intern(k), vm.new_list(&groups).value());
    }
    Ok(d.value())
}

fn nl_langinfo(vm: &Vm, a: &[Value]) -> PyResult {
    let key = vm.index_c_int(a[0])?;
    if !INFO.iter().any(|&(_, k)| k == key) {
        return Err(vm.value_error("unsupported langinfo constant"));
    }
    // SAFETY: a known item; copied at once.
    Ok(text(vm, unsafe { libc::nl_langinfo(key) }))
}
fn strcoll(vm: &Vm, a: &[Value]) -> PyResult {
    let (x, y) = (c_string(vm, a[0])?, c_string(vm, a[1])?);
    // SAFETY: two strings that end with zero bytes.
    Ok(Value::int(unsafe { libc::strcoll(x.as_ptr(), y.as_ptr()) } as i64))
}
fn strxfrm(vm: &Vm, a: &[Value]) -> PyResult {
    let s = c_string(vm, a[0])?;
    // SAFETY: asks for the length only.
    let n = unsafe { libc::strxfrm(std::ptr::null_mut(), s.as_ptr(), 0) };
    let mut out = vec![0u8; n + 1];
    // SAFETY: the buffer has the room that was asked for.
    unsafe { libc::strxfrm(out.as_mut_ptr().cast(), s.as_ptr(), n + 1) };
    out.truncate(n);
    Ok(vm.new_str(&String::from_utf8_lossy(&out)).value())
}
/// Takes the character set of the environment's locale; the C locale becomes one of UTF-8 unless `LC_ALL` or
/// `coerce` forbid it. Answers whether it was the C locale. Called once, before there are threads.
pub fn start(coerce: bool) -> bool {
    // SAFETY: constant names, and the answer is looked at at once.
    unsafe {
        let now = libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
        let plain = now.is_null() || matches!(std::ffi::CStr::from_ptr(now).to_bytes(), b"C" | b"POSIX");
        let insists = std::env::var_os("LC_ALL").is_some_and(|v| !v.is_empty());
        if plain && coerce && !insists {
            libc::setlocale(libc::LC_CTYPE, c"C.UTF-8".as_ptr());
        }
        plain
    }
}

fn getencoding(vm: &Vm, _: &[Value]) -> PyResult {
    // SAFETY: copied at once.
    Ok(text(vm, unsafe { libc::nl_langinfo(libc::CODESET) }))
}

/// Items of `nl_langinfo`.
static INFO: &[(&str, i32)] = &[
    ("CODESET", libc::CODESET),
    ("D_T_FMT", libc::D_T_FMT),
    ("D_FMT", libc::D_FMT),
    ("T_FMT", libc::T_FMT),
    ("T_FMT_AMPM", libc::T_FMT_AMPM),
    ("AM_STR", libc::AM_STR),
    ("PM_STR", libc::PM_STR),
    ("DAY_1", libc::DAY_1),
    ("DAY_2", libc::DAY_2),
    ("DAY_3", libc::DAY_3),
    ("DAY_4", libc::DAY_4),
    ("DAY_5", libc::DAY_5),
    ("DAY_6", libc::DAY_6),
    ("DAY_7", libc::DAY_7),
    ("ABDAY_1", libc::ABDAY_1),
    ("ABDAY_2", libc::ABDAY_2),
    ("ABDAY_3", libc::ABDAY_3),
    ("ABDAY_4", libc::ABDAY_4),
    ("ABDAY_5", libc::ABDAY_5),
    ("ABDAY_6", libc::ABDAY_6),
    ("ABDAY_7", libc::ABDAY_7),
    ("MON_1", libc::MON_1),
    ("MON_2", libc::MON_2),
    ("MON_3", libc::MON_3),
    ("MON_4", libc::MON_4),
    ("MON_5", libc::MON_5),
    ("MON_6", libc::MON_6),
    ("MON_7", libc::MON_7),
    ("MON_8", libc::MON_8),
    ("MON_9", libc::MON_9),
    ("MON_10", libc::MON_10),
    ("MON_11", libc::MON_11),
    ("MON_12", libc::MON_12),
    ("ABMON_1", libc::ABMON_1),
    ("ABMON_2", libc::ABMON_2),
    ("ABMON_3", libc::ABMON_3),
    ("ABMON_4", libc::ABMON_4),
    ("ABMON_5", libc::ABMON_5),
    ("ABMON_6", libc::ABMON_6),
    ("ABMON_7", libc::ABMON_7),
    ("ABMON_8", libc::ABMON_8),
    ("ABMON_9", libc::ABMON_9),
    ("ABMON_10", libc::ABMON_10),
    ("ABMON_11", libc::ABMON_11),
    ("ABMON_12", libc::ABMON_12),
    ("RADIXCHAR", libc::RADIXCHAR),
    ("THOUSEP", libc::THOUSEP),
    ("YESEXPR", libc::YESEXPR),
    ("NOEXPR", libc::NOEXPR),
    ("CRNCYSTR", libc::CRNCYSTR),
    ("ERA", libc::ERA),
    ("ERA_D_T_FMT", libc::ERA_D_T_FMT),
    ("ERA_D_FMT", libc::ERA_D_FMT),
    ("ERA_T_FMT", libc::ERA_T_FMT),
    ("ALT_DIGITS", libc::ALT_DIGITS),
];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for (name, v) in [
        ("LC_CTYPE", libc::LC_CTYPE),
        ("LC_TIME", libc::LC_TIME),
        ("LC_COLLATE", libc::LC_COLLATE),
        ("LC_MONETARY", libc::LC_MONETARY),
        ("LC_MESSAGES", libc::LC_MESSAGES),
        ("LC_NUMERIC", libc::LC_NUMERIC),
        ("LC_ALL", libc::LC_ALL),
        ("CHAR_MAX", 127),
    ] {
        d.set_str(vm, vm.intern(name), Value::int(v as i64));
    }
    for &(name, v) in INFO {
        d.set_str(vm, vm.intern(name), Value::int(v as i64));
    }
    let space = vm.new_dict();
    space.set_str(vm, vm.intern("__module__"), vm.intern("locale").value());
    let class = vm.new_class("Error", &[vm.types.Exception.value()], space)?;
    d.set_str(vm, vm.intern("Error"), class.value());
    vm.type_of_def(&STATE).dict.get().set_str(vm, vm.intern("Error"), class.value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_locale",
    doc: "Support for POSIX locales.",
    functions: &[
        function(
            "setlocale",
            "($module, category, locale=None, /)",
            setlocale,
            "Activates/queries locale processing.",
        ),
        function(
            "localeconv",
            "($module, /)",
            localeconv,
            "Returns numeric and monetary locale-specific parameters.",
        ),
        function(
            "nl_langinfo",
            "($module, key, /)",
            nl_langinfo,
            "Return the value for the locale information associated with key.",
        ),
        function(
            "strcoll",
            "($module, os1, os2, /)",
            strcoll,
            "Compares two strings according to the locale.",
        ),
        function(
            "strxfrm",
            "($module, string, /)",
            strxfrm,
            "Return a string that can be used as a key for locale-aware comparisons.",
        ),
        function("getencoding", "($module, /)", getencoding, "Get the current locale encoding."),
    ],
    types: &[],
    init: Some(init),
};
