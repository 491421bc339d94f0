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

_WIDTH = 80  # where nobody knows the terminal's
_LEAST_WIDTH = 20  # of values and comments, in however narrow a terminal
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


def format_config(
    cfg: Mapping[str, Any], config_mods: Modifications, coloured: bool, width: int = _WIDTH
) -> str:
    """Return a configuration as text; entries with a value come before those that have entries below."""
    lines = [f"Configuration {format_legend(coloured)}:"]
    origins = getattr(config_mods, "origins", {})  # worked out each time one asks: so only once
    for depth, entry in _iter_entries(cfg, config_mods, origins):
        lines.append(format_entry(2 + 2 * depth, entry, coloured, width))
    return "\n".join(lines)


def format_entry(indent: int, entry: ConfigEntry | PathEntry, coloured: bool, width: int = _WIDTH) -> str:
    """Return one entry as text.

    Args:
        indent: columns to the left of it.
        entry: the entry.
        coloured: show with colours how it was changed, instead of with words.
        width: columns that there are.
    """
    margin = " " * indent
    if entry.key == "__doc__" and isinstance(entry, ConfigEntry):
        text = f'{margin}"""{entry.value}"""'.replace("\n", "\n" + margin)
        return paint(text, COLOR_DOC, coloured)
    if isinstance(entry, ConfigEntry):
        head = _format_value(f"{margin}{entry.key} = ", entry.value, width)
    else:
        head = f"{margin}{entry.key}:"
    change, colour = _describe_change(entry)
    source = _describe_source(entry, "" if coloured else change)
    comment, *below = _place_comments(head, entry.doc or "", source, width)
    margin = " " * _COMMENT_COLUMN
    gap = " " * max(_COMMENT_COLUMN - len(_get_last_line(head)), 2) if comment else ""
    lines = [head + gap + paint(comment, COLOR_DOC, coloured and bool(comment))]
    lines += [margin + paint(line, COLOR_DOC, coloured) for line in below]
    return paint("\n".join(lines), colour, coloured)


def _iter_entries(
    level: Mapping[Any, Any],
    config_mods: Modifications,
    origins: Mapping[str, str],
    prefix: str = "",
    depth: int = 0,
) -> Iterator[tuple[int, ConfigEntry | PathEntry]]:
    """Yield entries with their depth: documentation first, then values, then what has entries below."""
    for key in sorted(level, key=lambda key: (key != "__doc__", _has_entries(level[key]), str(key))):
        path, value = f"{prefix}{key}", level[key]
        facts = _gather_facts(path, config_mods, origins)
        if _has_entries(value):
            yield depth, PathEntry(str(key), *facts)
            yield from _iter_entries(value, config_mods, origins, path + ".", depth + 1)
        else:
            yield depth, ConfigEntry(str(key), value, *facts)


def _has_entries(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


def _gather_facts(path: str, config_mods: Modifications, origins: Mapping[str, str]) -> tuple[Any, ...]:
    """Return what the last fields of both kinds of entry hold."""
    return (
        path in config_mods.added,
        path in config_mods.modified,
        config_mods.typechanged.get(path),
        config_mods.docs.get(path),
        origins.get(path),
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


def _format_value(prefix: str, value: Any, width: int) -> str:
    """Return ``prefix`` and the value; lines of a long one stand below each other."""
    text = repr(value)
    if len(prefix) + len(text) <= width or isinstance(value, int | float):
        return prefix + text
    import pprint  # loads dataclasses and inspect: only a long value needs it

    text = pprint.pformat(value, width=max(width - len(prefix), _LEAST_WIDTH), compact=True)
    return prefix + text.replace("\n", "\n" + " " * len(prefix))


def _place_comments(head: str, doc: str, source: str, width: int) -> list[str]:
    """Return the comment behind an entry, which may be empty, and the lines that stand below it."""
    comments = [f"# {comment}" for comment in (doc, source) if comment]
    if not comments:
        return [""]
    column = max(len(_get_last_line(head)) + 2, _COMMENT_COLUMN)
    joined = "# " + "  ".join(comment for comment in (doc, source) if comment)
    if column + len(joined) <= width:
        return [joined]
    lines = [line for comment in comments for line in _wrap(comment, width - _COMMENT_COLUMN)]
    return lines if column + len(lines[0]) <= width or column == _COMMENT_COLUMN else ["", *lines]


def _wrap(comment: str, width: int) -> list[str]:
    if len(comment) <= width:
        return [comment]
    import textwrap  # only a long comment needs it

    return textwrap.wrap(
        comment,
        max(width, _LEAST_WIDTH),
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _get_last_line(text: str) -> str:
    return text.rpartition("\n")[2]


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
