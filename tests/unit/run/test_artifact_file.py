"""``open_artifact``: a file of the run folder that appears under its name when it is closed, whole."""

import contextlib
import gc
import hashlib
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from recording import Recorder
from sacred import Experiment
from sacred.folder.recovery import recover
from sacred.observers import FileStorageObserver, RunObserver

HALF = """
import os, signal, sys
from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("half", save_git_info=False)
ex.observers.append(FileStorageObserver(sys.argv[1]))

@ex.main
def main(_run):
    file = _run.open_artifact("sub/model.bin", "wb")
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

ex.run()
"""


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def execute(runs):
    """A function that runs code with a run folder; it returns what ``run.json`` says."""

    def execute(main, *observers):
        ex = Experiment("files", save_git_info=False)
        ex.observers += [FileStorageObserver(runs), *observers]
        ex.main(main)
        ex.run()
        return json.loads((runs / "1" / "run.json").read_text())

    return execute


def warnings_in(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


class TestWriting:
    def test_it_appears_when_it_is_closed(self, execute, runs):
        place = runs / "1" / "sub" / "a.bin"

        def main(_run):
            with _run.open_artifact("sub/a.bin", "wb", metadata={"epoch": 1}) as file:
                file.write(b"whole")
                file.flush()
                assert not place.exists()
            assert place.read_bytes() == b"whole"

        told = execute(main)
        assert told["artifacts"] == ["sub/a.bin"]
        notes = told["artifact_notes"]["sub/a.bin"]
        del notes["added_time"]
        assert notes == {
            "size": 5,
            "content_type": "application/octet-stream",
            "metadata": {"epoch": 1},
            "sha256": hashlib.sha256(b"whole").hexdigest(),
        }
        assert "missing" not in told
        assert not (runs / "1" / "_partial").exists()

    @pytest.mark.parametrize(
        ("mode", "options", "expected"),
        [
            ("w", {}, "ä\n".encode()),
            ("wt", {"encoding": "latin-1", "newline": "\r\n"}, b"\xe4\r\n"),
            ("x", {"encoding": "ascii", "errors": "replace"}, b"?\n"),
            ("w", {"encoding": None}, "ä\n".encode()),
        ],
    )
    def test_text(self, execute, runs, mode, options, expected):
        def main(_run):
            with _run.open_artifact("a.txt", mode, **options) as file:
                print("ä", file=file)

        execute(main)
        assert (runs / "1" / "a.txt").read_bytes() == expected

    def test_by_the_experiment_and_closed_by_hand(self, runs):
        ex = Experiment("files", save_git_info=False)
        ex.observers.append(FileStorageObserver(runs))

        @ex.main
        def main():
            file = ex.open_artifact(Path("a"), "wb")
            file.write(b"1")
            file.close()
            file.close()

        ex.run()
        assert (runs / "1" / "a").read_bytes() == b"1"

    @pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
    def test_closed_since_nobody_has_it_any_more(self, execute):
        def main(_run):
            _run.open_artifact("a").write("x")
            gc.collect()

        assert execute(main)["artifacts"] == ["a"]

    def test_libraries_that_go_back_in_it(self, execute, runs):
        def main(_run):
            with _run.open_artifact("a.zip", "wb") as file, zipfile.ZipFile(file, "w") as archive:
                archive.writestr("inner", b"x" * 300_000)
            with _run.open_artifact("b", "w+b") as file:
                file.write(b"written")
                file.seek(0)
                assert file.read() == b"written"

        execute(main)
        assert zipfile.ZipFile(runs / "1" / "a.zip").read("inner") == b"x" * 300_000

    def test_again_makes_a_version(self, execute, runs):
        def main(_run):
            for text in ("one", "two", "two"):
                with _run.open_artifact("a") as file:
                    file.write(text)

        told = execute(main)
        assert (runs / "1" / "_versions" / "a" / "1").read_text() == "one"
        assert (runs / "1" / "a").read_text() == "two"
        assert told["artifact_notes"]["a"]["version"] == 2
        assert told["artifacts"] == ["a"]

    def test_names_that_would_do_harm(self, execute, runs, tmp_path):
        def main(_run):
            for name in ("../../x", "run.json", "_partial/x", "_versions"):
                with _run.open_artifact(name) as file:
                    file.write(name)

        told = execute(main)
        assert told["artifacts"] == ["x", "artifact_run.json", "artifact__partial/x", "artifact__versions"]
        assert (runs / "1" / "x").read_text() == "../../x"
        assert not (tmp_path / "x").exists()

    @pytest.mark.parametrize(
        ("mode", "options"),
        [("r", {}), ("a", {}), ("wx", {}), ("ww", {}), ("", {}), ("wbt", {}), ("wb", {"encoding": "utf-8"})],
    )
    def test_other_modes_are_refused(self, execute, mode, options):
        def main(_run):
            with pytest.raises(ValueError, match="mode"):
                _run.open_artifact("a", mode, **options)

        assert "artifacts" in execute(main)

    def test_by_many_threads(self, execute, runs):
        def main(_run):
            def write(number):
                with _run.open_artifact(f"a{number}", "wb") as file:
                    file.write(b"%d" % number)

            threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)

        told = execute(main)
        assert sorted(told["artifacts"]) == sorted(f"a{number}" for number in range(16))
        assert all((runs / "1" / f"a{number}").read_text() == str(number) for number in range(16))


class TestObservers:
    def test_all_are_told_of_the_file_in_the_folder(self, execute, runs):
        seen = []

        class Reads(RunObserver):
            def artifact_event(self, name, filename, metadata=None, content_type=None):
                seen.append((name, Path(filename).read_text(), metadata, content_type))

        def main(_run):
            with _run.open_artifact("a.csv", "w", {"rows": 1}, "text/x-own") as file:
                file.write("1,2")
            assert seen == [("a.csv", "1,2", {"rows": 1}, "text/x-own")]

        early, late = Reads(), Reads()
        early.priority, late.priority = 50, 1
        assert execute(main, early)["artifacts"] == ["a.csv"]

    def test_a_second_folder_gets_a_copy(self, execute, tmp_path):
        def main(_run):
            with _run.open_artifact("a") as file:
                file.write("text")

        execute(main, FileStorageObserver(tmp_path / "second"))
        assert (tmp_path / "second" / "1" / "a").read_text() == "text"

    def test_without_a_folder_of_the_users(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        seen = []

        class Reads(Recorder):
            def artifact_event(self, name, filename, metadata=None, content_type=None):
                seen.append((name, Path(filename).read_text()))

        ex = Experiment("files", save_git_info=False)
        ex.observers.append(Reads())

        @ex.main
        def main(_run):
            with _run.open_artifact("a") as file:
                file.write("text")

        ex.run()
        assert seen == [("a", "text")]

    def test_of_a_run_that_is_kept_nowhere(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        ex = Experiment("files", save_git_info=False)

        @ex.main
        def main(_run):
            with _run.open_artifact("sub/a") as file:
                file.write("text")

        ex.run(options={"--unobserved": True})
        assert list(tmp_path.iterdir()) == []

    def test_where_artifacts_are_not_copied(self, runs):
        ex = Experiment("files", save_git_info=False)
        ex.observers.append(FileStorageObserver(runs, copy_artifacts=False))

        @ex.main
        def main(_run):
            with _run.open_artifact("a") as file:
                file.write("text")

        ex.run()
        told = json.loads((runs / "1" / "run.json").read_text())
        assert (runs / "1" / "a").read_text() == "text"
        assert told["artifact_notes"]["a"]["sha256"] == hashlib.sha256(b"text").hexdigest()


class TestNotFinished:
    def test_by_an_error(self, execute, runs, caplog):
        def main(_run):
            with contextlib.suppress(KeyError), _run.open_artifact("a.txt") as file:
                file.write("so far")
                raise KeyError("x")

        told = execute(main)
        assert told["artifacts"] == []
        (gap,) = told["missing"]
        assert (gap["name"], gap["reason"]) == ("a.txt", "It was not finished: KeyError('x')")
        assert Path(gap["path"]).read_text() == "so far"
        assert len(warnings_in(caplog)) == 1

    def test_when_the_run_ends(self, execute, runs):
        files = []

        def main(_run):
            files.append(_run.open_artifact("a"))
            files[0].write("text")

        told = execute(main)
        assert [(gap["name"], gap["reason"]) for gap in told["missing"]] == [("a", "It was not finished")]
        files[0].close()
        told = json.loads((runs / "1" / "run.json").read_text())
        assert told["artifacts"] == ["a"]
        assert "missing" not in told

    def test_when_it_is_killed(self, runs, tmp_path):
        (tmp_path / "half.py").write_text(HALF)
        done = subprocess.run([sys.executable, str(tmp_path / "half.py"), str(runs)], check=False, timeout=60)
        assert done.returncode == -signal.SIGKILL
        assert recover(str(runs / "1")).action == "recovered"
        told = json.loads((runs / "1" / "run.json").read_text())
        (gap,) = told["missing"]
        assert (gap["kind"], gap["name"]) == ("artifact", "sub/model.bin")
        assert Path(gap["path"]).read_bytes() == b"half"
        assert not (runs / "1" / "sub" / "model.bin").exists()

    def test_a_full_disk_does_not_stop_the_experiment(self, execute, runs, caplog):
        def main(_run):
            file = _run.open_artifact("a", "wb")
            with limited_to(1 << 16):
                for _ in range(32):
                    file.write(b"x" * 10_000)
                file.close()
            return "result"

        told = execute(main)
        assert told["result"] == "result"
        (gap,) = told["missing"]
        assert gap["name"] == "a"
        assert "File too large" in gap["reason"]
        assert len(warnings_in(caplog)) == 1

    def test_a_full_disk_is_told_where_the_file_can_be_read_back(self, execute):
        def main(_run):
            file = _run.open_artifact("a", "w+b")
            with limited_to(1 << 16), pytest.raises(OSError, match="File too large"):
                file.write(b"x" * 1_000_000)
            file.close()

        assert execute(main)["artifacts"] == []

    def test_a_folder_in_its_place(self, execute, runs, tmp_path, caplog):
        (tmp_path / "out").mkdir()

        def main(_run):
            _run.add_artifact(tmp_path / "out", "a")
            with _run.open_artifact("a") as file:
                file.write("text")

        told = execute(main)
        (gap,) = told["missing"]
        assert "There is a folder of this name already" in gap["reason"]
        assert Path(gap["path"]).read_text() == "text"

    def test_a_run_folder_that_is_gone(self, execute, runs, caplog):
        def main(_run):
            os.rename(runs / "1", runs / "moved")
            (runs / "1").write_text("in its place")
            with _run.open_artifact("a") as file:
                file.write("text")
            (runs / "1").unlink()
            os.rename(runs / "moved", runs / "1")
            return 1

        assert execute(main)["result"] == 1
        assert 'The artifact "a" can\'t be written into the run folder' in caplog.text


class limited_to:  # noqa: N801 - reads as a function
    """No file of this process can grow beyond a size: the disk is as good as full."""

    def __init__(self, size):
        self.size = size

    def __enter__(self):
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.before[1]))

    def __exit__(self, *_):
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
        signal.signal(signal.SIGXFSZ, self.handler)


def test_a_forked_child_neither_finishes_it_nor_writes_anything_twice(execute, runs):
    def main(_run):
        with _run.open_artifact("a") as file:
            file.write("before ")
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    file.close()
                    code = int((runs / "1" / "a").exists())
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            file.write("after")

    assert execute(main)["artifacts"] == ["a"]
    assert (runs / "1" / "a").read_text() == "before after"
