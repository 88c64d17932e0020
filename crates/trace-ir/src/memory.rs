//! Memory for the evaluator: one block of bytes at a made-up (or, for comparisons with machine code, real)
//! address. The lower part is the test's own; objects that a trace allocates are put behind it.

use crate::types::MemTy;

/// A block of bytes with an address.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// Address of `words[0]`; a multiple of 8.
    pub base: u64,
    /// Contents.
    pub words: Vec<u64>,
    /// Bytes in use; the next allocation starts here.
    pub used: u64,
    /// Bytes that were in use at the start: what is below is compared as it is, what is above by shape.
    pub fixed: u64,
    /// Objects allocated by the trace: (address, size, descriptor's index).
    pub fresh: Vec<(u64, u32, u32)>,
}

impl Memory {
    /// A block of `capacity` bytes of which `used` are the test's own.
    pub fn new(base: u64, capacity: usize, used: u64) -> Memory {
        Memory { base, words: vec![0; capacity / 8], used, fixed: used, fresh: Vec::new() }
    }
    fn at(&self, addr: u64, size: u64) -> Result<u64, String> {
        let off = addr.wrapping_sub(self.base);
        if off.checked_add(size).is_none_or(|end| end > self.used) {
            return Err(format!("access of {size} bytes at {addr:#x} outside memory"));
        }
        if !off.is_multiple_of(size) {
            return Err(format!("unaligned access at {addr:#x}"));
        }
        Ok(off)
    }
    /// Reads and extends.
    pub fn read(&self, addr: u64, ty: MemTy) -> Result<u64, String> {
        let size = ty.size() as u64;
        let off = self.at(addr, size)?;
        let raw = self.words[off as usize / 8] >> (off % 8 * 8);
        Ok(ty.extend(raw))
    }
    /// Writes the low bytes.
    pub fn write(&mut self, addr: u64, ty: MemTy, value: u64) -> Result<(), String> {
        let size = ty.size() as u64;
        let off = self.at(addr, size)?;
        let shift = off % 8 * 8;
        let mask = if size == 8 { !0 } else { ((1u64 << (size * 8)) - 1) << shift };
        let w = &mut self.words[off as usize / 8];
        *w = *w & !mask | value << shift & mask;
        Ok(())
    }
    /// A zeroed object; `None` when the block is full.
    pub fn alloc(&mut self, size: u32, desc: u32) -> Option<u64> {
        let addr = self.base + self.used;
        let end = self.used + size.next_multiple_of(16) as u64;
        if end > self.words.len() as u64 * 8 {
            return None;
        }
        for w in &mut self.words[self.used as usize / 8..end as usize / 8] {
            *w = 0;
        }
        self.used = end;
        self.fresh.push((addr, size, desc));
        Some(addr)
    }
}
