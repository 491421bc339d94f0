"""Looking something up by its name, and saying what there is if it is not there."""

from collections.abc import Iterable

from sacred.errors import EntryNotFoundError
from sacred.support.text import format_close

_MOST_NAMES = 8


def miss(what: str, name: object, known: Iterable[str]) -> EntryNotFoundError:
    """Return the error for a name that is not there.

    Args:
        what: what was looked for, such as ``run 3 has no metric``.
        name: the name.
        known: those that there are.
    """
    names = list(known)
    text = f'{what} "{name}"'
    if isinstance(name, str) and (close := format_close(name, names)):
        return EntryNotFoundError(text + close)
    if not names:
        return EntryNotFoundError(f"{text}; it has none")
    shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
    return EntryNotFoundError(f"{text}; there are {shown}" if len(names) > 1 else f"{text}; there is {shown}")
