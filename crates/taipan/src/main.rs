//! The taipan command: a drop-in python.
//!
//! In: the command line and the environment. Out: the program's exit status. `options.rs` reads the former,
//! `startup.rs` builds the VM, `run.rs` runs what was asked for, `exit.rs` ends the process as CPython does.

mod exit;
mod help;
mod options;
mod repl;
mod run;
mod startup;

/// Native stack of the thread that runs Python; most of it is never touched.
const STACK: usize = 64 << 20;

/// Standard descriptors that were closed when the process started, one bit each. Rust's start-up opens them again as
/// `/dev/null`, before `main`.
#[cfg(target_os = "linux")]
static CLOSED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);

/// Runs before Rust's start-up does.
#[cfg(target_os = "linux")]
#[used]
// SAFETY: the loader calls the functions listed in this section; this one needs nothing of the run-time.
#[unsafe(link_section = ".init_array")]
static NOTE_CLOSED: extern "C" fn() = {
    extern "C" fn note() {
        for fd in 0..3u8 {
            // SAFETY: asks about a descriptor.
            if unsafe { libc::fcntl(fd.into(), libc::F_GETFD) } < 0 {
                CLOSED.fetch_or(1 << fd, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }
    note
};

/// Closes again what was closed: a Python program sees `None` in place of such a stream.
fn close_again() {
    #[cfg(target_os = "linux")]
    for fd in 0..3 {
        if CLOSED.load(std::sync::atomic::Ordering::Relaxed) & 1 << fd != 0 {
            // SAFETY: nothing uses the descriptor.
            unsafe { libc::close(fd) };
        }
    }
}

fn main() {
    close_again();
    let options = match options::parse() {
        Ok(o) => o,
        Err(status) => std::process::exit(status),
    };
    allocator_of_one_thread();
    // The VM runs on a thread whose stack is large, and whose limits are known.
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || run::main(options));
    // Signals go to that thread, so that they interrupt the system calls it waits in: this one only joins.
    taipan_runtime::vm::signals::block_all();
    let status = match thread.map(|t| t.join()) {
        Ok(Ok(status)) => status,
        Ok(Err(_)) => 70,
        Err(e) => {
            eprintln!("taipan: cannot start: {e}");
            71
        }
    };
    exit::leave(status);
}

/// Lets all threads allocate from one arena, which grows by large steps: only one thread runs Python at a time, and
/// the arenas of other threads grow page by page, each with a system call.
fn allocator_of_one_thread() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: parameters of the allocator, set before there is a second thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_TOP_PAD, 1 << 20);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 64 << 20);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 4 << 20);
    }
}
