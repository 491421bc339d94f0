"""Folders that Sacred's TinyDbObserver writes: a JSON file with all runs, and their files by checksum.

The layout is so plain that no package is needed to read it; nothing that such a file says is executed.
"""

import os

METADATA = "metadata.json"
CONTENTS = "hashfs"


def is_tinydb_folder(path: str) -> bool:
    """Tell whether a folder is one that a TinyDbObserver wrote."""
    file = os.path.join(path, METADATA)
    if not os.path.isfile(file):
        return False
    if os.path.isdir(os.path.join(path, CONTENTS)):
        return True
    try:
        with open(file, "rb") as opened:
            start = opened.read(64).strip()
    except OSError:
        return False
    return start == b"{}" or start.startswith((b'{"runs":', b'{"_default":'))
