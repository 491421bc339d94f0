"""Whether a program is one of several that belong together; only then more is loaded."""

import os
from typing import TYPE_CHECKING, Any

from sacred.settings import SETTINGS

if TYPE_CHECKING:
    from sacred.run.ranks import Group

_RANK_VARIABLES = frozenset({"RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"})


def find_group(run: Any) -> "Group | None":
    """Return the distributed run that this one belongs to; None for a run of its own.

    Raises:
        SettingError: ``SETTINGS.DISTRIBUTED`` is no mode.
    """
    if _is_alone():
        return None
    from sacred.run.ranks import enter_group

    return enter_group(run)


def find_seed_generator() -> Any:
    """Return what draws the same seed in all processes of a distributed program; None for a single one."""
    if _is_alone():
        return None
    from sacred.run.ranks import make_shared_generator

    return make_shared_generator()


def _is_alone() -> bool:
    return SETTINGS.DISTRIBUTED == "ignore" or _RANK_VARIABLES.isdisjoint(os.environ)
