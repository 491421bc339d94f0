"""What 0.8.7's S3Observer wrote, see ``record_s3.py``, reads back as the folders of the same runs do."""

import json
from pathlib import Path

import fsspec
import pytest

from sacred.stores.opening import open_run_store
from sacred.stores.verify import verify_runs
from sacred.testing.comparing import find_differences, to_plain

HERE = Path(__file__).parent / "s3"
URL = "memory://runs-of-087/team/runs"


@pytest.fixture(scope="module")
def objects():
    system = fsspec.filesystem("memory")
    for path in (HERE / "objects").rglob("*"):
        if path.is_file():
            system.pipe_file(f"/runs-of-087/{path.relative_to(HERE / 'objects')}", path.read_bytes())
    store = open_run_store(URL)
    yield store
    store.close()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    store = open_run_store(HERE / "folders")
    yield store
    store.close()


def test_all_runs_are_found(objects):
    assert objects.find_ids() == ["1", "2", "3"]
    assert objects.problems == []
    assert {key: one["status"] for key, one in objects.load(["1", "2", "3"]).items()} == {
        "1": "COMPLETED",
        "2": "FAILED",
        "3": "COMPLETED",
    }


@pytest.mark.parametrize("run_id", ["1", "2", "3"])
def test_a_run_is_what_its_folder_says(objects, folders, run_id):
    found, expected = objects.load([run_id])[run_id], folders.load([run_id])[run_id]
    for document in (found, expected):
        for key in ("heartbeat", "start_time", "stop_time"):  # each observer has a heartbeat of its own
            assert document.pop(key)[:16]
    assert find_differences(expected, found) == []


@pytest.mark.parametrize("run_id", ["1", "2", "3"])
def test_its_points_and_output_are_there(objects, folders, run_id):
    assert objects.list_metrics(run_id) == folders.list_metrics(run_id)
    for found, expected in zip(objects.read_series(run_id), folders.read_series(run_id), strict=True):
        for column in ("steps", "values", "times"):
            before, after = to_plain(getattr(expected, column)), to_plain(getattr(found, column))
            assert find_differences(before, after) == []
    recorded = (HERE / "objects" / "team" / "runs" / run_id / "cout.txt").read_bytes()
    assert objects.read_output(run_id) == recorded
    assert objects.read_output(run_id, 5, 9) == recorded[5:9]


@pytest.mark.parametrize("run_id", ["1", "2", "3"])
def test_its_files_are_there(objects, folders, run_id):
    def read(store):
        contents = {}
        for file in store.list_files(run_id):
            with store.open_file(run_id, file) as opened:
                contents[file.kind, file.name] = opened.read()
        return contents

    assert read(objects) == read(folders)
    assert read(objects).keys() >= {("source", "experiment_of_087.py")}


def test_checksums_are_those_of_the_names(objects):
    states = {check.file.kind: check.state for check in verify_runs(objects)}
    assert states == {"artifact": "unknown", "source": "ok", "resource": "ok"}


def test_the_record_of_the_recipe_is_whole():
    entry = json.loads((HERE / "objects/team/runs/1/run.json").read_bytes())
    assert sorted(entry["artifacts"]) == ["model.txt", "table copy", "weights.txt"]
