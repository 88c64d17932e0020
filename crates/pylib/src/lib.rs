//! The standard library's Python part as data: sources and code of every module, found by name.
//!
//! In: the blob that the build script packed (from CPython 3.14's library, see `build/`). Out: [`find`], which costs a
//! binary search over a sorted table and nothing at start-up: no index is built, no page is touched that is not asked
//! for.
//!
//! The blob: 8 bytes of magic, `u32` number of rows, 4 bytes of padding; then rows of 32 bytes, sorted by name: name
//! offset `u32` and length `u16`, flags `u16`, path offset `u32` (it ends where the source starts), source offset,
//! packed length and length (`u32` each), code offset and length (`u32` each); then what the offsets point at. All
//! numbers are little endian, all offsets count from the blob's start.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

/// The folder that packed modules say they lie in. No file system has it: sources are asked for here.
pub const ROOT: &str = "<stdlib>";

const HEADER: usize = 16;
const ROW: usize = 32;
const MODULE: u16 = 1;
const PACKAGE: u16 = 2;

/// A module of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrozenModule {
    row: usize,
}

/// The module called `name` (dotted), if the library has it.
pub fn find(name: &str) -> Option<FrozenModule> {
    lookup(name).filter(|m| m.flags() & MODULE != 0)
}

/// A data file of the library by its path below the library's top, such as `venv/scripts/common/activate`.
pub fn data_file(path: &str) -> Option<Vec<u8>> {
    lookup(&format!("/{path}")).map(FrozenModule::contents)
}

/// The module with this [`FrozenModule::filename`].
pub fn find_filename(filename: &str) -> Option<FrozenModule> {
    let path = filename.strip_prefix(ROOT)?.strip_prefix('/')?.strip_suffix(".py")?;
    let name = path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".");
    find(&name).filter(|module| module.path().strip_suffix(".py") == Some(path))
}

/// Every module of the library, sorted by name.
pub fn modules() -> impl Iterator<Item = FrozenModule> {
    (0..count()).map(|row| FrozenModule { row }).filter(|m| m.flags() & MODULE != 0)
}

/// Every data file's path.
pub fn data_files() -> impl Iterator<Item = &'static str> {
    (0..count()).map(|row| FrozenModule { row }).filter(|m| m.flags() & MODULE == 0).map(|m| m.path())
}

impl FrozenModule {
    /// Its dotted name.
    pub fn name(self) -> &'static str {
        let start = self.u32_at(0);
        text(start, start + self.u16_at(4) as usize)
    }

    /// Whether it is a package.
    pub fn is_package(self) -> bool {
        self.flags() & PACKAGE != 0
    }

    /// The path of its source below the library's top: `json/decoder.py`.
    pub fn path(self) -> &'static str {
        text(self.u32_at(8), self.u32_at(12))
    }

    /// The file that its code says it was compiled from: `<stdlib>/json/decoder.py`.
    pub fn filename(self) -> String {
        format!("{ROOT}/{}", self.path())
    }

    /// Its compiled code in the encoding of the bytecode crate; empty where it does not compile.
    pub fn code(self) -> &'static [u8] {
        let start = self.u32_at(24);
        &BLOB[start..start + self.u32_at(28)]
    }

    /// Its source text, unpacked anew at each call. All of the library is UTF-8.
    pub fn source(self) -> String {
        String::from_utf8(self.contents())
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
    }

    /// The length of its source in bytes, without unpacking it.
    pub fn source_size(self) -> usize {
        self.u32_at(20)
    }

    fn contents(self) -> Vec<u8> {
        let start = self.u32_at(12);
        let packed = &BLOB[start..start + self.u32_at(16)];
        miniz_oxide::inflate::decompress_to_vec_with_limit(packed, self.source_size()).unwrap_or_default()
    }

    fn flags(self) -> u16 {
        self.u16_at(6)
    }

    fn u32_at(self, offset: usize) -> usize {
        let at = HEADER + self.row * ROW + offset;
        u32::from_le_bytes([BLOB[at], BLOB[at + 1], BLOB[at + 2], BLOB[at + 3]]) as usize
    }

    fn u16_at(self, offset: usize) -> u16 {
        let at = HEADER + self.row * ROW + offset;
        u16::from_le_bytes([BLOB[at], BLOB[at + 1]])
    }
}

fn count() -> usize {
    u32::from_le_bytes([BLOB[8], BLOB[9], BLOB[10], BLOB[11]]) as usize
}

fn text(start: usize, end: usize) -> &'static str {
    std::str::from_utf8(&BLOB[start..end]).unwrap_or_default()
}

fn lookup(name: &str) -> Option<FrozenModule> {
    let (mut low, mut high) = (0, count());
    while low < high {
        let row = (low + high) / 2;
        let module = FrozenModule { row };
        match module.name().cmp(name) {
            std::cmp::Ordering::Equal => return Some(module),
            std::cmp::Ordering::Less => low = row + 1,
            std::cmp::Ordering::Greater => high = row,
        }
    }
    None
}

#[cfg(test)]
mod tests;
