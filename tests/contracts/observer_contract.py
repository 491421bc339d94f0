"""What every observer must do.

The test of an observer subclasses ``ObserverContract``, says how to make one and how to read what it stored.
"""

# ruff: noqa: DTZ001 - observers are told naive UTC

import copy
import pickle
import threading
from datetime import datetime, timedelta

import pytest

START = datetime(2026, 1, 2, 3, 4, 5, 678)
SECOND = timedelta(seconds=1)


class Opaque:
    """Nothing that any store knows how to keep."""


class ObserverContract:
    """Subclasses override ``make_observer`` and, if the record can be read, ``read_record``."""

    can_be_copied = True

    def make_observer(self, tmp_path):
        raise NotImplementedError

    def read_record(self, observer):
        """Return ``{"run", "config", "info", "metrics", "output"}`` as stored; None: it can't be read."""

    @pytest.fixture
    def observer(self, tmp_path):
        return self.make_observer(tmp_path)

    @pytest.fixture
    def facts(self, tmp_path):
        """The arguments that queued_event and started_event share; the source really exists."""
        (tmp_path / "code").mkdir()
        (tmp_path / "code" / "main.py").write_text("print('é')\n", encoding="utf-8")
        return {
            "ex_info": {
                "name": "contract",
                "base_dir": str(tmp_path / "code"),
                "mainfile": "main.py",
                "sources": [("main.py", "d9d6ac4c4d27ae3ad6b1f5d0c5b0b6ad")],
                "dependencies": ["numpy==2.0"],
                "repositories": [],
            },
            "command": "main",
            "host_info": {"hostname": "here", "os": ["Linux", "6"], "ENV": {}},
            "config": {"rate": 0.1, "layers": [1, 2], "nested": {"é": None}, "seed": 7},
            "meta_info": {"command": "main", "options": {"--comment": None}},
        }

    def start(self, observer, facts, _id=None):
        return observer.started_event(**facts, start_time=START, _id=_id)

    def beat(self, observer, text="", info=None, result=None, at=START + SECOND):
        observer.heartbeat_event(info=info or {}, captured_out=text, beat_time=at, result=result)

    def log(self, observer, name, values, first=0):
        series = {
            "steps": list(range(first, first + len(values))),
            "values": values,
            "timestamps": [START + SECOND * i for i in range(len(values))],
            "name": name,
        }
        observer.log_metrics(metrics_by_name={name: series}, info={})

    def complete(self, observer, result=None):
        observer.completed_event(stop_time=START + 2 * SECOND, result=result)
        observer.join()

    def test_priority_is_a_number(self, observer):
        assert observer.priority + 0 == observer.priority

    def test_a_whole_run_is_kept(self, observer, facts):
        assert self.start(observer, facts) is not None
        self.log(observer, "loss", [0.5, 0.25])
        self.beat(observer, "hello\n", info={"note": "ü"}, result=3)
        self.log(observer, "loss", [0.125], first=2)
        self.beat(observer, "hello\nworld\n", info={"note": "ü"}, result=3)
        self.complete(observer, result=4)
        record = self.read_record(observer)
        if record is not None:
            assert record["run"]["status"] == "COMPLETED"
            assert record["run"]["result"] == 4
            assert record["config"] == facts["config"]
            assert record["info"]["note"] == "ü"
            assert record["output"] == "hello\nworld\n"
            assert record["metrics"]["loss"]["values"] == [0.5, 0.25, 0.125]
            assert record["metrics"]["loss"]["steps"] == [0, 1, 2]

    def test_a_given_id_is_taken(self, observer, facts):
        assert self.start(observer, facts, _id="4711") in ("4711", None)

    def test_two_runs_have_two_ids(self, observer, facts):
        first = self.start(observer, facts)
        self.complete(observer)
        assert self.start(observer, facts) != first

    def test_queued(self, observer, facts):
        observer.queued_event(**facts, queue_time=START, _id=None)
        record = self.read_record(observer)
        if record is not None:
            assert record["run"]["status"] == "QUEUED"
            assert record["config"] == facts["config"]

    def test_failed(self, observer, facts):
        self.start(observer, facts)
        observer.failed_event(fail_time=START, fail_trace=["Traceback\n", "ValueError: no\n"])
        record = self.read_record(observer)
        if record is not None:
            assert record["run"]["status"] == "FAILED"
            assert record["run"]["fail_trace"] == ["Traceback\n", "ValueError: no\n"]

    @pytest.mark.parametrize("status", ["INTERRUPTED", "TIMED_OUT", "MY_OWN"])
    def test_interrupted(self, observer, facts, status):
        self.start(observer, facts)
        observer.interrupted_event(interrupt_time=START, status=status)
        record = self.read_record(observer)
        if record is not None:
            assert record["run"]["status"] == status

    def test_events_without_a_start_are_harmless(self, observer, tmp_path):
        """They may come when another observer, or this one, failed in started_event."""
        self.log(observer, "m", [1])
        self.beat(observer, "text")
        observer.resource_event(filename=str(tmp_path))
        observer.artifact_event(name="a", filename=str(tmp_path))
        observer.failed_event(fail_time=START, fail_trace=[])
        observer.interrupted_event(interrupt_time=START, status="INTERRUPTED")
        observer.completed_event(stop_time=START, result=None)
        observer.join()

    def test_values_that_cannot_be_stored_stop_nothing(self, observer, facts):
        facts["config"]["opaque"] = Opaque()
        self.start(observer, facts)
        self.log(observer, "odd", [Opaque(), float("nan"), 2**70, "text", None, [1]])
        self.beat(
            observer, "\udc80 lone surrogate", info={"opaque": Opaque(), "path": {1: {2}}}, result=Opaque()
        )
        self.complete(observer, result=Opaque())
        record = self.read_record(observer)
        if record is not None:
            assert record["run"]["status"] == "COMPLETED"
            assert record["metrics"]["odd"]["values"][2:] == [2**70, "text", None, [1]]

    def test_what_the_caller_changes_later_is_not_stored(self, observer, facts):
        expected = copy.deepcopy(facts["config"])
        info = {"epoch": [1]}
        self.start(observer, facts)
        self.beat(observer, info=info)
        facts["config"]["layers"].append("later")
        facts["meta_info"]["options"]["later"] = 1
        info["epoch"].append("later")
        self.complete(observer)
        record = self.read_record(observer)
        if record is not None:
            assert record["config"] == expected
            assert record["info"] == {"epoch": [1]}
            assert "later" not in record["run"]["meta"]["options"]

    def test_the_caller_s_values_are_not_changed(self, observer, facts):
        before = copy.deepcopy(facts)
        info = {"epoch": [1]}
        self.start(observer, facts)
        self.beat(observer, info=info)
        self.complete(observer)
        assert facts == before
        assert info == {"epoch": [1]}

    def test_files(self, observer, facts, tmp_path):
        (tmp_path / "data.csv").write_text("1,2\n")
        self.start(observer, facts)
        observer.resource_event(filename=str(tmp_path / "data.csv"))
        observer.artifact_event(name="out.csv", filename=str(tmp_path / "data.csv"))
        observer.artifact_event(
            name="out.csv", filename=str(tmp_path / "data.csv"), metadata={"a": 1}, content_type="text/csv"
        )
        self.complete(observer)

    def test_files_that_are_not_there_stop_nothing(self, observer, facts, tmp_path):
        facts["ex_info"]["sources"].append(("vanished.py", "0" * 32))
        self.start(observer, facts)
        observer.resource_event(filename=str(tmp_path / "nowhere"))
        observer.artifact_event(name="nothing", filename=str(tmp_path / "nowhere"))
        self.complete(observer)

    def test_beats_and_files_at_the_same_time(self, observer, facts, tmp_path):
        (tmp_path / "data.csv").write_text("1,2\n")
        self.start(observer, facts)
        errors = []

        def keep_beating():
            try:
                for count in range(20):
                    self.log(observer, "m", [count])
                    self.beat(observer, "x" * count, info={"n": count})
            except BaseException as error:
                errors.append(error)
                raise

        beating = threading.Thread(target=keep_beating)
        beating.start()
        for count in range(20):
            observer.artifact_event(name=f"a{count}", filename=str(tmp_path / "data.csv"))
        beating.join()
        self.complete(observer)
        assert not errors
        record = self.read_record(observer)
        if record is not None:
            assert record["metrics"]["m"]["values"] == list(range(20))

    def test_pickles_and_copies(self, observer, facts):
        if not self.can_be_copied:
            pytest.skip("this observer holds what can't be copied")
        self.start(observer, facts)
        twin = pickle.loads(pickle.dumps(observer))
        copy.deepcopy(observer)
        self.beat(twin, "from the twin")
        self.complete(twin)
        record = self.read_record(twin)
        if record is not None:
            assert record["output"] == "from the twin"
