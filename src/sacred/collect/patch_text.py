"""Patches as text: cut into their parts, one a file, and made for files that git does not know."""

import os
import re
import stat
from collections.abc import Iterator

_HEADER = b"diff --git "
_TOO_ODD = re.compile(rb'[\x00-\x1f\x7f-\xff"\\]')
_ESCAPES = {ord("\a"): "a", ord("\b"): "b", ord("\t"): "t", ord("\n"): "n", ord("\v"): "v", ord("\f"): "f"}
_ESCAPES |= {ord("\r"): "r", ord('"'): '"', ord("\\"): "\\"}
_UNESCAPES = {letter.encode(): bytes([code]) for code, letter in _ESCAPES.items()}
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)


class FilePatch:
    """The part of a patch that is about one file.

    Attributes:
        path: of the file, relative to the root of the working tree.
        text: the part.
        head: its lines before the first change.
    """

    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text
        self.head = text.split(b"\n@@", 1)[0]

    @property
    def is_binary(self) -> bool:
        """Whether the changes themselves are missing, since they are no text."""
        return b"\nBinary files " in self.head

    @property
    def is_submodule(self) -> bool:
        """Whether it is only about which commit of another repository is checked out."""
        return (
            re.search(rb"^(?:index .* |(?:new|deleted) file mode |new mode )160000$", self.head, re.MULTILINE)
            is not None
        )

    @property
    def is_filtered(self) -> bool:
        """Whether git keeps something else than the file, as LFS does."""
        return b"\n-version https://git-lfs" in self.text or b"\n+version https://git-lfs" in self.text


def split_patch(patch: bytes) -> Iterator[FilePatch]:
    """Yield the parts of a patch that ``git diff`` made without renames."""
    for part in (b"\n" + patch).split(b"\n" + _HEADER)[1:]:
        text = _HEADER + part.rstrip(b"\n") + b"\n"
        yield FilePatch(_find_path(text), _remove_remarks(text))


def _find_path(text: bytes) -> str:
    line = text[len(_HEADER) :].split(b"\n", 1)[0]
    name = line[: (len(line) - 1) // 2]  # the same name twice, with a space between
    return os.fsdecode(unquote_path(name)[2:])


def _remove_remarks(text: bytes) -> bytes:
    """Remove what git says between the parts of a patch about files that are being merged."""
    return re.sub(rb"\n\* Unmerged path [^\n]*", b"", text)


def quote_path(path: bytes) -> bytes:
    """Return a path as patches have it: in quotes, with escapes, if there is anything odd in it."""
    if not _TOO_ODD.search(path):
        return path
    return b'"' + _TOO_ODD.sub(_escape, path) + b'"'


def _escape(match: re.Match[bytes]) -> bytes:
    code = match.group()[0]
    return f"\\{_ESCAPES.get(code, f'{code:03o}')}".encode()


def unquote_path(quoted: bytes) -> bytes:
    """Return the path that :func:`quote_path` or git quoted."""
    if not quoted.startswith(b'"'):
        return quoted
    return _ESCAPED.sub(_unescape, quoted[1:].removesuffix(b'"'))


def _unescape(match: re.Match[bytes]) -> bytes:
    letter = match.group(1)
    return bytes([int(letter, 8)]) if len(letter) == 3 else _UNESCAPES.get(letter, letter)


def make_new_file_patch(path: str, content: bytes, mode: int) -> bytes:
    """Return the patch that makes a file.

    Args:
        path: relative to the root of the working tree.
        content: text; of a symbolic link its target.
        mode: as ``os.stat`` gives it.
    """
    old, new = (quote_path(prefix + os.fsencode(path)) for prefix in (b"a/", b"b/"))
    lines = [_HEADER + old + b" " + new, b"new file mode " + _name_mode(mode)]
    if not content:
        # the checksum of nothing; git wants the line where there are no changes
        return b"\n".join(
            [*lines, b"index " + b"0" * 40 + b"..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", b""]
        )
    rows = content.split(b"\n")
    is_ended = not rows[-1]
    rows = rows[:-1] if is_ended else rows
    end = b"\t" if b" " in new and not new.startswith(b'"') else b""  # so that git knows where the name ends
    lines += [b"--- /dev/null", b"+++ " + new + end, b"@@ -0,0 +1,%d @@" % len(rows)]
    lines += [b"+" + row for row in rows]
    return b"\n".join([*lines, *([] if is_ended else [b"\\ No newline at end of file"]), b""])


def _name_mode(mode: int) -> bytes:
    if stat.S_ISLNK(mode):
        return b"120000"
    return b"100755" if mode & stat.S_IXUSR else b"100644"
