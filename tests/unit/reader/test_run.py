"""One run: what it says, and what people add to it."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

import sacred
from sacred.errors import RunNotFoundError
from sacred.reader import Store
from sacred.stores.memory import MemoryStore
from unit.reader.conftest import make_document, put


def test_what_a_run_says(store):
    run = store[1]
    assert (run.id, run.status, run.command, run.name, run.result) == (
        "1",
        "COMPLETED",
        "main",
        "digits",
        0.5,
    )
    assert run.start_time == datetime(2026, 11, 2, 10, 0, 0, 250000, tzinfo=UTC)
    assert run.stop_time - run.start_time == run.duration == timedelta(minutes=1)
    assert run.heartbeat is None
    assert run.config.optimizer.kind == "sgd"
    assert run.host.hostname == "lovelace"
    assert run.meta.config_updates.rate == 0.1
    assert run.experiment.dependencies == ["numpy==2.0"]
    assert dict(run.info) == {}
    assert run.output == "hello\n"
    assert run.read_output(1, 3) == b"el"
    assert run.fail_trace is None
    assert store[10].fail_trace == "Traceback\nValueError: no\n"
    assert not run.is_under_way
    assert run.location == "here"
    assert run.git_patch is None
    assert dict(run.environment) == {}
    assert repr(run) == "<Run 1 of digits: COMPLETED, result 0.5>"
    assert repr(store[10]) == "<Run 10 of digits: FAILED>"


def test_a_run_under_way(store, memory):
    now = datetime.now(UTC).replace(tzinfo=None)
    facts = {"start_time": (now - timedelta(seconds=90)).isoformat(), "heartbeat": now.isoformat()}
    put(memory, make_document("5", status="RUNNING", stop_time=None, **facts))
    run = store[5]
    assert run.is_under_way
    assert timedelta(seconds=90) <= run.duration < timedelta(seconds=120)
    put(memory, make_document("6", status="RUNNING", start_time="2020-01-01T00:00:00", stop_time=None))
    assert store[6].status == "DEAD"
    assert store[6].duration is None


@pytest.mark.parametrize(
    "text", ["nonsense", "2026-13-01", 3, None, [], "9999-12-31T23:59:59+00:01", "0001-01-01"]
)
def test_moments_that_are_none(store, memory, text):
    put(memory, make_document("5", start_time=text, stop_time=text, heartbeat=text))
    run = store[5]
    assert run.start_time is None or run.start_time.year in {1, 9999}
    assert run.duration in {None, timedelta()}


def test_a_record_with_nothing_in_it(store, memory):
    put(memory, {"id": "5"})
    run = store[5]
    assert (run.status, run.command, run.name, run.result, run.duration) == ("", None, None, None, None)
    assert dict(run.config) == dict(run.experiment) == {}
    assert (list(run.tags), run.notes, run.output) == ([], "", "")
    assert repr(run) == "<Run 5: no status>"
    assert "no status" in run._repr_html_()


def test_a_record_with_nonsense_in_it(store, memory):
    nonsense = {
        "experiment": [1],
        "config": "x",
        "meta": 3,
        "tags": "abc",
        "notes": 7,
        "status": 5,
        "fail_trace": 5,
    }
    put(memory, {"id": "5", "command": ["a"], "metrics": 3, "recorder": 3, **nonsense})
    run = store[5]
    assert (run.status, run.command, run.name, run.fail_trace) == ("5", "['a']", None, None)
    assert (list(run.tags), run.notes) == ([], "")
    assert run._repr_html_()
    assert store.runs().to_pandas().shape[0] == 5
    assert run.compare(store[1]).config


def test_a_run_stays_as_it_was_until_it_is_refreshed(store, memory):
    run = store[1]
    assert run.status == "COMPLETED"
    assert "acc" not in run.metrics
    memory._runs["1"].document["status"] = "FAILED"
    memory._runs["1"].series["acc"] = memory._runs["1"].series["loss"]
    memory._runs["1"].output = b"more"
    assert run.status == "COMPLETED"
    assert "acc" not in run.metrics
    assert run.output == "more"
    run.refresh()
    assert run.status == "FAILED"
    assert "acc" in run.metrics


def test_nothing_is_read_before_it_is_asked_for(memory, monkeypatch):
    put(memory, make_document("1"))
    calls = []
    for name in ("load", "read_series", "read_output", "list_files", "list_metrics"):
        method = getattr(memory, name)
        monkeypatch.setattr(
            memory,
            name,
            lambda *args, name=name, method=method, **options: calls.append(name) or method(*args, **options),
        )
    (run,) = Store(memory).runs()
    del calls[:]
    assert run.config.rate == 0.1
    assert run.metrics is run.metrics
    assert calls == []
    assert dict(run.metrics) == {}
    assert dict(run.artifacts) == dict(run.sources) == {}
    assert calls == ["list_metrics", "list_files"]


def test_a_run_is_loaded_once(store, memory):
    loads = []
    load = memory.load
    memory.load = lambda ids, **options: loads.append(ids) or load(ids, **options)
    assert store[1].config.rate == 0.1
    assert loads == [["1"]]


def test_a_run_that_is_gone(store):
    run = store[1]
    store.delete([1])
    run.refresh()
    with pytest.raises(RunNotFoundError, match=r"There is no run 1 in here \(any more\)"):
        _ = run.status
    assert repr(run) == "<Run 1: it can't be read>"
    assert "There is no run 1" in run._repr_html_()


def test_runs_are_the_same_by_store_and_id(store):
    assert store[1] == store[1]
    assert store[1] != store[2]
    assert store[1] != "1"
    assert len({store[1], store[1], store[2]}) == 2
    other = Store(MemoryStore("there"))
    put(other.run_store.store, make_document("1"))
    assert other[1] != store[1]


# --- tags and notes -----------------------------------------------------------------------------------


def test_tags(store):
    run = store[1]
    run.tags.add("b")
    run.tags.add("a")
    run.tags.add("b")
    assert list(run.tags) == list(store[1].tags) == ["b", "a"]
    run.tags |= {"c"}
    run.tags.discard("nothing")
    run.tags.remove("b")
    assert list(store[1].tags) == ["a", "c"]
    assert "a" in run.tags
    assert run.tags == {"a", "c"}
    assert run.tags | {"d"} == {"a", "c", "d"}
    run.tags -= {"a"}
    run.tags.update(["x", "y"])
    run.tags.difference_update(["y"])
    assert repr(store[1].tags) == "Tags(['c', 'x'])"
    run.tags = ["new", "new", "list"]
    assert list(store[1].tags) == list(run.tags) == ["new", "list"]
    run.tags.clear()
    assert list(store[1].tags) == []
    with pytest.raises(KeyError):
        run.tags.remove("nothing")


def test_tags_that_somebody_else_added_stay(store):
    run, same = store[1], store[1]
    assert list(run.tags) == list(same.tags) == []
    run.tags.add("mine")
    same.tags.add("theirs")
    assert list(store[1].tags) == ["mine", "theirs"]
    assert list(same.tags) == ["mine", "theirs"]


@pytest.mark.parametrize("tags", ["text", [3], [None], [["x"]]], ids=str)
def test_what_is_no_tag(store, tags):
    with pytest.raises(TypeError):
        store[1].tags = tags
    with pytest.raises(TypeError):
        store[1].tags.update(tags)
    with pytest.raises(TypeError):
        store[1].tags.add(3)
    assert list(store[1].tags) == []


@pytest.mark.parametrize("tag", ["", " ", "\n"])
def test_a_tag_that_nobody_could_see(store, tag):
    with pytest.raises(ValueError, match="at least one character that can be seen"):
        store[1].tags.add(tag)
    with pytest.raises(ValueError, match="at least one character that can be seen"):
        store[1].tags = ["fine", tag]
    assert list(store[1].tags) == []
    store.run_store.annotate("1", tags=["", "old"])
    store[1].tags.discard("")
    assert list(store[1].tags) == ["old"]


@pytest.mark.parametrize("name", ["note", "tag", "conifg"])
def test_a_mistyped_attribute_is_not_set(store, name):
    with pytest.raises(AttributeError, match=name):
        setattr(store[1], name, "x")


def test_a_run_is_compared_with_a_run(store):
    with pytest.raises(TypeError, match=r"another run, such as store\[3\], not with 2"):
        store[1].compare(2)


def test_one_metric_as_a_table(store):
    pytest.importorskip("pandas")
    assert store[1].metrics.to_pandas("loss").equals(store[1].metrics.to_pandas(["loss"]))


def test_metrics_are_no_attributes(store):
    with pytest.raises(AttributeError, match=r'a metric is looked up by its name: metrics\["loss"\]'):
        store[1].metrics.loss  # noqa: B018 - to look at it is what is tried


def test_notes(store):
    run = store[1]
    run.notes = "Look\nagain"
    assert run.notes == store[1].notes == "Look\nagain"
    run.notes = ""
    assert store[1].notes == ""
    with pytest.raises(TypeError):
        run.notes = None


def test_tags_can_be_changed_without_a_cache_folder(store, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "file" / "inside"))
    store[1].tags.add("a")
    assert list(store[1].tags) == ["a"]


ADD_TAGS = """
import sys, sacred
run = sacred.open_store(sys.argv[1])[1]
for number in range(20):
    run.tags.add(f"{sys.argv[2]}-{number}")
"""


def test_several_processes_add_tags_at_the_same_time(store, tmp_path):
    store.copy_to(str(tmp_path / "runs"))
    command = [sys.executable, "-c", ADD_TAGS, str(tmp_path / "runs")]
    programs = [subprocess.Popen([*command, name]) for name in "abc"]
    assert [program.wait(60) for program in programs] == [0, 0, 0]
    tags = sacred.open_store(tmp_path / "runs")[1].tags
    assert set(tags) == {f"{name}-{number}" for name in "abc" for number in range(20)}
