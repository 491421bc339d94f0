"""Handing events to observers: order, ids, copies, and what happens when one fails."""

import contextlib
import logging
from unittest import mock

import pytest

from recording import Recorder, make_experiment, run_function
from sacred.observers import FileStorageObserver
from sacred.observers.base import reads_folder
from sacred.observers.dispatch import Dispatch, claim, is_busy, release

LOGGER = logging.getLogger("dispatch-test")


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG, LOGGER.name)
    return caplog


def start(dispatch, run_id=None):
    return dispatch.start("started_event", run_id, config={"a": [1]})


# --- order and ids ------------------------------------------------------------------------------------------


def test_higher_priority_first_else_in_order():
    order = []
    observers = []
    for name, priority in [("low", -1), ("first", 0), ("high", 2.5), ("second", 0)]:
        recorder = Recorder(priority)
        recorder.on_event = lambda _event, _facts, name=name: order.append(name)
        observers.append(recorder)
    start(Dispatch(observers, LOGGER))
    assert order == ["high", "first", "second", "low"]


def test_an_observer_without_priority_counts_as_zero():
    class Plain:
        def started_event(self, **facts):
            return "plain"

    assert start(Dispatch([Recorder(-1, run_id="low"), Plain()], LOGGER)) == "plain"


def test_the_first_id_that_is_one_wins_and_the_others_get_it():
    a, b, c = Recorder(3), Recorder(2, run_id=0), Recorder(1, run_id=7)
    assert start(Dispatch([c, b, a], LOGGER)) == 0
    assert [one.last("started_event")["_id"] for one in (a, b, c)] == [None, None, 0]


def test_a_given_id_stays():
    a, b = Recorder(2, run_id=1), Recorder(1)
    assert start(Dispatch([a, b], LOGGER), "given") == "given"
    assert (a.last("started_event")["_id"], b.last("started_event")["_id"]) == ("given", "given")


class Progress:
    """What is new at a heartbeat."""

    def __init__(self, points=None, text=""):
        self.points = points or {}
        self.text = text
        self.asked = []

    def read_points(self):
        self.asked.append("points")
        return self.points

    def read_text(self):
        self.asked.append("text")
        return self.text


def test_every_observer_has_copies_of_its_own():
    class Spoiler(Recorder):
        def note(self, name, facts):
            if name == "started_event":
                facts["config"]["a"].append("spoiled")
                facts["config"]["new"] = 1
            if name in ("log_metrics", "heartbeat_event"):
                facts["info"]["deep"].clear()
                facts["info"]["mongo"] = []
            if name == "log_metrics":
                facts["metrics_by_name"].clear()
            return super().note(name, facts)

    spoiler, other = Spoiler(2), Recorder(1)
    config, info = {"a": [1]}, {"deep": {"x": 1}}
    metrics = {"loss": {"values": [1]}}
    dispatch = Dispatch([spoiler, other], LOGGER)
    dispatch.start("started_event", None, config=config)
    dispatch.beat(Progress(metrics), info=info)
    assert other.last("started_event")["config"] == {"a": [1]} == config
    assert other.last("log_metrics") == {
        "metrics_by_name": {"loss": {"values": [1]}},
        "info": {"deep": {"x": 1}},
    }
    assert other.last("heartbeat_event")["info"] == {"deep": {"x": 1}} == info
    assert metrics == {"loss": {"values": [1]}}


def test_output_and_points_are_only_built_for_observers_that_ask_for_them():
    class Reading(Recorder):
        @reads_folder
        def heartbeat_event(self, **facts):
            self.note("heartbeat_event", facts)

        @reads_folder
        def log_metrics(self, **facts):
            self.note("log_metrics", facts)

    class Overriding(Reading):
        def heartbeat_event(self, **facts):
            super().heartbeat_event(**facts)

    for kind, asked in ((Reading, []), (Overriding, ["text"]), (Recorder, ["points", "text"])):
        observer, progress = kind(), Progress({"loss": {"values": [1]}}, "hello")
        dispatch = Dispatch([observer], LOGGER)
        dispatch.start("started_event", None)
        dispatch.beat(progress, info={})
        assert progress.asked == asked
        assert observer.last("heartbeat_event")["captured_out"] == ("hello" if "text" in asked else "")
        assert bool(observer.last("log_metrics")["metrics_by_name"]) == ("points" in asked)


def test_a_keeper_is_told_after_the_others_of_everything():
    order = []
    observer, keeper = Recorder(priority=-1, run_id=5), Recorder(priority=9, run_id="kept")
    observer.on_event = lambda name, _: order.append(("observer", name))
    keeper.on_event = lambda name, _: order.append(("keeper", name))
    dispatch = Dispatch([observer], LOGGER)
    assert dispatch.start("started_event", None, config={}) == 5
    assert dispatch.add_keeper(keeper, "started_event", 5, config={}) == "kept"
    dispatch.beat(Progress(), info={})
    dispatch.tell("resource_event", filename="x")
    dispatch.finish("completed_event")
    dispatch.join()
    assert [who for who, _ in order] == ["observer", "keeper"] + ["observer"] * 2 + ["keeper"] * 2 + [
        "observer",
        "keeper",
    ] * 3
    assert observer.names == keeper.names


def test_who_is_interrupted_while_an_observer_ends_still_tells_those_that_write_to_a_folder():
    class Folder(Recorder):
        @reads_folder
        def heartbeat_event(self, **facts):
            self.note("heartbeat_event", facts)

    slow, other, folder = Recorder(3, fail={"completed_event": KeyboardInterrupt()}), Recorder(2), Folder(1)
    dispatch = Dispatch([slow, other, folder], LOGGER)
    start(dispatch)
    with pytest.raises(KeyboardInterrupt):
        dispatch.finish("completed_event")
    assert "completed_event" in folder.names
    assert "completed_event" not in other.names


# --- failures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["log_metrics", "heartbeat_event", "resource_event", "artifact_event"])
def test_one_that_fails_is_reported_once_and_hears_only_the_end(event, log):
    bad, good = Recorder(2, fail={event: ValueError("boom")}), Recorder(1)
    dispatch = Dispatch([bad, good], LOGGER)
    start(dispatch)
    for _ in range(2):
        dispatch.tell("resource_event", filename="r")
        dispatch.tell("artifact_event", name="a", filename="r", metadata=None, content_type=None)
        dispatch.beat(Progress(), info={}, beat_time=None, result=None)
    dispatch.finish("completed_event", stop_time=None, result=1)
    dispatch.join()
    every = ["resource_event", "artifact_event", "log_metrics", "heartbeat_event"]
    assert good.names == ["started_event", *every, *every, "completed_event", "join"]
    assert bad.names == [
        "started_event",
        *every[: every.index(event) + 1],
        "completed_event",
    ]
    assert dispatch.failed == [bad]
    assert log.text.count("boom") - log.text.count("ValueError: boom") == 1
    assert f"during {event}" in log.text
    assert log.text.count("Recorder failed at some point during the run") == 1


@pytest.mark.parametrize("event", ["completed_event", "failed_event", "interrupted_event"])
def test_a_final_event_that_fails_is_reported_and_the_others_get_theirs(event, log):
    bad, good = Recorder(2, fail={event: ValueError("boom")}), Recorder(1)
    dispatch = Dispatch([bad, good], LOGGER)
    start(dispatch)
    dispatch.finish(event)
    dispatch.join()
    assert bad.names == ["started_event", event]
    assert good.names == ["started_event", event, "join"]
    assert "could not record the end of the run" in log.text
    assert "boom" in log.text


def test_a_join_that_fails_is_reported(log):
    bad, good = Recorder(2, fail={"join": ValueError("boom")}), Recorder(1)
    dispatch = Dispatch([bad, good], LOGGER)
    start(dispatch)
    dispatch.join()
    assert good.names[-1] == "join"
    assert "boom" in log.text


def test_an_error_without_a_text_is_named_by_its_type(log):
    dispatch = Dispatch([Recorder(fail={"resource_event": KeyError()})], LOGGER)
    start(dispatch)
    dispatch.tell("resource_event", filename="x")
    assert "KeyError" in log.text


def test_observers_that_are_equal_are_still_two(tmp_path):
    class Equal(Recorder):
        def __eq__(self, other):
            return isinstance(other, Equal)

        __hash__ = None

    bad, good = Equal(fail={"heartbeat_event": ValueError("boom")}), Equal()
    run_function(lambda: None, bad, good)
    assert good.names[-3:] == ["heartbeat_event", "completed_event", "join"]


def test_a_start_that_fails_is_raised_and_the_later_ones_are_not_started():
    first, bad, last = Recorder(3), Recorder(2, fail={"started_event": ValueError("boom")}), Recorder(1)
    dispatch = Dispatch([first, bad, last], LOGGER)
    with pytest.raises(ValueError, match="boom"):
        start(dispatch)
    dispatch.tell("resource_event", filename="x")
    dispatch.beat(Progress(), info={})
    dispatch.finish("failed_event")
    dispatch.join()
    assert first.names == ["started_event", "failed_event", "join"]
    assert bad.names == ["started_event", "failed_event", "join"]
    assert last.names == ["failed_event", "join"]


# --- the same in a run --------------------------------------------------------------------------------------


def test_a_run_does_not_start_when_an_observer_can_not():
    bad, good = Recorder(2, fail={"started_event": ValueError("no room")}), Recorder(1)
    ex = make_experiment(bad, good)
    ex.main(lambda: pytest.fail("must not run"))
    with pytest.raises(ValueError, match="no room"):
        ex.run()
    assert ex.current_run.status == "FAILED"
    assert bad.names == ["started_event", "failed_event", "join"]
    assert good.names == ["failed_event", "join"]
    assert good.last("failed_event")["fail_trace"][-1] == "ValueError: no room\n"


@pytest.mark.parametrize(
    "event",
    [
        "heartbeat_event",
        "log_metrics",
        "resource_event",
        "artifact_event",
        "completed_event",
        "join",
    ],
)
def test_a_failing_observer_does_not_change_the_run(event, tmp_path, caplog):
    bad, good = Recorder(2, fail={event: RuntimeError("boom")}), Recorder(1)
    (tmp_path / "x").write_text("")

    def main(_run):
        _run.add_resource(tmp_path / "x")
        _run.add_artifact(tmp_path / "x")
        return 3

    run = run_function(main, bad, good)
    assert (run.status, run.result) == ("COMPLETED", 3)
    assert "completed_event" in bad.names
    assert good.names[-2:] == ["completed_event", "join"]
    assert "boom" in caplog.text


@pytest.mark.parametrize(
    ("event", "error"), [("failed_event", ValueError), ("interrupted_event", KeyboardInterrupt)]
)
def test_a_failing_final_event_does_not_hide_the_error_of_the_run(event, error):
    bad, good = Recorder(2, fail={event: RuntimeError("boom")}), Recorder(1)

    def main():
        raise error("mine")

    with pytest.raises(error, match="mine"):
        run_function(main, bad, good)
    assert good.names[-2:] == [event, "join"]


def test_info_that_a_thread_keeps_changing_is_copied():
    class Restless(dict):
        """Changes while it is read, the first times."""

        left = 3

        def keys(self):
            if self.left:
                type(self).left -= 1
                raise RuntimeError("dictionary changed size during iteration")
            return super().keys()

        def items(self):
            if self.left:
                type(self).left -= 1
                raise RuntimeError("dictionary changed size during iteration")
            return super().items()

        def __iter__(self):
            return iter(list(super().keys()))

    recorder = Recorder()
    dispatch = Dispatch([recorder], LOGGER)
    start(dispatch)
    dispatch.beat(Progress(), info=Restless(a=1))
    assert recorder.last("heartbeat_event")["info"] == {"a": 1}
    assert not dispatch.failed
    assert Restless.left < 3


def test_facts_that_can_not_be_copied_are_told_all_the_same():
    class Never(dict):
        def keys(self):
            raise RuntimeError("changed")

        def __iter__(self):
            raise RuntimeError("changed")

    recorder = Recorder()
    dispatch = Dispatch([recorder], LOGGER)
    start(dispatch)
    info = Never(a=1)
    dispatch.beat(Progress(), info=info)
    assert recorder.last("heartbeat_event")["info"] is info


def test_what_an_observer_adds_to_info_with_the_metrics_is_in_its_heartbeat():
    """Observers made for 0.8 list the metrics there; the next observer and the run don't see it."""
    adding, other = Recorder(priority=1), Recorder()
    adding.on_event = lambda name, facts: name == "log_metrics" and facts["info"].update(metrics=["m"])
    run = run_function(lambda: None, adding, other)
    assert adding.last("heartbeat_event")["info"] == {"metrics": ["m"]}
    assert other.last("heartbeat_event")["info"] == run.info == {}


# --- one observer in several runs ---------------------------------------------------------------------------


def test_claims_end_also_when_a_run_fails(tmp_path):
    observer = FileStorageObserver(tmp_path)
    for fail in (True, False):
        ex = make_experiment(observer)
        ex.main(lambda fail=fail: 1 / 0 if fail else None)
        with contextlib.suppress(ZeroDivisionError):
            ex.run()
        assert not is_busy(observer)
        assert ex.current_run.observers[0] is observer


def test_claims_end_after_a_queued_run(tmp_path):
    observer = FileStorageObserver(tmp_path)
    run_function(lambda: None, observer, options={"--queue": True})
    assert not is_busy(observer)


def test_an_observer_is_busy_until_all_that_share_it_end():
    shared = Recorder()
    claim([shared])
    claim([shared])
    release([shared])
    assert is_busy(shared)
    release([shared])
    assert not is_busy(shared)


def test_observers_without_for_run_are_told_of_all_runs():
    plain = mock.Mock(priority=1)
    plain.started_event.return_value = None
    run = run_function(lambda: None, plain)
    assert run.observers == [plain]
    assert plain.completed_event.called
