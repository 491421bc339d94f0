"""What the runs of a store have: for hints, where somebody names what no run has, and something is near."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sacred.model.record import Document
from sacred.query.fields import TREES, iter_fields, make_getter
from sacred.query.format import format_path, quote
from sacred.query.nodes import And, Compare, Constant, Expression, Field, IsNone, Not, Or
from sacred.reader.columns import iter_leaves
from sacred.reader.locked import LockedStore
from sacred.support.clock import now
from sacred.support.text import find_close

_SAMPLE = 50
_MOST_VALUES = 5
_MOST_LENGTH = 60
_NAMED = ("config", "info")
"""Roots whose entries people know by name."""


def list_known(store: LockedStore, roots: Sequence[str] = _NAMED) -> list[str]:
    """Return the fields that the last runs have below some roots, and their metrics."""
    return _list_names(_load_sample(store), roots)


def _load_sample(store: LockedStore) -> list[Document]:
    return list(store.load(store.find_ids()[-_SAMPLE:], with_metrics=True).values())


def _list_names(documents: Iterable[Document], roots: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for document in documents for name in _iter_names(document, roots)))


def _iter_names(document: Document, roots: Sequence[str]) -> Iterator[str]:
    for root in roots:
        yield from (name for name, _ in iter_leaves(document.get(root), root))
    metrics = document.get("metrics")
    for name in metrics if isinstance(metrics, dict) else ():
        yield format_path(("metrics", name))


def list_hints(store: LockedStore, query: Expression) -> list[str]:
    """Return a sentence for each thing that a query asks for and no run has, and what is near."""
    said = [*list_unknown(store, iter_fields(query)), *_iter_unknown_texts(store, query)]
    return list(dict.fromkeys(said))


def list_unknown(store: LockedStore, fields: Iterable[Field]) -> list[str]:
    """Return a sentence for each field that no run has, which names those that are near."""
    sample = _load_sample(store)
    known = _list_names(sample, TREES) if sample else []
    return [
        f"no run has {name}" + _suggest(find_close(name, known))
        for name, field in {format_path(one.path): one for one in map(_shorten, fields)}.items()
        if known and _may_lack(field) and name not in known and not _find_any(store, Not(IsNone(field)))
    ]


def _shorten(field: Field) -> Field:
    """Return the metric of which a field is a summary: what is near is another metric."""
    return Field(field.path[:2]) if field.path[0] == "metrics" else field


def _may_lack(field: Field) -> bool:
    return len(field.path) > 1 and field.path[0] in (*TREES, "metrics")


def _find_any(store: LockedStore, query: Expression) -> bool:
    return bool(store.find_ids(query, limit=1))


def _iter_unknown_texts(store: LockedStore, query: Expression) -> Iterator[str]:
    """Yield a sentence for each text that no run has in a field in which others have something."""
    for one in _iter_equations(query):
        field, wanted = (one.left, one.right) if isinstance(one.left, Field) else (one.right, one.left)
        if not isinstance(field, Field) or not isinstance(wanted, Constant) or _find_any(store, one):
            continue
        if not isinstance(wanted.value, str):
            continue
        getter, moment = make_getter(field), now()
        found = [getter(document, moment) for document in _load_sample(store)]
        hint = _suggest_value(format_path(field.path), wanted.value, found)
        if hint:
            yield f"no run has {format_path(field.path)} == {quote(wanted.value)}{hint}"


def _suggest_value(name: str, wanted: str, found: Iterable[Any]) -> str:
    """Return what may be meant by a text that is in none of the values of a field."""
    kinds: dict[type, list[Any]] = {}
    for value in found:
        kinds.setdefault(type(value), []).append(value)
    if any(wanted in one for one in kinds.get(list, ())):
        return _suggest([f"{quote(wanted)} in {name}"])
    numbers = [str(one) for kind in (int, float, bool) for one in kinds.get(kind, ())]
    if wanted in numbers:
        return _suggest([wanted])
    texts = sorted({text for text in kinds.get(str, ()) if len(text) <= _MOST_LENGTH})
    near = find_close(wanted.lower(), map(str.lower, texts))
    close = [quote(text) for text in texts if text.lower() in near]
    there = ", ".join(map(quote, texts[:_MOST_VALUES])) + (", …" if len(texts) > _MOST_VALUES else "")
    return _suggest(close) or (f"; there is {there}" if there else "")


def _iter_equations(query: Expression) -> Iterator[Compare]:
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _iter_equations(part)
        case Compare("=="):
            yield query


def _suggest(close: Iterable[str]) -> str:
    names = " or ".join(close)
    return f"; did you mean {names}?" if names else ""
