"""Random cases: experiments as people write them, and updates that fit them more often than not."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from compat.twin.case import Case, Config, Function, Part
from compat.twin.statements import (
    DICT_NAMES,
    VALUE_NAMES,
    ReadOnly,
    draw_dict,
    draw_statement,
    draw_value,
    list_paths,
)

PATHS = ("part", "data", "data.inner")
NAMED = ("big", "tiny")


@dataclass
class Known:
    """What is known of a part while it is drawn: the shape of its entries, and those of named configs."""

    path: str
    needs: tuple[str, ...]
    entries: dict = field(default_factory=dict)
    named: dict = field(default_factory=dict)
    outside: dict = field(default_factory=dict)


@st.composite
def cases(draw):
    """Return a case."""
    has_numpy = draw(st.integers(0, 3)) < 3
    parts, known = _draw_parts(draw, has_numpy)
    words = draw(st.booleans())
    files = draw(st.lists(st.sampled_from(["extra.json", "more.yaml"]), max_size=1))
    commands = ["main"] * 4 + [f"{part.path}.show" for part in parts if part.has_command]
    return Case(
        parts=parts,
        command=draw(st.sampled_from(commands)),
        updates=_draw_updates(draw, known, has_numpy and not words),
        named_configs=(*_draw_named(draw, parts), *files),
        words=words,
        nested=not words and draw(st.integers(0, 4)) == 4,
        force=draw(st.integers(0, 4)) == 4,
        has_numpy=has_numpy,
        files=tuple((name, draw_dict(draw, dict(known[-1].entries), numpy=False)) for name in files),
    )


def _draw_parts(draw, has_numpy):
    paths = draw(
        st.sampled_from([(), (), ("part",), ("data",), ("part", "data"), ("data.inner", "data"), PATHS])
    )
    parts, known = [], []
    for path in (*paths, ""):
        above = [other for other in known if path == "" or draw(st.booleans())]
        if path == "":
            needed = {name for part in parts for name in part.needs}
            above = [other for other in above if other.path not in needed or draw(st.booleans())]
        facts = Known(path, tuple(other.path for other in above))
        for other in above:
            facts.outside[other.path.split(".")[0]] = other.entries if "." not in other.path else {}
        parts.append(_draw_part(draw, facts, has_numpy))
        known.append(facts)
    return tuple(parts), known


def _draw_part(draw, facts, has_numpy):
    count = draw(st.sampled_from([1, 1, 1, 2, 2, 3, 0]))
    configs = [_draw_config(draw, facts, number == 0, has_numpy) for number in range(count)]
    names = draw(st.lists(st.sampled_from(NAMED), max_size=2, unique=True))
    return Part(
        path=facts.path,
        needs=facts.needs,
        configs=tuple(configs),
        named_configs=tuple(_draw_named_config(draw, facts, name, has_numpy) for name in names),
        hooks=tuple(
            _draw_hook(draw, facts, number == 0, has_numpy)
            for number in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2])))
        ),
        functions=tuple(_draw_function(draw, facts) for _ in range(draw(st.integers(0, 3)))),
        has_command=bool(facts.path) and draw(st.booleans()),
    )


def _draw_config(draw, facts, is_first, has_numpy):
    kind = draw(st.sampled_from(["function"] * (3 if is_first else 12) + ["dict", "json", "yaml"]))
    if kind != "function":
        return Config(kind, (draw_dict(draw, facts.entries, numpy=has_numpy and kind == "dict"),))
    parameters = _draw_parameters(draw, {**facts.outside, **facts.entries})
    return Config(
        kind, _draw_body(draw, facts.entries, parameters, facts.outside, has_numpy), tuple(parameters)
    )


def _draw_named_config(draw, facts, name, has_numpy):
    kind = draw(st.sampled_from(["function"] * 3 + ["dict", "json"]))
    if kind != "function":
        text = draw_dict(draw, dict(facts.entries), numpy=has_numpy and kind == "dict")
        return Config(kind, (text,), name=name)
    body = _draw_body(draw, dict(facts.entries), [], {}, has_numpy)
    return Config(kind, body, name=name)


def _draw_parameters(draw, available):
    if not available:
        return []
    return draw(st.lists(st.sampled_from(sorted(available)), max_size=3, unique=True))


def _draw_body(draw, entries, parameters, outside, has_numpy):
    """Draw statements of a config function; what they assign is added to the entries."""
    # entries of ingredients are only read: changing them has no effect, of which we warn
    scope = {name: entries[name] if name in entries else ReadOnly(outside[name]) for name in parameters}
    body = ['"""What this is for."""'] * (draw(st.integers(0, 9)) == 9)
    for _ in range(draw(st.integers(1, 5))):
        body += draw_statement(draw, scope, numpy=has_numpy)
    entries.update({name: shape for name, shape in scope.items() if name not in outside})
    return tuple(body)


def _draw_hook(draw, facts, is_first, has_numpy):
    form = 3 - draw(st.integers(0, 3))
    if form == 0 and is_first and not facts.path:
        name = draw(st.sampled_from(VALUE_NAMES))
        facts.entries.setdefault(name, None)
        return (f'config.update({{"{name}": {draw_value(draw, numpy=has_numpy)}}})', "return config")
    if form == 1:
        return ('return {"command": command_name, "names": sorted(config)}',)
    return (f"return {draw_dict(draw, facts.entries, numpy=has_numpy)}",)


def _draw_function(draw, facts):
    names = st.sampled_from(sorted({*facts.entries, *facts.outside, *VALUE_NAMES[:2]}))
    required = draw(st.lists(names, max_size=2, unique=True))
    optional = draw(st.lists(st.sampled_from([*VALUE_NAMES, *DICT_NAMES, "new"]), max_size=2, unique=True))
    prefixes = [""] * 4 + [name for name, shape in facts.entries.items() if isinstance(shape, dict)]
    return Function(
        required=tuple(required),
        optional=tuple(name for name in optional if name not in required),
        prefix=draw(st.sampled_from(prefixes)),
        special=draw(st.booleans()),
    )


def _draw_named(draw, parts):
    available = [f"{part.path}.{config.name}".lstrip(".") for part in parts for config in part.named_configs]
    return tuple(draw(st.lists(st.sampled_from(available), max_size=2))) if available else ()


def _draw_updates(draw, known, has_numpy):
    paths = [f"{facts.path}.{path}".lstrip(".") for facts in known for path in list_paths(facts.entries)]
    paths += [f"{facts.path}.{name}".lstrip(".") for facts in known for name in ("new", "seed", "a.new")]
    chosen = draw(st.lists(st.sampled_from(paths), max_size=3, unique=True))
    return tuple((path, _draw_update(draw, path, has_numpy)) for path in chosen)


def _draw_update(draw, path, has_numpy):
    if path.split(".")[-1] == "seed":
        return str(draw(st.integers(1, 1000)))
    if draw(st.integers(0, 5)) == 5:
        return draw_dict(draw, {}, numpy=False)
    return draw_value(draw, numpy=has_numpy)
