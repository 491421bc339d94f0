"""A run from its start to its end: events in order, statuses, hooks, heartbeats."""

import contextlib
import os
import threading
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from recording import Recorder, make_experiment, run_function, run_program
from sacred.collect.output import get_stdcapturer
from sacred.utils import SacredInterrupt, TimeoutInterrupt


def naive_now():
    return datetime.now(UTC).replace(tzinfo=None)


# --- order and arguments of events --------------------------------------------------------------------------


def test_the_events_of_a_run_in_order():
    recorder = Recorder()
    run_function(lambda: 1, recorder)
    assert recorder.names == ["started_event", "log_metrics", "heartbeat_event", "completed_event", "join"]


def test_the_events_of_all_kinds(tmp_path):
    recorder = Recorder(run_id=5)
    (tmp_path / "data.csv").write_text("1")

    def main(_run):
        _run.open_resource(tmp_path / "data.csv").close()
        _run.add_artifact(tmp_path / "data.csv", name="x", metadata={"a": [1]}, content_type="text/csv")
        _run.log_scalar("loss", 0.5)
        _run.info["note"] = "n"
        print("hello")
        return 42

    before = naive_now()
    ex = make_experiment(recorder, name="whole")
    ex.add_config(rate=0.1)
    ex.main(main)
    run = ex.run(meta_info={"mine": 1})
    after = naive_now()

    assert recorder.names == [
        "started_event",
        "resource_event",
        "artifact_event",
        "log_metrics",
        "heartbeat_event",
        "completed_event",
        "join",
    ]
    started = recorder.last("started_event")
    assert set(started) == {
        "ex_info",
        "command",
        "host_info",
        "start_time",
        "config",
        "meta_info",
        "_id",
    }
    assert list(started["ex_info"])[:6] == [
        "name",
        "base_dir",
        "mainfile",
        "sources",
        "dependencies",
        "repositories",
    ]
    assert started["ex_info"]["name"] == "whole"
    assert started["command"] == "main"
    assert started["host_info"]["hostname"]
    assert before <= started["start_time"] <= after
    assert started["start_time"].tzinfo is None
    assert started["config"] == {"rate": 0.1, "seed": run.config["seed"]}
    assert started["meta_info"]["command"] == "main"
    assert started["meta_info"]["mine"] == 1
    assert started["_id"] is None
    assert recorder.last("resource_event") == {"filename": str(tmp_path / "data.csv")}
    assert recorder.last("artifact_event") == {
        "name": "x",
        "filename": str(tmp_path / "data.csv"),
        "metadata": {"a": [1]},
        "content_type": "text/csv",
    }
    metrics = recorder.last("log_metrics")
    assert metrics["info"] == {"note": "n"}
    series = metrics["metrics_by_name"]["loss"]
    assert series["steps"] == [0]
    assert series["values"] == [0.5]
    assert series["name"] == "loss"
    assert before <= series["timestamps"][0] <= after
    beat = recorder.last("heartbeat_event")
    assert set(beat) == {"info", "captured_out", "beat_time", "result"}
    assert beat["info"] == {"note": "n"}
    assert "hello" in beat["captured_out"]
    assert beat["result"] == 42
    completed = recorder.last("completed_event")
    assert completed == {"stop_time": run.stop_time, "result": 42}
    assert run._id == 5
    assert run.status == "COMPLETED"
    assert run.start_time == started["start_time"]
    assert run.heartbeat_time == beat["beat_time"]
    assert run.start_time <= run.stop_time <= run.heartbeat_time


def test_an_observer_of_the_user_s_own_gets_only_what_it_knows(caplog):
    """A class that isn't a RunObserver, with the exact signatures of the contract."""

    class Own:
        seen = None

        def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
            return "own-id"

        def heartbeat_event(self, info, captured_out, beat_time, result):
            self.seen = result

        def completed_event(self, stop_time, result):
            self.result = result

        def log_metrics(self, metrics_by_name, info):
            pass

        def join(self):
            pass

    own = Own()
    run = run_function(lambda: 3, own)
    assert run._id == "own-id"
    assert (own.seen, own.result) == (3, 3)
    assert "failed" not in caplog.text


# --- how a run ends -----------------------------------------------------------------------------------------


class OutOfLuck(SacredInterrupt):
    STATUS = "OUT_OF_LUCK"


@pytest.mark.parametrize(
    ("error", "event", "status"),
    [
        (ValueError("no"), "failed_event", "FAILED"),
        (SystemExit(3), "failed_event", "FAILED"),
        (SystemExit(0), "failed_event", "FAILED"),
        (GeneratorExit(), "failed_event", "FAILED"),
        (KeyboardInterrupt(), "interrupted_event", "INTERRUPTED"),
        (SacredInterrupt(), "interrupted_event", "INTERRUPTED"),
        (TimeoutInterrupt(), "interrupted_event", "TIMED_OUT"),
        (OutOfLuck(), "interrupted_event", "OUT_OF_LUCK"),
    ],
)
def test_the_status_of_a_run_that_raises(error, event, status):
    recorder = Recorder()
    ex = make_experiment(recorder)

    @ex.main
    def main(_run):
        _run.result = "so far"
        raise error

    with pytest.raises(type(error)) as raised:
        ex.run()
    assert raised.value is error
    run = ex.current_run
    assert run.status == status
    assert recorder.names == ["started_event", "log_metrics", "heartbeat_event", event, "join"]
    assert recorder.last("heartbeat_event")["result"] == "so far"
    facts = recorder.last(event)
    if event == "failed_event":
        assert facts == {"fail_time": run.stop_time, "fail_trace": run.fail_trace}
        assert facts["fail_trace"][0].startswith("Traceback")
        assert facts["fail_trace"][-1].startswith(type(error).__name__)
    else:
        assert facts == {"interrupt_time": run.stop_time, "status": status}
        assert run.fail_trace is None


@pytest.mark.parametrize("value", [0, None, False, [], "text", {"a": (1, 2)}])
def test_any_result_is_kept(value):
    recorder = Recorder()
    run = run_function(lambda: value, recorder)
    assert run.result == value
    assert recorder.last("completed_event")["result"] == run.result


def test_what_main_returns_replaces_a_result_set_before():
    recorder = Recorder()
    run = run_function(lambda _run: setattr(_run, "result", 5), recorder)
    assert run.result is None
    assert recorder.last("heartbeat_event")["result"] is None


def test_a_post_run_hook_may_set_another_result():
    recorder = Recorder()
    ex = make_experiment(recorder)
    ex.post_run_hook(lambda _run: setattr(_run, "result", _run.result + 1))
    ex.main(lambda: 5)
    assert ex.run().result == 6
    assert recorder.last("completed_event")["result"] == 6


@pytest.mark.parametrize(("main", "ending"), [(lambda: 1, "COMPLETED"), (lambda: 1 / 0, "FAILED")])
def test_in_its_last_heartbeat_a_run_is_still_running(main, ending):
    ex = make_experiment()
    told = []

    class Watching(Recorder):
        def heartbeat_event(self, **facts):
            told.append(ex.current_run.status)

    ex.observers.append(Watching())
    ex.main(main)
    with contextlib.suppress(ZeroDivisionError):
        ex.run()
    assert told == ["RUNNING"]
    assert ex.current_run.status == ending


def test_a_run_can_be_called_once():
    run = run_function(lambda: 1)
    with pytest.raises(RuntimeError, match=r"A run can only be started once. \(Last start was 20\d\d-"):
        run()


def test_calling_a_run_passes_arguments_and_returns_the_result():
    ex = make_experiment()

    @ex.main
    def main(first, second=2):
        return first, second

    assert ex._create_run()(10) == (10, 2)


# --- hooks --------------------------------------------------------------------------------------------------


def test_hooks_run_inside_the_run_and_see_the_configuration():
    recorder = Recorder()
    ex = make_experiment(recorder)
    ex.add_config(part={"a": 1})
    seen = []
    recorder.on_event = lambda name, _facts: seen.append(name)

    @ex.pre_run_hook(prefix="part")
    def before(a, _run):
        seen.append(("pre", a, _run.status, _run.result))

    @ex.post_run_hook
    def after(part, _run):
        seen.append(("post", part["a"], _run.status, _run.result, _run.stop_time))

    ex.main(lambda: seen.append("main") or 7)
    ex.run()
    assert seen == [
        "started_event",
        ("pre", 1, "RUNNING", None),
        "main",
        ("post", 1, "RUNNING", 7, None),
        "log_metrics",
        "heartbeat_event",
        "completed_event",
        "join",
    ]


def test_hooks_of_ingredients_come_first():
    from sacred import Ingredient

    seen = []
    inner = Ingredient("inner", save_git_info=False)
    outer = Ingredient("outer", ingredients=[inner], save_git_info=False)
    ex = make_experiment(ingredients=[outer])
    for made in (ex, outer, inner):
        made.pre_run_hook(lambda path=made.path: seen.append(path))
        made.post_run_hook(lambda path=made.path: seen.append(f"after {path}"))
    ex.main(lambda: None)
    ex.run()
    assert seen == ["inner", "outer", "test", "after inner", "after outer", "after test"]


def test_a_failing_pre_run_hook_fails_the_run_before_main():
    recorder = Recorder()
    ex = make_experiment(recorder)
    ex.pre_run_hook(lambda: 1 / 0)
    ex.main(lambda: pytest.fail("main must not run"))
    with pytest.raises(ZeroDivisionError):
        ex.run()
    assert ex.current_run.status == "FAILED"
    assert recorder.names[-2:] == ["failed_event", "join"]


def test_a_failing_post_run_hook_fails_the_run_and_the_result_stays():
    recorder = Recorder()
    ex = make_experiment(recorder)
    ex.post_run_hook(lambda: 1 / 0)
    ex.main(lambda: 5)
    with pytest.raises(ZeroDivisionError):
        ex.run()
    assert (ex.current_run.status, ex.current_run.result) == ("FAILED", 5)
    assert recorder.last("heartbeat_event")["result"] == 5


def test_post_run_hooks_are_left_out_after_a_failure():
    ex = make_experiment()
    ex.post_run_hook(lambda: pytest.fail("must not run"))
    ex.main(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ex.run()


# --- heartbeats ---------------------------------------------------------------------------------------------


def wait_for_beats(recorder, count, timeout=10):
    deadline = time.monotonic() + timeout
    while len(recorder.get("heartbeat_event")) < count:
        assert time.monotonic() < deadline, "no heartbeat"
        time.sleep(0.005)


def test_beats_bring_what_is_new():
    recorder = Recorder()
    ex = make_experiment(recorder)

    @ex.main
    def main(_run):
        _run.info["epoch"] = 1
        _run.result = 0.5
        _run.log_scalar("loss", 1.0)
        print("first")
        wait_for_beats(recorder, 2)
        _run.log_scalar("loss", 2.0)
        print("second")
        return 1

    ex.run(options={"--beat-interval": 0.02})
    first, *_, last = recorder.get("heartbeat_event")
    assert first["info"] == {"epoch": 1}
    assert first["result"] == 0.5
    assert "first\n" in first["captured_out"]
    assert "second" not in first["captured_out"]
    assert last["result"] == 1
    assert last["captured_out"].startswith(first["captured_out"])
    assert "second\n" in last["captured_out"]
    points = [facts["metrics_by_name"] for facts in recorder.get("log_metrics")]
    values = [value for point in points if point for value in point["loss"]["values"]]
    steps = [step for point in points if point for step in point["loss"]["steps"]]
    assert values == [1.0, 2.0]  # each point once
    assert steps == [0, 1]
    # metrics before the beat, in every pair
    assert recorder.names.count("log_metrics") == recorder.names.count("heartbeat_event")
    assert recorder.names[1:3] == ["log_metrics", "heartbeat_event"]


def test_the_interval_is_kept_and_no_beat_comes_after_the_end():
    recorder = Recorder()
    run_function(lambda: time.sleep(0.35), recorder, options={"--beat-interval": 0.1})
    assert 3 <= len(recorder.get("heartbeat_event")) <= 4
    told = len(recorder.events)
    time.sleep(0.25)
    assert len(recorder.events) == told
    assert not [thread for thread in threading.enumerate() if thread.name == "sacred-heartbeat"]


def test_there_is_no_beat_thread_without_observers():
    names = []
    run_function(lambda: names.extend(thread.name for thread in threading.enumerate()))
    assert "sacred-heartbeat" not in names


def test_a_slow_beat_is_waited_for_before_the_final_one():
    """0.8 gives a beat two seconds, and then sends the final events beside it."""
    recorder = Recorder()
    running = []

    def on_event(name, _facts):
        if name == "heartbeat_event":
            assert not running, "two beats at once"
            running.append(name)
            time.sleep(0.2)
            running.clear()
        elif name != "log_metrics":
            assert not running, f"{name} beside a beat"

    recorder.on_event = on_event
    run = run_function(lambda: time.sleep(0.1), recorder, options={"--beat-interval": 0.05})
    assert run.status == "COMPLETED"
    assert recorder.names[-2:] == ["completed_event", "join"]
    assert len(recorder.get("heartbeat_event")) >= 2


def test_info_may_change_while_beats_copy_it(caplog):
    recorder = Recorder()
    ex = make_experiment(recorder)

    @ex.main
    def main(_run):
        count = 0
        while len(recorder.get("heartbeat_event")) < 30 and not recorder.get("failed_event"):
            count += 1
            _run.info[f"key{count % 5000}"] = {"n": count}
            if count % 7 == 0:
                _run.info.pop(f"key{(count - 3) % 5000}", None)

    run = ex.run(options={"--beat-interval": 0.001})
    assert run.status == "COMPLETED"
    assert "left out" not in caplog.text
    assert recorder.names[-2:] == ["completed_event", "join"]


def test_info_may_be_given_and_replaced():
    recorder = Recorder()
    given = {"start": 1}
    ex = make_experiment(recorder)
    ex.main(lambda _run: _run.info.update(end=2))
    assert ex.run(info=given).info == {"start": 1, "end": 2}
    assert given == {"start": 1}  # it may serve another run
    assert recorder.last("heartbeat_event")["info"] == {"start": 1, "end": 2}
    ex.main(lambda _run: setattr(_run, "info", {"new": 3}))
    ex.run()
    assert recorder.last("heartbeat_event")["info"] == {"new": 3}


# --- queue, unobserved --------------------------------------------------------------------------------------


def test_a_queued_run_is_only_told():
    recorder = Recorder(run_id=15)
    ex = make_experiment(recorder)
    ex.main(lambda: pytest.fail("must not run"))
    run = ex.run(options={"--queue": True, "--priority": "2.5", "--comment": "later"})
    assert recorder.names == ["queued_event"]
    facts = recorder.last("queued_event")
    assert set(facts) == {"ex_info", "command", "host_info", "queue_time", "config", "meta_info", "_id"}
    assert facts["meta_info"]["priority"] == 2.5
    assert facts["meta_info"]["comment"] == "later"
    assert facts["meta_info"]["queue_time"] == facts["queue_time"]
    assert (run.status, run._id, run.start_time) == ("QUEUED", 15, None)


def test_a_failing_queued_event_is_raised():
    ex = make_experiment(Recorder(fail={"queued_event": OSError("full")}))
    ex.main(lambda: None)
    with pytest.raises(OSError, match="full"):
        ex.run(options={"--queue": True})


def test_unobserved_commands_tell_nobody(caplog):
    recorder = Recorder()
    ex = make_experiment(recorder)
    ex.command(lambda: 1, unobserved=True)
    run = ex.run("<lambda>")
    assert (recorder.events, run.observers, run._id) == ([], [], None)
    ex.main(lambda: 1)
    ex.run(options={"--unobserved": True})
    assert recorder.events == []
    assert "No observers" not in caplog.text


# --- captured output ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "expected"), [("sys", "printed\n"), ("no", "")])
def test_output_is_captured_in_the_mode(mode, expected):
    run = run_function(lambda: print("printed"), Recorder(), options={"--capture": mode})
    assert without_log(run.captured_out) == expected
    assert run.capture_mode == mode


def without_log(text):
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("INFO - "))


def test_without_observers_nothing_is_captured_unless_asked_for():
    assert run_function(lambda: print("x")).captured_out == ""
    assert "x\n" in run_function(lambda: print("x"), options={"--capture": "sys"}).captured_out


def test_where_descriptors_are_somebody_else_s_fd_becomes_sys():
    mode, _ = get_stdcapturer("fd")
    assert run_function(lambda: None, Recorder(), options={"--capture": "fd"}).capture_mode == mode


def test_the_filter_sees_the_filtered_text_so_far_and_what_is_new():
    recorder = Recorder()
    ex = make_experiment(recorder)
    seen = []

    def keep_upper(text):
        seen.append(text)
        return text.upper()

    ex.captured_out_filter = keep_upper

    @ex.main
    def main():
        print("one")
        wait_for_beats(recorder, 1)
        print("two")

    run = ex.run(options={"--beat-interval": 0.05, "--capture": "sys"})
    assert "ONE\n" in run.captured_out
    assert run.captured_out.endswith("TWO\n") or "TWO\n" in run.captured_out
    assert run.captured_out == recorder.last("heartbeat_event")["captured_out"]
    assert all(later.startswith(before.upper()) for before, later in pairwise(seen))


def test_a_failing_filter_is_told_once_and_text_is_kept(caplog):
    """0.8 fails the run for it."""
    recorder = Recorder()
    ex = make_experiment(recorder)
    ex.captured_out_filter = lambda text: 1 / 0

    @ex.main
    def main():
        print("one")
        wait_for_beats(recorder, 2)
        print("two")

    run = ex.run(options={"--beat-interval": 0.02, "--capture": "sys"})
    assert run.status == "COMPLETED"
    assert "one\n" in run.captured_out
    assert "two\n" in run.captured_out
    assert caplog.text.count("captured_out_filter failed") == 1
    assert "ZeroDivisionError" in caplog.text


def test_a_filter_that_returns_no_text_is_told(caplog):
    ex = make_experiment(Recorder())
    ex.captured_out_filter = lambda text: None
    ex.main(lambda: print("kept"))
    run = ex.run(options={"--capture": "sys"})
    assert run.status == "COMPLETED"
    assert "kept\n" in run.captured_out
    assert "captured_out_filter failed" in caplog.text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_that_exits_does_not_end_the_run(tmp_path):
    seen = tmp_path / "seen"

    text = f"""
        import os, sys
        from sacred import Experiment
        from sacred.observers import RunObserver
        class Witness(RunObserver):
            def failed_event(self, fail_time, fail_trace):
                open({str(seen)!r}, "w").close()
        ex = Experiment("x")
        ex.observers.append(Witness())
        @ex.automain
        def main():
            child = os.fork()
            if not child:
                sys.exit(3)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    """
    done = run_program(tmp_path, text)
    assert "Result: 3" in done.stderr
    assert not seen.exists()


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="no /proc")
def test_files_of_the_capture_are_given_back_where_an_error_is_kept(tmp_path):
    text = """
        import os
        from sacred import Experiment
        from sacred.observers import RunObserver
        ex = Experiment("x", save_git_info=False)
        ex.observers.append(RunObserver())
        @ex.main
        def main():
            1 / 0
        before, kept = len(os.listdir("/proc/self/fd")), []
        for _ in range(3):
            try:
                ex.run()
            except ZeroDivisionError as error:
                kept.append(error)
        print("left open:", len(os.listdir("/proc/self/fd")) - before)
    """
    assert run_program(tmp_path, text).stdout == "left open: 0\n"


@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf")])
def test_intervals_that_no_clock_has(interval):
    recorder = Recorder()
    run_function(lambda: time.sleep(0.1), recorder, options={"--beat-interval": str(interval)})
    assert 1 <= recorder.names.count("heartbeat_event") <= 11


def test_points_after_the_end_of_a_run_are_a_warning(caplog):
    recorder = Recorder()
    run = run_function(lambda _run: _run.log_scalar("m", 1), recorder)
    assert "The run has ended" not in caplog.text
    run.log_scalar("m", 2)
    assert recorder.last("log_metrics")["metrics_by_name"]["m"]["values"] == [1]
    assert 'The run has ended: points of metric "m" are not recorded' in caplog.text


def test_the_last_sign_of_life_is_the_end():
    recorder = Recorder()
    run = run_function(lambda: None, recorder)
    assert recorder.last("heartbeat_event")["beat_time"] == run.stop_time == run.heartbeat_time
