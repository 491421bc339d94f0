"""Some room on the disk that is kept for the end of the record, should the disk fill up meanwhile."""

import contextlib
import os

from sacred.folder import layout

_BYTES = 1 << 16


def take_room(folder: str) -> None:
    """Keep room in a run folder, by a file that only takes some.

    Where there is none from the beginning, or the file system can't reserve any, none is kept.
    """
    with contextlib.suppress(OSError, AttributeError):  # AttributeError: macOS can't reserve
        descriptor = os.open(os.path.join(folder, layout.ROOM), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            os.posix_fallocate(descriptor, 0, _BYTES)
        except OSError:
            give_room(folder)
        finally:
            os.close(descriptor)


def give_room(folder: str) -> None:
    """Give back the room that a run kept in its folder, if it kept any. Twice does no harm."""
    with contextlib.suppress(OSError):
        os.unlink(os.path.join(folder, layout.ROOM))
