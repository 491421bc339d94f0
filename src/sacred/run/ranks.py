"""Distributed runs: one program that a launcher starts many times, as torchrun, Slurm and MPI do.

Which process this is follows from the environment. They find each other through the folder of the store
(:mod:`sacred.folder.meeting`), without a network.
"""

import logging
import os
import random
from collections.abc import Mapping
from itertools import count
from typing import Any, NamedTuple

from sacred.errors import SettingError
from sacred.folder.lock import describe_process
from sacred.folder.meeting import Meeting
from sacred.folder.processes import find_launcher
from sacred.folder.store import find_default_store, make_spool_base, prepare_store
from sacred.observers.file_storage import FileStorageObserver
from sacred.observers.rank_keeper import RankKeeper
from sacred.run.state import RunState, is_within_run
from sacred.run.tickets import make_ticket
from sacred.settings import SETTINGS
from sacred.support.files import find_working_folder, make_absolute
from sacred.support.text import format_close

LOGGER = logging.getLogger("sacred")

MODES = ("join", "beside", "ignore")

_FIRST_SPECIAL_STEP = 0xFFFFFFF0
"""Numbers of Slurm's steps from here on mean batch scripts and the like, which are no launched tasks."""


class Rank(NamedTuple):
    """Which process of a distributed program this is.

    Attributes:
        number: its rank, from 0.
        size: how many there are; None if the launcher does not say.
        launcher: ``torchrun``, ``openmpi``, ``pmi``, ``pmix`` or ``slurm``.
        job: the same text in all of them, and in no others.
    """

    number: int
    size: int | None
    launcher: str
    job: str


class _Launcher(NamedTuple):
    """By which variables a launcher is known.

    Attributes:
        name: what it is called.
        rank: has the rank.
        size: have the number of processes; the first one that is there counts.
        marks: have to be there.
        job: name the job, as far as they are there.
    """

    name: str
    rank: str
    size: tuple[str, ...]
    marks: tuple[str, ...]
    job: tuple[str, ...]


_ALLOCATION = ("SLURM_JOB_ID", "SLURM_RESTART_COUNT")
_STEP = (*_ALLOCATION, "SLURM_STEP_ID")
# those within others first: torchrun and mpirun start in steps of Slurm
_LAUNCHERS = (
    _Launcher(
        "torchrun",
        "RANK",
        ("WORLD_SIZE",),
        ("LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"),
        (
            *("TORCHELASTIC_RUN_ID", "TORCHELASTIC_RESTART_COUNT", "MASTER_ADDR", "MASTER_PORT"),
            *_ALLOCATION,
        ),
    ),
    _Launcher(
        "openmpi",
        "OMPI_COMM_WORLD_RANK",
        ("OMPI_COMM_WORLD_SIZE",),
        (),
        ("PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", *_STEP),
    ),
    _Launcher("pmi", "PMI_RANK", ("PMI_SIZE",), (), ("PMI_ID", "PMI_JOBID", "PMI_PORT", *_STEP)),
    _Launcher("pmix", "PMIX_RANK", ("SLURM_STEP_NUM_TASKS",), (), ("PMIX_NAMESPACE", *_STEP)),
    # SLURM_PROCID and SLURM_NTASKS are also in a batch script, which only the step's own tasks are not
    _Launcher("slurm", "SLURM_PROCID", ("SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"), ("SLURM_STEP_ID",), _STEP),
)


def find_rank(environment: Mapping[str, str] = os.environ) -> Rank | None:
    """Return which process of a distributed program this is; None if there is only one."""
    for launcher in _LAUNCHERS:
        number = _find_number(environment, launcher.rank)
        sizes = [_find_number(environment, name) for name in launcher.size]
        size = next((found for found in sizes if found is not None), None)
        if number is None or size == 1 or not set(environment).issuperset(launcher.marks):
            continue
        if launcher.name == "slurm" and (size is None or not _is_step(environment)):
            continue
        return Rank(number, size, launcher.name, _name_job(environment, launcher, size))
    return None


def _find_number(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None


def _is_step(environment: Mapping[str, str]) -> bool:
    step = _find_number(environment, "SLURM_STEP_ID")
    return step is not None and step < _FIRST_SPECIAL_STEP


def _name_job(environment: Mapping[str, str], launcher: _Launcher, size: int | None) -> str:
    parts = [f"{name}={environment[name]}" for name in launcher.job if name in environment]
    is_on_one_machine = _find_number(environment, "LOCAL_WORLD_SIZE") == size is not None
    if not parts or is_on_one_machine:  # a port alone may be the next job's as well
        parts.append(find_launcher(launcher.rank))
    return " ".join([launcher.name, *parts])


_draws = count()


def make_shared_generator() -> random.Random | None:
    """Return a generator of seeds that draws the same in all processes of a distributed program."""
    rank = find_rank()
    return None if rank is None else random.Random(f"{rank.job} {next(_draws)}")


class Group:
    """What one process knows of a distributed run.

    Args:
        rank: which process this is.
        meeting: where the processes find each other.
        number: which one of its runs this is, from 0.
        base: the folder of all runs.

    Attributes:
        is_joining: the run is the one that rank 0 makes.
    """

    def __init__(self, rank: Rank, meeting: Meeting, number: int, base: str) -> None:
        self._rank = rank
        self._meeting = meeting
        self._number = number
        self._base = base
        self.is_joining = rank.number > 0

    def make_keeper(self) -> RankKeeper:
        """Return what keeps the part of this process in the folder of rank 0's run."""
        return RankKeeper(
            self._base, self._rank.number, lambda: self._meeting.wait(self._number, SETTINGS.DISTRIBUTED_WAIT)
        )

    def publish(self, run: RunState, folder: str) -> None:
        """As rank 0, tell the others the folder of the run."""
        if self.is_joining:
            return
        ticket = make_ticket(run)
        place = {"id": run._id, "process": os.getpid(), "store": ticket.store}
        try:
            self._meeting.publish(self._number, os.path.relpath(folder, self._base), place)
        except OSError as error:
            LOGGER.warning("The other ranks can't find this run: %s", error.strerror or error)


def enter_group(run: RunState) -> Group | None:
    """Return the group that a run belongs to; None for a run of its own.

    Raises:
        SettingError: there is no such mode.
    """
    rank = find_rank()
    _check_mode(SETTINGS.DISTRIBUTED)
    if rank is None or is_within_run(run):
        return None
    base = None if run.unobserved else _find_base(run)
    name = f"{run.experiment_info.get('name')} {run.meta_info.get('command')}"
    group = None
    if base is not None and SETTINGS.DISTRIBUTED == "join":
        try:
            meeting = Meeting(base, rank.job, name)
            number = meeting.register(rank.number, describe_process())
        except OSError as error:
            LOGGER.warning("The ranks of this program make runs of their own: %s", error.strerror or error)
        else:
            if number is None:  # a program that a process of the group has started: no part of it
                return None
            group = Group(rank, meeting, number, base)
    run.rank = rank.number
    facts: dict[str, Any] = {"launcher": rank.launcher, "rank": rank.number, "job": rank.job}
    run.meta_info["distributed"] = facts if rank.size is None else {**facts, "size": rank.size}
    return group


def _check_mode(mode: Any) -> None:
    if mode not in MODES:
        raise SettingError(
            f"Unknown value {mode!r} of SETTINGS.DISTRIBUTED{format_close(str(mode), MODES)}; "
            f"it is one of {', '.join(MODES)}",
            print_traceback=False,
        )


def _find_base(run: RunState) -> str | None:
    """Return the folder that all ranks know, the one of all runs."""
    for observer in run.observers:
        if isinstance(observer, FileStorageObserver):
            return make_absolute(observer.basedir, find_working_folder())
    try:
        if run.observers:
            return make_spool_base()
        store = find_default_store()
        if store is not None:
            prepare_store(store)
    except OSError:
        return None
    return store
