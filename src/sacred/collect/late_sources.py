"""Sources that are imported while the run is under way."""

import os
from collections.abc import Mapping
from typing import Any

from sacred.collect.modules import list_local_files
from sacred.collect.sources import Source, make_relative
from sacred.settings import SETTINGS


class LateSources:
    """Finds modules of the project's tree that were loaded since the sources were collected.

    Args:
        experiment_info: with ``base_dir`` and the ``sources`` that are known.
    """

    def __init__(self, experiment_info: Mapping[str, Any]) -> None:
        self.base_dir = str(experiment_info.get("base_dir") or "")
        self._seen = {pair[0] for pair in experiment_info.get("sources", ())}
        self._files: list[str] = []
        self._is_wanted = bool(self.base_dir) and SETTINGS.DISCOVER_SOURCES != "none"

    def find_new(self) -> list[tuple[str, str]]:
        """Return names, relative to ``base_dir``, and MD5 checksums of those that are new."""
        if not self._is_wanted:
            return []
        before, self._files = self._files, list_local_files(self.base_dir)
        if self._files is before:
            return []
        found = []
        for filename in self._files:
            name = make_relative(filename, self.base_dir)
            if name in self._seen or not os.path.isfile(filename):
                continue
            self._seen.add(name)
            found.append((name, Source.create(filename, save_git_info=False).digest))
        return sorted(found)
