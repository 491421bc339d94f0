"""A store: runs by id and by query, and what is done with several of them."""

import pickle
import threading
import time

import pytest

import sacred
from sacred.errors import QuerySyntaxError, RunNotFoundError, StoreError
from sacred.reader import Run, Store
from sacred.reader.locked import LockedStore
from sacred.stores import memory as memory_module
from sacred.stores.base import Problem
from sacred.stores.memory import MemoryStore
from unit.reader.conftest import make_document, put


def wait_for(is_true):
    """A store may take what it saw a moment ago for what is there."""
    for _ in range(50):
        if is_true():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("key", "run_id"),
    [
        (1, "1"),
        ("1", "1"),
        (10, "10"),
        ("last", "2"),
        ("last~1", "1"),
        ("last~3", "7f3a9c"),
        ("7f3", "7f3a9c"),
    ],
    ids=str,
)
def test_runs_by_id(store, key, run_id):
    assert store[key].id == run_id
    assert store.find_id(key) == run_id


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (99, "There is no run 99 in here; the last one is 7f3a9c"),
        ("last~4", "There is no last~4 in here: it has 4 runs"),
        ("7f", "There is no run 7f in here; the last one is 7f3a9c"),
        ("7f3a8c", "There is no run 7f3a8c in here; did you mean 7f3a9c?"),
        (-1, 'There is no run "-1" in here; did you mean 1?'),
        ("", 'There is no run "" in here; the last one is 7f3a9c'),
        ("\x1b[2J", 'There is no run "\\x1b[2J" in here; the last one is 7f3a9c'),
        ("last~-1", 'There is no run "last~-1" in here; did you mean last?'),
    ],
    ids=str,
)
def test_ids_that_are_not_there(store, key, message):
    with pytest.raises(RunNotFoundError) as caught:
        store[key]
    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == message


def test_the_beginning_of_a_number_is_no_id(store, memory):
    put(memory, make_document("12345"))
    with pytest.raises(RunNotFoundError):
        store["123"]


def test_a_beginning_that_several_ids_have(store, memory):
    put(memory, make_document("7f3b"))
    with pytest.raises(RunNotFoundError, match="2 runs in here begin with 7f3: 7f3a9c, 7f3b"):
        store["7f3"]
    assert store["7f3b"].id == "7f3b"


def test_an_id_that_looks_like_a_place(store, memory):
    put(memory, make_document("last"))
    assert store["last"].id == "last"


def test_an_empty_store():
    store = Store(MemoryStore("nowhere"))
    assert len(store) == 0
    assert store
    assert list(store) == []
    with pytest.raises(RunNotFoundError, match="There are no runs in nowhere"):
        store["last"]
    with pytest.raises(RunNotFoundError, match="There is no run 1 in nowhere: it has no runs"):
        store[1]
    assert repr(store.runs()) == "<Runs: none in nowhere>"


@pytest.mark.parametrize("key", [slice(1), None, 1.5, ("1",)], ids=str)
def test_what_is_no_id(store, key):
    with pytest.raises(TypeError, match="a run is named by its id"):
        store[key]


def test_a_run_that_can_t_be_read_says_why(store, memory):
    memory.problems.append(Problem("5", '"run.json" is damaged'))
    with pytest.raises(RunNotFoundError, match=r'Run 5 in here can\'t be read: "run\.json" is damaged'):
        store[5]
    assert [problem.run_id for problem in store.problems] == ["5"]


def test_membership(store):
    assert 1 in store
    assert "10" in store
    assert 3 not in store
    assert store[1] in store
    assert "last" not in store
    assert None not in store
    assert [run.id for run in store] == ["1", "2", "10", "7f3a9c"]
    assert len(store) == 4
    assert repr(store) == "<Store here: 4 runs>"


def test_queries(store):
    assert store.runs('status == "COMPLETED" and config.rate > 0.15').ids == ["2"]
    assert store.runs(sort="-config.rate").ids[0] == "2"
    assert store.runs(sort=["status", "-result"]).ids == ["1", "7f3a9c", "2", "10"]
    assert store.runs(limit=2, offset=1).ids == ["2", "10"]
    assert store.runs(" ").ids == store.runs().ids
    assert store.count("result == None") == 1
    assert store.runs("metrics.loss.max >= 2").ids == ["2"]
    with pytest.raises(QuerySyntaxError):
        store.runs("config.rate = 3")


def test_picking(store):
    assert store.pick(["10", 1, "last"]).ids == ["10", "1", "2"]


@pytest.mark.parametrize(
    ("which", "gone"),
    [
        ('status == "FAILED"', ["10"]),
        (1, ["1"]),
        ([1, "10", 1], ["1", "10"]),
        (["last"], ["2"]),
        ("result > 100", []),
        ([], []),
    ],
    ids=str,
)
def test_deleting_and_restoring(store, which, gone):
    assert store.delete(which) == gone
    assert store.trash == gone
    assert len(store) == 4 - len(gone)
    store.restore(gone)
    assert len(store) == 4
    assert store.trash == []


def test_deleting_runs(store):
    store[1].delete()
    assert 1 not in store
    store.runs('status == "FAILED"').delete()
    assert store.trash == ["1", "10"]
    assert store.delete(store.runs("result == 0.25")) == ["2"]
    assert store.collect_garbage(dry_run=True).runs == 3
    assert store.collect_garbage().runs == 3
    assert store.trash == []


def test_nothing_is_deleted_where_one_is_not_there(store):
    with pytest.raises(RunNotFoundError):
        store.delete([1, 99])
    with pytest.raises(RunNotFoundError, match="empty query"):
        store.delete("")
    assert len(store) == 4


def test_restoring_what_is_not_in_the_trash(store):
    store.delete([1])
    with pytest.raises(RunNotFoundError, match="There is no run 5 in the trash of here: it has 1"):
        store.restore(["1", 5])
    assert store.trash == ["1"]
    store.restore(1)
    assert 1 in store


def test_copying(store):
    other = Store(MemoryStore("there"))
    done = []
    report = store.copy_to(other, 'status == "COMPLETED"', progress=lambda *count: done.append(count))
    assert report.copied == {"1": "1", "2": "2", "7f3a9c": "7f3a9c"}
    assert done[-1] == (3, 3)
    assert store.copy_to(other).copied == {"10": "10"}
    assert other[2].config == store[2].config
    assert other[1].metrics["loss"].to_list() == store[1].metrics["loss"].to_list()


def test_copying_to_a_folder(store, tmp_path):
    report = store.copy_to(str(tmp_path / "copies"))
    assert not report.failed
    with sacred.open_store(tmp_path / "copies") as copies:
        assert copies[1].config == store[1].config
        assert copies[1].output == "hello\n"


def test_two_threads_that_copy_in_opposite_directions(store, monkeypatch):
    take_in = memory_module.take_in
    # each thread holds the lock of its target then, and will want that of its source
    monkeypatch.setattr(memory_module, "take_in", lambda run: time.sleep(0.005) or take_in(run))
    other = Store(MemoryStore("there"))
    for number in range(20, 40):
        put(other.run_store.store, make_document(str(number)))
        put(store.run_store.store, make_document(str(number + 100)))
    threads = [
        threading.Thread(target=one.copy_to, args=(another,), daemon=True)
        for one, another in ((store, other), (other, store))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert len(store) == len(other)


def test_verifying(store, memory):
    put(
        memory,
        make_document("5"),
        files=[("artifact", "a", b"x"), ("artifact", "b", b"x", {"md5": "0" * 32})],
    )
    assert [(check.file.name, check.state) for check in store.verify(5)] == [
        ("a", "unknown"),
        ("b", "damaged"),
    ]
    assert len(list(store.verify())) == 2
    assert list(store.verify([1, 2])) == []
    with pytest.raises(RunNotFoundError):
        list(store.verify(99))


def test_several_threads(store):
    def look():
        for _ in range(50):
            assert store[1].metrics["loss"].last == 0.25
            assert len(store.runs("config.rate < 1")) == 4

    failures = []

    def guarded():
        try:
            look()
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_calls_do_not_overlap(memory):
    inside = []
    overlaps = []
    count = memory.count

    def slow_count(query=None):
        inside.append(1)
        overlaps.append(len(inside) > 1)
        threading.Event().wait(0.01)
        inside.pop()
        return count(query)

    memory.count = slow_count
    store = Store(memory)
    threads = [threading.Thread(target=store.count) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == [False] * 5


def test_the_store_beneath_has_all_of_the_protocol(memory):
    missing = [
        name
        for name in dir(MemoryStore)
        if not name.startswith("_") and name != "put" and not hasattr(LockedStore, name)
    ]
    assert missing == []
    locked = LockedStore(memory)
    problems = [Problem(None, "x")]
    locked.problems = problems
    assert memory.problems is problems


def test_what_has_no_url_can_t_be_pickled(store):
    with pytest.raises(StoreError, match="here can't be opened in another process: it has no URL"):
        pickle.dumps(store)


def test_pickling(store, tmp_path, monkeypatch):
    store.copy_to(str(tmp_path / "copies"))
    monkeypatch.chdir(tmp_path)
    with sacred.open_store("copies") as opened:
        packed = pickle.dumps((opened, opened.runs(), opened[1], opened[1].metrics["loss"]))
        monkeypatch.chdir("/")
        again, runs, run, loss = pickle.loads(packed)
        assert len(again) == 4
        assert runs.ids == opened.runs().ids
        assert isinstance(run, Run)
        assert run.config == opened[1].config
        assert loss.last == 0.25
        run.tags.add("from afar")
        assert wait_for(lambda: "from afar" in opened[1].tags)


def test_a_query_that_can_t_be_read_names_what_is_near(store):
    with pytest.raises(QuerySyntaxError, match=r'Did you mean "config\.rate"\?'):
        store.runs("rate < 1")
    with pytest.raises(QuerySyntaxError, match=r'Did you mean "config\.rate"\?'):
        store.runs(sort="rate")


@pytest.mark.parametrize(
    ("query", "hints"),
    [
        ("config.rat < 1", ["no run has config.rat; did you mean config.rate?"]),
        ("metrics.los.min < 1", ["no run has metrics.los; did you mean metrics.loss?"]),
        (
            "config.optimizer.knd == 1",
            ["no run has config.optimizer.knd; did you mean config.optimizer.kind?"],
        ),
        ("config.zzz == 1 and config.zzz == 2", ["no run has config.zzz"]),
        ("config.zz == 1 and config.yy == 2", ["no run has config.zz", "no run has config.yy"]),
        ('status == "failed"', ['no run has status == "failed"; did you mean "FAILED"?']),
        ('status == "complete"', ['no run has status == "complete"; did you mean "COMPLETED"?']),
        ('config.rate == "0.2"', ['no run has config.rate == "0.2"; did you mean 0.2?']),
        ('config.rate == "x"', []),
        ('"COMPLETD" == status', ['no run has status == "COMPLETD"; did you mean "COMPLETED"?']),
        ('config.optimizer.kind == "x"', ['no run has config.optimizer.kind == "x"; there is "adam", "sgd"']),
        ("config.rate > 100", []),
        ("config.layers[0] == 1", []),
        ("config.optimizer == 1", []),
        ("result == 7 and tags == 1", []),
        ('config.optimizer.kind == "sgd" and config.rate > 100', []),
    ],
)
def test_why_there_are_none(store, query, hints):
    runs = store.runs(query)
    assert runs.hints == hints
    assert runs[:10].hints == hints
    assert repr(runs) == f"<{'; '.join(['Runs: none in here', *hints])}>"


def test_a_tag_is_no_text(store):
    store[1].tags.add("good")
    assert store.runs('tags == "good"').hints == ['no run has tags == "good"; did you mean "good" in tags?']
    assert store.runs('tags == "gone"').hints == []


def test_a_hint_only_where_there_are_none(store):
    assert store.runs("config.rate < 1 or config.zzz == 1").hints == []
    assert store.runs("config.rate < 1 or config.zzz == 1")[1000:].hints == []
    assert Store(MemoryStore()).runs("config.rate < 1").hints == []


def test_what_no_run_has(store):
    assert store.list_unknown(["id", "config.rate", "-config.rat", "metrics.los.last", "config.rat"]) == [
        "no run has config.rat; did you mean config.rate?",
        "no run has metrics.los; did you mean metrics.loss?",
    ]
    with pytest.raises(QuerySyntaxError):
        store.list_unknown(["confg.rate"])


def test_a_field_of_old_runs_is_known():
    memory = MemoryStore()
    for number in range(60):
        memory.put({"id": str(number), "config": {"old": 1} if not number else {"new": 1}})
    assert Store(memory).list_unknown(["config.old"]) == []
    assert Store(memory).list_unknown(["config.od"]) == ["no run has config.od"]


def test_what_is_no_question(store):
    for number in (-1, -5):
        with pytest.raises(ValueError, match=f"limit is a number of runs, not {number}"):
            store.runs(limit=number)
        with pytest.raises(ValueError, match="offset is"):
            store.runs(offset=number)
    with pytest.raises(TypeError, match=r"a query is a text, such as 'config\.rate < 0\.1', not 3"):
        store.runs(3)


def test_what_is_wrong_with_a_run_is_said_at_the_first_look():
    class Lazy(MemoryStore):
        def find_ids(self, *args):
            self.problems[:] = [Problem("7", "run.json is damaged")]
            return super().find_ids(*args)

    with pytest.raises(RunNotFoundError, match=r"Run 7 in .* can't be read: run\.json is damaged"):
        Store(Lazy())["7"]


def test_a_store_that_does_not_answer_has_a_repr(memory):
    def fail(_=None):
        raise StoreError("no answer")

    memory.count = fail
    assert repr(Store(memory)) == "<Store here: it can't be read>"
