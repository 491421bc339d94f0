"""Earlier versions of artifacts, in the run folder below ``_versions``.

A version is a second name of the file that had the artifact's name, made before another file takes that: so
the name is never without a file, and nothing is copied.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from typing import Any

from sacred.folder import layout
from sacred.folder.files import make_folder
from sacred.settings import SETTINGS

LOGGER = logging.getLogger("sacred")

Notes = dict[str, Any]
_OF_A_VERSION = ("added_time", "changed_while_copied", "content_type", "files", "metadata", "sha256", "size")


class Aside:
    """The place for what an artifact is about to lose: one file, or those of a folder that are replaced.

    Args:
        folder: the run folder.
        stored: the artifact's name in it.
        version: which version that is.

    Attributes:
        place: where it is, relative to the run folder.
        file_count: how many files are there.
        byte_count: their size.
    """

    def __init__(self, folder: str, stored: str, version: int) -> None:
        self._folder = folder
        number = version
        while os.path.lexists(os.path.join(folder, _name_place(stored, number))):
            number += 1  # left by a killed run, or by an artifact whose name looks like a version
        self.place = _name_place(stored, number)
        self.file_count = 0
        self.byte_count = 0

    def add(self, inner: str, place: str) -> str | None:
        """Give a file a second name here, and return that; None, with a warning, if that can't be.

        Args:
            inner: its path in the artifact, empty if it is the artifact.
            place: where it is.
        """
        aside = os.path.join(self._folder, self.place, inner) if inner else self.path
        try:
            found = os.lstat(place)
            make_folder(os.path.dirname(aside))
            try:
                os.link(place, aside, follow_symlinks=False)
            except FileExistsError:
                raise
            except OSError:  # a file system without second names
                os.rename(place, aside)
        except FileNotFoundError:
            return None
        except (OSError, NotImplementedError) as error:
            LOGGER.warning('An earlier version of "%s" is not kept: %s', place, error)
            return None
        self.file_count += 1
        self.byte_count += found.st_size
        return aside

    @property
    def path(self) -> str:
        """Where it is, absolute if the run folder is."""
        return os.path.join(self._folder, self.place)

    def settle(self, place: str) -> bool:
        """Take the file back if nothing replaced it, and return whether there is an earlier version now."""
        if not self.file_count or os.path.isdir(self.path):
            return self.file_count > 0
        if not os.path.lexists(place):
            os.rename(self.path, place)
        elif os.path.samefile(self.path, place):
            os.unlink(self.path)
        else:
            return True
        return False


def _name_place(stored: str, number: int) -> str:
    return f"{layout.VERSIONS_FOLDER}/{stored}/{number}"


def are_kept() -> bool:
    """Tell whether the settings want any earlier version."""
    wanted = (SETTINGS.ARTIFACTS.VERSIONS, SETTINGS.ARTIFACTS.VERSION_BYTES)
    return 0 not in wanted


def move_notes(notes: Notes, aside: Aside | None, is_folder: bool) -> Notes:
    """Make the notes of an artifact those of its earlier version, and return the first ones of the new.

    Args:
        notes: changed, and not copied: a checksum that is still worked out belongs to the file.
        aside: where the earlier version is; None if it is not kept.
        is_folder: of a folder the version has only the files that were replaced.
    """
    version = notes.pop("version", 1)
    versions = notes.pop("versions", [])
    for key in [key for key in notes if key not in _OF_A_VERSION]:
        del notes[key]
    if aside is not None:
        notes.update(version=version, file=aside.place, size=aside.byte_count)
        if is_folder:
            notes["files"] = aside.file_count
        versions.append(notes)
    return {"version": version + 1, "versions": versions} if versions else {"version": version + 1}


def share_equal(folder: str, versions: list[Notes]) -> None:
    """Let versions with the same content have one file."""
    first: dict[Any, str] = {}
    for notes in versions:
        digest = notes.get("sha256")
        if digest is None:
            continue
        shared = first.setdefault(digest, notes["file"])
        if shared != notes["file"]:
            doubled, notes["file"] = notes["file"], shared
            _remove(folder, doubled)


def drop_oldest(folder: str, artifact_notes: dict[str, Notes], stored: str) -> None:
    """Remove earlier versions as far as the settings don't want them.

    Args:
        folder: the run folder.
        artifact_notes: of all its artifacts; changed.
        stored: the artifact that got a version.
    """
    most, most_bytes = SETTINGS.ARTIFACTS.VERSIONS, SETTINGS.ARTIFACTS.VERSION_BYTES
    versions = artifact_notes[stored].get("versions", [])
    while most is not None and len(versions) > most:
        _drop(folder, versions, versions[0])
    if most_bytes is None:
        return
    every = sorted(_iter_versions(artifact_notes), key=lambda pair: str(pair[1].get("added_time")))
    for owner, notes in every:
        if _count_bytes(pair[1] for pair in _iter_versions(artifact_notes)) <= most_bytes:
            break
        _drop(folder, artifact_notes[owner]["versions"], notes)


def _iter_versions(artifact_notes: dict[str, Notes]) -> Iterator[tuple[str, Notes]]:
    for stored, notes in artifact_notes.items():
        yield from ((stored, version) for version in notes.get("versions", ()))


def _count_bytes(versions: Iterable[Notes]) -> int:
    return sum({notes["file"]: int(notes.get("size", 0)) for notes in versions}.values())


def _drop(folder: str, versions: list[Notes], dropped: Notes) -> None:
    versions.remove(dropped)
    if not any(notes["file"] == dropped["file"] for notes in versions):
        _remove(folder, dropped["file"])


def _remove(folder: str, place: str) -> None:
    path = os.path.join(folder, place)
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            import shutil

            shutil.rmtree(path)
        else:
            os.unlink(path)
    except OSError as error:
        LOGGER.warning('An earlier version, "%s", could not be removed: %s', path, error.strerror)
