"""Show how well the interpreter specialised a program: its source as an HTML page, coloured.

    taipan -m taipan_specialist [-o PAGE] [-m] SCRIPT [ARG ...]

runs a script (or module) while its instructions are counted, and writes the page. As a library:

    with taipan_specialist.counting():
        work()
    page = taipan_specialist.html()

Each piece of source has the colour of the instructions made for it: green where fast paths served nearly all
executions, over yellow to red where the general form did the work; grey is what was not run, and no colour has what
has one form only. Point at a piece to see its instructions.
"""

import contextlib
import html as _html
import sys

import _taipan

__all__ = ["counting", "html", "main", "regions"]


@contextlib.contextmanager
def counting(*, clear=True):
    """Count what instructions do inside the `with` block."""
    if clear:
        _taipan.profile_clear()
    _taipan.profile_start()
    try:
        yield
    finally:
        _taipan.profile_stop()


def _lines(filename):
    import linecache

    text = _taipan.source(filename)
    return linecache.getlines(filename) if text is None else text.splitlines(keepends=True)


def _codes(functions):
    if functions is None:
        return _taipan.profile()
    found = []
    for f in functions:
        f = getattr(f, "__func__", f)
        found.append(_taipan.instructions(getattr(f, "__code__", f)))
    return found


def regions(instructions):
    """Group instructions by their range of source: {(line, end_line, col, end_col): [instruction, ...]}."""
    groups = {}
    for i in instructions:
        if i["line"] > 0 and i["col"] >= 0:
            groups.setdefault((i["line"], i["end_line"], i["col"], i["end_col"]), []).append(i)
    return groups


def _quality(instructions):
    """Share of executions that a fast path served; -1 where nothing was run, None where there is one form only."""
    able = [i for i in instructions if i["quality"] is not None]
    executed = sum(i["executed"] for i in able)
    if executed:
        return sum(i["hits"] for i in able) / executed
    return None if any(i["executed"] for i in instructions) else -1


def _colour(quality):
    if quality is None:
        return ""
    if quality < 0:
        return "background:#eeeeee;color:#888888"
    # A steep curve: nine hits in ten are not good.
    return f"background:hsl({round(120 * quality**2)},85%,80%)"


def _note(i):
    parts = [i["text"]]
    if i["form"] not in ("general", "fast", "adaptive"):
        parts[0] = parts[0].replace(i["opcode"], i["form"], 1)
    parts.append(f"{i['executed']} times")
    if i["quality"] is not None:
        parts.append(f"{i['quality']:.1%} fast")
    if i["seen"]:
        parts.append(", ".join(f"{name} x{n}" for name, n in i["seen"].items()))
    elif i["cached"]:
        parts.append("for " + ", ".join(i["cached"]))
    if "taken" in i and i["executed"]:
        parts.append(f"taken {i['taken'] / i['executed']:.1%}")
    if i["attempts"]:
        parts.append(f"{i['successes']} of {i['attempts']} attempts succeeded")
    parts.extend(f"{reason} x{n}" for reason, n in i["failures"].items())
    return "; ".join(parts)


def _pieces(lines, groups):
    """For each line, its bytes' innermost region: the shortest one that covers a byte."""
    owner = {}
    size = lambda r: (r[1] - r[0], r[3] - r[2] if r[0] == r[1] else 0)
    for region in sorted(groups, key=size, reverse=True):
        line, end_line, col, end_col = region
        for n in range(line, min(end_line, len(lines)) + 1):
            text = lines[n - 1].rstrip("\n").encode("utf-8", "surrogatepass")
            start = col if n == line else len(text) - len(text.lstrip())
            stop = end_col if n == end_line else len(text)
            row = owner.setdefault(n, [None] * len(text))
            for at in range(start, min(stop, len(text))):
                row[at] = region
    return owner


def _listing(filename, codes):
    lines = _lines(filename)
    groups = {}
    for c in codes:
        for region, instructions in regions(c["instructions"]).items():
            groups.setdefault(region, []).extend(instructions)
    owner = _pieces(lines, groups)
    # Two passes over one region would only give the same colour and text.
    look = {r: (_colour(_quality(g)), "\n".join(_note(i) for i in g)) for r, g in groups.items()}
    out = []
    for n, line in enumerate(lines, 1):
        text = line.rstrip("\n").encode("utf-8", "surrogatepass")
        row = owner.get(n, [])
        cells, at = [], 0
        while at < len(text):
            region = row[at] if at < len(row) else None
            stop = at + 1
            while stop < len(text) and (row[stop] if stop < len(row) else None) == region:
                stop += 1
            piece = _html.escape(text[at:stop].decode("utf-8", "replace"))
            if region is not None and look[region][0]:
                style, note = look[region]
                piece = f'<span style="{style}" title="{_html.escape(note)}">{piece}</span>'
            elif region is not None:
                piece = f'<span title="{_html.escape(look[region][1])}">{piece}</span>'
            cells.append(piece)
            at = stop
        out.append(f'<span class="n">{n:>5}</span> {"".join(cells)}\n')
    return "".join(out)


def html(functions=None, *, title="Specialisation"):
    """Return an HTML page with the source of what was counted, or of some functions or code objects."""
    files = {}
    for c in _codes(functions):
        files.setdefault(c["code"].co_filename, []).append(c)
    out = [
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">",
        f"<title>{_html.escape(title)}</title>\n<style>\n",
        "body{font-family:sans-serif;background:#ffffff;color:#111111;margin:2em}\n",
        "pre{font-family:monospace;line-height:1.4}\n.n{color:#999999}\n",
        "td,th{text-align:right;padding:0 .7em}td:first-child,th:first-child{text-align:left}\n",
        f"</style></head>\n<body><h1>{_html.escape(title)}</h1>\n",
    ]
    for filename in sorted(files):
        out.append(f"<h2>{_html.escape(filename)}</h2>\n<pre>{_listing(filename, files[filename])}</pre>\n")
    out.append(_table())
    out.append("</body></html>\n")
    return "".join(out)


def _table():
    columns = ("instructions", "executed", "hits", "misses", "general", "attempts", "successes")
    out = ["<h2>By family</h2>\n<table><tr><th>family</th>"]
    out += [f"<th>{c}</th>" for c in columns]
    out.append("<th>failures</th></tr>\n")
    for family, sums in _taipan.specialization_stats().items():
        if sums["executed"]:
            out.append(f"<tr><td>{family}</td>" + "".join(f"<td>{sums[c]}</td>" for c in columns))
            reasons = ", ".join(f"{r} {n}" for r, n in sums["failures"].items())
            out.append(f"<td>{_html.escape(reasons)}</td></tr>\n")
    out.append("</table>\n")
    return "".join(out)


def main(argv=None):
    """Run a script while counting, then write the page; see the module's description."""
    import argparse
    import os
    import runpy

    parser = argparse.ArgumentParser(prog="taipan -m taipan_specialist", description=__doc__.split("\n")[0])
    parser.add_argument("-o", "--output", metavar="PAGE", help="where the page goes (the script's name with .html)")
    parser.add_argument("-m", "--module", action="store_true", help="SCRIPT is the name of a module")
    parser.add_argument("script")
    parser.add_argument("args", nargs=argparse.REMAINDER)
    options = parser.parse_args(argv)
    name = os.path.splitext(os.path.basename(options.script))[0]
    output = options.output or name + ".html"
    sys.argv = [options.script, *options.args]
    ended = None
    with counting():
        try:
            if options.module:
                runpy.run_module(options.script, run_name="__main__", alter_sys=True)
            else:
                sys.path[0] = os.path.dirname(os.path.abspath(options.script))
                runpy.run_path(options.script, run_name="__main__")
        except SystemExit as e:
            ended = e
    with open(output, "w", encoding="utf-8") as page:
        page.write(html(title=f"Specialisation of {options.script}"))
    print(f"wrote {output}", file=sys.stderr)
    if ended is not None:
        raise ended


if __name__ == "__main__":
    main()
