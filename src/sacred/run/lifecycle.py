"""A run from its start to its end."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sacred.collect.output import CapturedStdout, get_stdcapturer
from sacred.config.captured_function import BoundCalls
from sacred.config.seeding import set_global_seed
from sacred.errors import SacredInterrupt
from sacred.model import status
from sacred.model.metrics import linearize_metrics
from sacred.model.serialize import safe_repr
from sacred.observers.dispatch import Dispatch, claim, release
from sacred.run.state import RunState
from sacred.support.clock import now, to_naive_utc
from sacred.support.dotted import join_paths
from sacred.support.ticker import IntervalTimer


def execute(run: RunState, args: Sequence[Any]) -> Any:
    """Run a command with everything around it, and return its result.

    Raises:
        BaseException: whatever the command raises, after it was recorded.
    """
    observers = claim([] if run.unobserved else run.observers)
    try:
        run.dispatch = Dispatch(observers, run.run_logger)
        run.observers = list(run.dispatch.observers)  # in their order, as users' code expects
        _warn_without_observers(run)
        with BoundCalls(run.bindings):
            return _queue(run) if run.queue_only else _execute_now(run, args)
    finally:
        release(observers)


def _execute_now(run: RunState, args: Sequence[Any]) -> Any:
    stop_seeding = set_global_seed(run.config["seed"])
    try:
        return _Execution(run).run_command(args)
    finally:
        stop_seeding()


def _warn_without_observers(run: RunState) -> None:
    if not (run.observers or run.debug or run.unobserved):
        run.run_logger.warning("No observers have been added to this run")


def _queue(run: RunState) -> None:
    name = run.meta_info.get("command") or _get_command_name(run)
    run.run_logger.info("Queuing-up command '%s'", name)
    run.status = status.QUEUED
    run.meta_info["queue_time"] = queue_time = to_naive_utc(now())
    run._id = run.dispatch.start("queued_event", run._id, queue_time=queue_time, **_describe(run))
    if run._id is None:
        run.run_logger.info("Queued")
    else:
        run.run_logger.info('Queued-up run with ID "%s"', run._id)


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
        self.output: CapturedStdout | None = None
        self._stop_beats: Callable[[], None] = _do_nothing
        self._beat_lock = Lock()
        self._filter_failed = False
        self._output_failed = False

    def run_command(self, args: Sequence[Any]) -> Any:
        run = self.run
        mode = run.capture_mode or (None if run.observers else "no")
        run.capture_mode, capture = get_stdcapturer(mode)
        try:
            with capture() as self.output:
                self._call_between_events(args)
        finally:
            if self.output is not None:
                self._take_output(self.output)  # the last read gives the files back
        return run.result

    def _call_between_events(self, args: Sequence[Any]) -> None:
        try:
            self._start()
            self.run.result = self._call(args)
        except BaseException as error:
            self._stop(_find_status(error), error)
            raise
        self._stop(status.COMPLETED, None)

    def _start(self) -> None:
        run = self.run
        run.run_logger.info("Running command '%s'", _get_command_name(run))
        started_at = now()
        run.start_time = to_naive_utc(started_at)
        run.status = status.RUNNING
        run._id = run.dispatch.start("started_event", run._id, start_time=run.start_time, **_describe(run))
        if run._id is None:
            run.run_logger.info("Started")
        else:
            run.run_logger.info('Started run with ID "%s"', run._id)
        if run.observers:
            self._start_beats()

    def _start_beats(self) -> None:
        event, timer = IntervalTimer.create(self.beat, self.run.beat_interval)

        def stop() -> None:
            event.set()
            timer.join()

        timer.start()
        self._stop_beats = stop

    def _call(self, args: Sequence[Any]) -> Any:
        for hook in self.run.pre_run_hooks:
            hook()
        result = self.run.main_function(*args)
        self.run.result = result
        for hook in self.run.post_run_hooks:
            hook()
        return result

    def beat(self, moment: datetime | None = None) -> None:
        """Tell the observers what is new.

        Args:
            moment: of this beat; by default when the output so far was read.
        """
        run = self.run
        with self._beat_lock:
            self._read_output()
            moment = moment or to_naive_utc(now())
            run.heartbeat_time = moment
            metrics: dict[str, Any] = dict(linearize_metrics(run.metrics.get_last_metrics()))
            run.dispatch.beat(
                metrics, info=run.info, captured_out=run.captured_out, beat_time=moment, result=run.result
            )

    def _read_output(self) -> None:
        if self.output is None:
            return
        run, new = self.run, self._take_output(self.output)
        if run.captured_out_filter is None or self._filter_failed:
            run.captured_out += new
            return
        try:
            run.captured_out = _check_text(run.captured_out_filter(run.captured_out + new))
        except Exception as error:  # noqa: BLE001 -- the user's own filter; their experiment is worth more
            self._filter_failed = True
            run.captured_out += new
            run.run_logger.warning(
                "The captured_out_filter failed, output is kept unfiltered from now on: %s: %s",
                type(error).__name__,
                error,
            )

    def _take_output(self, output: CapturedStdout) -> str:
        try:
            output.flush()
            return output.get()
        except (OSError, ValueError) as error:
            if not self._output_failed:
                self.run.run_logger.warning("Some of the output could not be captured: %s", error)
            self._output_failed = True
            return ""

    def _stop(self, ended_as: str, error: BaseException | None) -> None:
        if os.getpid() != self._process:
            return  # a forked child leaves by sys.exit or an error: the run is its parent's, and goes on
        run = self.run
        run.stop_time = to_naive_utc(now())
        run.status = ended_as
        try:
            self._stop_beats()
            self._announce_end(run.stop_time, error)
            run.metrics.close()
            self.beat(run.stop_time)  # no sign of life is later than the end
        finally:  # a second Ctrl-C while an observer is slow does not leave the record without an end
            self._tell_end(run.stop_time, error)

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


def _check_text(filtered: Any) -> str:
    if not isinstance(filtered, str):
        raise TypeError(f"it returned {type(filtered).__name__} in place of text")
    return filtered


def _find_status(error: BaseException) -> str:
    if isinstance(error, SacredInterrupt):
        return error.STATUS
    return status.INTERRUPTED if isinstance(error, KeyboardInterrupt) else status.FAILED


def _format_trace(error: BaseException) -> list[str]:
    import traceback

    return traceback.format_exception(type(error), error, error.__traceback__)
