"""Which lines tracers and tools are told about, and in which order."""

import asyncio
import sys

def f_pass():
    pass

def f_two_pass():
    pass
    pass
    x = 1
    pass

def f_doc():
    """doc"""
    x = 1

def f_doc_only():
    """doc"""

def f_doc_lines():
    """doc
    more
    """
    return 1

def f_consts():
    1
    "a"
    ...
    None
    x = 2
    3

def f_global():
    global zz
    zz = 1
    global yy
    yy = 2

def f_nonlocal():
    a = 1
    def g():
        nonlocal a
        a = 2
    g()
    return a

def f_if(a=0):
    if a:
        pass
    else:
        pass

def f_if1(a=1):
    if a:
        pass
    else:
        pass
    return a

def f_if2(a=0):
    if a:
        x = 1
    elif a == 0:
        x = 2
    else:
        x = 3

def f_if3(a=2):
    if a == 1:
        x = 1
    elif a == 0:
        x = 2
    else:
        x = 3
    return x

def f_if_nested(a=1, b=0):
    if a:
        if b:
            x = 1
        else:
            x = 2
    else:
        x = 3
    y = 1

def f_if_tail(a=1):
    if a:
        if not a:
            x = 1

def f_if_const():
    if 1:
        x = 1
    else:
        x = 2
    if 0:
        x = 3
    if True:
        pass
    if False:
        pass
    else:
        y = 3
    if __debug__:
        z = 2
    if not __debug__:
        z = 3

def f_while():
    i = 0
    while i < 3:
        i += 1

def f_while_true():
    i = 0
    while True:
        i += 1
        if i > 3:
            break

def f_while_1_else():
    i = 3
    while i:
        i -= 1
    else:
        x = 1
    return x

def f_while_0():
    while 0:
        x = 1
    else:
        x = 2
    while False:
        pass
    return 5

def f_while_pass():
    it = iter(range(3))
    while next(it, None) is not None:
        pass

def f_while_continue():
    i = 0
    while i < 4:
        i += 1
        if i == 2:
            continue
        x = i

def f_while_and(a=3, b=5):
    while a and b:
        a -= 1
        b -= 1

def f_while_multi(a=3, b=5):
    while (a and
           b):
        a -= 1
        b -= 1

def f_for():
    for i in range(3):
        x = i

def f_for_pass():
    for i in range(3):
        pass

def f_for_else():
    for i in range(2):
        pass
    else:
        pass
    return 1

def f_for_break():
    for i in range(4):
        if i == 2:
            break
    else:
        x = 3
    y = 2

def f_for_break_only():
    for i in range(4):
        break
    y = 2

def f_for_continue():
    for i in range(4):
        if i % 2:
            continue
        x = i

def f_for_continue_else():
    for i in range(4):
        if i % 2:
            continue
        else:
            continue
    return 1

def f_for_if_tail():
    for i in range(3):
        if i == 1:
            x = i

def f_for_if_else_tail():
    for i in range(3):
        if i == 1:
            x = i
        else:
            y = i

def f_for_nested():
    for i in range(2):
        for j in range(2):
            x = i, j

def f_for_nested_break():
    for i in range(2):
        for j in range(2):
            if j:
                break
        else:
            continue
        y = 1

def f_for_tuple():
    for i, j in [(1, 2), (3, 4)]:
        x = i

def f_for_multi():
    for i in (
        1,
        2,
    ):
        x = i

def f_for_multi_target():
    for (i,
         j) in [(1, 2),
                (3, 4)]:
        x = i

def f_one_line():
    for i in range(3): x = i
    while i: i -= 1
    if i: x = 1
    if not i: x = 2
    else: x = 3
    x = 1; y = 2; z = 3

def f_try():
    try:
        x = 1
    except ValueError:
        x = 2
    y = 1

def f_try_pass():
    try:
        pass
    except ValueError:
        x = 2
    y = 1

def f_try_exc():
    try:
        raise ValueError
    except TypeError:
        x = 1
    except ValueError:
        x = 2
    y = 1

def f_try_exc_pass():
    try:
        1 / 0
    except ZeroDivisionError:
        pass

def f_try_exc_as():
    try:
        1 / 0
    except ZeroDivisionError as e:
        x = e
    y = 1

def f_try_exc_as_last():
    try:
        1 / 0
    except ZeroDivisionError as e:
        x = 3

def f_try_exc_all():
    try:
        1 / 0
    except:
        x = 1
    else:
        x = 2

def f_try_else():
    try:
        x = 1
    except ValueError:
        x = 2
    else:
        x = 3
    return x

def f_try_finally():
    try:
        x = 1
    finally:
        x = 2
    y = 1

def f_try_finally_last():
    try:
        x = 1
    finally:
        x = 2

def f_try_finally_exc():
    try:
        try:
            1 / 0
        finally:
            x = 2
            y = 3
    except ZeroDivisionError:
        z = 1
    return 4

def f_try_finally_return():
    try:
        return 1
    finally:
        x = 2

def f_try_finally_return_expr():
    try:
        return len("a")
    finally:
        x = 2

def f_try_finally_return_if(a=1):
    try:
        if a:
            return len("a")
        x = 1
    finally:
        x = 2
    return 3

def f_try_all():
    try:
        x = 1
    except ValueError:
        x = 2
    else:
        x = 3
    finally:
        x = 4
    return x

def f_try_all_exc():
    try:
        int("x")
    except ValueError:
        x = 2
    else:
        x = 3
    finally:
        x = 4
    return x

def f_try_loop():
    for i in range(3):
        try:
            if i == 1:
                continue
            x = 1
        finally:
            y = 2

def f_try_loop_break():
    for i in range(3):
        try:
            if i == 1:
                break
            x = 1
        finally:
            y = 2

def f_try_loop_exc():
    for i in range(3):
        try:
            1 / (i - 1)
        except ZeroDivisionError:
            continue
        x = 1

def f_try_loop_exc2():
    while True:
        try:
            1 / 0
        except ZeroDivisionError:
            break
    return 5

def f_except_star():
    try:
        raise ExceptionGroup("a", [ValueError(1), TypeError(2)])
    except* ValueError:
        x = 1
    except* TypeError as e:
        x = 2
    return 3

def f_except_star_none():
    try:
        x = 1
    except* ValueError:
        x = 1
    return 3

class CM:
    def __enter__(self): return self
    def __exit__(self, *a): return True

def f_with():
    with CM():
        x = 1

def f_with_then():
    with CM() as c:
        x = 1
        y = 2
    z = 3

def f_with_pass():
    with CM():
        pass
    z = 1

def f_with_exc():
    with CM():
        1 / 0
    z = 1

def f_with_return():
    with CM():
        return 1

def f_with_two():
    with CM() as a, CM() as b:
        x = 1
    return x

def f_with_multi():
    with (CM() as a,
          CM() as b):
        x = 1
    return x

def f_with_loop():
    for i in range(2):
        with CM():
            continue
    for i in range(2):
        with CM():
            break

def f_with_exc_in_loop():
    for i in range(2):
        with CM():
            raise ValueError

def f_return_none():
    return

def f_return_multi():
    return (1,
            len("a"),
            3)

def f_call_multi():
    x = max(1,
            len("a"),
            3)
    return x

def f_binop_multi(a=1, b=2):
    x = (a
         + b
         + len("a"))
    return x

def f_list_multi():
    x = [
        1,
        2,
        3,
    ]
    y = [
        len("a"),
        2,
        len("b"),
    ]
    return y

def f_dict_multi():
    x = {
        "a": 1,
        "b": len("c"),
        "d": 3,
    }
    return x

def f_comp():
    x = [i for i in range(3)]
    return x

def f_comp_multi():
    x = [
        i
        for i in range(3)
        if i
    ]
    return x

def f_genexp():
    x = list(i for i in range(3))
    return x

def f_genexp_multi():
    x = list(
        i
        for i in range(3)
        if i != 1
    )
    return x

def f_lambda():
    f = lambda: 1
    return f()

def f_lambda_multi():
    f = (lambda:
         1)
    return f()

def f_def():
    def g(a=1,
          b=2):
        return a
    return g()

def deco(f):
    return f

def f_deco():
    @deco
    @deco
    def g():
        return 1
    return g()

def f_class():
    class A:
        x = 1
        def f(self):
            pass
        y = 2
    return A

def f_class_doc():
    class A:
        """doc"""
    class B(A):
        """doc"""
        x = 1
    class C: pass
    class D:
        pass
    class E:
        def f(self): pass

def f_class_multi():
    @deco
    class A(
        object,
    ):
        x: int = 1
        y: str
    return A

def f_assert(a=1):
    assert a
    assert a, "msg"
    assert a == 1 and \
        a

def f_assert_fail():
    try:
        assert 0, "a"
    except AssertionError:
        pass

def f_del():
    a = b = 1
    del a
    del b

def f_import():
    import os
    import os.path as p
    from os import (path,
                    sep)

def f_ann():
    x: int
    y: int = 1
    z: "str" = 2

def f_aug():
    x = 1
    x += 1
    l = [1]
    l[0] += 1

def f_unpack():
    a, b = 1, 2
    (a,
     b) = b, a
    a, *b = [1, 2, 3]

def f_ternary(a=1):
    x = 1 if a else 2
    x = (1
         if not a
         else 2)
    return x

def f_boolop(a=1, b=0):
    x = a and b
    x = (a
         and b
         or 3)
    if (a
        and b):
        x = 1
    if (a or
        b):
        x = 2
    return x

def f_not(a=1):
    if not a:
        return 1
    if not (a and
            a):
        return 2
    return 3

def f_compare(a=1):
    x = 0 < a < 3
    x = (0
         < a
         < 3)
    if (0 < a <
        2):
        return 1

def f_match(a=1):
    match a:
        case 0:
            x = 0
        case 1:
            x = 1
        case _:
            x = 2
    return x

def f_match2(a=(1, 2)):
    match a:
        case [0, 1]:
            x = 0
        case (1, 2) if a == 3:
            x = 1
        case {"a": 1} | {"b": 2}:
            x = 1
        case [x, y]:
            pass
    return x

def f_match_none(a=9):
    match a:
        case 0:
            x = 0
        case 1:
            pass
    return 5

def f_match_end(a=9):
    match a:
        case 0:
            x = 0
        case _:
            pass

def f_raise():
    try:
        raise ValueError(
            "a"
        )
    except ValueError:
        return

def f_raise_from():
    try:
        try:
            1 / 0
        except ZeroDivisionError as e:
            raise ValueError from e
    except ValueError:
        return 1

def f_fstring(a=1):
    x = f"{a}"
    y = f"""{a}
    {a}
    {len('a')}
    """
    return y

def gen():
    yield 1
    x = yield 2
    yield

def f_gen():
    for i in gen():
        pass

def gen2():
    try:
        yield 1
    finally:
        x = 1

def f_gen2():
    g = gen2()
    next(g)
    g.close()

def gen3():
    yield from [1, 2]
    yield from gen()

def f_gen3():
    for i in gen3():
        x = i

async def co():
    await asyncio.sleep(0)
    return 1

async def co2():
    x = await co()
    async with ACM() as a:
        y = 1
    async for i in agen():
        z = i
    return [i async for i in agen()]

class ACM:
    async def __aenter__(self): pass
    async def __aexit__(self, *a):
        pass

async def agen():
    yield 1
    yield 2

def run_co(c):
    try:
        while True:
            c.send(None)
    except StopIteration:
        pass

def f_co():
    run_co(co2())

def f_slice(a=[1, 2, 3]):
    x = a[
        0:
        len("a")
    ]
    return x

def f_attr(a="x"):
    x = a.upper(
        ).lower(
        )
    return (a
            .upper()
            .lower())

def f_walrus():
    if (n := 3) > 2:
        x = n
    while (n := n - 1):
        pass

def f_type_params():
    def g[T](x: T) -> T:
        return x
    type X = int
    class A[T]:
        pass
    return g(1)

def f_star(*a):
    x = [*a,
         *a]
    f_pass(*a,
           **{})
    return x

def f_nested_if_in_loop():
    for i in range(4):
        if i:
            if i == 2:
                x = 1
            else:
                pass
        else:
            x = 2

def f_loop_try_else():
    for i in range(2):
        try:
            x = i
        except ValueError:
            pass
        else:
            pass
        finally:
            pass

def f_recursive(n=2):
    if n:
        f_recursive(n - 1)
    return n

def f_return_in_loop():
    for i in range(3):
        for j in range(3):
            if j == 1:
                return j

def f_return_if(a=1):
    if a: return 1
    return 2

def f_while_else_break():
    while 1:
        if 1:
            break
    else:
        x = 1
    while True:
        pass
        break
    return 1

def f_continuation():
    x = 1 + \
        2
    y = x + \
        x
    return y


def f_global_stmt_end():
    x = 1
    global qq

def f_unreachable():
    return 1
    x = 2

def f_unreachable2():
    while True:
        return 1
    x = 2

def f_unreachable3():
    for i in range(3):
        continue
        x = 1
    raise_ = 1
    if raise_:
        return 1
    else:
        return 2
    x = 1

def f_decorated_lambda():
    x = sorted([3, 1], key=lambda v:
               -v)
    return x

def f_exc_in_loop_var():
    try:
        for i in range(3):
            if i == 1:
                raise KeyError(i)
    except KeyError as e:
        x = e
    finally:
        y = 1

def f_nested_try():
    try:
        try:
            raise KeyError
        except ValueError:
            pass
        finally:
            z = 1
    except KeyError:
        pass

def f_try_return_except():
    try:
        raise KeyError
    except KeyError:
        return 1
    finally:
        x = 2

def f_try_return_except_as():
    try:
        raise KeyError
    except KeyError as e:
        return 1

def f_try_break_except_as():
    for i in range(2):
        try:
            raise KeyError
        except KeyError as e:
            break
    return i

def f_lots_empty(a=1):
    if a:
        pass
    elif a == 2:
        pass
    elif a == 3:
        pass
    else:
        pass
    for i in []:
        pass
    while not a:
        pass
    try:
        pass
    finally:
        pass
    try:
        pass
    except:
        pass
    with CM():
        pass
    return


def events(name, f):
    out = []
    base = f.__code__.co_firstlineno

    def show(event, code, line):
        of = "" if code.co_name == f.__name__ else ":" + code.co_name
        out.append(f"{event}{line - base}{of}")

    def tracer(frame, event, arg):
        if frame.f_code.co_filename != __file__:
            return None
        show(event[0], frame.f_code, frame.f_lineno)
        return tracer

    sys.settrace(tracer)
    try:
        f()
    except BaseException as e:
        sys.settrace(None)
        out.append(repr(e))
    sys.settrace(None)
    print(name, "trace", *out)
    out.clear()
    tools = sys.monitoring
    tools.use_tool_id(3, "lines")
    tools.register_callback(
        3, tools.events.LINE, lambda code, n: show("", code, n) if code.co_filename == __file__ else None
    )
    tools.set_events(3, tools.events.LINE)
    try:
        f()
    except BaseException as e:
        pass
    tools.set_events(3, 0)
    tools.register_callback(3, tools.events.LINE, None)
    tools.free_tool_id(3)
    print(name, "lines", *out)


for name, f in list(globals().items()):
    if name.startswith("f_"):
        events(name, f)
