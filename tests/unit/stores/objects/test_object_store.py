"""Object storages: what others put there, what is fetched, who may write, and what goes wrong."""

import itertools
import json
import os
import sys
import time

import fsspec
import pytest

from sacred.errors import StoreError
from sacred.folder.lock import describe_process
from sacred.plugins.extras import MissingExtraError
from sacred.stores.objects import image, reservations, scan, trash
from sacred.stores.objects.place import Found, Place
from sacred.stores.objects.reservations import Reservations
from sacred.stores.objects.store import ObjectStore
from sacred.support.clock import format_naive_utc, now
from sacred.testing.samples import Samples, make_document, make_sample

_numbers = itertools.count(1)


@pytest.fixture
def root():
    return f"objects-of-tests{next(_numbers)}/runs"


@pytest.fixture
def store(root):
    store = ObjectStore(f"memory://{root}")
    yield store
    store.close()


@pytest.fixture
def put(root):
    system = fsspec.filesystem("memory")

    def put(name, content=b"{}"):
        content = json.dumps(content).encode() if isinstance(content, dict) else content
        system.pipe_file(f"/{root}/{name}", content)

    return put


@pytest.fixture
def reads(store, monkeypatch):
    """Names of the objects that were read."""
    names = []
    for method in ("read", "read_part", "open"):
        old = getattr(store._place, method)
        monkeypatch.setattr(
            store._place, method, lambda name, *rest, old=old: (names.append(name), old(name, *rest))[1]
        )
    old_many, old_download = store._place.read_many, store._place.download

    def read_many(wanted):
        wanted = list(wanted)
        names.extend(wanted)
        return old_many(wanted)

    monkeypatch.setattr(store._place, "read_many", read_many)
    monkeypatch.setattr(store._place, "download", lambda paths: (names.extend(paths), old_download(paths))[1])
    return names


def add(store, *samples):
    return [run_id for _, run_id in store.add_runs(Samples(samples).make_runs())]


def run_json(**changes):
    return {key: value for key, value in make_document("1", **changes).items() if key not in {"id", "config"}}


# --- what others put there


def test_runs_of_other_programs_are_seen(store, put):
    assert store.find_ids() == []
    put("7/run.json", run_json())
    put("7/config.json", {"rate": 3})
    store._scan.forget()
    assert store.load(["7"])["7"]["config"] == {"rate": 3}
    assert store.find_ids() == ["7"]
    put("7/config.json", {"rate": 4})
    store._scan.forget()
    assert store.load(["7"])["7"]["config"] == {"rate": 4}


def test_a_change_is_seen_a_moment_later(store, put, monkeypatch):
    monkeypatch.setattr(scan, "_MOMENT_SECONDS", 0.05)
    add(store, make_sample("1"))
    assert store.find_ids() == ["1"]
    put("2/run.json", run_json())
    time.sleep(0.06)
    assert store.find_ids() == ["1", "2"]


def test_what_is_no_run_is_left_alone(store, put):
    for name in ("readme.txt", "plots/a.png", ".hidden/run.json", "_sources/run.json", "empty/", "a//b"):
        put(name, b"content")
    assert store.find_ids() == []
    assert store.problems == []


def test_a_run_without_run_json_is_told_once_it_is_old(store, put, monkeypatch):
    put("5/config.json", {})
    assert store.find_ids() == []
    assert store.problems == []
    monkeypatch.setattr(scan, "_STARTING_SECONDS", -1.0)
    put("6/cout.txt", b"text")
    store._scan.forget()
    assert store.find_ids() == []
    assert [problem.run_id for problem in store.problems] == ["5", "6"]
    assert all("has no run.json" in problem.message for problem in store.problems)
    assert store.problems[0].message.startswith(f'Run 5: "{store.location}/5"')


def test_damaged_documents_are_told_with_their_place(store, put):
    put("1/run.json", b'{"status": ')
    put("2/run.json", run_json())
    put("2/config.json", b"[1, 2]")
    assert store.find_ids() == ["2"]
    assert store.location + "/1/run.json" in store.problems[0].message
    assert store.location + "/2/config.json" in store.problems[1].message


def test_damaged_points_are_told_with_their_place(store, put):
    put("1/run.json", run_json())
    put("1/metrics.json", b'{"loss": 5}')
    with pytest.raises(StoreError) as caught:
        store.read_series("1")
    assert f'"{store.location}/1/metrics.json" is damaged' in str(caught.value)


def test_names_lead_nowhere(store, put, tmp_path, monkeypatch):
    monkeypatch.setattr(image.tempfile, "tempdir", str(tmp_path))
    put("1/run.json", run_json(artifacts=["../../escape", "/etc/passwd", "a/b"]))
    for name in ("1/../../escape", "1/a/b", "1/x/./y", "1/" + "n" * 300):
        put(name, b"content")
    names = {file.name: file.key for file in store.list_files("1") if file.kind == "artifact"}
    assert names["../../escape"] is names["/etc/passwd"] is None
    assert os.listdir(tmp_path) == []
    for name in ("../../escape", "/etc/passwd"):
        (file,) = (one for one in store.list_files("1") if one.name == name)
        with pytest.raises(StoreError):
            store.open_file("1", file)


def test_odd_file_names_are_kept(store):
    sample = make_sample("1")
    sample.files = {("artifact", "lone \udcff.txt"): b"one", ("artifact", "per%u cent"): b"two"}
    add(store, sample)
    found = {file.name: file for file in store.list_files("1")}
    assert [store.open_file("1", found[name]).read() for _, name in sample.files] == [b"one", b"two"]


def test_what_no_file_here_can_be_is_left_out(tmp_path):
    names = ["a", "a/b", "../up", "x/../y", "/etc", "NUL\0", "", "n" * 300, "ok/file"]
    image.draw(str(tmp_path), dict.fromkeys(names, Found(7, "", 0.0)), names)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")} == {"a", "ok", "ok/file"}
    assert (tmp_path / "ok" / "file").stat().st_size == 7


# --- what is fetched


def test_what_is_over_is_not_read_again(store, reads):
    add(store, make_sample("1"), make_sample("2"))
    store.find_ids()
    assert reads.count("1/run.json") == 1
    reads.clear()
    store._scan.forget()
    assert store.find_ids() == ["1", "2"]
    assert store.load(["1"])["1"]["result"] == 0.97
    assert reads == []


def test_a_catalogue_of_before_is_used(store, root, monkeypatch):
    add(store, make_sample("1"))
    store.find_ids()
    other = ObjectStore(f"memory://{root}")
    monkeypatch.setattr(other._place, "read_many", lambda names: pytest.fail(f"read {list(names)}"))
    assert other.find_ids() == ["1"]
    other.close()


def test_a_run_under_way_is_read_each_time(store, put, reads):
    recently = format_naive_utc(now())
    put("1/run.json", run_json(status="RUNNING", heartbeat=recently, stop_time=None))
    for _ in range(2):
        store._scan.forget()
        assert store.load(["1"])["1"]["status"] == "RUNNING"
    assert reads.count("1/run.json") == 2


def test_only_what_is_asked_for_is_fetched(store, reads):
    add(store, make_sample("1"))
    store.load(["1"])
    reads.clear()
    store.read_series("1")
    assert {name for name in reads if not name.startswith("1/metrics.")} == {
        "1/system.journal",
        "1/system.names",
    }
    reads.clear()
    store.read_series("1")
    store.list_files("1")
    assert reads == []
    assert store.read_output("1", 3, 7) == b"ch 1"
    (model,) = (file for file in store.list_files("1") if file.name == "model.bin")
    with store.open_file("1", model) as opened:
        assert opened.read(3) == b"\x00\x01\x02"
    assert set(reads) <= {"1/cout.txt", "1/model.bin"}


def test_nothing_lies_here_before_it_is_asked_for(store):
    add(store, make_sample("1"))
    store.load(["1"])
    assert store._image._root is None


def test_only_the_last_runs_stay_here(store):
    ids = add(store, *(make_sample(str(number)) for number in range(1, 8)))
    for run_id in ids:
        store.read_series(run_id)
    assert len(os.listdir(store._image.root)) == image._MOST_RUNS
    root = store._image.root
    store.close()
    assert not os.path.exists(root)


def test_changed_points_are_fetched_again(store, put):
    put("1/run.json", run_json(status="RUNNING", heartbeat=format_naive_utc(now())))
    moments = ["2026-01-02T03:04:05"] * 2
    put("1/metrics.json", {"loss": {"steps": [0], "values": [1.5], "timestamps": moments[:1]}})
    assert list(store.read_series("1")[0].values) == [1.5]
    store._scan.forget()
    put("1/metrics.json", {"loss": {"steps": [0, 1], "values": [1.5, 2.5], "timestamps": moments}})
    assert list(store.read_series("1")[0].values) == [1.5, 2.5]
    fsspec.filesystem("memory").rm(f"{store._place._root}/1/metrics.json")
    store._scan.forget()
    assert store.read_series("1") == []


# --- who may write


def test_an_id_that_is_being_taken_is_not_taken_again(store):
    first, second = Reservations(store._place), Reservations(store._place)
    assert first.take("7", set()) == "7"
    assert second.take("7", set()) == "1"
    first.give_back("7")
    assert second.take("7", set()) == "7"


def test_a_run_that_came_meanwhile_keeps_its_id(store, put):
    put("7/run.json", run_json())
    assert Reservations(store._place).take("7", set()) == "1"
    assert Reservations(store._place).take("7", {"7"}) == "8"


def test_half_of_a_run_of_another_program_is_not_touched(store, put):
    put("7/config.json", {})
    assert Reservations(store._place).take("7", set()) == "1"
    assert store._place.read("7/config.json") == b"{}"


@pytest.mark.parametrize("holder", [{**describe_process(), "pid": 2**22 + 1}, b"damaged", b"[1]"])
def test_what_a_dead_process_left_is_replaced(store, put, monkeypatch, holder):
    monkeypatch.setattr(reservations, "_WRITING_SECONDS", -1.0)
    put(".adding/7", holder)
    put("7/half.bin", b"half")
    assert Reservations(store._place).take("7", set()) == "7"
    assert not store._place.exists("7/half.bin")


@pytest.mark.parametrize("content", [b"", b'{"boot', b"null"])
def test_what_is_just_being_written_is_left_alone(store, put, content):
    put(".adding/7", content)
    assert Reservations(store._place).take("7", set()) == "1"


def test_numbers_are_not_tried_for_ever(store, monkeypatch):
    monkeypatch.setattr(store._place, "create", lambda name, content: False)
    with pytest.raises(StoreError, match="No free id was found"):
        Reservations(store._place).take("7", {"3"})


def test_what_another_machine_adds_is_left_alone(store, put):
    put(".adding/7", {**describe_process(), "boot_id": "another", "pid": 2**22 + 1})
    assert Reservations(store._place).take("7", set()) == "1"


def test_a_storage_without_exclusive_writing_is_looked_at(store, monkeypatch):
    system = store._place._system
    old = type(system).pipe_file

    def pipe_file(self, path, value, mode="overwrite", **options):
        if mode == "create":
            raise NotImplementedError
        return old(self, path, value, **options)

    monkeypatch.setattr(type(system), "pipe_file", pipe_file)
    assert store._place.create("x/y", b"1")
    assert not store._place.create("x/y", b"2")
    assert store._place.read("x/y") == b"1"


def test_a_failed_upload_leaves_nothing(store, monkeypatch):
    old = store._place.upload

    def upload(paths):
        if any(name.endswith("/run.json") for name in paths):
            raise StoreError("the network is gone")
        old(paths)

    monkeypatch.setattr(store._place, "upload", upload)
    with pytest.raises(StoreError, match="the network is gone"):
        add(store, make_sample("1"))
    assert [name for name in store._place.list() if not name.startswith("_")] == []


def test_a_run_under_way_is_not_deleted(store, put):
    put("1/run.json", run_json(status="RUNNING", heartbeat=format_naive_utc(now()), stop_time=None))
    with pytest.raises(StoreError, match="Run 1 is under way"):
        store.delete(["1"])


def test_a_damaged_run_can_be_deleted(store, put):
    put("1/run.json", b"{")
    store.delete(["1"])
    assert store.list_trash() == ["1"]
    store.restore(["1"])
    assert store._place.read("1/run.json") == b"{"


def test_damaged_annotations_are_not_overwritten(store, put):
    put("1/run.json", run_json())
    put("1/annotations.json", b"{")
    with pytest.raises(StoreError, match="is damaged"):
        store.annotate("1", tags=["x"])


# --- garbage


@pytest.fixture
def without_grace(monkeypatch):
    monkeypatch.setattr(trash, "_GRACE_SECONDS", -10.0)


@pytest.mark.usefixtures("without_grace")
def test_sources_that_no_run_needs_are_collected(store, put):
    add(store, make_sample("1"))
    put("_sources/old_5a8f0f2b8c1de1b0c7d3a4a19e1f0c55.py", b"x = 1")
    assert store.collect_garbage(dry_run=True).files == 1
    collected = store.collect_garbage()
    assert (collected.files, collected.size_bytes) == (1, 5)
    assert [file.name for file in store.list_files("1") if file.kind == "source" and file.key] == ["train.py"]


def test_what_is_young_stays(store, put):
    put("_sources/new_5a8f0f2b8c1de1b0c7d3a4a19e1f0c55.py", b"x = 1")
    assert store.collect_garbage().files == 0


@pytest.mark.usefixtures("without_grace")
def test_nothing_is_collected_that_a_damaged_run_may_need(store, put):
    put("1/run.json", b"{")
    put("_sources/old_5a8f0f2b8c1de1b0c7d3a4a19e1f0c55.py", b"x = 1")
    assert store.collect_garbage().files == 0


def test_what_a_killed_process_left_is_collected(store, put):
    add(store, make_sample("1"))
    put(".adding/9", {**describe_process(), "pid": 2**22 + 1})
    put("9/half.bin", b"half")
    put(".adding/8", describe_process())
    put("8/half.bin", b"half")
    assert store.collect_garbage().files == 2
    assert [name for name in store._place.list() if name[0] in ".89"] == [".adding/8", "8/half.bin"]
    assert store.find_ids() == ["1"]


# --- what goes wrong


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(MissingExtraError, match=r"sacred\[s3\]"):
        Place("s3://bucket/runs")


def test_an_unreachable_server_is_one_line(monkeypatch):
    pytest.importorskip("s3fs").S3FileSystem.clear_instance_cache()
    for name, value in (
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "geheim"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ):
        monkeypatch.setenv(name, value)
    store = ObjectStore("s3://bucket/runs")
    start = time.monotonic()
    with pytest.raises(StoreError) as caught:
        store.find_ids()
    assert time.monotonic() - start < 20
    assert str(caught.value).startswith('"s3://bucket/runs" can\'t be listed: ')
    assert "\n" not in str(caught.value)
    assert "geheim" not in str(caught.value)
    store.close()


def test_credentials_are_not_shown():
    assert Place("memory://ada:geheim@somewhere/runs").location == "memory://somewhere/runs"


def test_errors_of_a_storage_become_one_line(store, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("first line\nsecond line of https://ada:geheim@host/x")

    monkeypatch.setattr(type(store._place._system), "find", fail)
    with pytest.raises(StoreError) as caught:
        store.find_ids()
    assert str(caught.value) == (
        f'"{store.location}" can\'t be listed: first line second line of https://host/x'
    )
