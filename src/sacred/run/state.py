"""What is known of a run, and what the user's code may do with it while it is under way."""

# os.path: abspath keeps symbolic links, and pathlib is slow where every run passes

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from sacred.config.config_summary import ConfigSummary
from sacred.errors import NotRunningError
from sacred.model import status
from sacred.observers.dispatch import Dispatch
from sacred.run.metrics_logger import MetricsLogger
from sacred.settings import SETTINGS
from sacred.support.files import PathType

_runs: "WeakValueDictionary[str, RunState]" = WeakValueDictionary()
_joined: dict[str, "RunState"] = {}

if TYPE_CHECKING:
    from typing import Unpack

    from sacred.config.captured_function import Binding, CapturedFunction
    from sacred.run.artifact_file import TextOptions
    from sacred.run.recording import Recording


class RunState:
    """One run of a command, apart from running it.

    Attributes:
        info: what the user's code wants to keep, recorded at every heartbeat.
        result: what the command returned; code may set it before, as an intermediate result.
        status: ``RUNNING``, ``COMPLETED``, ``FAILED``, ``INTERRUPTED``, ``TIMED_OUT``, ``QUEUED`` or one of
            the user's own.
        start_time: when the run started, naive UTC; likewise ``stop_time`` and ``heartbeat_time``.
        fail_trace: the lines of the traceback, if the run failed.
        meta_info: command, options, comment and the like.
        beat_interval: seconds between heartbeats.
        capture_mode: ``fd``, ``sys``, ``no``, or None for the setting.
        rank: which of the processes of a distributed run this is, from 0; 0 where there is only one.
        group: the distributed run that this one belongs to (:class:`sacred.run.ranks.Group`).
        can_be_sent: to another process, which takes part in the run then, if it is on.
        token: tells this run from all others, in any process.
        config_faults: values of wrong types; only ``print_config`` gets as far as having some.
        repository_answers: what git said about each repository of the sources, by its folder.
        unobserved, force, queue_only, debug, pdb: what the options of these names ask for.
    """

    can_be_sent = True
    _id: Any = None
    result: Any = None
    status: str | None = None
    start_time: datetime | None = None
    stop_time: datetime | None = None
    heartbeat_time: datetime | None = None
    debug: bool = False
    pdb: bool = False
    unobserved: bool = False
    force: bool = False
    queue_only: bool = False
    fail_trace: list[str] | None = None
    capture_mode: str | None = None
    rank: int = 0
    group: Any = None
    config_faults: Sequence[Exception] = ()
    repository_answers: Mapping[str, Any] = MappingProxyType({})

    def __init__(
        self,
        config: dict[str, Any],
        config_modifications: ConfigSummary,
        main_function: Callable[..., Any],
        observers: Sequence[Any],
        root_logger: logging.Logger,
        run_logger: logging.Logger,
        experiment_info: dict[str, Any],
        host_info: dict[str, Any],
        pre_run_hooks: Sequence[Callable[..., Any]],
        post_run_hooks: Sequence[Callable[..., Any]],
        captured_out_filter: Callable[[str], str] | None = None,
    ) -> None:
        self.config = config
        self.config_modifications = config_modifications
        self.experiment_info = experiment_info
        self.host_info = host_info
        self.info: dict[str, Any] = {}
        self.root_logger = root_logger
        self.run_logger = run_logger
        self.main_function = main_function
        self.observers = observers
        self.pre_run_hooks = pre_run_hooks
        self.post_run_hooks = post_run_hooks
        self.meta_info: dict[str, Any] = {}
        self.beat_interval: float = SETTINGS.DEFAULT_BEAT_INTERVAL
        self.captured_out_filter = captured_out_filter
        self.metrics = MetricsLogger()
        self.bindings: Mapping[CapturedFunction[Any], Binding] = {}
        self.dispatch = Dispatch((), run_logger)
        self.recording: Recording | None = None
        self.token = os.urandom(8).hex()
        _runs[self.token] = self

    @property
    def dir(self) -> str | None:
        """The folder that this run writes to; None if it writes to none."""
        for observer in self.dispatch.everybody or self.observers:
            if hasattr(observer, "basedir") and getattr(observer, "dir", None):
                return str(observer.dir)
        return None

    @property
    def captured_out(self) -> str:
        """The output so far, filtered; it is read from the run's folder."""
        return self.recording.read_text() if self.recording is not None else ""

    def log_scalar(self, metric_name: str, value: Any, step: Any = None) -> None:
        """Log one point of a metric.

        Args:
            metric_name: the metric, such as ``training.loss``; what is no text becomes text.
            value: mostly a number.
            step: where in the series the point belongs, a number. By default one more than the step before,
                beginning at 0.
        """
        self.metrics.log_scalar_metric(metric_name, value, step)

    def open_resource(self, filename: PathType, mode: str = "r") -> IO[Any]:
        """Open a file that the run reads, and record it.

        Args:
            filename: the file.
            mode: as for :func:`open`.

        Raises:
            OSError: the file can't be opened.
            NotRunningError: the run has not started.
        """
        self._check_running("open_resource")
        file = open(filename, mode)  # noqa: SIM115 -- the caller closes it
        self.add_resource(filename)
        return file

    def add_resource(self, filename: PathType) -> None:
        """Record a file that the run reads.

        Raises:
            NotRunningError: the run has not started.
        """
        self._check_running("add_resource")
        self.dispatch.tell("resource_event", filename=os.path.abspath(os.fsdecode(filename)))

    def add_artifact(
        self,
        filename: PathType,
        name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        content_type: str | None = None,
    ) -> None:
        """Record a file or directory that the run made.

        Args:
            filename: the file.
            name: what it is called in the record; by default the file's own name.
            metadata: anything to keep with it.
            content_type: its media type, such as ``image/png``.

        Raises:
            NotRunningError: the run has not started.
        """
        self._check_running("add_artifact")
        path = os.path.abspath(os.fsdecode(filename))
        self.dispatch.tell(
            "artifact_event",
            name=os.path.basename(path) if name is None else str(name),  # often a Path
            filename=path,
            metadata=metadata,
            content_type=content_type,
        )

    def open_artifact(
        self,
        name: PathType,
        mode: str = "w",
        metadata: Mapping[str, Any] | None = None,
        content_type: str | None = None,
        **text: "Unpack[TextOptions]",
    ) -> IO[Any]:
        """Open a file in the run folder that becomes an artifact when it is closed.

        If a ``with`` block ends by an error, or the file is never closed, it is noted as not finished.

        Args:
            name: what it is called in the record.
            mode: as for :func:`open`, one that makes a new file: ``w``, ``wb``, ``w+b``.
            metadata: anything to keep with it.
            content_type: its media type, such as ``image/png``.
            text: ``encoding`` (by default UTF-8), ``errors`` and ``newline`` as for :func:`open`.

        Raises:
            NotRunningError: the run has not started.
            ValueError: no such mode.
        """
        from sacred.run.artifact_file import Wish, open_artifact_file

        self._check_running("open_artifact")
        return open_artifact_file(self, Wish(os.fsdecode(name), metadata, content_type), mode, text)

    def _check_running(self, method: str) -> None:
        if self.start_time is None:  # after the end it is allowed: scripts add plots and the like then
            raise NotRunningError(f"{method} can only be called during a run.")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._id} {self.status or 'not started'}>"


def find_run(token: str) -> RunState | None:
    """Return the run of this process, or of the one that it was forked from, that has a token."""
    return _runs.get(token)


def is_within_run(run: RunState) -> bool:
    """Tell whether another run is on in this process, or was when it was forked."""
    return any(other is not run and other.status == status.RUNNING for other in list(_runs.values()))


def find_joined_run(experiment_name: str) -> RunState | None:
    """Return the run of an experiment that this worker process was sent last."""
    return _joined.get(experiment_name)


def set_joined_run(experiment_name: str, run: RunState) -> None:
    """Let :func:`find_joined_run` find a run."""
    _joined[experiment_name] = run
