"""``annotations.json``: the tags and the notes that people added to a run afterwards."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sacred.errors import StoreError
from sacred.folder.lock import flock
from sacred.stores.folders.paths import format_reason
from sacred.support.files import write_atomically

ANNOTATIONS = "annotations.json"


def clean_annotations(content: Any) -> dict[str, Any]:
    """Return ``tags`` and ``notes`` of a file's content, whatever that is: texts, each tag once."""
    content = content if isinstance(content, dict) else {}
    tags, notes = content.get("tags"), content.get("notes")
    texts = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return {"tags": list(dict.fromkeys(texts)), "notes": notes if isinstance(notes, str) else ""}


def write_annotations(folder: str, tags: Sequence[str], notes: str) -> None:
    """Write the file, if there is something to say or it is there already.

    Raises:
        OSError: it can't be written.
    """
    path = os.path.join(folder, ANNOTATIONS)
    content = clean_annotations({"tags": list(tags), "notes": notes})
    if content["tags"] or content["notes"] or os.path.lexists(path):
        write_atomically(path, json.dumps(content, indent=2, sort_keys=True))


def annotate(folder: str, tags: Sequence[str] | None, notes: str | None) -> None:
    """Replace the tags or the notes of a run folder; None leaves them.

    Raises:
        StoreError: the file can't be written, or it is damaged and would be lost.
    """
    _change(folder, lambda present: present["tags"] if tags is None else tags, notes)


def change_tags(folder: str, change: Callable[[list[str]], list[str]]) -> list[str]:
    """Change the tags that a run folder has at this moment, and return those that it has then.

    Raises:
        StoreError: the file can't be written, or it is damaged and would be lost.
    """
    return list(_change(folder, lambda present: change(present["tags"]), None))


def _change(
    folder: str, choose_tags: Callable[[dict[str, Any]], Sequence[str]], notes: str | None
) -> Sequence[str]:
    path = os.path.join(folder, ANNOTATIONS)
    try:
        with _lock(folder):
            present = _read(path)
            tags = choose_tags(present)
            write_annotations(folder, tags, present["notes"] if notes is None else notes)
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f'"{path}" can\'t be written: {format_reason(error)}') from error
    return tags


def _read(path: str) -> dict[str, Any]:
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        return clean_annotations(json.load(file))
    return clean_annotations(None)


@contextlib.contextmanager
def _lock(folder: str) -> Iterator[None]:
    """Let one process at a time change the file; the folder itself is locked, so that nothing is left behind.

    Where a file system can't lock, the last one wins.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError, ImportError):
            flock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)
