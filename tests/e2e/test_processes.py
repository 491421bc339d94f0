"""What users send to other processes: from a program as it is started, with every way to make processes."""

import json
import os

import pytest

from recording import run_program, write_program

DEFINITIONS = """\
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

from sacred import Experiment, Ingredient

data = Ingredient("data", save_git_info=False)


@data.config
def data_config():
    size = 2
    names = ["x", "y"]


@data.capture
def load(size, names):
    return [size, list(names)]


ex = Experiment("processes", ingredients=[data], save_git_info=False)


@ex.config
def configuration():
    scale = 10
    nested = {"rate": 0.5, "list": [1, {"deep": 2}]}


@ex.capture
def scaled(task, scale, offset=1):
    return task * scale + offset


@ex.capture
def work(task, scale):
    return [scaled(task), load(), rate()]


@ex.capture(prefix="nested")
def rate(rate):
    return rate


@ex.capture
def countdown(task, scale):
    return [scale] + (countdown(task - 1) if task else [])


@ex.capture
def draw(task, _seed):
    return _seed


@ex.capture
def draw_twice(task):
    return [draw(task), draw(task)]


@ex.capture
def tell_run(_run):
    return _run is None or [_run._id, type(_run).__name__]


class Model:
    def __init__(self, name):
        self.name = name

    @ex.capture
    def predict(self, task, scale):
        return [self.name, task * scale]

    @staticmethod
    @ex.capture
    def double(task, scale):
        return 2 * task * scale


def call_all(task):
    return work(task)


def read(config):
    return [config["scale"], config["nested"]["list"][1]["deep"], config["data"]["names"][1]]


def use(experiment, ingredient, scope, task):
    return [experiment.path, ingredient.path, sorted(scope()), scaled(task)]


def run_with(experiment, scale):
    run = experiment.run("answer", {"scale": scale}, options={"--loglevel": "ERROR", "--unobserved": True})
    return run.result


@ex.command
def answer(scale):
    return scaled(1), scale


def put(queue, function, task):
    queue.put(function(task))


"""
FINISH = """\

UPDATES = {"scale": 100, "seed": 1, "data.size": 5, "nested.rate": 0.25}

if __name__ == "__main__":
    run = ex.run(sys.argv[1], UPDATES, options={"--loglevel": "ERROR", "--unobserved": True})
    print(json.dumps(run.result))
"""
POOLS = """\
@ex.command
def pools(_config):
    method = os.environ["METHOD"]
    context, found = get_context(method), {}
    with context.Pool(2) as pool:
        found["map"] = pool.map(work, range(2))
        found["static"] = pool.map(Model.double, range(2))
        found["recursive"] = pool.apply(countdown, [2])
        found["config"] = pool.apply(read, [_config])
        found["objects"] = pool.apply(use, [ex, data, configuration, 3])
        found["seeds"] = [pool.apply(draw, [task]) for task in range(3)]
        found["seeds within"] = [pool.apply(draw_twice, [task]) for task in range(2)]
        found["the run"] = pool.apply(tell_run)
        found["plain"] = pool.map(call_all, range(2)) if method == "fork" else None
        found["method"] = pool.map(Model("m").predict, range(2)) if method == "fork" else None
        found["run"] = pool.apply(run_with, [ex, 7])
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        found["futures"] = list(pool.map(scaled, range(3)))
    queue = context.SimpleQueue()
    process = context.Process(target=put, args=[queue, scaled, 5])
    process.start()
    found["process"] = queue.get()
    process.join()
    found["exit code"] = process.exitcode
    with ThreadPoolExecutor(2) as pool:
        found["threads"] = list(pool.map(work, range(2)))
    found["after"] = [scaled(1), draw(0)]
    return found
"""
JOBS = """\
from joblib import Parallel, delayed


@ex.command
def jobs(_config):
    parallel, found, add = Parallel(2, backend=os.environ["BACKEND"]), {}, 7
    found["map"] = parallel(delayed(work)(task) for task in range(2))
    found["plain"] = parallel(delayed(call_all)(task) for task in range(2))
    found["static"] = parallel(delayed(Model.double)(task) for task in range(2))
    found["method"] = parallel(delayed(Model("m").predict)(task) for task in range(2))
    found["recursive"] = parallel(delayed(countdown)(task) for task in range(2))
    found["config"] = parallel(delayed(read)(_config) for _ in range(2))
    found["objects"] = parallel(delayed(use)(ex, data, configuration, 3) for _ in range(1))
    found["seeds"] = parallel(delayed(draw)(task) for task in range(3))
    if os.environ["BACKEND"] != "multiprocessing":
        add_to = lambda task: [scaled(task), task + add]
        found["closure"] = parallel(delayed(add_to)(task) for task in range(2))
    found["run"] = parallel([delayed(run_with)(ex, 7)])
    return found
"""
WORK = [[1, [5, ["x", "y"]], 0.25], [101, [5, ["x", "y"]], 0.25]]
CONFIG = [100, 2, "y"]
OBJECTS = ["processes", "data", ["nested", "scale"], 301]


def run_command(folder, text, command, **environment):
    done = run_program(folder, text, command, env={**os.environ, **environment}, timeout=100)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(tmp_path, method):
    found = run_command(tmp_path, DEFINITIONS + POOLS + FINISH, "pools", METHOD=method)
    assert found["map"] == WORK  # also what the function calls has its values: of other ingredients, too
    assert found["static"] == [0, 200]
    assert found["recursive"] == [100, 100, 100]
    assert found["config"] == CONFIG
    assert found["objects"] == OBJECTS
    assert len(set(found["seeds"])) == 3
    assert len({seed for seeds in found["seeds within"] for seed in seeds}) == 4
    assert found["run"] == [8, 7]
    assert found["futures"] == [1, 101, 201]
    assert (found["process"], found["exit code"]) == (501, 0)
    assert found["threads"] == WORK
    if method == "fork":
        assert (found["plain"], found["method"]) == (WORK, [["m", 0], ["m", 100]])
    else:
        assert found["the run"] == [None, "JoinedRun"]  # which discards: the run is not observed


def test_seeds_are_the_same_however_processes_are_started(tmp_path):
    names = "seeds", "seeds within", "after"
    runs = [
        run_command(tmp_path, DEFINITIONS + POOLS + FINISH, "pools", METHOD=method)
        for method in ("spawn", "forkserver", "spawn")
    ]
    assert [runs[0][name] for name in names] == [runs[1][name] for name in names]
    assert [runs[0][name] for name in names] == [runs[2][name] for name in names]


@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_joblib(tmp_path, backend):
    found = run_command(tmp_path, DEFINITIONS + JOBS + FINISH, "jobs", BACKEND=backend)
    assert found["map"] == found["plain"] == WORK
    assert found["static"] == [0, 200]
    assert found["method"] == [["m", 0], ["m", 100]]
    assert found["recursive"] == [[100], [100, 100]]
    assert found["config"] == [CONFIG] * 2
    assert found["objects"] == [OBJECTS]
    assert len(set(found["seeds"])) == 3
    assert found["run"] == [[8, 7]]
    if backend != "multiprocessing":
        assert found["closure"] == [[1, 7], [101, 8]]


def test_what_a_module_defines_is_sent_by_name(tmp_path):
    write_program(tmp_path, DEFINITIONS, "definitions.py")
    text = "from definitions import *\nfrom definitions import configuration\n" + JOBS + FINISH
    found = run_command(tmp_path, text, "jobs", BACKEND="loky", PYTHONPATH=str(tmp_path))
    assert found["map"] == WORK
    assert found["config"] == [CONFIG] * 2
    assert found["objects"] == [OBJECTS]


def test_cloudpickle_takes_everything_along(tmp_path):
    text = """\
        import cloudpickle, subprocess, sys
        from sacred import Experiment

        ex = Experiment("sent", save_git_info=False)
        ex.add_config(scale=10)

        @ex.named_config
        def large():
            scale = 1000

        def make(offset):
            @ex.capture
            def inner(task, scale, _seed, twice=2):
                return task * scale * twice + offset, _seed
            return inner

        inner = make(1)

        @ex.command
        def show(scale):
            return scale, inner(1)[0]

        @ex.main
        def main(scale):
            return cloudpickle.dumps((inner, ex, lambda task: inner(task)[0]))

        if __name__ == "__main__":
            sent = ex.run(config_updates={"scale": 100, "seed": 1}, options={"--loglevel": "ERROR"}).result
            receive = "import pickle, sys; inner, ex, call = pickle.load(sys.stdin.buffer); " \\
                "print(inner(1)[0], inner(0)[1] > 0, call(2), inner.prefix, ex.observers, " \\
                "ex.run('show', named_configs=['large'], options={'--loglevel': 'ERROR'}).result)"
            subprocess.run([sys.executable, "-c", receive], input=sent, check=True)
        """
    done = run_program(tmp_path, text)
    assert done.stdout == "201 True 401 None [] (1000, 2001)\n", done.stderr


def test_pools_are_ended_without_a_word(tmp_path):
    """They end their workers by SIGTERM, which is no end of the run there."""
    text = """\
        import multiprocessing, os, time
        from sacred import Experiment

        ex = Experiment("ended", save_git_info=False)

        def wait(connection):
            connection.send(os.getpid())
            time.sleep(600)

        @ex.automain
        def main():
            context = multiprocessing.get_context("fork")
            ours, others = context.Pipe()
            process = context.Process(target=wait, args=[others])
            process.start()
            ours.recv()
            process.terminate()
            process.join()
            print("exit code", process.exitcode)
            for _ in range(50):
                with context.Pool(2) as pool:
                    assert pool.map(abs, range(4)) == [0, 1, 2, 3]
        """
    done = run_program(tmp_path, text, "-l", "ERROR")
    assert (done.stdout, done.stderr) == ("exit code -15\n", "")
