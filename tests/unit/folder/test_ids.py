import multiprocessing
import os

import pytest

from sacred.errors import StoreError
from sacred.folder.ids import create_run_folder, discard_run_folder, find_last_id

PROCESSES = 32


def take_some(basedir, barrier, taken):
    barrier.wait()
    taken.put([os.path.basename(create_run_folder(basedir)) for _ in range(3)])


def test_32_processes_at_once_get_ids_of_their_own(tmp_path):
    context = multiprocessing.get_context("fork")
    barrier, taken = context.Barrier(PROCESSES), context.Queue()
    basedir = str(tmp_path / "runs")
    workers = [context.Process(target=take_some, args=(basedir, barrier, taken)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    ids = [run_id for _ in workers for run_id in taken.get(timeout=60)]
    for worker in workers:
        worker.join()
    assert sorted(map(int, ids)) == list(range(1, 3 * PROCESSES + 1))
    assert sorted(os.listdir(basedir), key=int) == sorted(ids, key=int)


def test_one_more_than_the_highest_number(tmp_path):
    for name in ("3", "29", "abc", "12x", "_sources", "-50", "٣٣", "1.5"):
        (tmp_path / name).mkdir()
    (tmp_path / "40").write_text("a file is no run")
    assert find_last_id(str(tmp_path)) == 29
    assert create_run_folder(str(tmp_path)) == str(tmp_path / "30")


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "1").write_text("")
    assert create_run_folder(str(tmp_path)) == str(tmp_path / "2")


def test_given_ids(tmp_path):
    assert create_run_folder(str(tmp_path), "mine") == str(tmp_path / "mine")
    assert create_run_folder(str(tmp_path), 12) == str(tmp_path / "12")
    assert create_run_folder(str(tmp_path)) == str(tmp_path / "13")
    with pytest.raises(StoreError, match="exists already"):
        create_run_folder(str(tmp_path), 12)


def test_a_name_too_long(tmp_path):
    with pytest.raises(StoreError, match="File name too long"):
        create_run_folder(str(tmp_path), "x" * 300)


def test_no_entry_is_asked_for_its_kind_without_need(tmp_path, monkeypatch):
    for number in range(200):
        (tmp_path / str(number)).mkdir()
    asked = []
    monkeypatch.setattr(os.path, "isdir", lambda path: asked.append(path) or True)
    assert find_last_id(str(tmp_path)) == 199
    assert len(asked) == 1


def test_discarding_what_is_left_of_a_start(tmp_path):
    path = create_run_folder(str(tmp_path))
    (tmp_path / "1" / "lib").mkdir()
    (tmp_path / "1" / "lib" / "a.py").write_text("")
    (tmp_path / "1" / "config.json").write_text("")
    discard_run_folder(path)
    assert os.listdir(tmp_path) == []
    discard_run_folder(path)
