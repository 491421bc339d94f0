"""Random values and statements of config functions, as text.

The shape of entries says what later statements may do with them: a dictionary of shapes for a dictionary,
``"list"`` and ``"number"``, and None for what may be anything.
"""

from hypothesis import strategies as st

VALUE_NAMES = ("a", "b", "c", "_h")
DICT_NAMES = ("d", "e")
KEYS = ("k", "m", "n")

NUMBERS = ("0", "1", "-3", "2.5", "True", "1e-3", "10**12")
PLAIN = ("None", "False", "'text'", "''", "'1'", "[]", "[1, 2]", "[1, [2, 'x']]", "()", "(1, 'x')", "{}")
UNUSUAL = ("float('nan')", "float('inf')", "[float('nan')]", "[(1, 2)]", "({'k': (1,)}, 2)", "'ä\\n\"'")
NUMPY = ("np.float64(0.5)", "np.int64(3)", "np.bool_(True)", "np.array([1, 2])", "[np.int64(1)]")


class ReadOnly(dict):
    """The shape of a dictionary that statements should not change."""


def draw_value(draw, *, numpy):
    """Draw the text of a value."""
    return draw(st.sampled_from(NUMBERS + PLAIN + UNUSUAL + NUMPY * numpy))


def draw_dict(draw, shapes, *, numpy, depth=0):
    """Draw the text of a dictionary; the shapes of its entries are put in ``shapes``."""
    available = KEYS if depth else VALUE_NAMES + DICT_NAMES
    names = draw(st.lists(st.sampled_from(available), min_size=not depth, max_size=3, unique=True))
    items = []
    for name in names:
        if depth < 2 and (name in DICT_NAMES or draw(st.integers(0, 5)) == 5):
            inner = {}
            items.append(f"{name!r}: {draw_dict(draw, inner, numpy=numpy, depth=depth + 1)}")
            shapes[name] = inner
        else:
            text = draw_value(draw, numpy=numpy)
            items.append(f"{name!r}: {text}")
            shapes[name] = _shape_of(text)
    return "{" + ", ".join(items) + "}"


def draw_statement(draw, scope, *, numpy):
    """Draw the lines of a statement; what it assigns is put in ``scope``."""
    dicts = [name for name, shape in scope.items() if _is_writable(shape)]
    kinds = [_assign, _assign, _compute, _assign_dict]
    kinds += [_change_dict] * 3 if dicts else []
    kinds += [_branch, _change, _document] if scope else []
    return draw(st.sampled_from(kinds))(draw, scope, numpy)


def list_paths(shapes, prefix=""):
    """Return the dotted paths of all entries, and of an entry of every dictionary that is not there."""
    paths = []
    for name, shape in shapes.items():
        paths.append(f"{prefix}{name}")
        if isinstance(shape, dict):
            paths += [*list_paths(shape, f"{prefix}{name}."), f"{prefix}{name}.k"]
    return paths


def _is_writable(shape):
    return isinstance(shape, dict) and not isinstance(shape, ReadOnly)


def _shape_of(text):
    if text in NUMBERS:
        return "number"
    return "list" if text.startswith("[") else None


def _assign(draw, scope, numpy):
    name = draw(st.sampled_from(VALUE_NAMES))
    text = draw_value(draw, numpy=numpy)
    scope[name] = _shape_of(text)
    comment = draw(st.sampled_from(["", "", "", "  # how many"]))
    return [f"{name} = {text}{comment}"]


def _document(draw, scope, numpy):
    return [f"# {draw(st.sampled_from(['how much', 'the rate']))}", *_assign(draw, scope, numpy)]


def _assign_dict(draw, scope, numpy):
    name = draw(st.sampled_from(DICT_NAMES))
    shapes = {}
    text = draw_dict(draw, shapes, numpy=numpy, depth=1)
    if draw(st.booleans()) and "=" not in text:
        text = f"dict({text}, m={_expression(draw, scope)})"
        shapes["m"] = None
    scope[name] = shapes
    return [f"{name} = {text}"]


def _compute(draw, scope, numpy):
    name = draw(st.sampled_from(VALUE_NAMES))
    text = _expression(draw, scope)
    scope[name] = None
    return [f"{name} = {text}"]


def _expression(draw, scope):
    if not scope:
        return "1 + 1"
    names = sorted(scope)
    one, two = draw(st.sampled_from(names)), draw(st.sampled_from(names))
    forms = [
        f'f"{{{one}}}-{{{two}!r}}"',
        f"[{one}, {two}]",
        f"({one}, {two})",
        f"{{'k': {one}, 'm': {{'n': {two}}}}}",
        f"{one} if {two} else 0",
        f"{one} == {two}",
        f"str({one})",
        one,
    ]
    for name in (one, two):
        shape = scope[name]
        if shape == "number":
            forms += [f"{name} * 2 + 1"] * 4
        elif shape == "list":
            forms += [f"len({name})", f"{name} + [3]", f"list({name})"]
        elif isinstance(shape, dict):
            forms += [f"sorted({name})", f'{name}.get("k", 5)', f"dict({name})", f"len({name})"]
            forms += [f'{name}["{key}"]' for key in shape]
    return draw(st.sampled_from(forms))


def _change_dict(draw, scope, numpy):
    dicts = sorted(name for name, shape in scope.items() if _is_writable(shape))
    name = draw(st.sampled_from(dicts))
    target, shape = name, scope[name]
    inner = sorted(key for key, value in shape.items() if isinstance(value, dict))
    if inner and draw(st.booleans()):
        key = draw(st.sampled_from(inner))
        target, shape = f'{name}["{key}"]', shape[key]
    key = draw(st.sampled_from(KEYS))
    text = draw(st.sampled_from([draw_value(draw, numpy=numpy), _expression(draw, scope)]))
    forms = [
        f'{target}["{key}"] = {text}',
        f'{target}.update({{"{key}": {text}}})',
        f"{target}.update({key}={text})",
        f'{target}.setdefault("{key}", {text})',
        f'{target}["{key}"] = {{"k": {text}}}',
    ]
    if draw(st.integers(0, 9)) == 9:
        forms = [f'{target}.pop("{key}", None)', f"{target}.clear()"]
    form = draw(st.sampled_from(forms))
    shape[key] = {"k": None} if form.endswith("}") else None
    return [form]


def _branch(draw, scope, numpy):
    condition = draw(st.sampled_from(sorted(scope)))
    before = dict(scope)
    first = _assign(draw, scope, numpy)
    second = _compute(draw, before, numpy)
    names = {line.split(" ")[0] for line in (*first, *second)}
    for name in names:
        scope[name] = None
    other = draw(st.booleans())
    if not other or len(names) > 1:
        for name in names - before.keys():
            del scope[name]
    lines = [f"if {condition}:", *(f"    {line}" for line in first)]
    return [*lines, "else:", *(f"    {line}" for line in second)] if other else lines


def _change(draw, scope, numpy):
    name = draw(st.sampled_from(sorted(scope)))
    shape = scope[name]
    value = draw_value(draw, numpy=numpy)
    if shape == "number":
        return [draw(st.sampled_from([f"{name} += 1", f"{name} *= 2", f"{name} -= 0.5"]))]
    if shape == "list":
        return [
            draw(
                st.sampled_from([f"{name}.append({value})", f"{name} += [{value}]", f"{name} = {name}[::-1]"])
            )
        ]
    other = draw(st.sampled_from(VALUE_NAMES))
    scope[other] = shape if _is_writable(shape) else None
    return [f"{other} = {name}"]
