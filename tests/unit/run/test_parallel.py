"""Runs inside runs, and runs beside each other: each has its own values, output and metrics."""

import json
import sys
import threading

import pytest

from recording import Recorder, make_experiment
from sacred.observers import FileStorageObserver


def test_a_run_of_another_experiment_inside():
    inner_recorder, outer_recorder = Recorder(run_id="in"), Recorder(run_id="out")
    inner = make_experiment(inner_recorder, name="inner")
    inner.add_config(a=1)

    @inner.main
    def inner_main(a, _run):
        _run.log_scalar("m", a)
        print("inner text")
        return a

    outer = make_experiment(outer_recorder, name="outer")
    outer.add_config(a=10)

    @outer.capture
    def helper(a, _run):
        return a, _run._id

    @outer.main
    def outer_main(a, _run):
        before = helper()
        _run.log_scalar("m", a)
        inside = inner.run(config_updates={"a": 2}, options={"--capture": "sys"})
        print("outer text")
        return before, inside.result, inside._id, helper()

    run = outer.run(options={"--capture": "sys"})
    assert run.result == ((10, "out"), 2, "in", (10, "out"))
    assert outer_recorder.last("log_metrics")["metrics_by_name"]["m"]["values"] == [10]
    assert inner_recorder.last("log_metrics")["metrics_by_name"]["m"]["values"] == [2]
    assert "outer text" not in inner_recorder.last("heartbeat_event")["captured_out"]
    assert "inner text" in inner_recorder.last("heartbeat_event")["captured_out"]
    text = outer_recorder.last("heartbeat_event")["captured_out"]
    assert "inner text" in text
    assert "outer text" in text


def test_a_run_of_the_same_experiment_inside():
    recorder = Recorder()
    ex = make_experiment(recorder)
    ex.add_config(depth=0)

    @ex.capture
    def where(depth):
        return depth

    @ex.main
    def main(depth, _run):
        seen = [where()]
        if depth < 3:
            seen += ex.run(config_updates={"depth": depth + 1}).result
        return [*seen, where()]

    run = ex.run()
    assert run.result == [0, 1, 2, 3, 3, 2, 1, 0]
    assert recorder.names.count("started_event") == 4
    assert recorder.names[-2:] == ["completed_event", "join"]


def test_an_inner_run_that_fails_can_be_survived():
    inner, outer = make_experiment(name="inner"), make_experiment(name="outer")
    inner.main(lambda: 1 / 0)

    @outer.main
    def main(_run):
        with pytest.raises(ZeroDivisionError):
            inner.run()
        return _run.status

    assert outer.run().result == "RUNNING"
    assert inner.current_run.status == "FAILED"


def test_captured_functions_after_a_run_have_its_values():
    ex = make_experiment()
    ex.add_config(a=1)

    @ex.capture
    def helper(a):
        return a

    ex.main(lambda: None)
    ex.run(config_updates={"a": 5})
    assert helper() == 5
    ex.run()
    assert helper() == 1


def test_the_same_run_function_called_from_threads_of_main():
    """Threads that the user's code starts see the values of the run that started last."""
    ex = make_experiment()
    ex.add_config(a=3)

    @ex.capture
    def helper(a, _run):
        _run.log_scalar("m", a)
        return a

    @ex.main
    def main(_run):
        results = []
        threads = [threading.Thread(target=lambda: results.append(helper())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    assert ex.run().result == [3] * 4


def test_two_runs_at_once_have_their_own_values_metrics_and_observers(tmp_path):
    barrier = threading.Barrier(2, timeout=20)
    ex = make_experiment()
    ex.add_config(a=0)

    @ex.capture
    def helper(a, _run, _seed):
        return a, id(_run), _seed

    @ex.main
    def main(a, _run):
        seen = []
        for step in range(50):
            barrier.wait()
            got, run, _ = helper()
            seen.append((got, run == id(_run)))
            _run.log_scalar("m", a * 1000 + step)
        barrier.wait()
        return seen

    recorders = {}
    runs = {}

    def start(a):
        recorder = recorders[a] = Recorder(50, run_id=a)
        run = runs[a] = ex._create_run(config_updates={"a": a}, options={"--capture": "no"})
        run.observers = [recorder, FileStorageObserver(tmp_path)]
        run()

    threads = [threading.Thread(target=start, args=(a,)) for a in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for a in (1, 2):
        assert runs[a].result == [(a, True)] * 50
        assert runs[a]._id == a
        points = recorders[a].last("log_metrics")["metrics_by_name"]["m"]
        assert points["values"] == [a * 1000 + step for step in range(50)]
        assert (tmp_path / str(a) / "run.json").exists()


def test_two_experiments_in_threads_have_each_their_own_output():
    """Also where the texts of two prints mix on the terminal."""
    streams = sys.stdout, sys.stderr
    barrier = threading.Barrier(2, timeout=20)

    def make(name):
        ex = make_experiment(Recorder(), name=name)

        @ex.main
        def main():
            for _ in range(20):
                barrier.wait()
                print(f"from {name}")
            barrier.wait()

        return ex

    runs = {}
    experiments = {name: make(name) for name in ("left", "right")}

    def start(name):
        runs[name] = experiments[name].run(options={"--capture": "sys"})

    threads = [threading.Thread(target=start, args=(name,)) for name in experiments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, run in runs.items():
        text = "".join(line for line in run.captured_out.splitlines(keepends=True) if "INFO" not in line)
        assert text == f"from {name}\n" * 20
    assert (sys.stdout, sys.stderr) == streams


def test_output_of_a_thread_that_main_starts_is_kept():
    ex = make_experiment(Recorder())

    @ex.main
    def main():
        thread = threading.Thread(target=print, args=("from a thread",))
        thread.start()
        thread.join()

    assert "from a thread\n" in ex.run(options={"--capture": "sys"}).captured_out


def test_the_experiment_s_shortcuts_are_for_the_run_around_the_code():
    recorder = Recorder()
    ex = make_experiment(recorder)
    ex.add_config(depth=0)

    @ex.main
    def main(depth):
        if not depth:
            ex.run(config_updates={"depth": 1})
        ex.info["depth"] = depth
        ex.log_scalar("m", depth)
        ex.add_artifact(__file__)

    assert ex.run().info == {"depth": 0}
    logged = [facts["metrics_by_name"]["m"]["values"] for facts in recorder.get("log_metrics")]
    assert logged == [[1], [0]]
    assert recorder.names.count("artifact_event") == 2


def read_records(folder):
    records = {}
    for path in folder.glob("*/run.json"):
        config = json.loads(path.with_name("config.json").read_text())
        run = json.loads(path.read_text())
        metrics = json.loads(path.with_name("metrics.json").read_text())
        values = {name: series["values"] for name, series in metrics.items()}
        records[config["a"]] = (run["status"], run["result"], values, run["artifacts"])
    return records


def test_one_file_observer_in_two_threads(tmp_path):
    barrier = threading.Barrier(2, timeout=20)
    ex = make_experiment(FileStorageObserver(tmp_path))
    ex.add_config(a=0)

    @ex.main
    def main(a, _run):
        barrier.wait()
        _run.log_scalar("m", a)
        barrier.wait()
        return a

    runs = []
    threads = [
        threading.Thread(target=lambda a=a: runs.append(ex.run(config_updates={"a": a}))) for a in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_records(tmp_path) == {a: ("COMPLETED", a, {"m": [a]}, []) for a in (1, 2)}
    first, second = (run.observers[0] for run in runs)
    assert first is not second
    assert ex.observers[0] in (first, second)


def test_one_file_observer_in_a_run_inside_a_run(tmp_path):
    ex = make_experiment(FileStorageObserver(tmp_path / "runs"))
    ex.add_config(a=0)

    @ex.main
    def main(a, _run):
        _run.log_scalar("before", a)
        if a < 2:
            ex.run(config_updates={"a": a + 1})
        _run.log_scalar("after", a)
        _run.add_artifact(__file__, "test.py")
        assert _run.dir == str(tmp_path / "runs" / str(a + 1))
        return a

    ex.run()
    assert read_records(tmp_path / "runs") == {
        a: ("COMPLETED", a, {"before": [a], "after": [a]}, ["test.py"]) for a in range(3)
    }
    assert ex.observers[0].dir == str(tmp_path / "runs" / "1")
