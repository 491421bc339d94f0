"""Tags and notes: two who change them at the same time lose nothing, and nothing damaged is overwritten."""

import json
import multiprocessing

import pytest

from sacred.errors import StoreError
from sacred.stores.folders.annotations import annotate, change_tags, clean_annotations


def read(folder):
    return json.loads((folder / "annotations.json").read_text())


def test_each_leaves_the_other(tmp_path):
    annotate(str(tmp_path), ["a", "b", "a"], None)
    annotate(str(tmp_path), None, "text\n\udcff\0")
    assert read(tmp_path) == {"tags": ["a", "b"], "notes": "text\n\udcff\0"}
    annotate(str(tmp_path), [], None)
    annotate(str(tmp_path), None, "")
    assert read(tmp_path) == {"tags": [], "notes": ""}


def test_nothing_to_say_makes_no_file(tmp_path):
    annotate(str(tmp_path), [], "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "\x00"])
def test_a_damaged_file_is_not_overwritten(tmp_path, content):
    (tmp_path / "annotations.json").write_text(content)
    with pytest.raises(StoreError, match=r"annotations.json"):
        annotate(str(tmp_path), ["a"], None)
    assert (tmp_path / "annotations.json").read_text() == content


def test_a_folder_that_can_not_be_written(tmp_path):
    with pytest.raises(StoreError, match="can't be written"):
        annotate(str(tmp_path / "gone"), ["a"], None)


def _add_tags(folder, name):
    for number in range(30):
        change_tags(folder, lambda tags, number=number: [*tags, f"{name}{number}"])


def test_processes_that_add_tags_lose_none(tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add_tags, args=(str(tmp_path), name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert len(read(tmp_path)["tags"]) == 60


def test_what_is_odd_is_left_out():
    assert clean_annotations({"tags": ["a", 1, None, "a"], "notes": 5}) == {"tags": ["a"], "notes": ""}
    assert clean_annotations([]) == {"tags": [], "notes": ""}
