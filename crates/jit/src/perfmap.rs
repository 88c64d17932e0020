//! Names of compiled code for `perf`: the map `/tmp/perf-PID.map`, and jitdump files.
//!
//! In: address, bytes and name of each piece of machine code, with its source lines where they are known. Out, with
//! `-X jit-perf=map`, a line in the map, which is enough for `perf report`; with `-X jit-perf=dump`, a file
//! `jit-PID.dump` in the working folder, from which `perf inject --jit` makes symbol files that `perf annotate` can
//! disassemble, with lines. Neither can fail a program: what cannot be written is left out.
//!
//! The format of jitdump is that of the Linux tree's `jitdump-specification.txt`, version 1: a header, then records,
//! all in the machine's byte order. `perf record` finds the file because one page of it is mapped executable.

use std::cell::{Cell, RefCell};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::fd::AsRawFd;
use taipan_trace_codegen::perf::PerfMap;

const MAGIC: u32 = 0x4A69_5444;
const CODE_LOAD: u32 = 0;
const DEBUG_INFO: u32 = 2;
const CODE_CLOSE: u32 = 3;
const HEADER_SIZE: u32 = 40;

/// The number of the processor in ELF files.
const MACHINE: u32 = if cfg!(target_arch = "aarch64") { 183 } else { 62 };

/// A source line of compiled code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineEntry {
    /// Offset in the code from which it counts.
    pub offset: u32,
    /// Line, from 1.
    pub line: u32,
    /// File.
    pub file: String,
}

/// A jitdump file.
pub struct JitDump<W: Write> {
    out: W,
    index: u64,
}

impl<W: Write> JitDump<W> {
    /// Writes the header.
    pub fn new(mut out: W, pid: u32, now: u64) -> std::io::Result<JitDump<W>> {
        let mut h = Vec::new();
        for word in [MAGIC, 1, HEADER_SIZE, MACHINE, 0, pid] {
            h.extend_from_slice(&word.to_ne_bytes());
        }
        h.extend_from_slice(&now.to_ne_bytes());
        h.extend_from_slice(&0u64.to_ne_bytes());
        out.write_all(&h)?;
        Ok(JitDump { out, index: 0 })
    }

    fn record(&mut self, id: u32, now: u64, body: &[u8]) -> std::io::Result<()> {
        let size = u32::try_from(body.len() + 16).map_err(std::io::Error::other)?;
        self.out.write_all(&id.to_ne_bytes())?;
        self.out.write_all(&size.to_ne_bytes())?;
        self.out.write_all(&now.to_ne_bytes())?;
        self.out.write_all(body)?;
        self.out.flush()
    }

    /// Adds a piece of code that lies at `address`; its lines come first, as the format asks.
    pub fn add(
        &mut self,
        (pid, tid): (u32, u32),
        now: u64,
        address: u64,
        code: &[u8],
        name: &str,
        lines: &[LineEntry],
    ) -> std::io::Result<()> {
        if !lines.is_empty() {
            let mut b = Vec::new();
            b.extend_from_slice(&address.to_ne_bytes());
            b.extend_from_slice(&(lines.len() as u64).to_ne_bytes());
            for l in lines {
                b.extend_from_slice(&(address + u64::from(l.offset)).to_ne_bytes());
                b.extend_from_slice(&l.line.to_ne_bytes());
                b.extend_from_slice(&0u32.to_ne_bytes());
                b.extend_from_slice(l.file.as_bytes());
                b.push(0);
            }
            // Records are a multiple of eight bytes long.
            b.resize(b.len().next_multiple_of(8), 0);
            self.record(DEBUG_INFO, now, &b)?;
        }
        let mut b = Vec::new();
        b.extend_from_slice(&pid.to_ne_bytes());
        b.extend_from_slice(&tid.to_ne_bytes());
        for word in [address, address, code.len() as u64, self.index] {
            b.extend_from_slice(&word.to_ne_bytes());
        }
        b.extend(name.bytes().filter(|b| *b != 0));
        b.push(0);
        b.extend_from_slice(code);
        self.index += 1;
        self.record(CODE_LOAD, now, &b)
    }

    /// Ends the file.
    pub fn close(&mut self, now: u64) -> std::io::Result<()> {
        self.record(CODE_CLOSE, now, &[])
    }
}

/// What is written for `perf`.
#[derive(Default)]
pub struct Symbols {
    map: RefCell<Option<PerfMap>>,
    dump: RefCell<Option<JitDump<File>>>,
    on: Cell<bool>,
}

impl Symbols {
    /// Is anything written? What costs time to find out is found out only then.
    #[inline(always)]
    pub fn on(&self) -> bool {
        self.on.get()
    }

    /// `-X jit-perf=map|dump|map,dump`
    pub fn configure(&self, text: &str) -> Result<(), String> {
        for what in text.split(',') {
            match what {
                "map" => *self.map.borrow_mut() = PerfMap::open(),
                "dump" => {
                    let path = format!("jit-{}.dump", std::process::id());
                    let file = open_dump(&path).map_err(|e| format!("cannot write '{path}': {e}"))?;
                    *self.dump.borrow_mut() = Some(file);
                }
                "off" => {
                    self.map.borrow_mut().take();
                    self.dump.borrow_mut().take();
                }
                _ => return Err(format!("takes 'map', 'dump' or 'off', not '{what}'")),
            }
        }
        self.on.set(self.map.borrow().is_some() || self.dump.borrow().is_some());
        Ok(())
    }

    /// Names a piece of machine code.
    pub fn add(&self, address: usize, code: &[u8], name: &str, lines: &[LineEntry]) {
        if let Some(map) = self.map.borrow_mut().as_mut() {
            map.add(address, code.len(), name);
        }
        let mut dump = self.dump.borrow_mut();
        if let Some(d) = dump.as_mut()
            && d.add((std::process::id(), thread_id()), monotonic(), address as u64, code, name, lines)
                .is_err()
        {
            *dump = None;
        }
    }

    /// The program ends.
    pub fn close(&self) {
        if let Some(mut d) = self.dump.borrow_mut().take() {
            let _ = d.close(monotonic());
        }
    }
}

fn open_dump(path: &str) -> std::io::Result<JitDump<File>> {
    let file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(path)?;
    let dump = JitDump::new(file, std::process::id(), monotonic())?;
    // SAFETY: maps a page of a file that is open, at an address of the system's choice; nothing reads it. It is the
    // mark by which perf finds the file, and stays mapped as long as the process lives.
    unsafe {
        let size = libc::sysconf(libc::_SC_PAGESIZE).max(4096) as usize;
        let protection = libc::PROT_READ | libc::PROT_EXEC;
        libc::mmap(std::ptr::null_mut(), size, protection, libc::MAP_PRIVATE, dump.out.as_raw_fd(), 0);
    }
    Ok(dump)
}

/// The clock that `perf record -k mono` stamps its samples with.
fn monotonic() -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: fills a structure of ours.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t) };
    t.tv_sec as u64 * 1_000_000_000 + t.tv_nsec as u64
}

#[cfg(target_os = "linux")]
fn thread_id() -> u32 {
    // SAFETY: asks for a number.
    unsafe { libc::gettid() as u32 }
}
#[cfg(not(target_os = "linux"))]
fn thread_id() -> u32 {
    std::process::id()
}
