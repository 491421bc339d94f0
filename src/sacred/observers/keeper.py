"""Observers of our own: where a run is kept that no ``FileStorageObserver`` of the user's keeps."""

import os
from typing import TYPE_CHECKING, Any

from sacred.folder.ids import discard_run_folder
from sacred.folder.store import make_spool_base, make_spool_name
from sacred.observers.file_storage import FileStorageObserver

if TYPE_CHECKING:
    from pathlib import Path


class SpoolKeeper(FileStorageObserver):
    """Keeps a run in a folder of its own below the user's cache, until everybody else has it.

    Only the places of resources and artifacts are noted: a copy of each would fill the cache. They are with
    the observers that the run is for.
    """

    def __init__(self) -> None:
        base, self.name = make_spool_base(), make_spool_name()
        # all that belongs to the run lies in its folder, so that it can go as one
        own = os.path.join(base, self.name)
        super().__init__(
            base,
            resource_dir=os.path.join(own, "_resources"),
            source_dir=os.path.join(own, "_sources"),
            copy_artifacts=False,
        )

    def find_or_save(self, filename: Any, store_dir: Any) -> "Path":  # noqa: ARG002 - nothing is copied
        """Return where a file is."""
        from pathlib import Path

        return Path(filename)

    def remove(self) -> None:
        """Remove the folder, as far as that is possible."""
        discard_run_folder(os.path.join(self.basedir, self.name))
        self.dir = None
