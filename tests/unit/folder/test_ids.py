import multiprocessing
import os
import threading

import pytest

from sacred.errors import StoreError
from sacred.folder import ids
from sacred.folder.ids import HINT, HINT_FROM, create_run_folder, discard_run_folder, find_last_id

PROCESSES = 32
RUNS = 10


def take_some(basedir, barrier, taken):
    barrier.wait()
    taken.put([os.path.basename(create_run_folder(basedir)) for _ in range(RUNS)])


def fill(basedir, count):
    """Make a store of 0.8's, which has no hint."""
    for number in range(1, count + 1):
        (basedir / str(number)).mkdir(parents=True)


def take(basedir):
    return int(os.path.basename(create_run_folder(str(basedir))))


@pytest.mark.parametrize("present", [0, HINT_FROM - 10, 1000])
def test_32_processes_at_once_get_ids_of_their_own(tmp_path, present):
    context = multiprocessing.get_context("fork")
    barrier, taken = context.Barrier(PROCESSES), context.Queue()
    basedir = str(tmp_path / "runs")
    fill(tmp_path / "runs", present)
    workers = [context.Process(target=take_some, args=(basedir, barrier, taken)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    taken_ids = [run_id for _ in workers for run_id in taken.get(timeout=60)]
    for worker in workers:
        worker.join()
    last = present + RUNS * PROCESSES
    assert sorted(map(int, taken_ids)) == list(range(present + 1, last + 1))
    assert set(os.listdir(basedir)) == {HINT, *map(str, range(1, last + 1))}


def test_threads_get_ids_of_their_own(tmp_path):
    fill(tmp_path, HINT_FROM)
    taken = []
    threads = [threading.Thread(target=lambda: taken.append(take(tmp_path))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(HINT_FROM + 1, HINT_FROM + 21))


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


class TestHint:
    @pytest.fixture
    def listed(self, monkeypatch):
        """The folders that were listed."""
        listed = []
        find = find_last_id
        monkeypatch.setattr(ids, "find_last_id", lambda basedir: listed.append(basedir) or find(basedir))
        return listed

    @pytest.fixture
    def store(self, tmp_path):
        fill(tmp_path, 150)
        return tmp_path

    def test_a_store_with_many_runs_is_listed_once(self, store, listed):
        assert [take(store) for _ in range(5)] == [151, 152, 153, 154, 155]
        assert len(listed) == 1

    def test_a_store_with_few_runs_has_none(self, tmp_path):
        assert [take(tmp_path) for _ in range(3)] == [1, 2, 3]
        assert not (tmp_path / HINT).exists()

    @pytest.mark.parametrize(
        "content", [b"", b"x", b"\xff\0", b"-1", b"1_5", b"0", b"999", b"3" * 5000, "٣".encode()]
    )
    def test_one_that_is_wrong_is_made_anew(self, store, listed, content):
        (store / "-1").mkdir()
        (store / HINT).write_bytes(content)
        assert [take(store) for _ in range(3)] == [151, 152, 153]
        assert len(listed) == 1

    def test_one_that_is_a_little_behind_needs_no_list(self, store, listed):
        (store / HINT).write_text("120")
        assert take(store) == 151
        assert listed == []

    def test_one_that_is_far_behind(self, store, listed):
        (store / HINT).write_text("3")
        assert [take(store), take(store)] == [151, 152]
        assert len(listed) == 1

    def test_the_last_run_was_removed(self, store):
        assert take(store) == 151
        (store / "151").rmdir()
        (store / "150").rmdir()
        assert take(store) == 150

    def test_a_given_number_counts(self, store):
        assert take(store) == 151
        create_run_folder(str(store), "5000")
        create_run_folder(str(store), "mine")
        create_run_folder(str(store), 200)
        assert take(store) == 5001

    def test_a_given_number_makes_none_that_hides_others(self, store):
        (store / "9000").mkdir()
        create_run_folder(str(store), "5000")
        assert take(store) == 9001

    def test_one_that_can_not_be_written(self, store):
        (store / HINT).mkdir()
        assert [take(store), take(store)] == [151, 152]
        assert sorted(name for name in os.listdir(store) if not name.isdigit()) == [HINT]

    def test_somebody_else_s_is_made_anew(self, store, monkeypatch):
        take(store)
        real = os.open

        def refuse(path, *args):
            if os.path.basename(path) == HINT:
                raise PermissionError(13, "Permission denied", path)
            return real(path, *args)

        with monkeypatch.context() as patch:
            patch.setattr(os, "open", refuse)
            assert take(store) == 152
            assert not (store / HINT).exists()
        assert take(store) == 153
        assert int((store / HINT).read_text()) == 153

    def test_files_in_the_way_of_many_numbers(self, tmp_path):
        for number in range(1, 100):
            (tmp_path / str(number)).write_text("")
        assert take(tmp_path) == 100


def test_discarding_what_is_left_of_a_start(tmp_path):
    path = create_run_folder(str(tmp_path))
    (tmp_path / "1" / "lib").mkdir()
    (tmp_path / "1" / "lib" / "a.py").write_text("")
    (tmp_path / "1" / "config.json").write_text("")
    discard_run_folder(path)
    assert os.listdir(tmp_path) == []
    discard_run_folder(path)
