"""How many runs are read at once, and who asks for them."""

import pytest

from sacred.model.record import StoredFile
from sacred.stores.ahead import LARGE_BYTES, make_plan
from sacred.stores.base import MOST_BYTES_AHEAD, ReadingAhead, RunParts, StoredRun
from sacred.stores.memory import MemoryStore
from sacred.testing.samples import Samples, make_document, make_sample


def plan(runs, points=(), outputs=(), files=(), piece_bytes=LARGE_BYTES):
    return make_plan(runs, dict(points), dict(outputs), dict(files), piece_bytes)


def make_files(count, size, first=0):
    return [StoredFile("artifact", str(n), n, size) for n in range(first, first + count)]


def test_all_runs_that_fit():
    found = plan("abc", {"a": 10, "b": LARGE_BYTES}, {"c": 5}, {"a": make_files(2, 100)})
    assert found.runs == found.points == found.outputs == ["a", "b", "c"]
    assert found.contents == {0: 100, 1: 100}


def test_what_is_large_is_left_out():
    found = plan("ab", {"a": LARGE_BYTES + 1}, {"b": LARGE_BYTES + 1}, {"a": make_files(1, 101)}, 100)
    assert (found.runs, found.points, found.outputs, found.contents) == (["a", "b"], ["b"], ["a"], {})


@pytest.mark.parametrize("kind", ["points", "outputs", "files"])
def test_no_more_runs_than_fit_in_memory(kind):
    size = LARGE_BYTES
    sizes = {n: make_files(1, size, n) if kind == "files" else size for n in range(50)}
    assert plan(range(50), **{kind: sizes}).runs == list(range(MOST_BYTES_AHEAD // size))


def test_a_file_that_runs_share_counts_once():
    shared = make_files(1, LARGE_BYTES)
    found = plan(range(50), files=dict.fromkeys(range(50), shared))
    assert len(found.runs) == 50
    assert found.contents == {0: LARGE_BYTES}


def test_of_a_run_with_many_files_some_are_read():
    found = plan([1, 2], files={1: make_files(1000, LARGE_BYTES)})
    assert found.runs == [1, 2]
    assert sum(found.contents.values()) <= MOST_BYTES_AHEAD // 2


def test_files_without_content_or_size_are_left_out():
    files = [StoredFile("artifact", "lost", None, 5), StoredFile("artifact", "odd", 1, None)]
    assert plan([1], files={1: files}).contents == {}


class Asked(MemoryStore):
    """Gives at most three runs at once, and notes which were asked for."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def read_parts(self, ids):
        self.asked.append(list(ids))
        return {run_id: RunParts(output=run_id.encode()) for run_id in ids[:3]}


def test_runs_are_asked_for_as_they_are_needed():
    store = Asked()
    ids = [str(number) for number in range(7)]
    ahead = ReadingAhead(store, ids)
    runs = [StoredRun(store, make_document(run_id), ahead) for run_id in ids]
    assert [b"".join(run.iter_output()) for run in runs for _ in range(2)] == [
        run_id.encode() for run_id in ids for _ in range(2)
    ]
    assert store.asked == [ids, ids[3:], ids[6:]]


def test_what_was_not_read_ahead_is_read_by_itself():
    store = Asked()
    sample = make_sample("1")
    list(store.add_runs(Samples([sample]).make_runs()))
    run = StoredRun(store, sample.document, ReadingAhead(store, ["1"]))
    assert [one.name for one in run.read_series()] == ["loss", "system.cpu"]
    (file,) = [one for one in run.list_files() if one.name == "train.py"]
    assert run.open_file(file).read() == b"print('train')\n"
    assert len(store.asked) == 1


def test_output_comes_in_pieces():
    store = Asked()
    run = StoredRun(store, make_document("12345"), ReadingAhead(store, ["12345"]))
    assert list(run.iter_output(2)) == [b"12", b"34", b"5"]
