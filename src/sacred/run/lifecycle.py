"""A run from its start to its end."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

from sacred.config.captured_function import BoundCalls
from sacred.config.seeding import set_global_seed
from sacred.errors import ConfigError, SacredInterrupt, StoreError
from sacred.model import status
from sacred.model.serialize import safe_repr
from sacred.observers.dispatch import Dispatch, claim, release
from sacred.run.keeping import find_keepers, find_needless_spool, make_keeper, replace_keeper, start_keeper
from sacred.run.recording import Recording
from sacred.run.signals import end_on_termination
from sacred.run.state import RunState
from sacred.support.clock import now, to_naive_utc
from sacred.support.dotted import join_paths
from sacred.support.files import find_working_folder, make_absolute
from sacred.support.ticker import IntervalTimer

SYNC_SECONDS = 1.0
"""How long what was recorded may stay in the system's cache only, which a power failure would take."""


def execute(run: RunState, args: Sequence[Any]) -> Any:
    """Run a command with everything around it, and return its result.

    Raises:
        TerminationExit: SIGTERM ended the run.
        BaseException: whatever the command raises, after it was recorded.
    """
    __tracebackhide__ = True  # pytest and IPython show the user's frames, and none of this module
    observers = claim([] if run.unobserved else run.observers)
    try:
        run.dispatch = Dispatch(observers, run.run_logger)
        run.observers = run.dispatch.observers  # in their order; hooks of users append to them
        with BoundCalls(run.bindings):
            return _queue(run) if run.queue_only else _execute_now(run, args)
    finally:
        release(observers)


def _execute_now(run: RunState, args: Sequence[Any]) -> Any:
    __tracebackhide__ = True
    stop_seeding = set_global_seed(run.config["seed"])
    try:
        with end_on_termination():
            return _Execution(run).run_command(args)
    finally:
        stop_seeding()


def _queue(run: RunState) -> None:
    name = run.meta_info.get("command") or _get_command_name(run)
    keeper = make_keeper(run)  # first, since it may warn that nobody observes the run
    run.run_logger.info("Queuing-up command '%s'", name)
    run.status = status.QUEUED
    run.meta_info["queue_time"] = queue_time = to_naive_utc(now())
    _tell_start(run, "queued_event", keeper, None, queue_time=queue_time)
    if run._id is None:
        run.run_logger.info("Queued")
    else:
        run.run_logger.info('Queued-up run with ID "%s"', run._id)


def _tell_start(run: RunState, event: str, keeper: Any, recording: Recording | None, **facts: Any) -> None:
    """Tell observers and keeper of ``started_event`` or ``queued_event``; the run has its id then."""
    facts |= _describe(run)
    run._id = run.dispatch.start(event, run._id, **facts)
    while keeper is not None:
        if recording is not None:
            keeper.attach(recording)
        try:
            run._id = start_keeper(run, keeper, event, facts)
        except StoreError as error:
            keeper = replace_keeper(run, keeper, error)
        else:
            return


def _get_command_name(run: RunState) -> str:
    """Return the name with the command's prefix before it, as Sacred 0.8 records it."""
    return join_paths(getattr(run.main_function, "prefix", None) or "", run.main_function.__name__)


def _describe(run: RunState) -> dict[str, Any]:
    return {
        "ex_info": run.experiment_info,
        "command": _get_command_name(run),
        "host_info": run.host_info,
        "config": run.config,
        "meta_info": run.meta_info,
    }


class _Execution:
    """The parts of a run that belong together while it is under way."""

    def __init__(self, run: RunState) -> None:
        self.run = run
        self._process = os.getpid()
        self._keeper = make_keeper(run)
        self._keepers = [*find_keepers(run), *filter(None, [self._keeper])]
        self._stop_beats: Callable[[], None] = _do_nothing
        self._beat_lock = Lock()
        self._next_beat = 0.0
        is_wanted = bool(run.observers or self._keepers)
        if not is_wanted:
            run.metrics.discard()
        near = [make_absolute(one.basedir, find_working_folder()) for one in self._keepers[:1]]
        mode = run.capture_mode or (None if is_wanted else "no")
        run.recording = self.recording = Recording(run, mode, *near)

    def run_command(self, args: Sequence[Any]) -> Any:
        __tracebackhide__ = True
        for keeper in find_keepers(self.run):  # our own one when it is told of the start
            keeper.attach(self.recording)
        try:
            self._call_between_events(args)
        finally:
            if os.getpid() == self._process:
                self._leave()
            else:
                self.recording.abandon()
        return self.run.result

    def _call_between_events(self, args: Sequence[Any]) -> None:
        __tracebackhide__ = True
        try:
            self._start()
            self._call(args)
        except BaseException as error:
            if isinstance(error, ConfigError) and not error.config:
                error.config = self.run.config
            self._stop(_find_status(error), error)
            raise
        self._stop(status.COMPLETED, None)

    def _start(self) -> None:
        run = self.run
        run.run_logger.info("Running command '%s'", _get_command_name(run))
        started_at = now()
        run.start_time = to_naive_utc(started_at)
        run.status = status.RUNNING
        try:
            _tell_start(run, "started_event", self._keeper, self.recording, start_time=run.start_time)
        finally:  # also the output of a run that one of several observers can't record is in the folder
            self._settle()
        if run._id is None:
            run.run_logger.info("Started")
        else:
            run.run_logger.info('Started run with ID "%s"', run._id)
        if run.dispatch.everybody:
            self._start_beats()

    def _settle(self) -> None:
        keepers = [*find_keepers(self.run), *filter(None, [self.run.dispatch.keeper])]
        path = keepers[0].find_run_folder(self.recording) if keepers else None
        if path is not None and self.run.start_time is not None:
            self.recording.settle(path, self.run.start_time)

    def _start_beats(self) -> None:
        self._next_beat = monotonic() + self.run.beat_interval
        event, timer = IntervalTimer.create(self._tick, min(SYNC_SECONDS, self.run.beat_interval))

        def stop() -> None:
            event.set()
            timer.join()

        timer.start()
        self._stop_beats = stop

    def _tick(self) -> None:
        self.recording.tick()
        if monotonic() >= self._next_beat:
            self._next_beat = monotonic() + self.run.beat_interval
            self.beat()

    def _call(self, args: Sequence[Any]) -> None:
        __tracebackhide__ = True
        for hook in self.run.pre_run_hooks:
            hook()
        self.run.result = self.run.main_function(*args)
        for hook in self.run.post_run_hooks:  # they may set another result
            hook()

    def beat(self, moment: datetime | None = None) -> None:
        """Tell the observers what is new.

        Args:
            moment: of this beat; by default when the output so far was read.
        """
        run = self.run
        with self._beat_lock:
            progress = self.recording.read_progress()
            run.heartbeat_time = moment = moment or to_naive_utc(now())
            run.dispatch.beat(progress, info=run.info, beat_time=moment, result=run.result)

    def _stop(self, ended_as: str, error: BaseException | None) -> None:
        if os.getpid() != self._process:
            return  # a forked child leaves by sys.exit or an error: the run is its parent's, and goes on
        run = self.run
        run.stop_time = to_naive_utc(now())
        try:
            self._stop_beats()
            self._announce_end(run.stop_time, error)
            self.recording.stop()
            self.beat(run.stop_time)  # no sign of life is later than the end
        finally:  # a second Ctrl-C while an observer is slow does not leave the record without an end
            run.status = ended_as  # only now: in the last heartbeat it is still running
            self._tell_end(run.stop_time, error)

    def _leave(self) -> None:
        """Let go of the folder."""
        self.recording.stop()
        self.recording.release()
        spool = find_needless_spool(self.run)
        if spool is not None:
            self.recording.detach()
            spool.remove()
            self.run.dispatch.keeper = None  # what is added after the end has no place there

    def _tell_end(self, stopped: datetime, error: BaseException | None) -> None:
        run = self.run
        if error is None:
            run.dispatch.finish("completed_event", stop_time=stopped, result=run.result)
        elif isinstance(error, KeyboardInterrupt | SacredInterrupt):
            run.dispatch.finish("interrupted_event", interrupt_time=stopped, status=run.status)
        else:
            run.fail_trace = _format_trace(error)
            run.dispatch.finish("failed_event", fail_time=stopped, fail_trace=run.fail_trace)
        run.dispatch.join()

    def _announce_end(self, stopped: datetime, error: BaseException | None) -> None:
        run = self.run
        elapsed = timedelta(seconds=round((stopped - (run.start_time or stopped)).total_seconds()))
        if error is None:
            if run.result is not None:
                run.run_logger.info("Result: %s", _show(run.result))
            run.run_logger.info("Completed after %s", elapsed)
        elif isinstance(error, KeyboardInterrupt | SacredInterrupt):
            run.run_logger.warning("Aborted after %s!", elapsed)
        else:
            run.run_logger.error("Failed after %s!", elapsed)


def _do_nothing() -> None:
    """Stand in for a timer that was never started."""


def _show(result: Any) -> str:
    try:
        return str(result)
    except Exception:  # noqa: BLE001 -- a user's object may raise anything
        return safe_repr(result)


def _find_status(error: BaseException) -> str:
    if isinstance(error, SacredInterrupt):
        return error.STATUS
    return status.INTERRUPTED if isinstance(error, KeyboardInterrupt) else status.FAILED


def _format_trace(error: BaseException) -> list[str]:
    import traceback

    return traceback.format_exception(type(error), error, error.__traceback__)
