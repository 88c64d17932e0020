//! Code memory: arenas that code is packed into, writable or executable but never both.
//!
//! Allocation is first fit over the free ranges of all arenas, in units of [`ALIGN`]; freeing merges neighbours and
//! gives an arena back when it is empty. Pages are made writable while code is copied into them and executable
//! again before anything else happens: code that shares those pages must not run meanwhile, which holds because
//! one virtual machine compiles in the thread that would run it.

#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::ptr::NonNull;

/// Unit of allocation: a cache line.
pub const ALIGN: usize = 64;
const ARENA: usize = 256 << 10;

/// What [`CodeMemory::install`] gave and [`CodeMemory::free`] takes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct CodeHandle {
    addr: usize,
    size: usize,
}

impl CodeHandle {
    /// Where the code starts.
    pub fn address(self) -> *const u8 {
        self.addr as *const u8
    }
    /// How much of the limit it takes.
    pub fn size(self) -> usize {
        self.size
    }
}

/// How much memory there is and is used.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Bytes of code that is live.
    pub used: usize,
    /// Bytes mapped.
    pub mapped: usize,
    /// The largest `used` ever.
    pub peak: usize,
    /// Pieces of code that are live.
    pub pieces: usize,
}

/// Why code could not be installed.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum MemoryError {
    /// The byte limit is reached.
    Limit,
    /// The system gives no memory.
    System,
}

struct Arena {
    base: NonNull<u8>,
    size: usize,
    /// Free ranges: offset to length.
    free: BTreeMap<usize, usize>,
}

/// The code memory of one virtual machine.
pub struct CodeMemory {
    arenas: Vec<Arena>,
    limit: usize,
    usage: Usage,
}

impl CodeMemory {
    /// Memory for at most `limit` bytes of code.
    pub fn new(limit: usize) -> CodeMemory {
        CodeMemory { arenas: Vec::new(), limit, usage: Usage::default() }
    }
    /// Changes the limit; what is installed stays.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }
    /// Usage now.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Copies code to executable memory.
    pub fn install(&mut self, code: &[u8]) -> Result<CodeHandle, MemoryError> {
        let size = code.len().max(1).next_multiple_of(ALIGN);
        if self.usage.used + size > self.limit {
            return Err(MemoryError::Limit);
        }
        let (ai, off) = match self.find(size) {
            Some(x) => x,
            None => {
                self.map(size.max(ARENA).next_multiple_of(page()))?;
                self.find(size).ok_or(MemoryError::System)?
            }
        };
        let arena = &mut self.arenas[ai];
        // SAFETY: `off .. off + size` was free, so it lies inside the arena's mapping and no code runs in it.
        let p = unsafe { arena.base.add(off) };
        let start = p.as_ptr() as usize & !(page() - 1);
        let len = (p.as_ptr() as usize + size).next_multiple_of(page()) - start;
        if !protect(start, len, libc::PROT_READ | libc::PROT_WRITE) {
            return Err(MemoryError::System);
        }
        // SAFETY: as above; the pages are writable now.
        unsafe { std::ptr::copy_nonoverlapping(code.as_ptr(), p.as_ptr(), code.len()) };
        if !protect(start, len, libc::PROT_READ | libc::PROT_EXEC) {
            // Other code on these pages would be lost: nothing sensible can go on.
            panic!("code memory cannot be made executable again");
        }
        flush(p.as_ptr() as usize, code.len());
        let rest = arena.free.remove(&off).unwrap_or(size) - size;
        if rest > 0 {
            arena.free.insert(off + size, rest);
        }
        self.usage.used += size;
        self.usage.pieces += 1;
        self.usage.peak = self.usage.peak.max(self.usage.used);
        Ok(CodeHandle { addr: p.as_ptr() as usize, size })
    }

    /// Gives code back. It must not run, nor be on any stack.
    pub fn free(&mut self, h: CodeHandle) {
        let of = |a: &Arena| h.addr.wrapping_sub(a.base.as_ptr() as usize);
        let Some(ai) = self.arenas.iter().position(|a| of(a) < a.size) else { return };
        let arena = &mut self.arenas[ai];
        let (mut off, mut size) = (of(arena), h.size);
        if let Some((&o, &s)) = arena.free.range(..off).next_back()
            && o + s == off
        {
            arena.free.remove(&o);
            (off, size) = (o, s + size);
        }
        if let Some(s) = arena.free.remove(&(off + size)) {
            size += s;
        }
        arena.free.insert(off, size);
        self.usage.used -= h.size;
        self.usage.pieces -= 1;
        if size == arena.size {
            let a = self.arenas.swap_remove(ai);
            self.usage.mapped -= a.size;
            unmap(&a);
        }
    }

    fn find(&self, size: usize) -> Option<(usize, usize)> {
        self.arenas
            .iter()
            .enumerate()
            .find_map(|(i, a)| a.free.iter().find(|(_, s)| **s >= size).map(|(o, _)| (i, *o)))
    }

    fn map(&mut self, size: usize) -> Result<(), MemoryError> {
        // SAFETY: a fresh anonymous mapping.
        let p = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                size,
                libc::PROT_READ | libc::PROT_EXEC,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        if p == libc::MAP_FAILED {
            return Err(MemoryError::System);
        }
        let base = NonNull::new(p.cast::<u8>()).ok_or(MemoryError::System)?;
        self.usage.mapped += size;
        self.arenas.push(Arena { base, size, free: BTreeMap::from([(0, size)]) });
        Ok(())
    }
}

impl Drop for CodeMemory {
    fn drop(&mut self) {
        self.arenas.iter().for_each(unmap);
    }
}

fn unmap(a: &Arena) {
    // SAFETY: the arena's own mapping, which nothing uses any more.
    unsafe { libc::munmap(a.base.as_ptr().cast(), a.size) };
}

fn page() -> usize {
    // SAFETY: a query without arguments.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}

fn protect(start: usize, len: usize, prot: libc::c_int) -> bool {
    // SAFETY: whole pages of an arena's own mapping.
    unsafe { libc::mprotect(start as *mut libc::c_void, len, prot) == 0 }
}

/// Makes the instruction stream see what was written.
#[cfg(target_arch = "aarch64")]
fn flush(start: usize, len: usize) {
    let ctr: u64;
    // SAFETY: reads the cache type register, which user code may do on Linux and macOS.
    unsafe { std::arch::asm!("mrs {}, ctr_el0", out(reg) ctr, options(nomem, nostack)) };
    let (iline, dline) = (4usize << (ctr & 15), 4usize << (ctr >> 16 & 15));
    let mut p = start & !(dline - 1);
    while p < start + len {
        // SAFETY: cleans a cache line of memory that is ours.
        unsafe { std::arch::asm!("dc cvau, {}", in(reg) p, options(nostack)) };
        p += dline;
    }
    // SAFETY: a barrier.
    unsafe { std::arch::asm!("dsb ish", options(nostack)) };
    let mut p = start & !(iline - 1);
    while p < start + len {
        // SAFETY: invalidates a cache line of memory that is ours.
        unsafe { std::arch::asm!("ic ivau, {}", in(reg) p, options(nostack)) };
        p += iline;
    }
    // SAFETY: barriers.
    unsafe { std::arch::asm!("dsb ish", "isb", options(nostack)) };
}

#[cfg(not(target_arch = "aarch64"))]
fn flush(_start: usize, _len: usize) {}

/// Enters compiled code.
///
/// # Safety
/// `entry` is the address of a compiled tree that is not freed; `ctx` points to a context laid out as the
/// compiler's [`crate::Config`] says, whose intrinsics may be called with it; `regs` points to all the registers
/// that the tree reads; the tree's objects are alive.
#[inline(always)]
pub unsafe fn enter(entry: *const u8, ctx: *mut u8, regs: *const u64) -> u64 {
    // SAFETY: the caller says that code of this signature is there.
    let f: extern "C" fn(*mut u8, *const u64) -> u64 = unsafe { std::mem::transmute(entry) };
    f(ctx, regs)
}
