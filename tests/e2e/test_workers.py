"""Worker processes take part in the run that they are sent, however they are made and however they end."""

import json
import os
import pickle
import subprocess
import sys
from collections import Counter

import pytest

from recording import Recorder, run_program, write_program
from sacred import Experiment
from sacred.folder.reader import read_metrics, read_output
from sacred.observers import FileStorageObserver

WORKERS = """\
    import functools
    import os
    import signal
    import sys
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from sacred import SETTINGS, Experiment

    SETTINGS.CAPTURE_MODE = os.environ.get("MODE", "fd")
    ex = Experiment("workers", save_git_info=False)
    ex.add_config(scale=10, shape=[2, 3])

    @ex.capture
    def work(task, scale, _run):
        for step in range(5):
            _run.log_scalar("captured", task * scale + step)
        ex.log_scalar("experiment", task)
        print("line of", task)
        return _run._id, _run.config["shape"]

    def by_run(run, task):
        run.log_scalar("run", task)
        print("by run", task)

    def by_experiment(experiment, task):
        experiment.log_scalar("sent", task)

    class Dataset:
        def __init__(self, run):
            self.run = run

        def load(self, task):
            self.run.log_scalar("loaded", task)
            ex.log_scalar("global", task)
    """
POOLS = """\

    @ex.automain
    def main(_run):
        method = os.environ["METHOD"]
        with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
            found = list(pool.map(work, range(3)))
        with get_context(method).Pool(2) as pool:
            pool.map(functools.partial(by_run, _run), range(3), chunksize=1)
            pool.map(functools.partial(by_experiment, ex), range(3), chunksize=1)
            pool.map(Dataset(_run).load, range(3), chunksize=1)
        assert found == [(_run._id, [2, 3])] * 3, found
    """
JOBLIB = """\

    @ex.automain
    def main(_run):
        from joblib import Parallel, delayed
        found = Parallel(2)(delayed(work)(task) for task in range(3))
        Parallel(2)(delayed(by_run)(_run, task) for task in range(3))
        Parallel(2)(delayed(by_experiment)(ex, task) for task in range(3))
        Parallel(2)(delayed(Dataset(_run).load)(task) for task in range(3))
        assert found == [(_run._id, [2, 3])] * 3, found
    """


def run_workers(folder, text, *words, **environment):
    environment = {**os.environ, **environment}
    environment.pop("PYTHONUNBUFFERED", None)  # with it, Python would keep nothing back
    done = run_program(
        folder, text, "-l", "ERROR", "-F", folder / "runs", *words, env=environment, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done


def read_values(folder):
    records = read_metrics(str(folder))
    return {one["name"]: one["values"] for one in records if not one["name"].startswith("system.")}


def check_all_there(folder):
    found = read_values(folder)
    assert sorted(found["captured"]) == [10 * task + step for task in range(3) for step in range(5)]
    for task in range(3):  # each in order
        own = [value for value in found["captured"] if value // 10 == task]
        assert own == sorted(own)
    for name in ("experiment", "run", "sent", "loaded", "global"):
        assert sorted(found[name]) == [0, 1, 2], name
    whole = json.loads((folder / "metrics.json").read_text())
    assert {name: series["values"] for name, series in whole.items()} == found  # also for 0.8's readers
    lines = Counter(read_output(str(folder)).splitlines())
    assert all(lines[f"line of {task}"] == lines[f"by run {task}"] == 1 for task in range(3)), lines


@pytest.mark.parametrize("mode", ["fd", "sys"])
@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_pools(tmp_path, method, mode):
    if (method, mode) == ("fork", "sys"):
        pytest.skip("the streams that a forked child inherits write into the record")
    done = run_workers(tmp_path, WORKERS + POOLS, METHOD=method, MODE=mode)
    check_all_there(tmp_path / "runs" / "1")
    assert done.stdout.count("line of") == 3  # and on the terminal
    assert not done.stderr


def test_joblib(tmp_path):
    run_workers(tmp_path, WORKERS + JOBLIB)
    check_all_there(tmp_path / "runs" / "1")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_sixty_four_killed_processes_lose_nothing_that_they_returned_from(tmp_path, method):
    text = (
        WORKERS
        + """\

    def work_and_die(run, pipe, number):
        for step in range(1000):
            run.log_scalar("value", number * 1000 + step)
        print("printed by", number)
        pipe.send(number)
        os.kill(os.getpid(), signal.SIGKILL)

    @ex.automain
    def main(_run):
        context = get_context(os.environ["METHOD"])
        ours, theirs = context.Pipe(False)
        tasks = [(_run, theirs, number) for number in range(64)]
        processes = [context.Process(target=work_and_die, args=task) for task in tasks]
        for process in processes:
            process.start()
        assert sorted(ours.recv() for _ in processes) == list(range(64))
        for process in processes:
            process.join()
    """
    )
    run_workers(tmp_path, text, METHOD=method)
    folder = tmp_path / "runs" / "1"
    record = next(one for one in read_metrics(str(folder)) if one["name"] == "value")
    assert sorted(record["values"]) == list(range(64_000))
    for number in range(64):
        own = [value for value in record["values"] if value // 1000 == number]
        assert own == sorted(own)
    if method == "spawn":
        assert Counter(record["steps"]) == dict.fromkeys(
            range(1000), 64
        )  # automatic ones are a process's own
    assert read_output(str(folder)).count("printed by") == 64


def test_workers_keep_files_and_say_that_the_record_does_not_list_them(tmp_path):
    text = (
        WORKERS
        + """\

    def keep(run, task):
        path = f"file{task}.txt"
        with open(path, "w") as file:
            file.write(str(task))
        run.add_artifact(path)
        run.add_resource(path)

    @ex.automain
    def main(_run):
        with get_context("spawn").Pool(1) as pool:
            pool.map(functools.partial(keep, _run), range(2))
    """
    )
    run_workers(tmp_path, text)
    folder = tmp_path / "runs" / "1"
    assert [(folder / f"file{task}.txt").read_text() for task in range(2)] == ["0", "1"]
    assert len(list((tmp_path / "runs" / "_resources").iterdir())) == 2
    assert read_output(str(folder)).count("run.json does not list them") == 1


def make_run(folder, main, *observers):
    ex = Experiment("sender", save_git_info=False)
    ex.observers.extend([FileStorageObserver(folder), *observers])
    ex.main(main)
    return ex.run(options={"--loglevel": "ERROR"})


RECEIVE = """\
    import pickle, sys
    run = pickle.load(sys.stdin.buffer)
    for value in range(3):
        run.log_scalar("late", value)
    run.add_artifact("no such file")
    print(run.status, run.result, run.config["seed"] > 0, run.info)
    """


def receive(folder, sent):
    path = write_program(folder, RECEIVE, "receive.py")
    done = subprocess.run([sys.executable, path], input=sent, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode(), done.stderr.decode()


def test_a_process_that_starts_after_the_end_is_told_so_once(tmp_path):
    sent = []
    run = make_run(tmp_path / "runs", lambda _run: sent.append(pickle.dumps(_run)))
    out, err = receive(tmp_path, sent[0])
    assert out == "COMPLETED None True {}\n"
    assert err.count("The run has ended") == 1
    assert "late" not in read_values(run.dir)


def test_a_process_that_does_not_see_the_folder_is_told_so_once(tmp_path):
    outputs = []

    def main(_run):
        folder = tmp_path / "runs"
        folder.rename(tmp_path / "elsewhere")
        outputs.append(receive(tmp_path, pickle.dumps(_run)))
        (tmp_path / "elsewhere").rename(folder)

    run = make_run(tmp_path / "runs", main)
    out, err = outputs[0]
    assert out == "RUNNING None True {}\n"
    assert err.count("is not recorded") == 1
    assert read_values(run.dir) == {}


def test_a_run_that_is_over_can_be_sent_with_what_came_of_it(tmp_path):
    def main(_run):
        _run.info["best"] = 3
        return {"accuracy": 0.5}

    run = make_run(tmp_path / "runs", main)
    out, _ = receive(tmp_path, pickle.dumps(run))
    assert out == "COMPLETED {'accuracy': 0.5} True {'best': 3}\n"
    assert pickle.loads(pickle.dumps(run)) is run


class Telling(Recorder):
    """Says when it was told of points."""

    def __init__(self):
        super().__init__(run_id=7)
        self.values = []

    def log_metrics(self, metrics_by_name, info):
        self.values.append({name: series["values"] for name, series in metrics_by_name.items()})


def test_observers_hear_of_the_points_of_children_at_beats_each_once_and_in_order(tmp_path):
    telling = Telling()

    def main(_run):
        for first in (0, 3000):
            child = os.fork()
            if child == 0:
                for value in range(first, first + 3000):
                    _run.log_scalar("value", value)
                os._exit(0)
            os.waitpid(child, 0)
            _run.log_scalar("own", first)
            _run.recording._run.dispatch.beat(_run.recording.read_progress(), **facts(_run))

    def facts(run):
        return {"info": {}, "beat_time": run.start_time, "result": None}

    make_run(tmp_path / "runs", main, telling)
    first, second, *rest = telling.values
    assert first == {"value": list(range(3000)), "own": [0]}
    assert second == {"value": list(range(3000, 6000)), "own": [3000]}
    assert not any(rest)


def test_workers_that_live_on_serve_one_run_after_the_other(tmp_path):
    text = (
        WORKERS
        + """\

    @ex.main
    def main(_run):
        for task in range(20):
            pool.submit(work, task).result()

    if __name__ == "__main__":
        from sacred.observers import FileStorageObserver
        ex.observers.append(FileStorageObserver("runs"))
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            for scale in (10, 100):
                ex.run(config_updates={"scale": scale}, options={"--loglevel": "ERROR"})
    """
    )
    done = run_program(tmp_path, text)
    assert done.returncode == 0, done.stderr
    for name, scale in [("1", 10), ("2", 100)]:
        values = read_values(tmp_path / "runs" / name)
        assert sorted(values["captured"]) == sorted(
            scale * task + step for task in range(20) for step in range(5)
        )
        assert sorted(values["experiment"]) == list(range(20))
