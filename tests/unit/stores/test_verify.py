"""Checking stored files against their checksums."""

import io

import pytest

from sacred.errors import StoreError
from sacred.model.record import StoredFile
from sacred.stores.memory import MemoryStore
from sacred.stores.verify import verify_runs
from sacred.testing.samples import Samples, compute_digests, make_sample

DIGESTS = compute_digests(b"content of one")
MD5, SHA256 = DIGESTS["md5"], DIGESTS["sha256"]


class Store(MemoryStore):
    """What is read can be other than what was stored."""

    def __init__(self):
        super().__init__()
        self.changed = {}
        self.opened = []
        list(self.add_runs(Samples([make_sample("1"), make_sample("2")]).make_runs()))

    def open_file(self, run_id, file):
        self.opened.append((run_id, file.name))
        found = self.changed.get((run_id, file.name), super().open_file)
        if isinstance(found, Exception):
            raise found
        return io.BytesIO(found) if isinstance(found, bytes) else found(run_id, file)


@pytest.fixture
def store():
    return Store()


def states(store, ids=None):
    return {(check.run_id, check.file.name): (check.state, check.reason) for check in verify_runs(store, ids)}


def test_what_was_stored_is_ok(store):
    found = states(store)
    assert set(found.values()) == {("ok", None)}
    assert len(found) == 10


def test_only_the_chosen_runs_are_read(store):
    assert {run_id for run_id, _ in states(store, ["2"])} == {"2"}


def test_an_unknown_run_is_an_error(store):
    with pytest.raises(StoreError):
        states(store, ["nobody"])


def test_another_content_is_damage(store):
    store.changed["1", "model.bin"] = b"other"
    store.changed["2", "train.py"] = b""
    found = states(store)
    damaged = {key: reason for key, (state, reason) in found.items() if state == "damaged"}
    assert damaged.keys() == {("1", "model.bin"), ("2", "train.py")}
    assert damaged["1", "model.bin"].startswith("its sha256 is d9298a10d1b0735837dc4bd85dac641b0f3cef27")


@pytest.mark.parametrize("error", [StoreError("it is not kept"), FileNotFoundError("it is not kept")])
def test_what_is_not_there_is_missing(store, error):
    store.changed["1", "model.bin"] = error
    assert states(store)["1", "model.bin"] == ("missing", "it is not kept")


def test_what_can_t_be_read_is_damaged(store):
    store.changed["1", "model.bin"] = OSError(5, "Input/output error")
    assert states(store)["1", "model.bin"] == ("damaged", "it can't be read: Input/output error")


def test_without_a_checksum_nobody_knows(store):
    for run in store._runs.values():
        run.files = [(StoredFile(file.kind, file.name, file.key), content) for file, content in run.files]
    store.changed["1", "model.bin"] = StoreError("gone")
    found = states(store)
    assert found.pop(("1", "model.bin")) == ("missing", "gone")
    assert set(found.values()) == {("unknown", "no checksum of it was recorded")}


@pytest.mark.parametrize(
    ("digests", "state"),
    [
        ({"md5": MD5.upper()}, "ok"),
        ({"md5": "wrong", "sha256": SHA256}, "ok"),
        ({"md5": MD5, "sha256": "wrong"}, "damaged"),
        ({"crc": "nobody knows it"}, "unknown"),
    ],
)
def test_the_strongest_checksum_decides(store, monkeypatch, digests, state):
    monkeypatch.setattr(store, "list_files", lambda run_id: [StoredFile("artifact", "one", digests=digests)])
    monkeypatch.setattr(store, "open_file", lambda run_id, file: io.BytesIO(b"content of one"))
    assert [check.state for check in verify_runs(store, ["1"])] == [state]


def test_a_shared_file_is_read_once(store, monkeypatch):
    monkeypatch.setattr(store, "locate_file", lambda run_id, file: f"/{file.kind}/{file.name}")
    states(store)
    assert [name for _, name in store.opened].count("train.py") == 1
