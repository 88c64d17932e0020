//! `try`, `with` and unwinding.
//!
//! A handler's entry saves the handled exception (`PUSH_EXC`) and every way out of it restores that (`POP_EXC`);
//! `finally` bodies are generated once per way out. What must hold: while code of a way out is generated, the block
//! stack and the handler in force are those outside the block that is left.

use crate::codegen::{Compiler, R};
use crate::error::syntax;
use crate::unit::{Block, BlockKind, Label, Reg};
use ruff_python_ast::*;
use ruff_text_size::Ranged;
use taipan_bytecode::{Const, Intrinsic2, Op, Position, SpecialMethod};

/// The registers and the cleanup label of a handler.
#[derive(Clone, Copy)]
struct Entry {
    exc: Reg,
    prev: Reg,
    exc2: Reg,
    target: Label,
    cleanup: Label,
    outer: Option<usize>,
    /// Handler in force inside the handler's own code.
    inner: usize,
}

impl<'a> Compiler<'a> {
    /// Allocates what a handler needs and puts it in force.
    fn open_handler(&mut self) -> Entry {
        let exc = self.u.temp();
        let prev = self.u.temp();
        let exc2 = self.u.temp();
        let (target, cleanup) = (self.u.label(), self.u.label());
        let outer = self.u.handler;
        let h = self.u.new_handler(target, exc);
        let inner = self.u.new_handler(cleanup, exc2);
        self.u.handler = Some(h);
        Entry { exc, prev, exc2, target, cleanup, outer, inner }
    }

    /// The entry of the handler.
    fn enter_handler(&mut self, e: &Entry) {
        self.u.handler = e.outer;
        self.u.place(e.target);
        // Of no line: what follows is the handler's.
        let pos = std::mem::replace(&mut self.u.pos, Position::NONE);
        self.op(Op::PUSH_EXC, e.prev, e.exc, 0);
        self.u.pos = pos;
        self.u.handler = Some(e.inner);
    }

    /// The code that runs when the handler itself raises.
    fn handler_cleanup(&mut self, e: &Entry) {
        self.u.handler = e.outer;
        self.u.place(e.cleanup);
        let saved = std::mem::replace(&mut self.u.pos, Position::NONE);
        self.op(Op::POP_EXC, e.prev, 0, 0);
        self.op(Op::RERAISE, e.exc2, 0, 0);
        self.u.pos = saved;
    }

    fn push(&mut self, kind: BlockKind<'a>, outer: Option<usize>) -> R {
        self.check_blocks()?;
        self.u.blocks.push(Block { kind, outer });
        Ok(())
    }

    /// Blocks may be nested no deeper than in CPython.
    pub fn check_blocks(&self) -> R {
        const MOST: usize = 20;
        if self.u.blocks.len() < MOST {
            return Ok(());
        }
        let p = self.u.pos;
        let mut f = crate::error::placeless(
            crate::error::ErrorKind::SyntaxError,
            "too many statically nested blocks",
        );
        f.at = Some((p.line as u32, p.col as u32 + 1, p.end_line as u32, p.end_col as u32 + 1));
        Err(f)
    }

    /// Leaves all blocks down to `down_to`; a value in `keep` survives. Where that ran code, what follows belongs to
    /// no line of its own.
    pub fn unwind(&mut self, down_to: usize, keep: Option<Reg>) -> R {
        if self.u.blocks.len() <= down_to {
            return Ok(());
        }
        let blocks = self.u.blocks.clone();
        let handler = self.u.handler;
        let mut pos = self.u.pos;
        let nest = self.u.finally_nest.clone();
        for i in (down_to..blocks.len()).rev() {
            let b = blocks[i];
            self.u.blocks.truncate(i);
            match b.kind {
                BlockKind::Loop { .. } => {
                    self.u.finally_nest.pop();
                }
                BlockKind::Try | BlockKind::ExceptStar => {}
                BlockKind::Finally { body } => {
                    self.u.handler = b.outer;
                    self.u.finally_nest.push(true);
                    self.conditional_body(body)?;
                    self.u.finally_nest.pop();
                    pos = Position::NONE;
                    self.u.pos = pos;
                }
                BlockKind::FinallyEnd { prev } => {
                    self.u.handler = b.outer;
                    self.op(Op::POP_EXC, prev, 0, 0);
                    self.u.finally_nest.pop();
                }
                BlockKind::Handler { prev, name } => {
                    self.u.handler = b.outer;
                    self.op(Op::POP_EXC, prev, 0, 0);
                    if let Some(n) = name {
                        self.unbind(n);
                    }
                }
                BlockKind::With { window, is_async, pos: with_pos } => {
                    self.u.handler = b.outer;
                    self.u.pos = with_pos;
                    self.call_exit(window, is_async, keep.is_some())?;
                    pos = Position::NONE;
                    self.u.pos = pos;
                }
            }
        }
        self.u.blocks = blocks;
        self.u.handler = handler;
        self.u.pos = pos;
        self.u.finally_nest = nest;
        Ok(())
    }

    /// `del name`, silently: what the end of an `except ... as name` clause does.
    fn unbind(&mut self, name: &str) {
        let n = self.mangled(name);
        if let crate::codegen::Var::Fast(l) = self.var(&n) {
            self.op(Op::CLEAR_LOCAL, l.reg, 0, 0);
            return;
        }
        let m = self.u.mark();
        let t = self.u.temp();
        self.load_const(t, Const::None);
        self.store_name(name, t);
        self.delete_name(name);
        self.u.release(m);
    }

    // ---- try

    pub fn try_stmt(&mut self, t: &'a StmtTry) -> R {
        if t.finalbody.is_empty() {
            return self.try_handlers(t);
        }
        let pos = self.u.pos;
        self.u.line();
        let end = self.u.label();
        let e = self.open_handler();
        self.push(BlockKind::Finally { body: &t.finalbody }, e.outer)?;
        if t.handlers.is_empty() {
            self.conditional_body(&t.body)?;
            self.conditional_body(&t.orelse)?;
        } else {
            self.try_handlers(t)?;
        }
        self.u.blocks.pop();
        self.u.handler = e.outer;
        self.u.finally_nest.push(true);
        if self.u.falls_through() {
            self.conditional_body(&t.finalbody)?;
            self.goto_quietly(end);
        }
        self.u.pos = pos;
        self.enter_handler(&e);
        self.push(BlockKind::FinallyEnd { prev: e.prev }, e.outer)?;
        self.conditional_body(&t.finalbody)?;
        self.u.blocks.pop();
        self.u.finally_nest.pop();
        self.u.pos = Position::NONE;
        self.op(Op::RERAISE, e.exc, 0, 0);
        self.handler_cleanup(&e);
        self.u.pos = pos;
        self.u.place(end);
        Ok(())
    }

    fn try_handlers(&mut self, t: &'a StmtTry) -> R {
        let pos = self.u.pos;
        self.u.line();
        let m = self.u.mark();
        let end = self.u.label();
        let e = self.open_handler();
        self.push(BlockKind::Try, e.outer)?;
        self.conditional_body(&t.body)?;
        self.u.blocks.pop();
        self.u.handler = e.outer;
        self.conditional_body(&t.orelse)?;
        if self.u.falls_through() {
            self.goto_quietly(end);
        }
        self.u.pos = pos;
        self.enter_handler(&e);
        if t.is_star {
            self.star_clauses(t, &e, end)?;
        } else {
            self.clauses(t, &e, end)?;
        }
        self.handler_cleanup(&e);
        self.u.pos = pos;
        self.u.place(end);
        self.u.release(m);
        Ok(())
    }

    fn clauses(&mut self, t: &'a StmtTry, e: &Entry, end: Label) -> R {
        let count = t.handlers.len();
        for (i, ExceptHandler::ExceptHandler(h)) in t.handlers.iter().enumerate() {
            self.at(h.range);
            let next = self.u.label();
            match &h.type_ {
                Some(ty) => {
                    let m = self.u.mark();
                    let c = self.expr(ty)?;
                    self.at(ty.range());
                    let hit = self.u.temp();
                    self.op(Op::CHECK_EXC_MATCH, hit, e.exc, c);
                    self.jump(Op::JUMP_IF_FALSE, hit, 0, 0, next);
                    self.u.release(m);
                }
                None if i + 1 < count => return Err(syntax(h.range, "default 'except:' must be last")),
                None => {}
            }
            self.at(h.range);
            if h.type_.is_none() {
                self.u.line();
            }
            let m = self.u.mark();
            if let Some(name) = &h.name {
                self.store_name(name, e.exc);
                let (failed, exc3) = (self.u.label(), self.u.temp());
                let body_handler = self.u.new_handler(failed, exc3);
                self.u.handler = Some(body_handler);
                self.push(BlockKind::Handler { prev: e.prev, name: Some(name) }, e.outer)?;
                self.conditional_body(&h.body)?;
                self.u.blocks.pop();
                self.u.handler = e.outer;
                self.u.pos = Position::NONE;
                if self.u.falls_through() {
                    self.op(Op::POP_EXC, e.prev, 0, 0);
                    self.unbind(name);
                    self.goto_quietly(end);
                }
                self.u.handler = Some(e.inner);
                self.u.place(failed);
                self.unbind(name);
                self.op(Op::RERAISE, exc3, 0, 0);
            } else {
                self.push(BlockKind::Handler { prev: e.prev, name: None }, e.outer)?;
                self.conditional_body(&h.body)?;
                self.u.blocks.pop();
                self.u.handler = e.outer;
                self.u.pos = Position::NONE;
                if self.u.falls_through() {
                    self.op(Op::POP_EXC, e.prev, 0, 0);
                    self.goto_quietly(end);
                }
                self.u.handler = Some(e.inner);
            }
            self.u.release(m);
            self.u.place(next);
        }
        self.u.pos = Position::NONE;
        self.op(Op::RERAISE, e.exc, 0, 0);
        Ok(())
    }

    fn star_clauses(&mut self, t: &'a StmtTry, e: &Entry, end: Label) -> R {
        let raised = self.u.temp();
        // The rest that no clause has matched, and the match of the current clause.
        let rest = self.u.temps(2);
        let matched = rest + 1;
        if let Some(ExceptHandler::ExceptHandler(h)) = t.handlers.first() {
            self.at(h.range);
        }
        self.op(Op::BUILD_LIST, raised, raised, 0);
        self.mov(rest, e.exc);
        for ExceptHandler::ExceptHandler(h) in &t.handlers {
            self.at(h.range);
            let next = self.u.label();
            let m = self.u.mark();
            if let Some(ty) = &h.type_ {
                let c = self.expr(ty)?;
                self.at(ty.range());
                self.op(Op::CHECK_EG_MATCH, rest, rest, c);
            }
            self.u.release(m);
            self.jump(Op::JUMP_IF_NONE, matched, 0, 0, next);
            self.op(Op::POP_EXC, matched, 0, 0);
            let name = h.name.as_ref().map(|n| n.as_str());
            if let Some(n) = name {
                self.store_name(n, matched);
            }
            let (failed, exc3) = (self.u.label(), self.u.temp());
            let body_handler = self.u.new_handler(failed, exc3);
            self.u.handler = Some(body_handler);
            self.push(BlockKind::ExceptStar, e.outer)?;
            self.conditional_body(&h.body)?;
            self.u.blocks.pop();
            self.u.handler = Some(e.inner);
            self.u.pos = Position::NONE;
            if let Some(n) = name {
                self.unbind(n);
            }
            self.goto(next);
            self.u.place(failed);
            if let Some(n) = name {
                self.unbind(n);
            }
            self.op(Op::LIST_APPEND, raised, exc3, 0);
            self.u.place(next);
            self.u.release(m);
        }
        self.u.pos = Position::NONE;
        self.op(Op::LIST_APPEND, raised, rest, 0);
        self.op_d(Op::INTRINSIC2, raised, e.exc, raised, Intrinsic2::PrepReraiseStar as u32);
        let again = self.u.label();
        self.jump(Op::JUMP_IF_NOT_NONE, raised, 0, 0, again);
        self.u.handler = e.outer;
        self.op(Op::POP_EXC, e.prev, 0, 0);
        self.goto_quietly(end);
        self.u.place(again);
        self.op(Op::POP_EXC, e.prev, 0, 0);
        self.op(Op::RERAISE, raised, 0, 0);
        Ok(())
    }

    // ---- with

    pub fn with_stmt(&mut self, w: &'a StmtWith) -> R {
        if w.is_async && !self.in_async() {
            return Err(syntax(w.range, "'async with' outside async function"));
        }
        self.with_items(w, &w.items)
    }

    fn with_items(&mut self, w: &'a StmtWith, items: &'a [WithItem]) -> R {
        let Some((item, rest)) = items.split_first() else {
            return self.conditional_body(&w.body);
        };
        let (enter, exit) = if w.is_async {
            (SpecialMethod::AEnter, SpecialMethod::AExit)
        } else {
            (SpecialMethod::Enter, SpecialMethod::Exit)
        };
        let m = self.u.mark();
        let end = self.u.label();
        let saved_handler = self.u.handler;
        let e = self.open_handler();
        self.u.handler = saved_handler;
        // The exit method's window, its three arguments included.
        let window = self.u.temps(8);
        let inner = self.u.mark();
        let mgr = self.expr(&item.context_expr)?;
        self.at(item.context_expr.range());
        let pos = self.u.pos;
        self.op_d(Op::LOAD_SPECIAL, window, mgr, 0, exit as u32);
        let base = self.u.temps(5);
        self.op_d(Op::LOAD_SPECIAL, base, mgr, 0, enter as u32);
        self.u.release(inner);
        let mut value = self.u.temp();
        self.u.temps(4);
        // The window may start at or above the register of the result.
        self.op(Op::CALL_METHOD, value, base, 0);
        self.u.release(inner);
        self.u.temp();
        if w.is_async {
            value = self.await_value(value, 1, None, inner)?;
        }
        self.u.handler = self.last_handler_of(&e);
        self.push(BlockKind::With { window, is_async: w.is_async, pos }, e.outer)?;
        if let Some(v) = &item.optional_vars {
            self.store(v, value)?;
        }
        self.u.release(inner);
        self.with_items(w, rest)?;
        self.u.blocks.pop();
        self.u.handler = e.outer;
        self.u.pos = pos;
        if self.u.falls_through() {
            self.call_exit(window, w.is_async, false)?;
            self.goto_quietly(end);
        }
        self.enter_handler(&e);
        let win = self.u.temps(8);
        self.op(Op::WITH_EXCEPT_START, win, window, e.exc);
        self.op(Op::CALL_METHOD, win, win, 3);
        let mut r = win;
        if w.is_async {
            let m2 = self.u.mark();
            r = self.await_value(win, 2, Some(win), m2)?;
        }
        let suppressed = self.u.label();
        self.jump(Op::JUMP_IF_TRUE, r, 0, 0, suppressed);
        self.op(Op::RERAISE, e.exc, 0, 0);
        self.u.place(suppressed);
        self.u.handler = e.outer;
        self.op(Op::POP_EXC, e.prev, 0, 0);
        self.goto_quietly(end);
        self.handler_cleanup(&e);
        self.u.pos = pos;
        self.u.place(end);
        self.u.release(m);
        Ok(())
    }

    /// The handler that `open_handler` made for the body.
    fn last_handler_of(&self, e: &Entry) -> Option<usize> {
        self.u.handlers.iter().position(|h| h.0 == e.target)
    }

    /// Calls the exit method in `window` with three Nones; `keep`: something above the window is live.
    fn call_exit(&mut self, window: Reg, is_async: bool, keep: bool) -> R {
        let m = self.u.mark();
        let w = if keep {
            let w = self.u.temps(8);
            self.mov(w, window);
            self.mov(w + 4, window + 4);
            w
        } else {
            window
        };
        for i in 5..8 {
            self.load_const(w + i, Const::None);
        }
        // The result goes where the first argument was: it is not needed afterwards.
        self.op(Op::CALL_METHOD, w + 5, w, 3);
        if is_async {
            let m2 = self.u.mark();
            self.await_value(w + 5, 2, Some(w + 5), m2)?;
        }
        self.u.release(m);
        Ok(())
    }
}
