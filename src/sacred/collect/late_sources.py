"""Sources that are imported while the run is under way."""

import os
import sys
from collections.abc import Mapping
from typing import Any

from sacred.collect.modules import iter_local_files, iterate_sys_modules
from sacred.collect.sources import Source, make_relative
from sacred.settings import SETTINGS


class LateSources:
    """Finds modules of the project's tree that were loaded since the sources were collected.

    Args:
        experiment_info: with ``base_dir`` and the ``sources`` that are known.
        module_count: how many modules were loaded when these were collected; 0 if it is not known.
    """

    def __init__(self, experiment_info: Mapping[str, Any], module_count: int = 0) -> None:
        self.base_dir = str(experiment_info.get("base_dir") or "")
        self._seen = {pair[0] for pair in experiment_info.get("sources", ())}
        # the other ways to discover sources did not look at modules
        self._module_count = module_count if SETTINGS.DISCOVER_SOURCES in {"imported", "sys"} else 0
        self._is_wanted = bool(self.base_dir) and SETTINGS.DISCOVER_SOURCES != "none"

    def find_new(self) -> list[tuple[str, str]]:
        """Return names, relative to ``base_dir``, and MD5 checksums of those that are new."""
        if not self._is_wanted or len(sys.modules) == self._module_count:
            return []
        self._module_count = len(sys.modules)
        found = []
        for filename in iter_local_files(iterate_sys_modules(), self.base_dir):
            name = make_relative(filename, self.base_dir)
            if name in self._seen or not os.path.isfile(filename):
                continue
            self._seen.add(name)
            found.append((name, Source.create(filename, save_git_info=False).digest))
        return sorted(found)
