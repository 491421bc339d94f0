"""Runs go from any kind of store into any other and back, and nothing of them is lost."""

import itertools

import pytest

from sacred.stores.memory import MemoryStore
from sacred.stores.opening import open_run_store
from sacred.stores.transfer import copy_runs
from sacred.stores.verify import verify_runs
from sacred.testing.comparing import compare_documents, compare_files, compare_series
from sacred.testing.samples import (
    FIRST_MOMENT,
    ODD_NUMBERS,
    ODD_TEXTS,
    Sample,
    Samples,
    add_file_names,
    make_document,
    make_odd_document,
    make_sample,
    make_series,
)
from sacred.testing.store_records import HARMLESS_FILES
from servers import run_mongo, run_s3

KINDS = ("memory", "folders", "sqlite", "mongo", "tinydb", "objects", "s3")
_numbers = itertools.count(1)


def make_samples():
    series = [
        make_series("loss", [1 / (index + 1) for index in range(3000)]),
        make_series("odd", ODD_NUMBERS, first=FIRST_MOMENT + 0.1),
        make_series("texts", ODD_TEXTS, first=FIRST_MOMENT + 0.2),
        make_series("steps", [1, 2.0, True, None], [2**63, "two", 0.5, None], first=FIRST_MOMENT + 0.3),
        make_series("system.gpu.0/load", [0.5, 1], first=FIRST_MOMENT + 0.4),
    ]
    odd = add_file_names(make_odd_document("7"), HARMLESS_FILES)
    running = make_document("3", status="RUNNING", stop_time=None, result=None)
    queued = {"id": "4", "experiment": {"name": "queued"}, "status": "QUEUED", "config": {"seed": 1}}
    return [
        make_sample("1"),
        Sample(odd, series, bytes(range(256)) * 1000, HARMLESS_FILES),
        Sample(running, [make_series("loss", [1])]),
        Sample(queued),
        make_sample("a name", tags=["best"], notes="look"),
    ]


SAMPLES = make_samples()


@pytest.fixture(scope="module")
def mongo(tmp_path_factory):
    with run_mongo(tmp_path_factory.mktemp("mongo")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    with run_s3(tmp_path_factory.mktemp("s3")) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()
        s3fs.S3FileSystem().mkdir("copies")
        yield "s3://copies"
        s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture
def open_new(request, tmp_path):
    """Open a new store of some kind."""
    opened = []

    def find_url(kind, number):
        match kind:
            case "sqlite":
                return f"sqlite:///{tmp_path}/{number}.db"
            case "mongo":
                return f"{request.getfixturevalue('mongo')}copies{number}.runs"
            case "tinydb":
                return f"tinydb://{tmp_path}/tinydb{number}"
            case "objects":
                return f"memory://copies{number}"
            case "s3":
                return f"{request.getfixturevalue('s3')}/{number}"
        return str(tmp_path / f"folders{number}")

    def open_kind(kind):
        number = next(_numbers)
        store = MemoryStore() if kind == "memory" else open_run_store(find_url(kind, number), create=True)
        opened.append(store)
        return store

    yield open_kind
    for store in opened:
        store.close()


def check(store, ids):
    for sample in SAMPLES:
        run_id = ids[sample.id]
        document = store.load([run_id])[run_id]
        expected = {**sample.document, "status": document["status"]}  # a silent run is dead
        assert compare_documents(expected, document) == []
        assert compare_series(sample.series, store.read_series(run_id)) == []
        assert store.read_output(run_id) == sample.output
        assert compare_files(sample.files, store, run_id) == []
    assert store.problems == []
    assert {check.state for check in verify_runs(store)} <= {"ok", "unknown"}


@pytest.mark.parametrize("there", KINDS)
@pytest.mark.parametrize("here", KINDS)
def test_runs_go_there_and_come_back(open_new, here, there):
    first, second, third = open_new(here), open_new(there), open_new(here)
    list(first.add_runs(Samples(SAMPLES).make_runs()))
    list(third.add_runs(Samples([make_sample("7", command="was here before")]).make_runs()))

    gone = copy_runs(first, second)
    assert gone.failed == []
    check(second, gone.copied)
    assert copy_runs(first, second).copied == {}
    assert copy_runs(second, first).copied == {}

    back = copy_runs(second, third)
    assert back.failed == []
    check(third, {run_id: back.copied[new_id] for run_id, new_id in gone.copied.items()})
    assert back.copied[gone.copied["7"]] != "7"
    assert third.load(["7"])["7"]["command"] == "was here before"
