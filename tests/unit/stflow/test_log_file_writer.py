"""The folders of TensorFlow's summary writers, in ``info``; a stand-in plays TensorFlow."""

import inspect
import os
import subprocess
import sys
import threading
import types
from pathlib import Path

import pytest

from sacred import Experiment
from sacred.errors import NotRunningError
from sacred.stflow import LogFileWriter, method_interception


class FileWriter:
    def __init__(self, logdir, graph=None):
        self.logdir = logdir
        if graph == "broken":
            raise ValueError(graph)


@pytest.fixture(autouse=True)
def tensorflow(monkeypatch):
    """A stand-in for TensorFlow 1, where users' tests put theirs."""
    stand_in = types.SimpleNamespace(summary=types.SimpleNamespace(FileWriter=FileWriter))
    monkeypatch.setattr(method_interception, "tf", stand_in)
    before = vars(FileWriter)["__init__"]
    yield stand_in
    assert vars(FileWriter)["__init__"] is before


@pytest.fixture
def ex(monkeypatch):
    monkeypatch.setenv("SACRED_STORE", "none")
    return Experiment("summaries", save_git_info=False)


def get_folders(run):
    return run.info.get("tensorflow", {}).get("logdirs", [])


def test_a_decorated_main_function(ex):
    @ex.main
    @LogFileWriter(ex)
    def main(_run):
        FileWriter("positional", "graph")
        FileWriter(graph="graph", logdir="keyword")
        FileWriter("positional")
        return dict(_run.info)

    run = ex.run()
    assert run.result == {"tensorflow": {"logdirs": ["positional", "keyword", "positional"]}}
    FileWriter("after the run")
    assert get_folders(run) == ["positional", "keyword", "positional"]
    assert get_folders(ex.run()) == ["positional", "keyword", "positional"]


def test_captured_functions_keep_their_signature(ex):
    @ex.capture
    @LogFileWriter(ex)
    def below(rate, folder="below"):
        """Write."""
        FileWriter(folder)
        return rate

    @LogFileWriter(ex)
    @ex.capture
    def above(rate, folder="above"):
        FileWriter(folder)
        return rate

    @ex.main
    def main():
        return below(), above(), below(3, folder="given")

    ex.add_config(rate=1)
    run = ex.run()
    assert list(run.result) == [1, 1, 3]
    assert get_folders(run) == ["below", "above", "given"]
    assert list(inspect.signature(below).parameters) == ["rate", "folder"]
    assert (below.__name__, below.__doc__) == ("below", "Write.")


def test_only_the_block_of_a_context_manager_counts(ex):
    writer = LogFileWriter(ex)

    @ex.main
    def main():
        FileWriter("before")
        with writer as entered:
            assert entered is None
            FileWriter("inside")
        FileWriter("between")
        with writer:
            FileWriter("again")

    assert get_folders(ex.run()) == ["inside", "again"]


def test_nested_blocks_of_one_experiment_count_once(ex):
    @LogFileWriter(ex)
    def descend(depth):
        FileWriter(f"depth {depth}")
        if depth:
            descend(depth - 1)
        FileWriter("up")

    @ex.main
    @LogFileWriter(ex)
    def main():
        descend(2)

    assert get_folders(ex.run()) == ["depth 2", "depth 1", "depth 0", "up", "up", "up"]


def test_a_run_within_a_run_keeps_its_own_too(ex):
    inner = Experiment("inner", save_git_info=False)

    @inner.main
    @LogFileWriter(inner)
    def write():
        FileWriter("inner")

    @ex.main
    @LogFileWriter(ex)
    def main():
        FileWriter("outer")
        return get_folders(inner.run())

    run = ex.run()
    assert run.result == ["inner"]
    assert get_folders(run) == ["outer", "inner"]


def test_runs_in_threads_keep_their_own(ex):
    both_started = threading.Barrier(2)

    @ex.main
    @LogFileWriter(ex)
    def main(folder):
        both_started.wait(60)
        FileWriter(folder)
        both_started.wait(60)

    runs = {}

    def run(folder):
        runs[folder] = ex.run(config_updates={"folder": folder})

    threads = [threading.Thread(target=run, args=(folder,)) for folder in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {folder: get_folders(run) for folder, run in runs.items()} == {"a": ["a"], "b": ["b"]}


def test_subclasses_of_the_writer_count_once(ex):
    class Wrapped(FileWriter):
        def __init__(self, name):
            super().__init__(logdir=f"logs/{name}")

    @ex.main
    @LogFileWriter(ex)
    def main():
        return Wrapped("a").logdir

    run = ex.run()
    assert run.result == "logs/a"
    assert get_folders(run) == ["logs/a"]


def test_paths_are_kept_as_text(ex):
    @ex.main
    @LogFileWriter(ex)
    def main():
        FileWriter(Path("a/b"))

    assert get_folders(ex.run()) == [str(Path("a/b"))]


def test_a_writer_that_could_not_be_made_is_not_kept_and_the_method_is_back(ex):
    @ex.main
    @LogFileWriter(ex)
    def main():
        FileWriter("made")
        FileWriter("not made", "broken")

    with pytest.raises(ValueError, match="broken"):
        ex.run()
    assert get_folders(ex.current_run) == ["made"]


def test_what_else_is_in_the_info_stays(ex):
    @ex.main
    @LogFileWriter(ex)
    def main(_run):
        _run.info["tensorflow"] = {"version": 1}
        FileWriter("a")

    assert ex.run().info == {"tensorflow": {"version": 1, "logdirs": ["a"]}}


def test_without_a_run_a_writer_is_an_error(ex):
    with LogFileWriter(ex), pytest.raises(NotRunningError, match="info can only be used during a run"):
        FileWriter("a")


def test_writers_of_version_2(ex, monkeypatch):
    summary = types.ModuleType("tensorflow.summary")
    summary.create_file_writer = create = lambda logdir, name=None: ("writer", logdir, name)
    other_name = types.ModuleType("tensorflow.compat.v2.summary")
    other_name.create_file_writer = create
    for name in ("tensorflow", "tensorflow.compat", "tensorflow.compat.v2"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, summary.__name__, summary)
    monkeypatch.setitem(sys.modules, other_name.__name__, other_name)

    @ex.main
    @LogFileWriter(ex)
    def main():
        writer = summary.create_file_writer("a", name="x")
        other_name.create_file_writer(logdir="b")
        return writer

    run = ex.run()
    assert tuple(run.result) == ("writer", "a", "x")
    assert get_folders(run) == ["a", "b"]
    assert summary.create_file_writer is create
    assert other_name.create_file_writer is create


# --- when TensorFlow is loaded: in a process of its own ----------------------------------------------------

PROGRAM = """
import sys
from sacred import Experiment
from sacred.stflow import LogFileWriter, method_interception

ex = Experiment("summaries", save_git_info=False)

@ex.main
@LogFileWriter(ex)
def main(_run):
    from tensorflow.compat.v1 import summary
    summary.FileWriter("a")

print("tensorflow" in sys.modules)
print(ex.run(options={"--loglevel": "ERROR"}).info)
print(method_interception.tf.__name__)
"""
STAND_IN = """
class FileWriter:
    def __init__(self, logdir):
        self.logdir = logdir
"""


def run_program(program, folder):
    script = folder / "program.py"
    script.write_text(program, encoding="utf-8")
    return subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "SACRED_STORE": "none"},
    )


def test_tensorflow_is_loaded_when_a_decorated_function_is_called(tmp_path):
    package = tmp_path / "tensorflow" / "compat" / "v1"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from tensorflow.compat.v1 import summary\n", encoding="utf-8")
    (package / "summary.py").write_text(STAND_IN, encoding="utf-8")
    done = run_program(PROGRAM, tmp_path)
    expected = ["False", "{'tensorflow': {'logdirs': ['a']}}", "tensorflow.compat.v1"]
    assert done.stdout.splitlines() == expected, done.stderr


WITHOUT = """
import sys
sys.modules["tensorflow"] = None
from sacred import Experiment
from sacred.stflow import LogFileWriter, method_interception

print(method_interception.tf)
decorated = LogFileWriter(Experiment("summaries", save_git_info=False))(print)
try:
    decorated("never")
except ImportError as error:
    print(error)
"""


def test_without_tensorflow_it_says_what_is_missing(tmp_path):
    done = run_program(WITHOUT, tmp_path)
    message = "LogFileWriter needs the package tensorflow, which is not installed: pip install tensorflow"
    assert done.stdout.splitlines() == ["None", message], done.stderr


def test_other_names_are_missing():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = method_interception.nothing
