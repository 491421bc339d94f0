"""A run from its start to its end."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from sacred.collect.late_sources import LateSources
from sacred.collect.secrets import mask_config, mask_facts
from sacred.config.captured_function import BoundCalls
from sacred.config.seeding import set_global_seed
from sacred.errors import ConfigError, SacredInterrupt, StoreError
from sacred.folder.store import is_on_network
from sacred.model import status
from sacred.model.serialize import safe_repr
from sacred.observers.dispatch import Dispatch, claim, release
from sacred.run.further import FurtherRecord
from sacred.run.group import find_group
from sacred.run.keeping import (
    find_keepers,
    find_needless_spool,
    make_keeper,
    replace_keeper,
    start_keeper,
)
from sacred.run.recording import Recording
from sacred.run.signals import end_on_termination
from sacred.run.state import RunState
from sacred.support.clock import now, to_naive_utc
from sacred.support.dotted import join_paths
from sacred.support.files import find_working_folder, make_absolute
from sacred.support.ticker import IntervalTimer

if TYPE_CHECKING:
    from sacred.folder.mirror import Mirror
    from sacred.observers.file_storage import FileStorageObserver

SHORT_SECONDS = 0.05
"""What takes no longer is over before the first tick."""

SYNC_SECONDS = 1.0
"""How long what was recorded may stay in the system's cache only, which a power failure would take."""


def execute(run: RunState, args: Sequence[Any]) -> Any:
    """Run a command with everything around it, and return its result.

    Raises:
        TerminationExit: SIGTERM ended the run.
        BaseException: whatever the command raises, after it was recorded.
    """
    __tracebackhide__ = True  # pytest and IPython show the user's frames, and none of this module
    run.group = find_group(run)
    is_joining = run.group is not None and run.group.is_joining
    observers = claim([] if run.unobserved or is_joining else run.observers)
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
    if run.group is not None and run.group.is_joining:  # rank 0 puts it in the queue, once
        return
    name = run.meta_info.get("command") or _get_command_name(run)
    keeper = make_keeper(run)  # first, since it may warn that nobody observes the run
    run.run_logger.info("Queuing-up command '%s'", name)
    run.status = status.QUEUED
    run.meta_info["queue_time"] = queue_time = to_naive_utc(now())
    if masked := mask_config(run.config)[1]:
        run.run_logger.warning(
            "Whoever runs it has to be given %s: the record has no secrets", ", ".join(masked)
        )
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
    facts = {
        "ex_info": run.experiment_info,
        "command": _get_command_name(run),
        "host_info": run.host_info,
        "config": run.config,
        "meta_info": run.meta_info,
    }
    return mask_facts(facts)


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
        self._has_missed_beat = False
        self._mirrors: list[Mirror] = []
        is_wanted = bool(run.observers or self._keepers)
        if not is_wanted:
            run.metrics.discard()
        near = [self._find_place(one) for one in self._keepers]
        mode = run.capture_mode or (None if is_wanted else "no")
        run.recording = self.recording = Recording(run, mode, *near[:1])
        self._late_sources = LateSources(run.experiment_info)
        is_joining = run.group is not None and run.group.is_joining
        self._further = FurtherRecord(run, [] if is_joining else self._keepers)

    def _find_place(self, keeper: "FileStorageObserver") -> str | None:
        """Return where the output of the run will probably be."""
        folder = make_absolute(keeper.basedir, find_working_folder())
        if not is_on_network(folder):
            return folder
        from sacred.folder.server import await_server
        from sacred.run.mirroring import find_place

        await_server(folder)
        return find_place()

    def run_command(self, args: Sequence[Any]) -> Any:
        __tracebackhide__ = True
        for keeper in find_keepers(self.run):  # our own one when it is told of the start
            keeper.attach(self.recording)
        try:
            self._call_between_events(args)
        finally:
            if os.getpid() == self._process:
                self._attempt(self._leave)
            else:
                self.recording.abandon()
        return self.run.result

    def _call_between_events(self, args: Sequence[Any]) -> None:
        __tracebackhide__ = True
        try:
            self._start()
            self._further.wait_for_code()
            self._call(args)
        except BaseException as error:
            if isinstance(error, ConfigError) and not error.config:
                error.config = self.run.config
            self._stop(_find_status(error), error)
            raise
        self._stop(status.COMPLETED, None)

    def _start(self) -> None:
        run = self.run
        self._further.start()
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
        keepers = self._find_keepers()
        path = keepers[0].find_run_folder(self.recording) if keepers else None
        output_names = getattr(keepers[0], "output_names", None) if keepers else None
        if path is not None and output_names is not None:  # the folder of a run that rank 0 makes
            self.recording.take_part(path, output_names)
        elif path is not None and self.run.start_time is not None:
            fronts = [self._open_mirror(keeper) for keeper in keepers]
            self.recording.settle(path, self.run.start_time, fronts[0])
            self._further.settle(fronts[0] or path)
            for mirror in self._mirrors:
                mirror.start()
            if self.run.group is not None:
                self.run.group.publish(self.run, path)

    def _find_keepers(self) -> "list[FileStorageObserver]":
        """Return what has kept the run since its start; the first one's folder is the run's own."""
        return [*find_keepers(self.run), *filter(None, [self.run.dispatch.keeper])]

    def _open_mirror(self, keeper: "FileStorageObserver") -> str | None:
        """Return the local folder in front of a keeper's folder that is on a network, else None."""
        folder = keeper.find_run_folder(self.recording)
        if folder is None or not is_on_network(folder):
            return None
        from sacred.run.mirroring import open_mirror

        is_growing = self.recording.writes_output and self.recording.appends_output
        mirror = open_mirror(folder, is_growing)
        if mirror is None:
            return None
        keeper.use_mirror(mirror)
        self._mirrors.append(mirror)
        return mirror.front

    def _start_beats(self) -> None:
        self._next_beat = monotonic() + self.run.beat_interval
        interval = min(SYNC_SECONDS, self.run.beat_interval)

        def tick() -> None:
            timer.interval = interval
            if not event.is_set():  # else all this is the end's
                self._tick_safely()

        event, timer = IntervalTimer.create(tick, min(SHORT_SECONDS, interval))

        def stop() -> None:
            event.set()
            timer.join()

        try:
            timer.start()
        except RuntimeError as error:  # no more threads
            self.run.run_logger.warning("The run has no heartbeats before its end: %s", error)
        else:
            self._stop_beats = stop

    def _tick_safely(self) -> None:
        """Do what is due; an error, such as a lack of memory, is not to be the end of all heartbeats."""
        try:
            self._tick()
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever it is, the next one is tried
            if not self._has_missed_beat:
                self._has_missed_beat = True
                reason = f"{type(error).__name__}: {error}"
                self.run.run_logger.warning("A heartbeat failed, it is tried again: %s", reason)

    def _tick(self) -> None:
        self._further.gather()
        self.recording.tick()
        for mirror in self._mirrors:
            mirror.look()
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
            if late := self._late_sources.find_new():
                run.dispatch.offer("sources_event", base_dir=self._late_sources.base_dir, sources=late)
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
            with suppress(Exception):  # a logging handler of the user's
                self._announce_end(run.stop_time, error)
            self._attempt(self.recording.stop)
            self.recording.gaps += [gap for mirror in self._mirrors for gap in mirror.gaps]
            self._attempt(self._finish_further)
            self._attempt(partial(self.beat, run.stop_time))  # no sign of life is later than the end
        finally:  # a second Ctrl-C while an observer is slow does not leave the record without an end
            run.status = ended_as  # only now: in the last heartbeat it is still running
            self._tell_end(run.stop_time, error)

    def _finish_further(self) -> None:
        self.recording.gaps += self._further.finish()

    def _attempt(self, step: Callable[[], object]) -> None:
        """Do a part of our own work; that it fails is no failure of the experiment."""
        try:
            step()
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- a lack of memory, a logging handler of the user's
            with suppress(Exception):
                reason = f"{type(error).__name__}: {error}"
                self.run.run_logger.warning("The record may lack a part of its end: %s", reason)

    def _leave(self) -> None:
        """Let go of the folder."""
        self._attempt(self.recording.stop)
        has_end = all(map(self.run.dispatch.has_end, self._find_keepers()[:1]))
        if not self._finish_mirrors(has_end):
            return  # the run keeps its lock: a mirror still works in this process
        self.recording.release(has_end=has_end)
        spool = find_needless_spool(self.run)
        if spool is not None:
            self.recording.detach()
            spool.remove()
            self.run.dispatch.keeper = None  # what is added after the end has no place there

    def _finish_mirrors(self, has_end: bool) -> bool:
        """Wait until all of the record is where it belongs, and tell whether it is.

        Of a record without an end the local folder is kept, which recovery will need.
        """
        if self._mirrors:
            self.recording.keep_output()
        results = [has_end and mirror.finish() for mirror in self._mirrors]
        return all(results)

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
