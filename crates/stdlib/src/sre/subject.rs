//! What a pattern is matched against: text or bytes, as the engine's `StrDrive`.

use super::engine::{Request, State, StrDrive, StringCursor};
use super::pattern::Pattern;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use taipan_runtime::objects::memoryview::Buffer;
use taipan_runtime::objects::str::Str;
use taipan_runtime::text::wtf8;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::signals::any_pending;
use taipan_runtime::{Gc, Value, Vm};

/// A subject.
pub enum Subject<'a> {
    /// Text.
    Text(&'a Vm, Gc<Str>),
    /// Bytes.
    Bytes(Buffer<'a>),
}

impl<'a> Subject<'a> {
    /// `v` as a subject.
    pub fn new(vm: &'a Vm, v: Value) -> PyResult<Subject<'a>> {
        if let Some(s) = v.cast::<Str>() {
            return Ok(Subject::Text(vm, s));
        }
        if !vm.has_buffer(v) {
            return Err(
                vm.type_error(format!("expected string or bytes-like object, got '{}'", vm.type_name(v)))
            );
        }
        vm.get_buffer(v).map(Subject::Bytes)
    }
    /// `v` as a subject of `pattern`, which is for text or for bytes.
    pub fn for_pattern(vm: &'a Vm, v: Value, pattern: &Pattern) -> PyResult<Subject<'a>> {
        let s = Subject::new(vm, v)?;
        match (&s, pattern.is_bytes) {
            (Subject::Text(..), Some(true)) => {
                Err(vm.type_error("cannot use a bytes pattern on a string-like object"))
            }
            (Subject::Bytes(_), Some(false)) => {
                Err(vm.type_error("cannot use a string pattern on a bytes-like object"))
            }
            _ => Ok(s),
        }
    }
    /// Length in positions.
    pub fn len(&self) -> usize {
        match self {
            Subject::Text(_, s) => s.char_len(),
            Subject::Bytes(b) => b.len(),
        }
    }
    /// The part `from..to` of `of`, which this is a view of.
    pub fn slice(&self, vm: &Vm, of: Value, from: usize, to: usize) -> Value {
        match self {
            Subject::Text(_, s) => vm.str_substring(*s, from, to).value(),
            Subject::Bytes(b) => {
                if from == 0 && to == b.len() && vm.is_exact(of, taipan_runtime::vm::shape_ids::bytes) {
                    return of;
                }
                let (from, to) = (from.min(b.len()), to.min(b.len()));
                vm.new_bytes(&b[from..to]).value()
            }
        }
    }
    /// The empty string or bytes.
    pub fn empty(&self, vm: &Vm) -> Value {
        match self {
            Subject::Text(..) => vm.str_empty().value(),
            Subject::Bytes(_) => vm.new_bytes(&[]).value(),
        }
    }
    fn run(&self, state: &mut State, r: &Run, codes: &[u32], search: bool) -> bool {
        match self {
            Subject::Text(_, s) if s.is_ascii() => go(Plain(s.as_bytes()), state, r, codes, search),
            Subject::Bytes(b) => go(Plain(b), state, r, codes, search),
            Subject::Text(vm, s) => {
                let cache = Cell::new((0, 0));
                go(Wide { vm, text: *s, cache: &cache }, state, r, codes, search)
            }
        }
    }
}

/// Where a run begins and ends, and how.
#[derive(Clone, Copy)]
pub struct Run {
    /// First position.
    pub start: usize,
    /// End.
    pub end: usize,
    /// Must the match reach the end?
    pub full: bool,
    /// May the match not be empty at `start`?
    pub must_advance: bool,
}

thread_local! {
    /// May a signal break off the match that runs on this thread?
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

/// What a match that a signal broke off unwinds with: the engine has no other way out of its search.
struct Interrupted;

/// Called with each step forward.
#[inline(always)]
fn step() {
    if any_pending() {
        break_off();
    }
}
#[cold]
#[inline(never)]
fn break_off() {
    if ARMED.get() {
        // Only engine frames lie between here and `attempt`, and they own plain memory.
        resume_unwind(Box::new(Interrupted));
    }
}

/// Runs a match that signals may break off: then their handlers run, and the match begins again, to its end.
fn attempt(vm: &Vm, run: impl Fn() -> (bool, State)) -> PyResult<(bool, State)> {
    let armed = ARMED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(&run));
    ARMED.set(armed);
    match result {
        Ok(r) => Ok(r),
        Err(e) if e.is::<Interrupted>() => {
            vm.poll_signals()?;
            let armed = ARMED.replace(false);
            let r = run();
            ARMED.set(armed);
            Ok(r)
        }
        Err(e) => resume_unwind(e),
    }
}

fn go<S: StrDrive>(text: S, state: &mut State, r: &Run, codes: &[u32], search: bool) -> bool {
    let mut req = Request::new(text, r.start, r.end, codes, r.full);
    req.must_advance = r.must_advance;
    state.reset(&req, req.start);
    if search { state.search(req) } else { state.py_match(&req) }
}

/// A found match: spans of all groups, the whole first.
#[derive(Clone)]
pub struct Found {
    /// Start and end of each group; `None` for those that took no part.
    pub spans: Vec<Option<(usize, usize)>>,
    /// Last group that matched, or -1.
    pub last_index: isize,
}

/// Matches or searches once.
pub fn run(vm: &Vm, subject: &Subject, pattern: &Pattern, r: Run, search: bool) -> PyResult<Option<Found>> {
    if r.start > r.end {
        return Ok(None);
    }
    let (matched, state) = attempt(vm, || {
        let mut state = State::default();
        let matched = subject.run(&mut state, &r, &pattern.code, search);
        (matched, state)
    })?;
    if !matched {
        return Ok(None);
    }
    let mut spans = Vec::with_capacity(pattern.groups + 1);
    spans.push(Some((state.start, state.cursor.position)));
    for i in 0..pattern.groups {
        let (a, b) = state.marks.get(i);
        spans.push(match (a.into_option(), b.into_option()) {
            (Some(a), Some(b)) if a <= b => Some((a, b)),
            _ => None,
        });
    }
    Ok(Some(Found { spans, last_index: state.marks.last_index() }))
}

/// Bytes, or ASCII text.
#[derive(Clone, Copy)]
struct Plain<'a>(&'a [u8]);

impl StrDrive for Plain<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }
    #[inline]
    fn create_cursor(&self, n: usize) -> StringCursor {
        self.0.create_cursor(n)
    }
    #[inline]
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        self.0.adjust_cursor(cursor, n)
    }
    #[inline]
    fn advance(cursor: &mut StringCursor) -> u32 {
        let c = <&[u8]>::peek(cursor);
        step();
        <&[u8]>::skip(cursor, 1);
        c
    }
    #[inline]
    fn peek(cursor: &StringCursor) -> u32 {
        <&[u8]>::peek(cursor)
    }
    #[inline]
    fn skip(cursor: &mut StringCursor, n: usize) {
        step();
        <&[u8]>::skip(cursor, n)
    }
    #[inline]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        <&[u8]>::back_advance(cursor)
    }
    #[inline]
    fn back_peek(cursor: &StringCursor) -> u32 {
        <&[u8]>::back_peek(cursor)
    }
    #[inline]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        <&[u8]>::back_skip(cursor, n)
    }
}

/// Other text, through the string's index. `cache` is the last position asked for, as character and byte.
#[derive(Clone, Copy)]
struct Wide<'a> {
    vm: &'a Vm,
    text: Gc<Str>,
    cache: &'a Cell<(usize, usize)>,
}

impl StrDrive for Wide<'_> {
    fn count(&self) -> usize {
        self.text.char_len()
    }
    fn create_cursor(&self, n: usize) -> StringCursor {
        let b = self.text.as_bytes();
        let (char, byte) = self.cache.get();
        let at = if n == char {
            byte
        } else if n == char + 1 && byte < b.len() {
            byte + wtf8::width(b[byte])
        } else {
            self.vm.str_byte_offset(self.text, n)
        };
        self.cache.set((n, at));
        // A cursor of the crate's at this address; what it points to is decoded by its WTF-8 functions.
        let mut cursor = (&b[at..]).create_cursor(0);
        cursor.position = n;
        cursor
    }
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        *cursor = self.create_cursor(n);
    }
    #[inline]
    fn advance(cursor: &mut StringCursor) -> u32 {
        step();
        <&str>::advance(cursor)
    }
    #[inline]
    fn peek(cursor: &StringCursor) -> u32 {
        <&str>::peek(cursor)
    }
    #[inline]
    fn skip(cursor: &mut StringCursor, n: usize) {
        step();
        <&str>::skip(cursor, n)
    }
    #[inline]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        <&str>::back_advance(cursor)
    }
    #[inline]
    fn back_peek(cursor: &StringCursor) -> u32 {
        <&str>::back_peek(cursor)
    }
    #[inline]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        <&str>::back_skip(cursor, n)
    }
}
