"""A configuration as text: one line an entry, with documentation, change and origin.

::

    Configuration (modified, added, typechanged, doc):
      epochs = 20                        # passes over the data  ← command line
      model:                             # the network
        layers = [64, 64]

Without colours a changed entry says so in words. Everything behind a value is a comment.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from sacred.support.terminal import BLUE, FAINT, GREEN, RED, RESET, paint

COLOR_DIRTY = RED
COLOR_TYPECHANGED = RED
COLOR_ADDED = GREEN
COLOR_MODIFIED = BLUE
COLOR_DOC = FAINT
ENDC = RESET

_WIDTH = 80
_COMMENT_COLUMN = 37  # as in 0.8
_CHANGES = (("modified", COLOR_MODIFIED), ("added", COLOR_ADDED), ("typechanged", COLOR_TYPECHANGED))


class Modifications(Protocol):
    """What the configuration knows about its entries, by their dotted paths.

    An attribute ``origins``, where each value comes from, is shown if it is there.
    """

    added: set[str]
    modified: set[str]
    typechanged: dict[str, tuple[type, type]]
    docs: dict[str, str]


class ConfigEntry(NamedTuple):
    """An entry with a value."""

    key: str
    value: Any
    added: bool
    modified: bool
    typechanged: tuple[type, type] | None
    doc: str | None
    origin: str | None = None


class PathEntry(NamedTuple):
    """An entry that has entries below it."""

    key: str
    added: bool
    modified: bool
    typechanged: tuple[type, type] | None
    doc: str | None
    origin: str | None = None


def format_legend(coloured: bool) -> str:
    """Return what the colours mean: ``(modified, added, typechanged, doc)``."""
    names = [paint(name, colour, coloured) for name, colour in (*_CHANGES, ("doc", COLOR_DOC))]
    return f"({', '.join(names)})"


LEGEND = format_legend(coloured=True)


def format_config(cfg: Mapping[str, Any], config_mods: Modifications, coloured: bool) -> str:
    """Return a configuration as text; entries with a value come before those that have entries below."""
    lines = [f"Configuration {format_legend(coloured)}:"]
    for depth, entry in _iter_entries(cfg, config_mods):
        lines.append(format_entry(2 + 2 * depth, entry, coloured))
    return "\n".join(lines)


def format_entry(indent: int, entry: ConfigEntry | PathEntry, coloured: bool) -> str:
    """Return one entry as text.

    Args:
        indent: columns to the left of it.
        entry: the entry.
        coloured: show with colours how it was changed, instead of with words.
    """
    margin = " " * indent
    if entry.key == "__doc__" and isinstance(entry, ConfigEntry):
        text = f'{margin}"""{entry.value}"""'.replace("\n", "\n" + margin)
        return paint(text, COLOR_DOC, coloured)
    if isinstance(entry, ConfigEntry):
        head = _format_value(f"{margin}{entry.key} = ", entry.value)
    else:
        head = f"{margin}{entry.key}:"
    change, colour = _describe_change(entry)
    source = _describe_source(entry, "" if coloured else change)
    return paint(_add_comment(head, entry.doc or "", source, coloured), colour, coloured)


def _iter_entries(
    level: Mapping[Any, Any], config_mods: Modifications, prefix: str = "", depth: int = 0
) -> Iterator[tuple[int, ConfigEntry | PathEntry]]:
    """Yield entries with their depth: documentation first, then values, then what has entries below."""
    for key in sorted(level, key=lambda key: (key != "__doc__", _has_entries(level[key]), str(key))):
        path, value = f"{prefix}{key}", level[key]
        facts = _gather_facts(path, config_mods)
        if _has_entries(value):
            yield depth, PathEntry(str(key), *facts)
            yield from _iter_entries(value, config_mods, path + ".", depth + 1)
        else:
            yield depth, ConfigEntry(str(key), value, *facts)


def _has_entries(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


def _gather_facts(path: str, config_mods: Modifications) -> tuple[Any, ...]:
    """Return what the last fields of both kinds of entry hold."""
    return (
        path in config_mods.added,
        path in config_mods.modified,
        config_mods.typechanged.get(path),
        config_mods.docs.get(path),
        getattr(config_mods, "origins", {}).get(path),
    )


def _describe_change(entry: ConfigEntry | PathEntry) -> tuple[str, str]:
    if entry.typechanged:
        old = getattr(entry.typechanged[0], "__name__", str(entry.typechanged[0]))
        return f"typechanged, was {old}", COLOR_TYPECHANGED
    if entry.added:
        return "added", COLOR_ADDED
    return ("modified", COLOR_MODIFIED) if entry.modified else ("", "")


def _describe_source(entry: ConfigEntry | PathEntry, change: str) -> str:
    origin = f"← {entry.origin}" if entry.origin else ""
    return " ".join(part for part in (change, origin) if part)


def _format_value(prefix: str, value: Any) -> str:
    """Return ``prefix`` and the value; lines of a long one stand below each other."""
    text = repr(value)
    if len(prefix) + len(text) <= _WIDTH or isinstance(value, str | int | float):
        return prefix + text
    import pprint  # loads dataclasses and inspect: only a long value needs it

    text = pprint.pformat(value, width=max(_WIDTH - len(prefix), 20), compact=True)
    return prefix + text.replace("\n", "\n" + " " * len(prefix))


def _add_comment(head: str, doc: str, source: str, coloured: bool) -> str:
    """Put the comment behind an entry; what does not fit there stands below it."""
    comments = [comment for comment in (doc, source) if comment]
    if not comments:
        return head
    joined = "  ".join(comments)
    last_line = head.rpartition("\n")[2]
    if max(len(last_line) + 2, _COMMENT_COLUMN) + 2 + len(joined) <= _WIDTH:
        comments = [joined]
    first, *rest = (paint(f"# {comment}", COLOR_DOC, coloured) for comment in comments)
    gap = " " * max(_COMMENT_COLUMN - len(last_line), 2)
    return "\n".join([head + gap + first, *(" " * _COMMENT_COLUMN + line for line in rest)])


def format_named_configs(named_configs: Mapping[str, Any], coloured: bool) -> str:
    """Return the names of named configs with their documentation."""
    heading = f"Named Configurations ({paint('doc', COLOR_DOC, coloured)}):"
    lines = [_format_named_config(name, config, coloured) for name, config in named_configs.items()]
    return "\n".join([heading, *(lines or ["  No named configs"])])


def _format_named_config(name: str, named_config: Any, coloured: bool) -> str:
    import inspect

    function = getattr(named_config, "_func", None)  # only config functions have one
    doc = (inspect.getdoc(function) or "") if function is not None else ""
    if not doc:
        return f"  {name}"
    comments = [paint(f"# {line}".rstrip(), COLOR_DOC, coloured) for line in doc.split("\n") if line]
    head = f"  {name}".ljust(_COMMENT_COLUMN - 2) + "  "
    return "\n".join([head + comments[0], *(" " * _COMMENT_COLUMN + line for line in comments[1:])])
