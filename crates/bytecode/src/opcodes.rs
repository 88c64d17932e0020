//! The opcode table: every opcode is declared here once, with its operands, effects and documentation.
//!
//! What flows out: `for_each_opcode!`, from which this crate derives the enum, the printer, the parser and the
//! verifier, and from which the interpreter derives its handler table. What must hold: operand fields that a row
//! does not name are zero; a jump's `e` is relative to the next instruction; a backward jump is always one of the
//! rows with the effect LOOP, and those never jump forward.
//!
//! A row is `NAME [field: Role, ...] [EFFECTS];`. Roles are described at [`crate::Role`], effects at
//! [`crate::Effects`].

/// Calls macro `$m` with all rows of the opcode table.
#[macro_export]
macro_rules! for_each_opcode {
    ($m:ident) => {
        $m! {

            // ---- moves and constants
            /// Does nothing.
            NOP [] [];
            /// `a = consts[e]`.
            LOAD_CONST [a: Def, e: Const] [];
            /// `a = b`, unbound included.
            MOVE [a: Def, b: Use] [];
            /// Raises `UnboundLocalError` when local `a` is unbound; `e` names it (see `CodeObject::local_name`).
            CHECK_BOUND [a: Use, e: Local] [RAISES];
            /// Makes local `a` unbound; raises `UnboundLocalError` when it is already.
            DELETE_FAST [a: Kill, e: Local] [RAISES];
            /// Makes register `a` unbound, silently.
            CLEAR_LOCAL [a: Kill] [];

            // ---- names
            /// `a` = global or builtin `names[e]`; `NameError` when there is none.
            LOAD_GLOBAL [a: Def, e: Name] [RAISES];
            /// Global `names[e] = b`.
            STORE_GLOBAL [b: Use, e: Name] [RAISES];
            /// Deletes global `names[e]`.
            DELETE_GLOBAL [e: Name] [RAISES];
            /// `a` = `names[e]` from the namespace in register 0, then globals, then builtins.
            LOAD_NAME [a: Def, e: Name] [RAISES];
            /// Namespace (register 0) `[names[e]] = b`.
            STORE_NAME [b: Use, e: Name] [RAISES];
            /// Deletes `names[e]` from the namespace in register 0.
            DELETE_NAME [e: Name] [RAISES];
            /// `a` = `names[e]` from mapping `b`, then globals, then builtins.
            LOAD_FROM_DICT_OR_GLOBALS [a: Def, b: Use, e: Name] [RAISES];
            /// `a` = the name of free variable `e` from mapping `b`, else the free variable.
            LOAD_FROM_DICT_OR_FREE [a: Def, b: Use, e: Free] [RAISES];
            /// `a` = the name of the cell in `c` (named `e`) from mapping `b`, else the cell's value.
            LOAD_FROM_DICT_OR_CELL [a: Def, b: Use, c: Use, e: Local] [RAISES];
            /// Makes sure that the namespace in register 0 has `__annotations__`.
            SETUP_ANNOTATIONS [] [RAISES];

            // ---- cells and free variables
            /// Wraps the current value of `a` (perhaps unbound) in a new cell, in place.
            MAKE_CELL [a: Mod] [];
            /// `a` = a new empty cell.
            NEW_CELL [a: Def] [];
            /// `a` = value of the cell in `b`; `UnboundLocalError` naming `e` when empty.
            LOAD_CELL [a: Def, b: Use, e: Local] [RAISES];
            /// Sets the cell in `a` to `b`.
            STORE_CELL [a: Use, b: Use] [];
            /// Empties the cell in `a`; `UnboundLocalError` naming `e` when empty already.
            DELETE_CELL [a: Use, e: Local] [RAISES];
            /// `a` = value of free variable `e`; `NameError` when empty.
            LOAD_FREE [a: Def, e: Free] [RAISES];
            /// Sets free variable `e` to `b`.
            STORE_FREE [b: Use, e: Free] [];
            /// Empties free variable `e`; `NameError` when empty already.
            DELETE_FREE [e: Free] [RAISES];
            /// `a` = the cell itself of free variable `e`.
            LOAD_CLOSURE [a: Def, e: Free] [];

            // ---- attributes and items
            /// `a = b.names[e]`.
            LOAD_ATTR [a: Def, b: Use, e: Name] [RAISES];
            /// `a.names[e] = b`.
            STORE_ATTR [a: Use, b: Use, e: Name] [RAISES];
            /// `del a.names[e]`.
            DELETE_ATTR [a: Use, e: Name] [RAISES];
            /// Method `b.names[e]`: callable to window base `a`, self or UNBOUND to `a + 4`.
            LOAD_METHOD [a: MethodDef, b: Use, e: Name] [RAISES];
            /// `a = super(..).names[e]`; `b..b+3` hold the global `super`, the class, self; `d` is 1 for the two-argument form.
            LOAD_SUPER_ATTR [a: Def, b: Uses3, d: Imm, e: Name] [RAISES];
            /// As LOAD_SUPER_ATTR, in window form: callable to `a`, self or UNBOUND to `a + 4`.
            LOAD_SUPER_METHOD [a: MethodDef, b: Uses3, d: Imm, e: Name] [RAISES];
            /// `a = b[c]`.
            GETITEM [a: Def, b: Use, c: Use] [RAISES];
            /// `a = b[e]`, `e` an immediate int.
            GETITEM_I [a: Def, b: Use, e: Int] [RAISES];
            /// `a[b] = c`.
            SETITEM [a: Use, b: Use, c: Use] [RAISES];
            /// `a[e] = c`, `e` an immediate int.
            SETITEM_I [a: Use, c: Use, e: Int] [RAISES];
            /// `del a[b]`.
            DELITEM [a: Use, b: Use] [RAISES];
            /// `a = slice(b, b+1, ..)`, from `c` (2 or 3) registers.
            BUILD_SLICE [a: Def, b: UsesC, c: Imm] [];
            /// `a = b[c : c+1]`.
            GETSLICE [a: Def, b: Use, c: Uses2] [RAISES];
            /// `a[b : b+1] = c`.
            SETSLICE [a: Use, b: Uses2, c: Use] [RAISES];

            // ---- unary
            /// `a = -b`.
            NEG [a: Def, b: Use] [RAISES];
            /// `a = +b`.
            POS [a: Def, b: Use] [RAISES];
            /// `a = ~b`.
            INVERT [a: Def, b: Use] [RAISES];
            /// `a = not b`.
            NOT [a: Def, b: Use] [RAISES];
            /// `a = bool(b)`.
            TO_BOOL [a: Def, b: Use] [RAISES];

            // ---- binary; `d` bit 0: in place (`b op= c`)
            /// `a = b + c`.
            ADD [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b - c`.
            SUB [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b * c`.
            MUL [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b / c`.
            TRUEDIV [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b // c`.
            FLOORDIV [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b % c`.
            MOD [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b ** c`.
            POW [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b @ c`.
            MATMUL [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b << c`.
            LSHIFT [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b >> c`.
            RSHIFT [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b & c`.
            AND [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b | c`.
            OR [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b ^ c`.
            XOR [a: Def, b: Use, c: Use, d: Imm] [RAISES];
            /// `a = b + e`, `e` an immediate int.
            ADD_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b - e`, `e` an immediate int.
            SUB_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b * e`, `e` an immediate int.
            MUL_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b / e`, `e` an immediate int.
            TRUEDIV_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b // e`, `e` an immediate int.
            FLOORDIV_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b % e`, `e` an immediate int.
            MOD_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b ** e`, `e` an immediate int.
            POW_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b << e`, `e` an immediate int.
            LSHIFT_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b >> e`, `e` an immediate int.
            RSHIFT_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b & e`, `e` an immediate int.
            AND_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b | e`, `e` an immediate int.
            OR_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];
            /// `a = b ^ e`, `e` an immediate int.
            XOR_I [a: Def, b: Use, d: Imm, e: Int] [RAISES];

            // ---- comparison
            /// `a = b < c`.
            LT [a: Def, b: Use, c: Use] [RAISES];
            /// `a = b <= c`.
            LE [a: Def, b: Use, c: Use] [RAISES];
            /// `a = b == c`.
            EQ [a: Def, b: Use, c: Use] [RAISES];
            /// `a = b != c`.
            NE [a: Def, b: Use, c: Use] [RAISES];
            /// `a = b > c`.
            GT [a: Def, b: Use, c: Use] [RAISES];
            /// `a = b >= c`.
            GE [a: Def, b: Use, c: Use] [RAISES];
            /// `a = b < e`, `e` an immediate int.
            LT_I [a: Def, b: Use, e: Int] [RAISES];
            /// `a = b <= e`, `e` an immediate int.
            LE_I [a: Def, b: Use, e: Int] [RAISES];
            /// `a = b == e`, `e` an immediate int.
            EQ_I [a: Def, b: Use, e: Int] [RAISES];
            /// `a = b != e`, `e` an immediate int.
            NE_I [a: Def, b: Use, e: Int] [RAISES];
            /// `a = b > e`, `e` an immediate int.
            GT_I [a: Def, b: Use, e: Int] [RAISES];
            /// `a = b >= e`, `e` an immediate int.
            GE_I [a: Def, b: Use, e: Int] [RAISES];
            /// `a = b is c`.
            IS [a: Def, b: Use, c: Use] [];
            /// `a = b is not c`.
            IS_NOT [a: Def, b: Use, c: Use] [];
            /// `a = b in c`.
            CONTAINS [a: Def, b: Use, c: Use] [RAISES];
            /// `a = b not in c`.
            NOT_CONTAINS [a: Def, b: Use, c: Use] [RAISES];

            // ---- jumps (forward; backward ones are the LOOP forms below)
            /// Jumps.
            JUMP [e: Jump] [TERM];
            /// Jumps when `a` is true.
            JUMP_IF_TRUE [a: Use, e: Jump] [RAISES];
            /// Jumps when `a` is false.
            JUMP_IF_FALSE [a: Use, e: Jump] [RAISES];
            /// Jumps when `a` is None.
            JUMP_IF_NONE [a: Use, e: Jump] [];
            /// Jumps when `a` is not None.
            JUMP_IF_NOT_NONE [a: Use, e: Jump] [];
            /// Jumps when `a is b`.
            JIS [a: Use, b: Use, e: Jump] [];
            /// Jumps when `a is not b`.
            JIS_NOT [a: Use, b: Use, e: Jump] [];
            /// Jumps when `a < b`.
            JLT [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `a <= b`.
            JLE [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `a == b`.
            JEQ [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `a != b`.
            JNE [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `a > b`.
            JGT [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `a >= b`.
            JGE [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `not (a < b)`.
            JNLT [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `not (a <= b)`.
            JNLE [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `not (a == b)`.
            JNEQ [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `not (a != b)`.
            JNNE [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `not (a > b)`.
            JNGT [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `not (a >= b)`.
            JNGE [a: Use, b: Use, e: Jump] [RAISES];
            /// Jumps when `a < c`, `c` an immediate int of 16 bits.
            JLT_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `a <= c`, `c` an immediate int of 16 bits.
            JLE_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `a == c`, `c` an immediate int of 16 bits.
            JEQ_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `a != c`, `c` an immediate int of 16 bits.
            JNE_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `a > c`, `c` an immediate int of 16 bits.
            JGT_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `a >= c`, `c` an immediate int of 16 bits.
            JGE_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `not (a < c)`, `c` an immediate int of 16 bits.
            JNLT_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `not (a <= c)`, `c` an immediate int of 16 bits.
            JNLE_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `not (a == c)`, `c` an immediate int of 16 bits.
            JNEQ_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `not (a != c)`, `c` an immediate int of 16 bits.
            JNNE_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `not (a > c)`, `c` an immediate int of 16 bits.
            JNGT_I [a: Use, c: SImm, e: Jump] [RAISES];
            /// Jumps when `not (a >= c)`, `c` an immediate int of 16 bits.
            JNGE_I [a: Use, c: SImm, e: Jump] [RAISES];

            // ---- back edges: the VM counts, polls the interrupt word, and may enter compiled code
            /// Jumps back.
            LOOP_JUMP [e: Jump] [RAISES | TERM | LOOP];
            /// Jumps back when `a` is true.
            LOOP_IF_TRUE [a: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a` is false.
            LOOP_IF_FALSE [a: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a` is None.
            LOOP_IF_NONE [a: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a` is not None.
            LOOP_IF_NOT_NONE [a: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a is b`.
            LOOP_IS [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a is not b`.
            LOOP_IS_NOT [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a < b`.
            LOOP_LT [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a <= b`.
            LOOP_LE [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a == b`.
            LOOP_EQ [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a != b`.
            LOOP_NE [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a > b`.
            LOOP_GT [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a >= b`.
            LOOP_GE [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a < b)`.
            LOOP_NLT [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a <= b)`.
            LOOP_NLE [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a == b)`.
            LOOP_NEQ [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a != b)`.
            LOOP_NNE [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a > b)`.
            LOOP_NGT [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a >= b)`.
            LOOP_NGE [a: Use, b: Use, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a < c`, `c` an immediate int of 16 bits.
            LOOP_LT_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a <= c`, `c` an immediate int of 16 bits.
            LOOP_LE_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a == c`, `c` an immediate int of 16 bits.
            LOOP_EQ_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a != c`, `c` an immediate int of 16 bits.
            LOOP_NE_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a > c`, `c` an immediate int of 16 bits.
            LOOP_GT_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `a >= c`, `c` an immediate int of 16 bits.
            LOOP_GE_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a < c)`, `c` an immediate int of 16 bits.
            LOOP_NLT_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a <= c)`, `c` an immediate int of 16 bits.
            LOOP_NLE_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a == c)`, `c` an immediate int of 16 bits.
            LOOP_NEQ_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a != c)`, `c` an immediate int of 16 bits.
            LOOP_NNE_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a > c)`, `c` an immediate int of 16 bits.
            LOOP_NGT_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// Jumps back when `not (a >= c)`, `c` an immediate int of 16 bits.
            LOOP_NGE_I [a: Use, c: SImm, e: Jump] [RAISES | LOOP];
            /// `a` = next item of iterator `b` and jumps back; falls through when exhausted (`a` unchanged).
            LOOP_FOR_ITER [a: Def, b: Iter, e: Jump] [RAISES | LOOP];
            /// Jumps back without polling: between a `YIELD` and its `SEND`.
            JUMP_BACK_NO_INTERRUPT [e: Jump] [TERM | LOOP];

            // ---- iteration; an iterator occupies `b`, `b+1`, `b+2`: the latter two are the VM's
            /// `a..a+3` = iterator over `b`.
            GET_ITER [a: IterDef, b: Use] [RAISES];
            /// `a` = iterator over `b` as an object of its own (what a generator expression is passed).
            GET_ITER_OBJECT [a: Def, b: Use] [RAISES];
            /// `a..a+3` = the iterator that `b` holds already (argument of a generator expression).
            MOVE_ITER [a: IterDef, b: Use] [];
            /// `a` = next item of iterator `b`; jumps when exhausted (`a` unchanged).
            FOR_ITER [a: Def, b: Iter, e: Jump] [RAISES];

            // ---- calls; a window is `callable, 3 reserved, arguments`; see the crate's documentation
            /// `a = callable(args)`; `c` arguments from `b + 4`.
            CALL [a: Def, b: CallWin, c: Imm] [RAISES | CALL];
            /// `a = callable([self,] args)`; self or UNBOUND in `b + 4`, `c` arguments from `b + 5`.
            CALL_METHOD [a: Def, b: MethodWin, c: Imm] [RAISES | CALL];
            /// As CALL; the last `len(consts[e])` of the `c` arguments are keyword values named by that tuple.
            CALL_KW [a: Def, b: CallWin, c: Imm, e: Const] [RAISES | CALL];
            /// As CALL_METHOD with keyword names `consts[e]`.
            CALL_METHOD_KW [a: Def, b: MethodWin, c: Imm, e: Const] [RAISES | CALL];
            /// `a = callable(*args, **kwargs)`; iterable in `b + 4`, dict or UNBOUND in `b + 5`.
            CALL_EX [a: Def, b: ExWin] [RAISES | CALL];
            /// Returns `a`.
            RETURN [a: Use] [TERM];
            /// Returns `consts[e]`.
            RETURN_CONST [e: Const] [TERM];

            // ---- generators and coroutines
            /// At entry: moves the frame into a new generator, coroutine or async generator and returns that; execution continues behind it.
            RETURN_GENERATOR [] [];
            /// Yields `b`; `a` = what is sent. `d` = 1: on behalf of sub-iterator `c` (else `c` is unused).
            YIELD [a: Def, b: Use, c: YieldFrom, d: Imm] [RAISES];
            /// Sends `c` to iterator `b`: `a` = yielded value; when it finished, `a` = its result and jumps.
            SEND [a: Def, b: Use, c: Use, e: Jump] [RAISES];
            /// `a` = iterator that `await b` drives; `d`: 0 plain, 1 `__aenter__`, 2 `__aexit__` (for the message).
            GET_AWAITABLE [a: Def, b: Use, d: Imm] [RAISES];
            /// `a = aiter(b)`.
            GET_AITER [a: Def, b: Use] [RAISES];
            /// `a` = awaitable of `anext(b)`.
            GET_ANEXT [a: Def, b: Use] [RAISES];
            /// Exception `a` of an `anext`: goes on when it is `StopAsyncIteration`, else re-raises.
            END_ASYNC_FOR [a: Use] [RAISES];
            /// `a` = iterator for `yield from b` (coroutines are allowed in coroutines only).
            GET_YIELD_FROM_ITER [a: Def, b: Use] [RAISES];
            /// Exception `b` left a sub-iterator in `throw`: `a` = value of a `StopIteration`, else re-raises.
            CLEANUP_THROW [a: Def, b: Use] [RAISES];
            /// `a` = `b` wrapped as a value that an async generator yields.
            ASYNC_GEN_WRAP [a: Def, b: Use] [];

            // ---- unpacking
            /// `a..a+c` = exactly `c` items of `b`; writes all or none.
            UNPACK_SEQ [a: DefsC, b: Use, c: Imm] [RAISES];
            /// `a..` = first `c` items of `b`, a list of the middle ones, last `d` items; writes all or none.
            UNPACK_EX [a: DefsEx, b: Use, c: Imm, d: Imm] [RAISES];

            // ---- displays
            /// `a` = list of `c` registers from `b`.
            BUILD_LIST [a: Def, b: UsesC, c: Imm] [];
            /// `a` = tuple of `c` registers from `b`.
            BUILD_TUPLE [a: Def, b: UsesC, c: Imm] [];
            /// `a` = set of `c` registers from `b`.
            BUILD_SET [a: Def, b: UsesC, c: Imm] [RAISES];
            /// `a` = dict of `c` key, value pairs from `b`.
            BUILD_MAP [a: Def, b: Uses2C, c: Imm] [RAISES];
            /// `a` = concatenation of `c` strings from `b`.
            BUILD_STRING [a: Def, b: UsesC, c: Imm] [RAISES];
            /// `a.append(b)`.
            LIST_APPEND [a: Use, b: Use] [RAISES];
            /// `a.add(b)`.
            SET_ADD [a: Use, b: Use] [RAISES];
            /// `a[b] = c` in a dict display or comprehension.
            MAP_ADD [a: Use, b: Use, c: Use] [RAISES];
            /// Extends list `a` by the `c` registers from `b`.
            LIST_APPEND_N [a: Use, b: UsesC, c: Imm] [RAISES];
            /// Adds the `c` registers from `b` to set `a`.
            SET_ADD_N [a: Use, b: UsesC, c: Imm] [RAISES];
            /// Adds the `c` key, value pairs from `b` to dict `a`.
            MAP_ADD_N [a: Use, b: Uses2C, c: Imm] [RAISES];
            /// Extends list `a` by iterable `b`.
            LIST_EXTEND [a: Use, b: Use] [RAISES];
            /// Adds the items of iterable `b` to set `a`.
            SET_UPDATE [a: Use, b: Use] [RAISES];
            /// Adds the items of mapping `b` to dict `a`.
            DICT_UPDATE [a: Use, b: Use] [RAISES];
            /// Adds mapping `b` of keyword arguments to dict `a`; a duplicate raises `TypeError` naming callable `c`.
            DICT_MERGE [a: Use, b: Use, c: Use] [RAISES];
            /// `a` = tuple of the items of list `b`.
            LIST_TO_TUPLE [a: Def, b: Use] [];
            /// `a = format(b, '')`.
            FORMAT_SIMPLE [a: Def, b: Use] [RAISES];
            /// `a = format(b, c)`.
            FORMAT_SPEC [a: Def, b: Use, c: Use] [RAISES];
            /// `a` = `str(b)`, `repr(b)` or `ascii(b)` for `d` = 1, 2, 3.
            CONVERT [a: Def, b: Use, d: Imm] [RAISES];
            /// `a` = template of the strings tuple `b` and the interpolations tuple `c`.
            BUILD_TEMPLATE [a: Def, b: Use, c: Use] [RAISES];
            /// `a` = interpolation of `c` (2 or 3) registers from `b`: value, source text, format spec; `d` = conversion as in CONVERT, or 0.
            BUILD_INTERPOLATION [a: Def, b: UsesC, c: Imm, d: Imm] [RAISES];

            // ---- functions and classes
            /// `a` = function of code `consts[e]`.
            MAKE_FUNCTION [a: Def, e: Const] [];
            /// Sets an attribute of function `a` to `b`; `d` is a `FuncAttr`.
            SET_FUNC_ATTR [a: Use, b: Use, d: Imm] [];
            /// `a = builtins.__build_class__`.
            LOAD_BUILD_CLASS [a: Def] [RAISES];
            /// `a` = the constant of `CommonConst` number `d`.
            LOAD_COMMON [a: Def, d: Imm] [];
            /// `a = Intrinsic1[d](b)`.
            INTRINSIC1 [a: Def, b: Use, d: Imm] [RAISES];
            /// `a = Intrinsic2[d](b, c)`.
            INTRINSIC2 [a: Def, b: Use, c: Use, d: Imm] [RAISES];

            // ---- imports
            /// `a = __import__(names[e], globals, locals, fromlist=b, level=c)`.
            IMPORT_NAME [a: Def, b: Use, c: Imm, e: Name] [RAISES];
            /// `a` = attribute or submodule `names[e]` of module `b`.
            IMPORT_FROM [a: Def, b: Use, e: Name] [RAISES];
            /// Binds all public names of module `a` in the namespace (register 0).
            IMPORT_STAR [a: Use] [RAISES];

            // ---- exceptions
            /// At a handler's entry: `a` = the exception handled so far (or None), and `b` becomes the handled one.
            PUSH_EXC [a: Def, b: Use] [];
            /// Makes `a` the handled exception again.
            POP_EXC [a: Use] [];
            /// `a` = whether exception `b` matches class or tuple of classes `c`.
            CHECK_EXC_MATCH [a: Def, b: Use, c: Use] [RAISES];
            /// Splits exception (group) `b` by `c`: `a` = rest, `a + 1` = match, None where empty.
            CHECK_EG_MATCH [a: Defs2, b: Use, c: Use] [RAISES];
            /// Re-raises the exception being handled (`raise` alone).
            RAISE_CURRENT [] [RAISES | TERM];
            /// `raise a`.
            RAISE [a: Use] [RAISES | TERM];
            /// `raise a from b`.
            RAISE_FROM [a: Use, b: Use] [RAISES | TERM];
            /// Goes on with exception `a` as it is: no new traceback entry.
            RERAISE [a: Use] [RAISES | TERM];

            // ---- with
            /// Special method number `d` (`SpecialMethod`) of `b`: callable to `a`, self or UNBOUND to `a + 4`.
            LOAD_SPECIAL [a: MethodDef, b: Use, d: Imm] [RAISES];
            /// Prepares window `a` for `CALL_METHOD` with 3 arguments: copies callable and self of window `b`, and the type, value and traceback of exception `c`.
            WITH_EXCEPT_START [a: ExitDef, b: ExitUse, c: Use] [];

            // ---- match
            /// `a` = whether `b` is a sequence in the sense of `match`.
            MATCH_SEQUENCE [a: Def, b: Use] [];
            /// `a` = whether `b` is a mapping in the sense of `match`.
            MATCH_MAPPING [a: Def, b: Use] [];
            /// `a` = tuple of the values of the keys in tuple `c` in mapping `b`, or None.
            MATCH_KEYS [a: Def, b: Use, c: Use] [RAISES];
            /// `a` = tuple of `d` positional attributes and those named by `consts[e]` of `b` when it is an instance of `c`, or None.
            MATCH_CLASS [a: Def, b: Use, c: Use, d: Imm, e: Const] [RAISES];
            /// `a = len(b)`.
            GET_LEN [a: Def, b: Use] [RAISES];

        }
    };
}
