//! The end of a run: exit statuses, `atexit`, flushing, dying of Ctrl-C as shells expect.

use taipan_runtime::objects::str::Str;
use taipan_runtime::{Raised, Value, Vm};
use taipan_stdlib::io::open::flush_everything;
use taipan_stdlib::sys::{self, report};

/// Status that stands for "killed by SIGINT".
pub const INTERRUPTED: i32 = 128 + libc::SIGINT;

/// The exit status for an exception that ended the program; reports it unless it is a `SystemExit`.
pub fn status_of(vm: &Vm, e: Raised) -> i32 {
    if !vm.raised_is(e, vm.types.SystemExit) {
        let interrupted = vm.raised_is(e, vm.types.KeyboardInterrupt);
        return match report::report_uncaught(vm, e) {
            Some(exit) => status_of(vm, exit),
            None if interrupted => INTERRUPTED,
            None => 1,
        };
    }
    let code = vm.get_attr(e.value(), vm.intern("code")).unwrap_or(Value::NONE);
    if code.is_none() {
        return 0;
    }
    if code.is_bool() {
        return code.is_true() as i32;
    }
    if let Ok(i) = vm.index_i64(code)
        && vm.class_of(code).is_subtype(vm.types.int)
    {
        return (i & 0xFF) as i32;
    }
    if vm.class_of(code).is_subtype(vm.types.int) {
        return 255;
    }
    let text = match code.cast::<Str>() {
        Some(s) => s.to_string(),
        None => vm.str(code).map_or(String::new(), |s| s.to_string()),
    };
    report::write(vm, "stderr", &format!("{text}\n"));
    1
}

/// Runs what is due at the end of the program and flushes its streams; answers the exit status. `before` is what
/// `vm.heap.last_words()` was before the program ran.
pub fn finish(vm: &Vm, status: i32, before: u64) -> i32 {
    let mut status = status;
    let threading = vm.modules.get_str(vm, vm.intern("threading"));
    if let Some(t) = threading
        && let Ok(Some(f)) = vm.get_attr_opt(t, vm.intern("_shutdown"))
        && let Err(e) = vm.call(f, &[])
    {
        report::print_exception(vm, e.value());
    }
    if let Some(m) = vm.modules.get_str(vm, vm.intern("atexit"))
        && let Ok(Some(f)) = vm.get_attr_opt(m, vm.intern("_run_exitfuncs"))
    {
        let _ = vm.call(f, &[]);
    }
    vm.finalize_at_exit(before);
    if let Some(out) = sys::get(vm, "stdout").filter(|f| !f.is_none())
        && let Err(e) = flush(vm, out)
    {
        // As CPython: a program whose output was lost does not end well.
        let text = vm.repr(out).map_or(String::new(), |s| s.to_string());
        eprintln!("Exception ignored while flushing sys.stdout:");
        let _ = text;
        report::print_exception(vm, e.value());
        status = 120;
    }
    if let Some(err) = sys::get(vm, "stderr").filter(|f| !f.is_none())
        && flush(vm, err).is_err()
    {
        status = 120;
    }
    flush_everything(vm);
    status
}

fn flush(vm: &Vm, stream: Value) -> taipan_runtime::PyResult<()> {
    let closed = vm.get_attr_opt(stream, vm.intern("closed"))?;
    if closed.is_some_and(|c| c.is_true()) {
        return Ok(());
    }
    vm.call_method(stream, vm.names.flush, &[])?;
    Ok(())
}

/// Ends the process.
pub fn leave(status: i32) -> ! {
    if status == INTERRUPTED {
        // A shell that waits for us must see that Ctrl-C ended us.
        // SAFETY: plain system calls.
        unsafe {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            // This thread blocks signals; the default action takes the whole process.
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&mut set);
            libc::sigaddset(&mut set, libc::SIGINT);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &set, std::ptr::null_mut());
            libc::raise(libc::SIGINT);
        }
    }
    if cfg!(feature = "instrumented") {
        // What counts executions writes its counts down in a handler of `exit`.
        std::process::exit(status);
    }
    // SAFETY: everything is flushed; destructors of other threads need not run.
    unsafe { libc::_exit(status) }
}
