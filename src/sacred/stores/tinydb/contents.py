"""``hashfs``: contents of files, each once, under its checksum."""

import contextlib
import filecmp
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from sacred.stores.tinydb import CONTENTS

_DIGEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
_PIECE_BYTES = 1 << 20
_MARK = ".tmp"


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A content that is kept.

    Attributes:
        key: by which it is found.
        size_bytes: how long it is.
        digests: its checksums in hexadecimal.
    """

    key: str
    size_bytes: int
    digests: dict[str, str]


def _copy(content: BinaryIO, path: str) -> tuple[int, dict[str, str]]:
    """Write a content to a new file, and return its size and its checksums."""
    digests = {"md5": hashlib.md5(usedforsecurity=False), "sha256": hashlib.sha256()}
    size = 0
    with open(path, "xb") as file:
        while piece := content.read(_PIECE_BYTES):
            for digest in digests.values():
                digest.update(piece)
            size += file.write(piece)
    return size, {name: digest.hexdigest() for name, digest in digests.items()}


class Contents:
    """The contents in one folder.

    Args:
        folder: where ``hashfs`` is, or will be.
    """

    def __init__(self, folder: str) -> None:
        self._root = os.path.join(folder, CONTENTS)

    def find(self, key: Any) -> str | None:
        """Return where a content lies; None if it is not there, or not in this folder."""
        if not isinstance(key, str) or not _DIGEST.fullmatch(key):
            return None
        path = self._get_path(key)
        if not os.path.isfile(path) or os.path.realpath(path) != self._get_real_path(key):
            return None
        return path

    def _get_path(self, key: str) -> str:
        return os.path.join(self._root, key[:2], key[2:4], key[4:6], key[6:])

    def _get_real_path(self, key: str) -> str:
        root = os.path.realpath(self._root)
        return os.path.join(root, key[:2], key[2:4], key[4:6], key[6:])

    def add(self, content: BinaryIO) -> StoredContent:
        """Keep a content.

        Raises:
            OSError: it can't be read or written.
        """
        os.makedirs(self._root, exist_ok=True)
        temporary = os.path.join(self._root, f".{secrets.token_hex(8)}{_MARK}")
        try:
            size, digests = _copy(content, temporary)
            return StoredContent(self._settle(temporary, digests), size, digests)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)

    def _settle(self, temporary: str, digests: dict[str, str]) -> str:
        """Give a content its place: by its MD5, or by its SHA-256 where another one has that MD5."""
        for key in (digests["md5"], digests["sha256"]):
            path = self._get_path(key)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if not os.path.lexists(path):
                os.rename(temporary, path)
                return key
            if self.find(key) and filecmp.cmp(temporary, path, shallow=False):
                return key
        raise OSError(f"{path} is another file than it should be")

    def get_size(self, key: str) -> int:
        """Return how long a content is; 0 if it is not there."""
        path = self.find(key)
        return os.path.getsize(path) if path else 0

    def remove(self, key: str) -> int | None:
        """Remove a content, and return how long it was; None if it was not there."""
        path = self.find(key)
        if path is None:
            return None
        size = os.path.getsize(path)
        os.unlink(path)
        for folder in (os.path.dirname(path), os.path.dirname(os.path.dirname(path))):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        return size

    def iter_old(self, before: float) -> Iterator[str]:
        """Yield the keys of contents that have not been changed since a moment, in seconds since 1970.

        What was being written then, and never became a content, is removed.
        """
        for folder, _, names in os.walk(self._root):
            for name in names:
                path = os.path.join(folder, name)
                if os.lstat(path).st_mtime >= before:
                    continue
                if folder == self._root and name.startswith(".") and name.endswith(_MARK):
                    os.unlink(path)
                key = os.path.relpath(path, self._root).replace(os.sep, "")
                if self.find(key):
                    yield key
