"""What `dis` says about code objects: the register bytecode that they hold.

`dis` calls `install` with its namespace. An instruction's `arg` shows its operands as Taipan's own listings do
(`r` registers, `k` constants, `n` names, `l` locals, `f` free variables); `argval` is what the last of them stands
for. Offsets count instructions by two, as `f_lasti` and `co_lines` do.
"""

import _opcode


class Operands(tuple):
    """The operand fields of an instruction."""

    def __new__(cls, fields, text):
        self = super().__new__(cls, fields)
        self.text = text
        return self

    def __repr__(self):
        # Wide enough that `dis` does not push short ones to the right.
        return self.text.ljust(5)


class Handler:
    """A row of the exception table: where it holds, and where it leads with the exception in which register."""

    def __init__(self, start, end, target, register):
        self.start, self.end, self.target, self.register = start * 2, end * 2, target * 2, register


def install(namespace):
    Instruction, Positions = namespace["Instruction"], namespace["Positions"]
    Formatter, Bytecode = namespace["Formatter"], namespace["Bytecode"]
    findlinestarts, get_code = namespace["findlinestarts"], namespace["_get_code_object"]

    def handlers(co):
        return [Handler(*row) for row in _opcode._handlers(co)]

    def labels(rows, table):
        places = {row[4] * 2 for row in rows if row[4] is not None}
        for h in table:
            places.update((h.start, h.end, h.target))
        return {offset: i for i, offset in enumerate(sorted(places), 1)}

    def walk(co, line_offset=0):
        rows = _opcode._instructions(co)
        names = labels(rows, handlers(co))
        starts, line = dict(findlinestarts(co)), None
        for i, (row, place) in enumerate(zip(rows, co.co_positions())):
            name, number, fields, text, jump, kind, value, comment = row
            offset = i * 2
            if starts_line := offset in starts:
                line = starts[offset]
            if jump is not None:
                value, comment = jump * 2, f"to L{names[jump * 2]}"
            elif kind == "const":
                value = co.co_consts[value]
                comment = repr(value)
            elif kind == "name":
                value = comment
            elif fields:
                value = fields
            arg = Operands(fields, text) if fields else None
            number_of_line = None if line is None else line + line_offset
            yield Instruction(name, number, arg, value, comment, offset, offset, starts_line, number_of_line,
                              names.get(offset), Positions(*place), None)

    def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
        """Iterates over the instructions of a function, method, or code object."""
        co = get_code(x)
        return walk(co, 0 if first_line is None else first_line - co.co_firstlineno)

    def write(co, formatter, lasti, line_offset=0):
        for i in walk(co, line_offset):
            formatter.print_instruction(i, i.offset == lasti)
        if table := handlers(co):
            names = labels(_opcode._instructions(co), table)
            print("ExceptionTable:", file=formatter.file)
            for h in table:
                ends = f"L{names[h.start]} to L{names[h.end]} -> L{names[h.target]}"
                print(f"  {ends} r{h.register}", file=formatter.file)

    def make_formatter(co, file, show_offsets, show_positions):
        if show_positions:
            lineno_width = namespace["_get_positions_width"](co)
        else:
            lineno_width = namespace["_get_lineno_width"](dict(findlinestarts(co)))
        rows = _opcode._instructions(co)
        return Formatter(
            file=file,
            lineno_width=lineno_width,
            offset_width=len(str(max(len(rows) * 2 - 2, 9999))) if show_offsets else 0,
            label_width=4 + len(str(len(labels(rows, handlers(co))))),
            show_positions=show_positions,
        )

    def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False, show_offsets=False,
                    show_positions=False):
        """Disassemble a code object."""
        write(co, make_formatter(co, file, show_offsets, show_positions), lasti)

    def iterate(self):
        return walk(self.codeobj, self._line_offset)

    def listing(self):
        """Return a formatted view of the bytecode operations."""
        co = self.codeobj
        with namespace["io"].StringIO() as output:
            formatter = make_formatter(co, output, self.show_offsets, self.show_positions)
            write(co, formatter, -1 if self.current_offset is None else self.current_offset, self._line_offset)
            return output.getvalue()

    def find_imports(co):
        """Triplets (name, level, fromlist) of the import statements in the code."""
        constants = {}
        for i in walk(co):
            if i.opname == "LOAD_CONST":
                constants[i.arg[0]] = i.argval
            elif i.opname == "IMPORT_NAME":
                yield i.argval, i.arg[2], constants.get(i.arg[1])

    def find_store_names(co):
        """Names of variables which are written in the code."""
        for i in walk(co):
            if i.opname in ("STORE_NAME", "STORE_GLOBAL"):
                yield i.argval

    Bytecode.__iter__ = iterate
    Bytecode.dis = listing
    namespace.update(
        get_instructions=get_instructions,
        disassemble=disassemble,
        disco=disassemble,
        _find_imports=find_imports,
        _find_store_names=find_store_names,
    )
    Bytecode.__init__ = initialise(Bytecode.__init__, namespace)


def initialise(original, namespace):
    """`Bytecode.__init__` without the exception table in CPython's encoding."""

    def __init__(self, x, **options):
        original(self, x, **options)
        self.exception_entries = [Handler(*row) for row in _opcode._handlers(self.codeobj)]

    __init__.__wrapped__ = original
    return __init__
