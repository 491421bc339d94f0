"""Observers that have only some of the events: subclasses, classes of their own, with other parameter names."""
# run:
# run: -q
# run: fail

from kit import tell

from sacred import Experiment
from sacred.observers import RunObserver

ex = Experiment("partial")
ex.add_config(seed=1)
calls = []


class OnlyEnd(RunObserver):
    def completed_event(self, stop_time, result):
        calls.append(["completed", result])

    def failed_event(self, fail_time, fail_trace):
        calls.append(["failed", fail_trace[-1]])


class KeywordArguments(RunObserver):
    def started_event(self, **kwargs):
        calls.append(["started", sorted(kwargs)])

    def queued_event(self, *args, **kwargs):
        calls.append(["queued", args, sorted(kwargs)])


class WithDefaults(RunObserver):
    priority = 1

    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id, extra=None):
        calls.append(["defaults", command, _id, extra])
        return 7

    def heartbeat_event(self, info, captured_out, beat_time, result, **rest):
        calls.append(["heartbeat", info, result, sorted(rest)])


class NothingAtAll(RunObserver):
    pass


base = RunObserver()
tell(
    base=[
        base.started_event(None, None, None, None, None, None, None),
        base.queued_event(None, None, None, None, None, None, None),
        base.heartbeat_event(None, None, None, None),
        base.completed_event(None, None),
        base.interrupted_event(None, None),
        base.failed_event(None, None),
        base.resource_event(None),
        base.artifact_event(None, None),
        base.log_metrics(None, None),
        base.join(),
        base.priority,
    ]
)
ex.observers = [OnlyEnd(), KeywordArguments(), WithDefaults(), NothingAtAll()]


@ex.main
def main(_run):
    _run.log_scalar("x", 1)
    _run.add_artifact(__file__)
    _run.add_resource(__file__)
    return 1


@ex.command
def fail():
    raise ValueError("no")


try:
    ex.run_commandline()
finally:
    tell(calls=calls, id=ex.current_run._id)
