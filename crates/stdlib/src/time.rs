//! `time`.

use std::time::Duration;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::{Str, StrBuf};
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::{Gc, MethodDef, PyResult, Value, Vm, function, structseq};

structseq! {
    /// `time.struct_time`
    pub STRUCT_TIME = "time" "struct_time" "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers." {
    tm_year: "year, for example, 1993", tm_mon: "month of year, range [1, 12]", tm_mday: "day of month, range [1, 31]",
    tm_hour: "hours, range [0, 23]", tm_min: "minutes, range [0, 59]", tm_sec: "seconds, range [0, 61])",
    tm_wday: "day of week, range [0, 6], Monday is 0", tm_yday: "day of year, range [1, 366]",
    tm_isdst: "1 if summer time is in effect, 0 if not, and -1 if unknown",
} hidden { tm_zone: "abbreviation of timezone name", tm_gmtoff: "offset from UTC in seconds" } }

fn clock(vm: &Vm, id: libc::clockid_t) -> PyResult<Duration> {
    // SAFETY: the structure is filled in by a successful call.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        if libc::clock_gettime(id, &mut t) != 0 {
            return Err(vm.last_os_error());
        }
        Ok(Duration::new(t.tv_sec as u64, t.tv_nsec as u32))
    }
}
/// Seconds as CPython rounds them: whole nanoseconds divided once.
fn seconds(d: Duration) -> Value {
    Value::float(d.as_nanos() as f64 / 1e9)
}
fn nanos(vm: &Vm, d: Duration) -> Value {
    vm.new_int(d.as_nanos() as i64)
}
macro_rules! clocks {
    ($($f:ident $ns:ident $id:ident;)*) => {$(
        fn $f(vm: &Vm, _: &[Value]) -> PyResult {
            Ok(seconds(clock(vm, libc::$id)?))
        }
        fn $ns(vm: &Vm, _: &[Value]) -> PyResult {
            Ok(nanos(vm, clock(vm, libc::$id)?))
        }
    )*};
}
clocks! {
    time time_ns CLOCK_REALTIME;
    monotonic monotonic_ns CLOCK_MONOTONIC;
    process_time process_time_ns CLOCK_PROCESS_CPUTIME_ID;
    thread_time thread_time_ns CLOCK_THREAD_CPUTIME_ID;
}
fn clock_gettime(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(seconds(clock(vm, vm.index_i64(a[0])? as i32)?))
}
fn clock_gettime_ns(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(nanos(vm, clock(vm, vm.index_i64(a[0])? as i32)?))
}
fn clock_getres(vm: &Vm, a: &[Value]) -> PyResult {
    let id = vm.index_i64(a[0])? as i32;
    // SAFETY: the structure is filled in by a successful call.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        if libc::clock_getres(id, &mut t) != 0 {
            return Err(vm.last_os_error());
        }
        Ok(Value::float(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9))
    }
}
fn sleep(vm: &Vm, a: &[Value]) -> PyResult {
    let slots = &vm.class_of(a[0]).slots;
    if slots.float.get().is_none() && slots.index.get().is_none() {
        let name = vm.type_name(a[0]);
        return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer or float")));
    }
    let s = vm.to_f64(a[0])?;
    if s.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if s < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    let end = std::time::Instant::now() + Duration::from_secs_f64(s.min(1e9));
    loop {
        let left = end.saturating_duration_since(std::time::Instant::now());
        let t = libc::timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos() as i64 };
        // SAFETY: a valid timespec; the remainder is not asked for.
        let r = unsafe { libc::nanosleep(&t, std::ptr::null_mut()) };
        vm.check_signals()?;
        if r == 0 {
            return Ok(Value::NONE);
        }
    }
}

fn from_tm(vm: &Vm, t: &libc::tm) -> Value {
    let i = |n: i32| Value::int(n as i64);
    // SAFETY: the zone is null or a C string of the library's.
    let zone = unsafe {
        if t.tm_zone.is_null() {
            Value::NONE
        } else {
            vm.new_str(&std::ffi::CStr::from_ptr(t.tm_zone).to_string_lossy()).value()
        }
    };
    STRUCT_TIME.make(
        vm,
        &[
            Value::int(t.tm_year as i64 + 1900),
            i(t.tm_mon + 1),
            i(t.tm_mday),
            i(t.tm_hour),
            i(t.tm_min),
            i(t.tm_sec),
            i((t.tm_wday + 6) % 7),
            i(t.tm_yday + 1),
            i(t.tm_isdst),
            zone,
            Value::int(t.tm_gmtoff),
        ],
    )
}
fn when(vm: &Vm, v: Value) -> PyResult<i64> {
    match v.bound().filter(|v| !v.is_none()) {
        None => Ok(clock(vm, libc::CLOCK_REALTIME)?.as_secs() as i64),
        Some(v) if v.is_float() => {
            let f = v.as_float();
            if f.is_nan() {
                return Err(vm.value_error("Invalid value NaN (not a number)"));
            }
            if !(-1e17..1e17).contains(&f) {
                return Err(vm.overflow_error("timestamp out of range for platform time_t"));
            }
            Ok(f.floor() as i64)
        }
        Some(v) => vm.index_i64(v).map_err(|e| {
            if vm.raised_is(e, vm.types.OverflowError) {
                vm.overflow_error("timestamp out of range for platform time_t")
            } else {
                e
            }
        }),
    }
}
fn broken(vm: &Vm, secs: i64, utc: bool) -> PyResult<libc::tm> {
    // SAFETY: the structure is filled in by a successful call.
    unsafe {
        let mut t: libc::tm = std::mem::zeroed();
        let r = if utc { libc::gmtime_r(&secs, &mut t) } else { libc::localtime_r(&secs, &mut t) };
        if r.is_null() {
            return Err(vm.os_error_for(libc::EOVERFLOW, Value::UNBOUND, Value::UNBOUND));
        }
        Ok(t)
    }
}
fn gmtime(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(from_tm(vm, &broken(vm, when(vm, a[0])?, true)?))
}
fn localtime(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(from_tm(vm, &broken(vm, when(vm, a[0])?, false)?))
}
fn to_tm(vm: &Vm, v: Value, what: &str) -> PyResult<libc::tm> {
    let Some(t) = v.cast::<Tuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if t.len() != 9 {
        return Err(vm.type_error(format!("{what}(): illegal time tuple argument")));
    }
    let mut n = [0i64; 9];
    for (i, &x) in t.items().iter().enumerate() {
        n[i] = vm.index_i64(x)?;
    }
    // SAFETY: all-zero is a valid tm.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    if !(i32::MIN as i64 + 1900..=i32::MAX as i64).contains(&n[0]) {
        return Err(vm.overflow_error("year out of range"));
    }
    tm.tm_year = (n[0] - 1900) as i32;
    tm.tm_mon = n[1] as i32 - 1;
    tm.tm_mday = n[2] as i32;
    tm.tm_hour = n[3] as i32;
    tm.tm_min = n[4] as i32;
    tm.tm_sec = n[5] as i32;
    tm.tm_wday = ((n[6] + 1) % 7) as i32;
    tm.tm_yday = n[7] as i32 - 1;
    tm.tm_isdst = n[8] as i32;
    Ok(tm)
}
fn check_tm(vm: &Vm, t: &mut libc::tm) -> PyResult<()> {
    // Zero stands for the first where CPython lets it.
    if t.tm_mon == -1 {
        t.tm_mon = 0;
    }
    if t.tm_mday == 0 {
        t.tm_mday = 1;
    }
    if t.tm_yday == -1 {
        t.tm_yday = 0;
    }
    for (ok, what) in [
        ((0..12).contains(&t.tm_mon), "month"),
        ((1..=31).contains(&t.tm_mday), "day of month"),
        ((0..24).contains(&t.tm_hour), "hour"),
        ((0..60).contains(&t.tm_min), "minute"),
        ((0..=61).contains(&t.tm_sec), "seconds"),
        (t.tm_wday >= 0, "day of week"),
        ((0..366).contains(&t.tm_yday), "day of year"),
    ] {
        if !ok {
            return Err(vm.value_error(format!("{what} out of range")));
        }
    }
    Ok(())
}
fn mktime(vm: &Vm, a: &[Value]) -> PyResult {
    let mut t = to_tm(vm, a[0], "mktime")?;
    t.tm_wday = -1;
    // SAFETY: a valid structure.
    let s = unsafe { libc::mktime(&mut t) };
    if s == -1 && t.tm_wday == -1 {
        return Err(vm.overflow_error("mktime argument out of range"));
    }
    Ok(Value::float(s as f64))
}
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
fn asctime_text(t: &libc::tm) -> String {
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} {}",
        DAYS[t.tm_wday as usize % 7],
        MONTHS[t.tm_mon as usize % 12],
        t.tm_mday,
        t.tm_hour,
        t.tm_min,
        t.tm_sec,
        t.tm_year as i64 + 1900
    )
}
fn asctime(vm: &Vm, a: &[Value]) -> PyResult {
    let mut t = match a[0].bound() {
        Some(v) => to_tm(vm, v, "asctime")?,
        None => broken(vm, when(vm, Value::NONE)?, false)?,
    };
    check_tm(vm, &mut t)?;
    Ok(vm.new_str(&asctime_text(&t)).value())
}
fn ctime(vm: &Vm, a: &[Value]) -> PyResult {
    let t = broken(vm, when(vm, a[0])?, false)?;
    Ok(vm.new_str(&asctime_text(&t)).value())
}
fn strftime(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(f) = a[0].cast::<Str>() else {
        return Err(vm.type_error(format!("strftime() argument 1 must be str, not {}", vm.type_name(a[0]))));
    };
    let mut t = match a[1].bound() {
        Some(v) => to_tm(vm, v, "strftime")?,
        None => broken(vm, when(vm, Value::NONE)?, false)?,
    };
    check_tm(vm, &mut t)?;
    t.tm_isdst = t.tm_isdst.clamp(-1, 1);
    let mut out = StrBuf::new();
    // Only ASCII means something in a format: the pieces of it are formatted one by one, the rest is kept.
    let mut piece = Vec::new();
    for c in f.code_points() {
        if (1..0x80).contains(&c) {
            piece.push(c as u8);
        } else {
            format_piece(&mut piece, &t, &mut out);
            out.push(c);
        }
    }
    format_piece(&mut piece, &t, &mut out);
    Ok(out.finish(vm).value())
}
/// Formats a piece of ASCII without zero bytes, and empties it.
fn format_piece(piece: &mut Vec<u8>, t: &libc::tm, out: &mut StrBuf) {
    let Ok(c) = std::ffi::CString::new(std::mem::take(piece)) else { return };
    let length = c.as_bytes().len();
    if length == 0 {
        return;
    }
    let mut size = 256 + length * 4;
    loop {
        let mut buf = vec![0u8; size];
        // SAFETY: the buffer is as long as said.
        let n = unsafe { libc::strftime(buf.as_mut_ptr().cast(), size, c.as_ptr(), t) };
        if n > 0 || size > 256 * length.max(64) {
            out.push_str(&String::from_utf8_lossy(&buf[..n]));
            return;
        }
        size *= 4;
    }
}
fn strptime(vm: &Vm, a: &[Value]) -> PyResult {
    let f = vm.import_attr("_strptime", "_strptime_time")?;
    if a[1].is_unbound() { vm.call(f, &a[..1]) } else { vm.call(f, &a[..2]) }
}
fn tzset(vm: &Vm, _: &[Value]) -> PyResult {
    if let Some(m) = vm.modules.get_str(vm, vm.intern("time")).and_then(|m| m.cast::<Module>()) {
        zone_constants(vm, m)?;
    }
    Ok(Value::NONE)
}
fn get_clock_info(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(name) = a[0].cast::<Str>() else {
        return Err(
            vm.type_error(format!("get_clock_info() argument 1 must be str, not {}", vm.type_name(a[0])))
        );
    };
    let (text, adjustable, monotonic) = match name.to_str() {
        Some("time") => ("clock_gettime(CLOCK_REALTIME)", true, false),
        Some("monotonic" | "perf_counter") => ("clock_gettime(CLOCK_MONOTONIC)", false, true),
        Some("process_time") => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", false, true),
        Some("thread_time") => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", false, true),
        _ => return Err(vm.value_error("unknown clock")),
    };
    let d = vm.new_dict();
    d.set_str(vm, vm.intern("implementation"), vm.new_str(text).value());
    d.set_str(vm, vm.intern("monotonic"), Value::bool(monotonic));
    d.set_str(vm, vm.intern("adjustable"), Value::bool(adjustable));
    d.set_str(vm, vm.intern("resolution"), Value::float(1e-9));
    Ok(vm.new_namespace(d))
}

fn zone_constants(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: the C library reads TZ.
    unsafe { tzset() };
    let d = m.dict.get();
    let year = clock(vm, libc::CLOCK_REALTIME)?.as_secs() as i64 / (365 * 86400 + 86400 / 4)
        * (365 * 86400 + 86400 / 4);
    let (a, b) = (broken(vm, year, false)?, broken(vm, year + 365 * 86400 / 2, false)?);
    let (winter, summer) = if a.tm_gmtoff <= b.tm_gmtoff { (a, b) } else { (b, a) };
    // SAFETY: the zones are C strings of the library's.
    let name = |t: &libc::tm| unsafe { std::ffi::CStr::from_ptr(t.tm_zone).to_string_lossy().into_owned() };
    let set = |n: &str, v: Value| d.set_str(vm, vm.intern(n), v);
    set("timezone", Value::int(-winter.tm_gmtoff));
    set("altzone", Value::int(-summer.tm_gmtoff));
    set("daylight", Value::int((winter.tm_gmtoff != summer.tm_gmtoff) as i64));
    let names = [vm.new_str(&name(&winter)).value(), vm.new_str(&name(&summer)).value()];
    set("tzname", vm.new_tuple(&names).value());
    Ok(())
}
fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    zone_constants(vm, m)?;
    d.set_str(vm, vm.intern("struct_time"), STRUCT_TIME.ty(vm).value());
    for (name, n) in [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
    ] {
        d.set_str(vm, vm.intern(name), Value::int(n as i64));
    }
    d.set_str(vm, vm.intern("_STRUCT_TM_ITEMS"), Value::int(11));
    Ok(())
}

static FUNCTIONS: &[MethodDef] = &[
    function("time", "($module, /)", time, "Return the current time in seconds since the Epoch."),
    function("time_ns", "($module, /)", time_ns, "Return the current time in nanoseconds since the Epoch."),
    function("monotonic", "($module, /)", monotonic, "Monotonic clock, cannot go backward."),
    function(
        "monotonic_ns",
        "($module, /)",
        monotonic_ns,
        "Monotonic clock, cannot go backward, as nanoseconds.",
    ),
    function("perf_counter", "($module, /)", monotonic, "Performance counter for benchmarking."),
    function(
        "perf_counter_ns",
        "($module, /)",
        monotonic_ns,
        "Performance counter for benchmarking as nanoseconds.",
    ),
    function(
        "process_time",
        "($module, /)",
        process_time,
        "Process time for profiling: sum of the kernel and user-space CPU time.",
    ),
    function(
        "process_time_ns",
        "($module, /)",
        process_time_ns,
        "Process time for profiling as nanoseconds.",
    ),
    function("thread_time", "($module, /)", thread_time, "Thread time for profiling."),
    function("thread_time_ns", "($module, /)", thread_time_ns, "Thread time for profiling as nanoseconds."),
    function(
        "clock_gettime",
        "($module, clk_id, /)",
        clock_gettime,
        "Return the time of the specified clock clk_id as a float.",
    ),
    function(
        "clock_gettime_ns",
        "($module, clk_id, /)",
        clock_gettime_ns,
        "Return the time of the specified clock clk_id as nanoseconds (int).",
    ),
    function(
        "clock_getres",
        "($module, clk_id, /)",
        clock_getres,
        "Return the resolution (precision) of the specified clock clk_id.",
    ),
    function("sleep", "($module, seconds, /)", sleep, "Delay execution for a given number of seconds."),
    function(
        "gmtime",
        "($module, seconds=None, /)",
        gmtime,
        "Convert seconds since the Epoch to a time tuple expressing UTC.",
    ),
    function(
        "localtime",
        "($module, seconds=None, /)",
        localtime,
        "Convert seconds since the Epoch to a time tuple expressing local time.",
    ),
    function(
        "mktime",
        "($module, time_tuple, /)",
        mktime,
        "Convert a time tuple in local time to seconds since the Epoch.",
    ),
    function("asctime", "($module, time_tuple=None, /)", asctime, "Convert a time tuple to a string."),
    function(
        "ctime",
        "($module, seconds=None, /)",
        ctime,
        "Convert a time in seconds since the Epoch to a string in local time.",
    ),
    function(
        "strftime",
        "($module, format, time_tuple=None, /)",
        strftime,
        "Convert a time tuple to a string according to a format specification.",
    ),
    function(
        "strptime",
        "($module, string, format='%a %b %d %H:%M:%S %Y', /)",
        strptime,
        "Parse a string to a time tuple according to a format specification.",
    ),
    function(
        "tzset",
        "($module, /)",
        tzset,
        "Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ'].",
    ),
    function(
        "get_clock_info",
        "($module, name, /)",
        get_clock_info,
        "Get information of the specified clock.",
    ),
];

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "time",
    doc: "This module provides various functions to manipulate time values.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};
