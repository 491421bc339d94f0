# ruff: noqa: DTZ001, S324 - observers are told naive UTC; paths are text; MD5 names files

import hashlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sacred import Experiment
from sacred.errors import ObserverError, StoreError
from sacred.folder import checksums, files, trees
from sacred.observers import file_storage
from sacred.observers.file_storage import FileStorageObserver, file_storage_option
from sacred.plugins.extras import MissingExtraError

TIME = datetime(2020, 1, 2, 3, 4, 5)


def make_facts(**changes):
    facts = {
        "ex_info": {"name": "e", "base_dir": ".", "sources": [], "dependencies": [], "repositories": []},
        "command": "main",
        "host_info": {"hostname": "h"},
        "config": {"a": 1},
        "meta_info": {"command": "main"},
    }
    return {**facts, **changes}


@pytest.fixture
def observer(tmp_path):
    return FileStorageObserver(tmp_path / "runs")


@pytest.fixture
def started(observer):
    observer.started_event(**make_facts(), start_time=TIME, _id=None)
    return observer


def start(observer, _id=None, **changes):
    return observer.started_event(**make_facts(**changes), start_time=TIME, _id=_id)


def beat(observer, text="", info=None, result=None):
    observer.heartbeat_event(info=info or {}, captured_out=text, beat_time=TIME, result=result)


def log(observer, name, *values):
    count = len(values)
    series = {"steps": list(range(count)), "values": list(values), "timestamps": [TIME] * count, "name": name}
    observer.log_metrics({name: series}, {})


def read(observer, name):
    return json.loads(Path(observer.dir, name).read_text())


def warnings_in(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


class TestConstruction:
    def test_nothing_is_made_before_a_start(self, tmp_path):
        observer = FileStorageObserver(tmp_path / "runs")
        assert observer.dir is None
        assert not (tmp_path / "runs").exists()

    @pytest.mark.parametrize("convert", [str, Path, os.fsencode])
    def test_kinds_of_paths(self, tmp_path, convert):
        observer = FileStorageObserver(convert(tmp_path / "runs"), resource_dir=convert(tmp_path / "res"))
        assert observer.basedir == str(tmp_path / "runs")
        assert observer.resource_dir == tmp_path / "res"
        assert observer.source_dir == tmp_path / "runs" / "_sources"

    def test_create_is_the_old_spelling(self, tmp_path):
        observer = FileStorageObserver.create(str(tmp_path), priority=4)
        assert (observer.basedir, observer.priority) == (str(tmp_path), 4)

    def test_observers_of_one_folder_are_equal(self, tmp_path):
        first, second = FileStorageObserver(tmp_path), FileStorageObserver(str(tmp_path))
        assert first == second
        assert hash(first) == hash(second)
        assert first != FileStorageObserver(tmp_path / "other")
        assert first != 1

    def test_option(self, tmp_path):
        run = SimpleNamespace(observers=["first"])
        file_storage_option.apply(str(tmp_path), run)
        assert run.observers == ["first", FileStorageObserver(tmp_path)]
        assert file_storage_option.get_flags() == ("-F", "--file_storage")

    def test_option_with_the_home_folder(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        run = SimpleNamespace(observers=[])
        file_storage_option.apply("~/runs", run)
        assert run.observers[0].basedir == str(tmp_path / "runs")

    def test_subclass_with_a_basedir_of_its_own(self, tmp_path):
        class Mine(FileStorageObserver):
            @property
            def basedir(self):
                return str(tmp_path / "mine")

            @basedir.setter
            def basedir(self, value):
                pass

            def started_event(self, **kwargs):
                return super().started_event(**{**kwargs, "_id": "named"})

        observer = Mine(tmp_path / "given")
        assert start(observer) == "named"
        assert observer.dir == str(tmp_path / "mine" / "named")


class TestStart:
    def test_ids_are_text_and_count_up(self, tmp_path):
        assert [start(FileStorageObserver(tmp_path)) for _ in range(3)] == ["1", "2", "3"]

    def test_a_given_id_stays_what_it_is(self, observer):
        assert start(observer, _id=77) == 77
        assert Path(observer.dir).name == "77"

    def test_an_id_that_exists(self, started):
        config = read(started, "config.json")
        with pytest.raises(StoreError, match="exists already"):
            start(FileStorageObserver(started.basedir), _id="1", config={"other": 1})
        assert read(started, "config.json") == config

    @pytest.mark.parametrize("run_id", ["../out", "a/b", "", "..", "a\0b"])
    def test_an_id_that_is_no_name(self, observer, run_id, tmp_path):
        with pytest.raises(StoreError, match="can't be the name"):
            start(observer, _id=run_id)
        assert list(tmp_path.iterdir()) in ([], [tmp_path / "runs"])

    @pytest.mark.parametrize("base", ["a_file/runs", "a_file"])
    def test_a_folder_that_cannot_be_made(self, tmp_path, base):
        (tmp_path / "a_file").write_text("")
        with pytest.raises(StoreError) as caught:
            start(FileStorageObserver(tmp_path / base))
        assert str(caught.value).count("\n") == 0
        assert str(tmp_path / base) in str(caught.value)
        assert ("it is a file, and no folder" in str(caught.value)) == (base == "a_file")
        assert not caught.value.print_traceback

    def test_a_file_system_that_refuses(self):
        with pytest.raises(StoreError, match="/proc/no_such"):
            start(FileStorageObserver("/proc/no_such"))

    def test_a_source_folder_that_cannot_be_made(self, tmp_path):
        (tmp_path / "a_file").write_text("")
        (tmp_path / "main.py").write_text("")
        observer = FileStorageObserver(tmp_path / "runs", source_dir=tmp_path / "a_file" / "sources")
        with pytest.raises(StoreError, match="can't be written"):
            start(observer, ex_info={"base_dir": str(tmp_path), "sources": [("main.py", "0" * 32)]})
        assert os.listdir(tmp_path / "runs") == [], "a run that did not start leaves no folder"
        observer.failed_event(TIME, [])

    def test_an_interrupt_while_starting_leaves_no_folder(self, tmp_path):
        class Interrupted(FileStorageObserver):
            def save_cout(self):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            start(Interrupted(tmp_path))
        assert os.listdir(tmp_path) == []

    def test_plain_json_for_python_and_numpy_values(self, observer):
        config = {
            "t": (1, 2),
            "s": {3},
            "f": np.float32(1.5),
            "a": np.arange(4).reshape(2, 2),
            "d": OrderedDict(k=1),
        }
        start(observer, config=config)
        assert read(observer, "config.json") == {
            "t": [1, 2],
            "s": [3],
            "f": 1.5,
            "a": [[0, 1], [2, 3]],
            "d": {"k": 1},
        }

    def test_a_value_that_json_cannot_hold_is_told_once_per_entry(self, observer, caplog):
        start(observer, config={"model": {"layer": object}, "seed": 1})
        for _ in range(3):
            beat(observer, info={"hook": print})
        assert read(observer, "config.json")["model"]["layer"]["py/type"] == "type"
        assert read(observer, "info.json")["hook"]["py/repr"] == "<built-in function print>"
        told = warnings_in(caplog)
        assert len(told) == 2
        assert '"model.layer"' in told[0]
        assert '"hook"' in told[1]

    def test_the_same_observer_can_record_the_next_run(self, started):
        log(started, "m", 1)
        beat(started, "first run", info={"k": 1})
        started.completed_event(TIME, 1)
        start(started)
        started.log_metrics({}, {})
        beat(started, "second")
        assert read(started, "metrics.json") == {}
        assert Path(started.dir, "cout.txt").read_text() == "second"
        assert not Path(started.dir, "info.json").exists()

    def test_aware_times_become_naive_utc(self, observer):
        moment = datetime(2020, 1, 2, 5, 0, tzinfo=timezone(timedelta(hours=2)))
        observer.started_event(**make_facts(), start_time=moment, _id=None)
        observer.completed_event(datetime(2020, 1, 2, 4, 0, tzinfo=UTC), None)
        run = read(observer, "run.json")
        assert (run["start_time"], run["stop_time"]) == ("2020-01-02T03:00:00", "2020-01-02T04:00:00")


class TestSources:
    @pytest.fixture
    def code(self, tmp_path):
        (tmp_path / "code" / "lib").mkdir(parents=True)
        (tmp_path / "code" / "main.py").write_text("main\n")
        (tmp_path / "code" / "lib" / "mod.py").write_text("mod\n")
        return tmp_path / "code"

    def info(self, code, *names):
        def digest(name):
            path = code / name
            return hashlib.md5(path.read_bytes()).hexdigest() if path.exists() else "0" * 32

        return {"base_dir": str(code), "sources": [(name, digest(name)) for name in names]}

    def test_stored_once_for_all_runs(self, observer, code):
        for _ in range(3):
            start(observer, ex_info=self.info(code, "main.py", "lib/mod.py"))
        pairs = read(observer, "run.json")["experiment"]["sources"]
        assert [name for name, _ in pairs] == ["main.py", "lib/mod.py"]
        assert Path(observer.basedir, pairs[1][1]).read_text() == "mod\n"
        assert len(os.listdir(observer.source_dir)) == 2

    def test_stored_again_when_somebody_removed_them(self, observer, code):
        start(observer, ex_info=self.info(code, "main.py"))
        shutil.rmtree(observer.source_dir)
        start(observer, ex_info=self.info(code, "main.py"))
        assert len(os.listdir(observer.source_dir)) == 1

    def test_named_by_what_they_hold(self, observer, code):
        """Also when the file was edited after its checksum was taken."""
        info = self.info(code, "main.py")
        (code / "main.py").write_text("edited since\n")
        start(observer, ex_info=info)
        [[_, stored]] = read(observer, "run.json")["experiment"]["sources"]
        assert hashlib.md5(b"edited since\n").hexdigest() in stored
        assert Path(observer.basedir, stored).read_text() == "edited since\n"

    def test_a_vanished_one_is_noted(self, observer, code, caplog):
        start(observer, ex_info=self.info(code, "gone.py", "main.py"))
        run = read(observer, "run.json")
        assert [name for name, _ in run["experiment"]["sources"]] == ["main.py"]
        assert run["missing"] == [
            {"kind": "source", "name": "gone.py", "reason": "No such file or directory"}
        ]
        assert len(warnings_in(caplog)) == 1

    def test_a_source_folder_elsewhere(self, tmp_path, code):
        observer = FileStorageObserver(tmp_path / "runs", source_dir=str(tmp_path / "src"))
        start(observer, ex_info=self.info(code, "main.py"))
        [[_, stored]] = read(observer, "run.json")["experiment"]["sources"]
        assert stored.startswith("../src/main_")
        assert not Path(observer.basedir, "_sources").exists()

    def test_not_copied(self, tmp_path, code):
        observer = FileStorageObserver(tmp_path / "runs", copy_sources=False)
        start(observer, ex_info=self.info(code, "lib/mod.py"))
        assert read(observer, "run.json")["experiment"]["sources"] == [["lib/mod.py", "../code/lib/mod.py"]]
        assert os.listdir(observer.basedir) == ["1"]

    def test_a_queued_run_has_its_own(self, observer, code, tmp_path):
        (tmp_path / "beside.py").write_text("beside\n")
        info = self.info(code, "main.py", "lib/mod.py", "../beside.py", "gone.py")
        meta = {"queue_time": TIME}
        observer.queued_event(**make_facts(ex_info=info, meta_info=meta), queue_time=TIME, _id=None)
        folder = Path(observer.dir)
        assert (folder / "lib" / "mod.py").read_text() == "mod\n"
        assert (folder / "beside.py").read_text() == "beside\n"
        run = read(observer, "run.json")
        assert run["status"] == "QUEUED"
        assert run["experiment"]["sources"][0] == ["main.py", hashlib.md5(b"main\n").hexdigest()]
        assert run["meta"]["queue_time"] == "2020-01-02T03:04:05"
        assert [note["name"] for note in run["missing"]] == ["gone.py"]
        assert not (folder / "cout.txt").exists()
        assert not observer.source_dir.exists()


class TestBeats:
    @pytest.fixture(autouse=True)
    def write_at_every_beat(self, monkeypatch):
        monkeypatch.setattr("sacred.observers.file_storage._RUN_INTERVAL_SECONDS", -1.0)

    def test_output_is_appended(self, started):
        for text in ("", "a\n", "a\nbé\n", "a\nbé\n"):
            beat(started, text)
            assert Path(started.dir, "cout.txt").read_text(encoding="utf-8") == text

    def test_output_that_a_filter_changes_afterwards(self, started):
        for text in ("10 %", "100 % done\nnext", "short"):
            beat(started, text)
            assert Path(started.dir, "cout.txt").read_text() == text

    def test_output_after_unpickling_is_appended(self, started):
        import pickle

        beat(started, "one ")
        twin = pickle.loads(pickle.dumps(started))
        beat(twin, "one two")
        assert Path(started.dir, "cout.txt").read_text() == "one two"

    def test_info_is_written_when_there_is_some(self, started):
        beat(started, info={})
        assert not Path(started.dir, "info.json").exists()
        beat(started, info={"k": 1})
        assert read(started, "info.json") == {"k": 1}
        beat(started, info={})
        assert read(started, "info.json") == {}

    def test_what_did_not_change_is_not_written(self, started):
        log(started, "m", 1)
        beat(started, "x", info={"k": 1})
        files = [Path(started.dir, name) for name in ("info.json", "metrics.json", "cout.txt", "run.json")]
        before = [path.stat().st_mtime_ns for path in files]
        beat(started, "x", info={"k": 1})
        started.log_metrics({}, {})
        assert [path.stat().st_mtime_ns for path in files] == before

    def test_result_so_far(self, started):
        beat(started, result=np.float64(0.5))
        assert read(started, "run.json")["result"] == 0.5
        assert read(started, "run.json")["heartbeat"] == TIME.isoformat()

    def test_metrics_of_all_kinds_read_back_equal(self, started):
        values = [1, 2.5, float("inf"), 2**80, "s", None, [1, [2]], {"k": (1,)}, np.int64(3), True]
        log(started, "m", *values)
        series = read(started, "metrics.json")["m"]
        assert series["values"] == [1, 2.5, float("inf"), 2**80, "s", None, [1, [2]], {"k": [1]}, 3, True]
        assert list(series) == ["steps", "timestamps", "values"]


class TestFiles:
    def test_resources_are_stored_once(self, started, tmp_path):
        (tmp_path / "data.csv").write_text("1")
        for _ in range(2):
            started.resource_event(str(tmp_path / "data.csv"))
        [[name, stored]] = read(started, "run.json")["resources"]
        assert name == str(tmp_path / "data.csv")
        assert Path(stored).parent == started.resource_dir
        assert Path(stored).read_text() == "1"

    def test_new_content_is_a_new_resource(self, started, tmp_path):
        for text in ("1", "2"):
            (tmp_path / "data.csv").write_text(text)
            started.resource_event(str(tmp_path / "data.csv"))
        assert len(os.listdir(started.resource_dir)) == 2

    def test_artifacts(self, started, tmp_path):
        (tmp_path / "m.pt").write_text("one")
        started.artifact_event("m.pt", str(tmp_path / "m.pt"))
        (tmp_path / "m.pt").write_text("two")
        started.artifact_event("m.pt", str(tmp_path / "m.pt"))
        started.artifact_event(
            "sub/ä.pt", str(tmp_path / "m.pt"), metadata={"step": np.int8(3)}, content_type="x/y"
        )
        assert Path(started.dir, "m.pt").read_text() == "two"
        assert Path(started.dir, "sub", "ä.pt").read_text() == "two"
        run = read(started, "run.json")
        assert run["artifacts"] == ["m.pt", "sub/ä.pt"]
        two = hashlib.sha256(b"two").hexdigest()
        (first,) = run["artifact_notes"]["m.pt"].pop("versions")
        for notes in run["artifact_notes"].values():
            assert notes.pop("added_time") > first["added_time"]
        assert run["artifact_notes"] == {
            "m.pt": {"size": 3, "version": 2, "sha256": two},
            "sub/ä.pt": {"metadata": {"step": 3}, "content_type": "x/y", "size": 3, "sha256": two},
        }
        assert Path(started.dir, first["file"]).read_text() == "one"

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("run.json", "artifact_run.json"),
            ("Config.JSON", "artifact_Config.JSON"),
            ("run.lock", "artifact_run.lock"),
            ("../x.txt", "x.txt"),
            ("/etc/passwd", "etc/passwd"),
            ("..", "unnamed"),
            ("a\nb", "a_b"),
            ("cout.txt/x", "artifact_cout.txt/x"),
        ],
    )
    def test_names_that_would_do_harm(self, started, tmp_path, caplog, given, kept):
        (tmp_path / "f").write_text("content")
        around = set(tmp_path.iterdir())
        for _ in range(2):
            started.artifact_event(given, str(tmp_path / "f"))
        assert Path(started.dir, kept).read_text() == "content"
        assert set(tmp_path.iterdir()) == around
        run = read(started, "run.json")
        assert run["status"] == "RUNNING"
        assert run["artifacts"] == [kept]
        assert run["artifact_notes"][kept]["given_name"] == given
        assert len(warnings_in(caplog)) == 1

    def test_a_safe_name_does_not_take_the_place_of_another(self, started, tmp_path):
        for name in ("x.txt", "../x.txt", "/x.txt", "x.txt", "../x.txt"):
            (tmp_path / "f").write_text(f"from {name}")
            started.artifact_event(name, str(tmp_path / "f"))
        assert read(started, "run.json")["artifacts"] == ["x.txt", "x_2.txt", "x_3.txt"]
        assert Path(started.dir, "x.txt").read_text() == "from x.txt"
        assert Path(started.dir, "x_2.txt").read_text() == "from ../x.txt"

    def test_a_folder_as_artifact(self, started, tmp_path):
        (tmp_path / "out" / "deep").mkdir(parents=True)
        (tmp_path / "out" / "a").write_text("a")
        (tmp_path / "out" / "deep" / "b").write_text("b")
        started.artifact_event("out", str(tmp_path / "out"))
        assert Path(started.dir, "out", "deep", "b").read_text() == "b"
        assert read(started, "run.json")["artifacts"] == ["out"]

    def test_the_folder_that_the_runs_are_in_as_artifact(self, tmp_path):
        observer = FileStorageObserver(tmp_path / "work" / "runs")
        start(observer)
        (tmp_path / "work" / "a").write_text("a")
        observer.artifact_event("work", str(tmp_path / "work"))
        copy = Path(observer.dir, "work")
        assert (copy / "a").read_text() == "a"
        assert not (copy / "runs" / "1" / "work").exists()

    def test_a_file_that_is_in_the_run_folder_already(self, started):
        path = Path(started.dir, "made_here.txt")
        path.write_text("here")
        started.artifact_event("made_here.txt", str(path))
        assert path.read_text() == "here"
        assert read(started, "run.json")["artifacts"] == ["made_here.txt"]

    def test_not_copied(self, tmp_path):
        observer = FileStorageObserver(tmp_path / "runs", copy_artifacts=False)
        start(observer)
        (tmp_path / "big").write_text("")
        observer.artifact_event("big", str(tmp_path / "big"))
        assert not Path(observer.dir, "big").exists()
        (notes,) = read(observer, "run.json")["artifact_notes"].values()
        del notes["added_time"]
        assert notes == {"path": str(tmp_path / "big"), "size": 0}  # no checksum: it may still change

    def test_missing_files_are_noted(self, started, tmp_path, caplog):
        os.mkfifo(tmp_path / "pipe")
        started.resource_event(str(tmp_path / "nowhere"))
        started.artifact_event("nothing", str(tmp_path / "nowhere"))
        started.artifact_event("pipe", str(tmp_path / "pipe"))
        run = read(started, "run.json")
        assert [(note["kind"], note["reason"]) for note in run["missing"]] == [
            ("resource", "No such file or directory"),
            ("artifact", "No such file or directory"),
            ("artifact", "Not a regular file"),
        ]
        assert run["artifacts"] == run["resources"] == []
        assert run["missing"][1]["path"] == str(tmp_path / "nowhere")
        told = warnings_in(caplog)
        assert len(told) == 3
        assert all(str(tmp_path) in text for text in told)

    def test_a_file_with_the_name_of_a_subfolder_is_refused(self, started, tmp_path):
        (tmp_path / "d" / "sub").mkdir(parents=True)
        (tmp_path / "x").write_text("x")
        started.artifact_event("d", str(tmp_path / "d"))
        started.artifact_event("d/sub", str(tmp_path / "x"))
        started.artifact_event("d/sub", str(tmp_path / "d"))
        run = read(started, "run.json")
        assert run["artifacts"] == ["d", "d/sub"]
        (note,) = run["missing"]
        assert (note["name"], note["path"]) == ("d/sub", str(tmp_path / "x"))
        assert note["reason"] == "There is a folder of this name already"
        assert not list(Path(started.dir).rglob("*.tmp"))

    def test_a_file_that_changes_while_it_is_copied_is_told(self, started, tmp_path, monkeypatch, caplog):
        path = tmp_path / "growing.txt"
        path.write_text("one")
        real = files.copy_content

        def copy_and_grow(source, target):
            real(source, target)
            path.write_text("one and two")

        monkeypatch.setattr(files, "copy_content", copy_and_grow)
        started.artifact_event(name="growing.txt", filename=str(path))
        assert read(started, "run.json")["artifact_notes"]["growing.txt"]["changed_while_copied"]
        assert warnings_in(caplog) == [f'The artifact "growing.txt" ({path}) changed while it was copied']

    def test_an_artifact_that_did_not_change_is_not_copied_again(self, started, tmp_path, monkeypatch):
        path = tmp_path / "model.pt"
        path.write_text("weights")
        monkeypatch.setattr(files, "_RACY_SECONDS", 0)
        started.artifact_event(name="model.pt", filename=str(path))
        kept = Path(started.dir, "model.pt")
        first = kept.stat().st_ino
        started.artifact_event(name="model.pt", filename=str(path))
        assert kept.stat().st_ino == first
        path.write_text("other weights")
        started.artifact_event(name="model.pt", filename=str(path))
        assert kept.read_text() == "other weights"

    def test_the_checksum_of_a_large_file_follows_at_a_heartbeat(self, started, tmp_path, monkeypatch):
        monkeypatch.setattr(checksums, "AT_ONCE_BYTES", 0)
        for kind in ("artifact", "resource"):
            (tmp_path / kind).write_text(kind)
        started.artifact_event(name="artifact", filename=str(tmp_path / "artifact"))
        started.resource_event(str(tmp_path / "resource"))
        started.run_entry.artifacts._checksums.wait()
        beat(started)
        started._save_run()
        told = read(started, "run.json")
        notes = told["artifact_notes"]["artifact"], told["resource_notes"][str(tmp_path / "resource")]
        for kind, note in zip(("artifact", "resource"), notes, strict=True):
            assert note["sha256"] == hashlib.sha256(kind.encode()).hexdigest()

    def test_the_end_waits_for_checksums(self, started, tmp_path, monkeypatch):
        monkeypatch.setattr(checksums, "AT_ONCE_BYTES", 0)
        (tmp_path / "x").write_text("x")
        started.artifact_event(name="x", filename=str(tmp_path / "x"))
        started.completed_event(stop_time=datetime(2026, 1, 1), result=None)
        assert "sha256" in read(started, "run.json")["artifact_notes"]["x"]
        (tmp_path / "late").write_text("x")
        started.artifact_event(name="late", filename=str(tmp_path / "late"))
        assert "sha256" in read(started, "run.json")["artifact_notes"]["late"]

    def test_resources_are_noted(self, started, tmp_path):
        (tmp_path / "data.csv").write_text("1")
        started.resource_event(str(tmp_path / "data.csv"))
        assert read(started, "run.json")["resource_notes"] == {
            str(tmp_path / "data.csv"): {"size": 1, "sha256": hashlib.sha256(b"1").hexdigest()}
        }

    def test_a_folder_that_is_added_again(self, started, tmp_path):
        (tmp_path / "out").mkdir()
        for text in ("one", "two!"):
            (tmp_path / "out" / "a").write_text(text)
            (tmp_path / "out" / "b").write_text("same")
            started.artifact_event("out", str(tmp_path / "out"))
        notes = read(started, "run.json")["artifact_notes"]["out"]
        assert (notes["files"], notes["size"], notes["version"]) == (2, 8, 2)
        assert [path.name for path in Path(started.dir, "_versions", "out", "1").iterdir()] == ["a"]
        assert Path(started.dir, "_versions", "out", "1", "a").read_text() == "one"

    def test_a_folder_appears_whole(self, started, tmp_path, monkeypatch):
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "a").write_text("a")
        seen = []
        real = trees.open_regular

        def look(path):
            seen.append(Path(started.dir, "out").exists())
            return real(path)

        monkeypatch.setattr(trees, "open_regular", look)
        started.artifact_event("out", str(tmp_path / "out"))
        assert seen == [False]
        assert Path(started.dir, "out", "a").read_text() == "a"
        assert not Path(started.dir, "_partial").exists()

    def test_a_file_so_new_that_it_could_change_without_a_trace_is_copied_again(self, started, tmp_path):
        path = tmp_path / "model.pt"
        for text in ("one", "two"):
            path.write_text(text)
            os.utime(path, ns=(time.time_ns(), time.time_ns()))
            started.artifact_event(name="model.pt", filename=str(path))
            assert Path(started.dir, "model.pt").read_text() == text

    @pytest.mark.parametrize("what", ["file", "folder"])
    def test_a_link_in_the_run_folder_does_not_lead_an_artifact_out_of_it(
        self, started, tmp_path, what, caplog
    ):
        (tmp_path / "outside").mkdir()
        (tmp_path / "data" / "sub").mkdir(parents=True)
        (tmp_path / "data" / "x").write_text("x")
        Path(started.dir, "link").symlink_to(tmp_path / "outside")
        given = {"file": ("link/x", "data/x"), "folder": ("link", "data")}[what]
        started.artifact_event(name=given[0], filename=str(tmp_path / given[1]))
        assert list((tmp_path / "outside").iterdir()) == []
        assert "leads out of the run folder" in caplog.text
        assert read(started, "run.json")["missing"][0]["name"] == given[0]

    @pytest.mark.parametrize(
        "name",
        [
            "metrics.7.journal",
            "METRICS.12.NAMES",
            "system.1.side",
            "cout.merge",
            "cout.range",
            "Run.json. ",
            ".x.tmp",
            "run.json.7.tmp",
            "run\u200c.json",
            "\uff52un.json",
        ],
    )
    def test_no_artifact_takes_the_name_of_a_file_of_the_record(self, started, tmp_path, name):
        (tmp_path / "data").write_text("x")
        started.artifact_event(name=name, filename=str(tmp_path / "data"))
        assert read(started, "run.json")["artifacts"] == [f"artifact_{name}"]

    @pytest.mark.parametrize("name", ["n" * 300 + ".pt", "ä" * 200 + ".pt", "a/" + "b" * 300])
    def test_a_name_that_is_too_long_is_cut(self, started, tmp_path, name):
        (tmp_path / "data").write_text("x")
        started.artifact_event(name=name, filename=str(tmp_path / "data"))
        (kept,) = read(started, "run.json")["artifacts"]
        assert Path(started.dir, kept).read_text() == "x"
        assert kept.endswith(os.path.splitext(name)[1])
        assert read(started, "run.json")["artifact_notes"][kept]["given_name"] == name

    def test_a_refused_file_is_no_artifact(self, started, tmp_path):
        (tmp_path / "x").write_text("x")
        Path(started.dir, "sub").mkdir()
        started.artifact_event("sub", str(tmp_path / "x"))
        assert read(started, "run.json")["artifacts"] == []

    def test_a_folder_that_was_copied_in_part_is_an_artifact(self, started, tmp_path):
        (tmp_path / "d").mkdir()
        (tmp_path / "d" / "a").write_text("a")
        os.symlink(tmp_path / "nowhere", tmp_path / "d" / "dangling")
        started.artifact_event("d", str(tmp_path / "d"))
        run = read(started, "run.json")
        assert run["artifacts"] == ["d"]
        assert len(run["missing"]) == 1

    def test_save_file_and_save_json(self, started, tmp_path):
        (tmp_path / "f.py").write_text("f")
        started.save_file(str(tmp_path / "f.py"))
        started.save_file(tmp_path / "f.py", "source/x.py")
        started.save_json({"a": (1, 2)}, "z.json")
        assert Path(started.dir, "f.py").read_text() == Path(started.dir, "source", "x.py").read_text() == "f"
        assert Path(started.dir, "z.json").read_text() == '{\n  "a": [\n    1,\n    2\n  ]\n}'

    def test_a_subclass_may_save_in_its_own_way(self, tmp_path):
        saved = []

        class Linking(FileStorageObserver):
            def save_file(self, filename, target_name=None):
                saved.append((filename, target_name))

        observer = Linking(tmp_path / "runs")
        start(observer)
        observer.artifact_event("a", "/some/file")
        assert saved == [("/some/file", "a")]

    def test_saving_before_a_run(self, observer):
        with pytest.raises(ObserverError, match="no run has started"):
            observer.save_json({}, "x.json")


class TestReport:
    TEMPLATE = "${run['status']}|${config['a']}|${info}|${cout}|${savedir}"

    def finish(self, observer):
        beat(observer, "hé", info={"k": 1})
        observer.completed_event(TIME, None)
        return Path(observer.dir, "report.html")

    def test_template_of_the_folder(self, tmp_path):
        (tmp_path / "template.html").write_text(self.TEMPLATE)
        observer = FileStorageObserver(tmp_path)
        start(observer)
        assert (
            self.finish(observer).read_text(encoding="utf-8") == f"COMPLETED|1|{{'k': 1}}|hé|{observer.dir}"
        )

    @pytest.mark.parametrize("convert", [str, Path])
    def test_given_template_and_a_failed_run(self, tmp_path, convert):
        (tmp_path / "my.html").write_text(self.TEMPLATE)
        observer = FileStorageObserver(tmp_path / "runs", template=convert(tmp_path / "my.html"))
        start(observer)
        observer.failed_event(TIME, ["x"])
        assert Path(observer.dir, "report.html").read_text().startswith("FAILED|1")

    def test_no_such_template(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"Couldn't find template file .*nope\.html"):
            FileStorageObserver(tmp_path, template="/nope.html")

    def test_a_template_with_a_mistake_harms_nothing(self, tmp_path, caplog):
        (tmp_path / "template.html").write_text("${nope.x}")
        observer = FileStorageObserver(tmp_path)
        start(observer)
        assert not self.finish(observer).exists()
        assert read(observer, "run.json")["status"] == "COMPLETED"
        assert len(warnings_in(caplog)) == 1

    def test_without_mako(self, tmp_path, monkeypatch, caplog):
        (tmp_path / "template.html").write_text(self.TEMPLATE)
        monkeypatch.setitem(sys.modules, "mako", None)
        observer = FileStorageObserver(tmp_path)
        start(observer)
        assert not self.finish(observer).exists()
        [told] = warnings_in(caplog)
        assert "sacred[mako]" in told
        with pytest.raises(MissingExtraError, match="mako"):
            FileStorageObserver(tmp_path, template=str(tmp_path / "template.html"))


class TestTrouble:
    @pytest.fixture
    def small_disk(self, tmp_path):
        """A file system of 1 MiB, its own."""
        mount = shutil.which("mount")
        folder = tmp_path / "small"
        folder.mkdir()
        command = [mount, "-t", "tmpfs", "-o", "size=1M", "tmpfs", str(folder)]
        if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting a small tmpfs is not permitted here")
        yield folder
        subprocess.run([shutil.which("umount"), str(folder)], check=True)

    def fill(self, folder):
        with open(folder / "ballast", "wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                return folder / "ballast"
        raise AssertionError("a small disk that takes everything")

    def test_a_full_disk_loses_nothing_once_there_is_room(self, small_disk, tmp_path, caplog):
        observer = FileStorageObserver(small_disk)
        start(observer)
        log(observer, "m", 1, 2)
        beat(observer, "before\n", info={"k": 0})
        ballast = self.fill(small_disk)
        for count in range(1, 4):
            log(observer, "m", *([count] * 500))
            beat(observer, "before\n" + "during\n" * 2000 * count, info={"k": count, "pad": "x" * 9000})
        (tmp_path / "big").write_bytes(b"b" * 50_000)
        observer.artifact_event("big", str(tmp_path / "big"))
        assert read(observer, "metrics.json")["m"]["values"] == [1, 2]
        assert read(observer, "run.json")["status"] == "RUNNING"
        assert not list(small_disk.rglob("*.tmp"))
        ballast.unlink()
        observer.completed_event(TIME, "done")
        assert len(read(observer, "metrics.json")["m"]["values"]) == 1502
        assert read(observer, "info.json")["k"] == 3
        assert Path(observer.dir, "cout.txt").read_text() == "before\n" + "during\n" * 6000
        run = read(observer, "run.json")
        assert run["result"] == "done"
        (note,) = run["missing"]
        assert (note["kind"], note["name"], note["reason"]) == ("artifact", "big", "No space left on device")
        assert len([text for text in warnings_in(caplog) if "tried again" in text]) == 1

    def test_an_end_on_a_full_disk_is_an_error_of_the_observer(self, small_disk):
        observer = FileStorageObserver(small_disk)
        start(observer)
        self.fill(small_disk)
        with pytest.raises(ObserverError, match="No space left"):
            observer.failed_event(TIME, ["x" * 5000])
        assert read(observer, "run.json")["status"] == "RUNNING"

    def test_a_start_on_a_full_disk_leaves_no_folder(self, small_disk):
        ballast = self.fill(small_disk)
        with pytest.raises(StoreError, match="No space left"):
            start(FileStorageObserver(small_disk), config={"pad": "x" * 9000})
        assert os.listdir(small_disk) == [ballast.name]

    def test_a_removed_folder(self, started):
        shutil.rmtree(started.dir)
        log(started, "m", 1)
        beat(started, "x", info={"k": 1})
        with pytest.raises(ObserverError):
            started.completed_event(TIME, None)


def test_the_end_of_a_run_that_did_not_start_leaves_the_record_before(started):
    started.completed_event(stop_time=TIME, result=1)
    started.failed_event(fail_time=TIME, fail_trace=["another observer could not start"])
    assert json.loads(Path(started.dir, "run.json").read_text())["status"] == "COMPLETED"


def test_a_folder_that_a_subclass_chose_keeps_what_was_in_it(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "precious.txt").touch()
    (tmp_path / "own" / "config.json").mkdir()  # so that the start fails

    class Mine(FileStorageObserver):
        def _make_run_dir(self, _id):
            self.dir = str(tmp_path / "own")

    with pytest.raises(StoreError):
        start(Mine(tmp_path))
    assert (tmp_path / "own" / "precious.txt").exists()


def test_a_subclass_may_make_its_own_entry(tmp_path):
    class Mine(FileStorageObserver):
        def started_event(self, **facts):
            self.dir = str(tmp_path)
            self.run_entry = {"command": facts["command"], "artifacts": []}
            self.config, self.info = facts["config"], {}
            self.save_json(self.run_entry, "run.json")
            return "mine"

    observer = Mine(tmp_path)
    assert start(observer) == "mine"
    beat(observer, "text")
    observer.completed_event(stop_time=TIME, result=3)
    entry = json.loads((tmp_path / "run.json").read_text())
    assert (entry["command"], entry["status"], entry["result"]) == ("main", "COMPLETED", 3)


def test_names_that_no_file_can_have_are_noted(started):
    started.artifact_event(name="a", filename="x\0y")
    started.resource_event(filename="x\0y")
    assert [part["kind"] for part in started.run_entry["missing"]] == ["artifact", "resource"]


def test_a_document_that_can_not_be_written_keeps_no_other_from_it(started, caplog):
    started.saved_metrics.update({1: {"values": []}, "b": {"values": []}})  # a subclass may do what it likes
    log(started, "m", 1)
    with pytest.raises(ObserverError, match="lacks its end: TypeError"):
        started.completed_event(TIME, 3)
    run = read(started, "run.json")
    assert (run["status"], run["result"]) == ("COMPLETED", 3)
    assert len(warnings_in(caplog)) == 1


def test_a_relative_folder_is_that_of_the_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").write_text("x")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "template.html").write_text("${run['status']}")
    observer = FileStorageObserver("./runs")
    start(observer)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    log(observer, "m", 1)
    beat(observer, "text", info={"k": 1})
    observer.resource_event(str(tmp_path / "x"))
    observer.artifact_event("x", str(tmp_path / "x"))
    observer.completed_event(TIME, 3)
    folder = tmp_path / "runs" / "1"
    run = json.loads((folder / "run.json").read_text())
    assert (run["status"], run["artifacts"], observer.basedir) == ("COMPLETED", ["x"], "runs")
    [[_, stored]] = run["resources"]
    assert stored.startswith("runs/_resources/x_")
    assert (tmp_path / stored).exists()
    assert (folder / "cout.txt").read_text() == "text"
    assert (folder / "report.html").read_text() == "COMPLETED"
    assert {"info.json", "metrics.json", "x"} < set(os.listdir(folder))
    assert os.listdir(tmp_path / "elsewhere") == []


def test_a_folder_beside_a_link_is_found(tmp_path, monkeypatch):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    os.symlink(tmp_path / "deep" / "er", tmp_path / "link")
    monkeypatch.chdir(tmp_path)
    observer = FileStorageObserver("link/../runs")
    start(observer)
    observer.completed_event(TIME, None)
    assert json.loads((tmp_path / "deep" / "runs" / "1" / "run.json").read_text())["status"] == "COMPLETED"


def test_a_start_in_a_removed_folder(tmp_path):
    text = f"""
import os, tempfile
from sacred import Experiment
from sacred.observers import FileStorageObserver
ex = Experiment("x", save_git_info=False, interactive=True)
ex.observers.append(FileStorageObserver({str(tmp_path)!r}))
gone = tempfile.mkdtemp()
os.chdir(gone)
os.rmdir(gone)
ex.main(lambda: 3)
ex.run()
"""
    subprocess.run([sys.executable, "-c", text], check=True, cwd=tmp_path)
    assert json.loads((tmp_path / "1" / "run.json").read_text())["result"] == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_keeps_its_files_and_leaves_the_record(started, tmp_path):
    (tmp_path / "x").write_text("x")
    before = Path(started.dir, "run.json").read_bytes()
    with started._lock:  # as a thread may have it that the child does not have
        child = os.fork()
        if not child:
            signal.alarm(20)
            started._lock = threading.Lock()
            started._lock.acquire()
            try:
                started.artifact_event("x", str(tmp_path / "x"))
                started.resource_event(str(tmp_path / "x"))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
    assert Path(started.dir, "x").read_text() == "x"
    assert len(os.listdir(started.resource_dir)) == 1
    assert Path(started.dir, "run.json").read_bytes() == before
    started.completed_event(TIME, 3)
    assert read(started, "run.json")["status"] == "COMPLETED"


def test_a_longdouble_is_a_number(started):
    started.completed_event(TIME, np.longdouble(1.5))
    assert read(started, "run.json")["result"] == 1.5


def test_for_run_is_itself_unless_busy(observer):
    from sacred.observers.dispatch import claim, release

    [first] = claim([observer])
    [second] = claim([observer])
    start(first)
    assert first is observer
    assert second is not observer
    assert (second, second.dir, second._lock is observer._lock) == (observer, None, False)
    release([first])
    assert observer.for_run() is observer
    release([second])


def test_a_subclass_may_change_the_points(tmp_path):
    class Prefixed(FileStorageObserver):
        def log_metrics(self, metrics_by_name, info):
            super().log_metrics({f"mine.{name}": points for name, points in metrics_by_name.items()}, info)

    ex = Experiment("prefixed", save_git_info=False)
    ex.observers.append(Prefixed(tmp_path))

    @ex.main
    def main(_run):
        for step in range(3):
            _run.log_scalar("loss", step / 2)

    ex.run()
    metrics = json.loads((tmp_path / "1" / "metrics.json").read_text(encoding="utf-8"))
    assert {name: points["values"] for name, points in metrics.items()} == {"mine.loss": [0.0, 0.5, 1.0]}


def test_an_id_that_is_taken_is_an_error_that_file_systems_know(tmp_path):
    start(FileStorageObserver(tmp_path), _id="1")
    with pytest.raises(FileExistsError) as caught:
        start(FileStorageObserver(tmp_path), _id="1")
    assert isinstance(caught.value, StoreError)
    assert str(caught.value) == (
        f'The run folder "{tmp_path / "1"}" exists already: choose another id, or none for the next number.'
    )


def test_run_json_is_not_written_for_each_of_very_many_files(started, tmp_path, monkeypatch):
    monkeypatch.setattr(file_storage, "_RUN_INTERVAL_SECONDS", float("inf"))
    started.copy_artifacts = False
    written = []
    save = started.save_json
    monkeypatch.setattr(started, "save_json", lambda obj, name: (written.append(name), save(obj, name)))
    (tmp_path / "file").write_text("x")
    for number in range(1000):
        started.artifact_event(f"artifact{number}", str(tmp_path / "file"))
        if number < 16:
            assert len(read(started, "run.json")["artifacts"]) == number + 1
    assert written.count("run.json") < 150
    assert len(read(started, "run.json")["artifacts"]) > 1000 * 15 // 16
    monkeypatch.setattr(file_storage, "_RUN_INTERVAL_SECONDS", 0.0)
    beat(started)
    assert len(read(started, "run.json")["artifacts"]) == 1000
