"""What a killed run left of artifacts: it is noted in ``run.json``."""

import os
from collections.abc import Iterator
from typing import Any

from sacred.folder import layout
from sacred.folder.partial import iter_partial

Notes = dict[str, Any]


def note_leftovers(folder: str, entry: dict[str, Any]) -> None:
    """Note artifacts that were not finished, and those and earlier versions that are not listed yet.

    Args:
        folder: the run folder.
        entry: the content of ``run.json``; changed.
    """
    for name, path in iter_partial(folder):
        gap = {"kind": "artifact", "name": name, "reason": "It was not finished", "path": path}
        if not any(known.get("path") == path for known in entry.setdefault("missing", [])):
            entry["missing"].append(gap)
    entry.setdefault("artifacts", []).extend(sorted(_iter_unlisted_files(folder, entry)))
    for place in list(_iter_unlisted(folder, entry)):
        name, _, number = place.removeprefix(f"{layout.VERSIONS_FOLDER}/").rpartition("/")
        path = os.path.join(folder, place)
        if _is_still(path, os.path.join(folder, name)):
            os.unlink(path)  # killed before another file took its name
        elif name in entry.get("artifacts", ()) and number.isdecimal():
            _list_version(entry, name, {"version": int(number), "file": place, "size": os.path.getsize(path)})


def _iter_unlisted_files(folder: str, entry: dict[str, Any]) -> Iterator[str]:
    """Yield the names of files that the run put into its folder just before it was killed."""
    listed = [*map(str, entry.get("artifacts", ())), *_name_sources(entry)]
    for above, folders, names in os.walk(folder):
        inner = "" if above == folder else os.path.relpath(above, folder).replace(os.sep, "/") + "/"
        if not inner:
            folders[:] = [name for name in folders if name not in layout.RESERVED]
        own = (f"{inner}{name}" for name in names if inner or not _is_of_record(name))
        yield from (
            name for name in own if not any(name == one or name.startswith(f"{one}/") for one in listed)
        )


def _is_of_record(name: str) -> bool:
    return name in layout.RESERVED or name.startswith(f"{layout.REPORT_STEM}.")


def _name_sources(entry: dict[str, Any]) -> list[str]:
    """Return the names of sources, which a queued run has in its folder."""
    return [str(source[0]) for source in entry.get("experiment", {}).get("sources", ()) if source]


def _iter_unlisted(folder: str, entry: dict[str, Any]) -> Iterator[str]:
    listed = {
        version.get("file")
        for notes in entry.get("artifact_notes", {}).values()
        for version in notes.get("versions", ())
    }
    for above, _, names in os.walk(os.path.join(folder, layout.VERSIONS_FOLDER)):
        inner = os.path.relpath(above, folder).replace(os.sep, "/")
        if not any(inner == known or inner.startswith(f"{known}/") for known in listed):
            yield from (f"{inner}/{name}" for name in names if f"{inner}/{name}" not in listed)


def _is_still(path: str, artifact: str) -> bool:
    try:
        return os.path.samefile(path, artifact)
    except OSError:
        return False


def _list_version(entry: dict[str, Any], name: str, version: Notes) -> None:
    notes = entry.setdefault("artifact_notes", {}).setdefault(name, {})
    versions = notes.setdefault("versions", [])
    versions.append(version)
    notes["version"] = max(notes.get("version", 1), version["version"] + 1)
