"""How runs come into a store: whole or not at all, each with an id of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sacred.errors import StoreError
from sacred.model.record import FileKind, compute_fingerprint
from sacred.stores.base import PartsReader, RunStore, StoredRun
from sacred.testing.comparing import (
    compare_documents,
    compare_files,
    compare_series,
)
from sacred.testing.samples import (
    Sample,
    Samples,
    add_file_names,
    make_document,
    make_sample,
)

BROKEN = b"cannot be read to its end" * 100_000
LOST = b"noted, but not there"
RUNS_EACH = 8
SECONDS = 90

# a process that adds runs; it says so before it begins, and prints the id of each one
ADDING = """
import sys
from sacred.stores.opening import open_run_store
from sacred.testing.samples import Samples, make_sample

url, first, count, must_die = sys.argv[1], *map(int, sys.argv[2:])
store = open_run_store(url, create=True)
samples = [make_sample(str(n), result=n, command=f"process {first}") for n in range(first, first + count)]
print("ready", flush=True)
sys.stdin.readline()
for number, (run, run_id) in enumerate(store.add_runs(Samples(samples).make_runs())):
    print(run_id, flush=True)
    if must_die and number == 2:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
store.close()
"""


class AdditionTests:
    """Part of :class:`sacred.testing.stores.StoreContract`."""

    many = 250
    """How many runs are more than are added in one go."""

    @pytest.mark.parametrize(
        "run_id", ["7", "123456789", "my run", "5f0c3a1b2d4e6f708192a3b4", "é", "v1.0-rc_2"]
    )
    def test_a_free_id_is_kept(self, store: RunStore, run_id: str) -> None:
        """Numbers and names."""
        assert self.add_all(store, make_sample(run_id)) == [run_id]
        assert store.find_ids() == [run_id]
        assert store.load([run_id])[run_id]["id"] == run_id

    def add_all(self, store: RunStore, *samples: Sample) -> list[str]:
        """Add runs to a store and return their ids there."""
        return [run_id for _, run_id in store.add_runs(Samples(samples).make_runs())]

    def test_a_taken_id_becomes_the_next_number(self, store: RunStore) -> None:
        """One more than the highest; nothing is overwritten."""
        first = make_sample("7", result="first")
        assert self.add_all(store, first, make_sample("3")) == ["7", "3"]
        second = make_sample("7", result="second", command="other")
        third = make_sample("3", result="third", command="other")
        assert self.add_all(store, second, third) == ["8", "9"]
        found = store.load(["7", "8", "9"])
        assert [found[key]["result"] for key in ("7", "8", "9")] == ["first", "second", "third"]
        assert found["8"]["origin"]["id"] == "7"
        assert store.list_fingerprints()[compute_fingerprint(second.document)] == "8"

    def test_a_taken_name_becomes_a_number(self, store: RunStore) -> None:
        """In a store without numbers the first one is 1."""
        assert self.add_all(store, make_sample("my run")) == ["my run"]
        assert self.add_all(store, make_sample("my run", command="other")) == ["1"]

    @pytest.mark.parametrize(
        "run_id", ["", ".", "..", "../up", "a/b", "/etc", "NUL\x00", "\udcff", "_sources", ".x"]
    )
    def test_an_impossible_id_does_no_harm(self, store: RunStore, run_id: str) -> None:
        """It is kept, or becomes the next number; the run is whole."""
        sample = make_sample(run_id)
        self.add_all(store, make_sample("4"))
        (new_id,) = self.add_all(store, sample)
        assert new_id in {run_id, "5"}
        assert sorted(store.find_ids()) == sorted(["4", new_id])
        assert compare_documents(sample.document, store.load([new_id])[new_id]) == []
        assert compare_files(sample.files, store, new_id) == []

    def test_an_added_run_is_there_at_once(self, store: RunStore) -> None:
        """A store that was looked at a moment ago must not think that nothing has changed."""
        samples = [make_sample(str(number), result=number) for number in (1, 2, 3)]
        for number, sample in enumerate(samples, 1):
            assert len(store.find_ids()) == len(store.list_fingerprints()) == store.count() == number - 1
            self.add_all(store, sample)
            assert store.load([sample.id])[sample.id]["result"] == number
        store.delete(["2"])
        assert store.load(["1", "2", "3"]).keys() == {"1", "3"}
        store.restore(["2"])
        assert store.load(["1", "2", "3"]).keys() == {"1", "2", "3"}

    def test_many_runs_are_added(self, store: RunStore) -> None:
        """More than any batch has, and each is told."""
        numbers = range(1, self.many + 1)
        samples = [Sample(make_document(str(number), result=number)) for number in numbers]
        runs = Samples(samples).make_runs()
        told = list(store.add_runs(iter(runs)))
        assert (
            [run.id for run, _ in told] == [run_id for _, run_id in told] == [sample.id for sample in samples]
        )
        found = store.load(store.find_ids())
        assert [found[sample.id]["result"] for sample in samples] == list(numbers)

    def test_runs_that_are_not_asked_for_are_not_needed(self, store: RunStore) -> None:
        """Runs come one by one: what goes wrong with the next one does not touch those before."""
        samples = [make_sample(str(number)) for number in range(1, 6)]

        def make_runs() -> Iterator[StoredRun]:
            yield from Samples(samples).make_runs()[:3]
            raise ConnectionError("the other store is gone")

        with pytest.raises(ConnectionError):
            list(store.add_runs(make_runs()))
        self.check_whole(store, samples)
        added = set(store.list_fingerprints())
        rest = [sample for sample in samples if compute_fingerprint(sample.document) not in added]
        self.add_all(store, *rest)
        assert store.find_ids() == ["1", "2", "3", "4", "5"]
        self.check_whole(store, samples)

    def check_whole(self, store: RunStore, samples: list[Sample]) -> None:
        """Make sure that each run in the store is whole."""
        by_fingerprint = {compute_fingerprint(sample.document): sample for sample in samples}
        fingerprints = store.list_fingerprints()
        assert sorted(fingerprints.values()) == sorted(store.find_ids())
        for fingerprint, run_id in fingerprints.items():
            sample = by_fingerprint[fingerprint]
            assert compare_documents(sample.document, store.load([run_id])[run_id]) == []
            assert compare_series(sample.series, store.read_series(run_id)) == []
            assert store.read_output(run_id) == sample.output
            assert compare_files(sample.files, store, run_id) == []

    def test_a_run_that_fails_to_come_is_not_there(self, store: RunStore) -> None:
        """A file that can't be read to its end: the run can be added again."""
        files: dict[tuple[FileKind, str], bytes] = {
            ("artifact", "a.bin"): b"good",
            ("artifact", "b.bin"): BROKEN,
        }
        bad = Sample(add_file_names(make_document("2"), files), files=files)
        samples = [make_sample("1"), bad, make_sample("3")]
        with pytest.raises((OSError, StoreError)):
            list(store.add_runs(Samples(samples, broken=[BROKEN]).make_runs()))
        assert "2" not in store.find_ids()
        assert compute_fingerprint(bad.document) not in store.list_fingerprints()
        self.check_whole(store, samples)
        rest = [one for one in samples if compute_fingerprint(one.document) not in store.list_fingerprints()]
        self.add_all(store, *rest)
        assert store.find_ids() == ["1", "2", "3"]
        self.check_whole(store, samples)

    def test_a_file_that_is_lost_takes_nothing_with_it(self, store: RunStore) -> None:
        """What its store noted, and does not have, no copy can have; all the rest is there."""
        files: dict[tuple[FileKind, str], bytes] = {
            ("artifact", "a.bin"): b"good",
            ("artifact", "b.bin"): LOST,
        }
        sample = Sample(add_file_names(make_document("1"), files), files=files, output=b"text")
        assert [run_id for _, run_id in store.add_runs(Samples([sample], lost=[LOST]).make_runs())] == ["1"]
        assert store.read_output("1") == b"text"
        found = {file.name: file for file in store.list_files("1")}
        with store.open_file("1", found["a.bin"]) as opened:
            assert opened.read() == b"good"
        if "b.bin" in found:
            with pytest.raises(StoreError):
                store.open_file("1", found["b.bin"])

    def test_a_server_that_stops_loses_no_file(self, store: RunStore) -> None:
        """A file that can't be had since nothing can be had is not lost: the run comes another time."""
        files: dict[tuple[FileKind, str], bytes] = {
            ("artifact", "a.bin"): b"good",
            ("artifact", "b.bin"): LOST,
        }
        sample = Sample(add_file_names(make_document("1"), files), files=files)
        with pytest.raises(StoreError):
            list(store.add_runs(Samples([sample], last=[LOST]).make_runs()))
        assert store.find_ids() == []
        self.add_all(store, sample)
        self.check_whole(store, [sample])

    def test_stopping_early_leaves_whole_runs(self, store: RunStore) -> None:
        """Who does not want the rest just stops."""
        samples = [make_sample(str(number)) for number in range(1, 6)]
        adding = store.add_runs(Samples(samples).make_runs())
        next(adding)
        if hasattr(adding, "close"):
            adding.close()
        assert "1" in store.find_ids()
        self.check_whole(store, samples)

    def test_processes_add_runs_at_the_same_time(self, store: RunStore, url: str | None) -> None:
        """Each run gets an id of its own, and none is lost."""
        del store
        if url is None:
            pytest.skip("other processes can't open this store")
        processes = [self.start_adding(url, first=1) for _ in range(2)]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        told = [run_id for process in processes for run_id in self.finish(process)]
        found = self.open_again(url)
        assert len(set(told)) == len(told) == 2 * RUNS_EACH
        assert sorted(found.find_ids()) == sorted(told)
        assert {str(number) for number in range(1, RUNS_EACH + 1)} <= set(told)
        documents = found.load(told)
        results = sorted(document["result"] for document in documents.values())
        assert results == sorted(2 * list(range(1, RUNS_EACH + 1)))
        for run_id in told:
            assert compare_files(make_sample("1").files, found, run_id) == []
        found.close()

    def start_adding(self, url: str, first: int, *, must_die: bool = False) -> "subprocess.Popen[str]":
        """Start a process that adds runs, up to where it is ready."""
        arguments = [sys.executable, "-c", ADDING, url, str(first), str(RUNS_EACH), str(int(must_die))]
        process = subprocess.Popen(  # noqa: S603 - our own program
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def finish(self, process: "subprocess.Popen[str]") -> list[str]:
        """Let a process go, and return what it told."""
        return process.communicate("\n", timeout=SECONDS)[0].split("\n")[:-1]

    def open_again(self, url: str) -> RunStore:
        """Open the store by its URL."""
        from sacred.stores.opening import open_run_store

        return open_run_store(url)

    def test_a_killed_process_leaves_whole_runs(self, store: RunStore, url: str | None) -> None:
        """And the rest can be added by another one."""
        del store
        if url is None:
            pytest.skip("other processes can't open this store")
        told = self.finish(self.start_adding(url, first=1, must_die=True))
        assert len(told) == 3
        samples = [make_sample(str(n), result=n, command="process 1") for n in range(1, RUNS_EACH + 1)]
        found = self.open_again(url)
        assert set(told) <= set(found.find_ids())
        self.check_whole(found, samples)
        added = set(found.list_fingerprints())
        self.add_all(found, *(one for one in samples if compute_fingerprint(one.document) not in added))
        assert found.find_ids() == [sample.id for sample in samples]
        self.check_whole(found, samples)
        found.close()

    def test_documents_are_not_changed_by_adding(self, store: RunStore) -> None:
        """They belong to the store that they come from."""
        runs = Samples([make_sample("1")]).make_runs()
        before = json.dumps(runs[0].document)
        list(store.add_runs(runs))
        assert json.dumps(runs[0].document) == before

    def test_parts_of_many_runs_are_those_of_each(self, store: RunStore) -> None:
        """What is large is left out: it would be in memory."""
        if not isinstance(store, PartsReader):
            pytest.skip("this store reads runs one by one")
        large: dict[tuple[FileKind, str], bytes] = {("artifact", "large"): b"x" * (3 << 20)}
        samples = [make_sample(str(number), result=number) for number in range(1, 9)]
        samples.append(Sample(add_file_names(make_document("9"), large), [], b"line\n" * 300_000, large))
        self.add_all(store, *samples)
        found = store.read_parts([sample.id for sample in samples] + ["none"])
        for sample in samples:
            parts = found[sample.id]
            assert compare_series(sample.series, parts.series or []) == []
            assert parts.files == store.list_files(sample.id)
            kept = {(one.kind, one.name): parts.contents.get(one.key) for one in parts.files or []}
            is_small = sample.id != "9"
            assert parts.output == (sample.output if is_small else None)
            assert kept == (sample.files if is_small else dict.fromkeys(large))
