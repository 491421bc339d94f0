"""Files that are whole or not there: atomic replacement, and names that stay inside their folder."""

# os.path: abspath keeps symbolic links, and pathlib is slow where every run passes

import contextlib
import os
import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PathType = str | os.PathLike[str]

_MOST_NAME_BYTES = 255
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


def write_atomically(path: str | os.PathLike[str], content: str | bytes, durable: bool = True) -> None:
    r"""Replace a file so that a reader sees the old content or the new one, never a part.

    Text is written as UTF-8; what UTF-8 can't hold (lone surrogates) as ``\udcXX``.

    Args:
        path: the file.
        content: all it shall hold.
        durable: wait until the disk has it, so that a power failure leaves the old file or the new one as
            well; without it, only a killed process does.

    Raises:
        OSError: the file can't be written; the old one is untouched then.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    with open_atomically(path, durable) as file:
        file.write(data)


@contextlib.contextmanager
def open_atomically(path: str | os.PathLike[str], durable: bool = True) -> "Iterator[BinaryIO]":
    """Open a file for writing that takes the place of another one when the block ends without an error.

    Args:
        path: the file.
        durable: as for :func:`write_atomically`.

    Raises:
        OSError: the file can't be written; the old one is untouched.
    """
    target = os.fspath(path)
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def find_working_folder() -> str:
    """Return the working folder, or nothing if somebody removed it."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def name_code(filename: str) -> str:
    """Return a short name for a file of code: the last part of its path, or that of a cell, as ``In[3]``."""
    if "IPython" in sys.modules:
        from sacred.support.ipython import name_cell

        name = name_cell(filename)
        if name is not None:
            return name
    return filename.replace("\\", "/").rsplit("/", 1)[-1]


def find_upwards(name: str, folder: str) -> str | None:
    """Return the nearest folder, from this one upwards, that has an entry of a name."""
    while not os.path.lexists(os.path.join(folder, name)):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


@lru_cache(maxsize=1024)  # a run asks for a handful of paths all the time
def make_absolute(path: str, start: str) -> str:
    """Return a path seen from a folder. One with ``..`` is only joined: what is before it may be a link."""
    parts = path.split(os.sep)
    return os.path.join(start, path if ".." in parts else os.path.normpath(path))


def make_safe_name(name: str, reserved: frozenset[str] = frozenset()) -> str:
    """Return a relative name that can neither leave its folder nor be one of the reserved names.

    ``a/b`` is a name in a subfolder and stays as it is; ``../x`` becomes ``x``; a reserved ``run.json``
    becomes ``artifact_run.json``; what is too long for a file system is cut, and gets a checksum.
    """
    parts = [_UNSAFE.sub("_", part) for part in name.replace("\\", "/").split("/")]
    parts = [part for part in parts if part not in ("", ".", "..")] or ["unnamed"]
    if _fold(parts[0]) in reserved:
        parts[0] = f"artifact_{parts[0]}"
    return "/".join(map(shorten_name, parts))


def _fold(name: str) -> str:
    """Return a name without what one or another file system ignores: case, forms of letters, ends, marks."""
    if not name.isascii():
        import unicodedata

        name = unicodedata.normalize("NFKC", name)
        name = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    return name.casefold().rstrip(" .")


def shorten_name(name: str) -> str:
    """Return a name of at most 255 bytes, which is the most that file systems take, with its extension."""
    raw = name.encode("utf-8", "surrogatepass")
    if len(raw) <= _MOST_NAME_BYTES:
        return name
    import hashlib  # takes 3 ms, for OpenSSL

    extension = os.path.splitext(name)[1]
    extension = extension if len(extension.encode("utf-8", "surrogatepass")) <= 32 else ""
    end = "_" + hashlib.md5(raw, usedforsecurity=False).hexdigest() + extension
    room = _MOST_NAME_BYTES - len(end.encode("utf-8", "surrogatepass"))
    return raw[:room].decode("utf-8", "ignore") + end


def make_path(path: str | bytes | os.PathLike[Any]) -> "Path":
    """Return a :class:`pathlib.Path`, whose module takes 3 ms to import and so is loaded late."""
    from pathlib import Path

    return Path(os.fsdecode(path))
