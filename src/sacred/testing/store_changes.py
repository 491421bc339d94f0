"""What changes in a store afterwards: tags and notes, the trash, garbage, damage."""

from typing import TYPE_CHECKING, Any

import pytest

from sacred.errors import StoreError
from sacred.stores.base import RunStore
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
    make_series,
)

if TYPE_CHECKING:
    from sacred.model.record import FileKind


class ChangeTests:
    """Part of :class:`sacred.testing.stores.StoreContract`."""

    @pytest.fixture
    def three(self, store: RunStore) -> list[Sample]:
        """Add the runs 1, 2 and 3."""
        samples = [make_sample(str(number), result=number) for number in (1, 2, 3)]
        assert [run_id for _, run_id in store.add_runs(Samples(samples).make_runs())] == ["1", "2", "3"]
        return samples

    def test_tags_and_notes_are_replaced(self, store: RunStore, three: list[Sample], opener: Any) -> None:
        """Each by itself; all the rest stays as it was."""
        tags = ["b", "a", "é ∑", "with,comma", "\udcff", "\x00"]
        store.annotate("2", tags=tags)
        store.annotate("2", notes="first line\nsecond 🎉\x00")
        other = opener() if self.is_shared else store
        for place in (store, other):
            document = place.load(["2"])["2"]
            assert (document["tags"], document["notes"]) == (tags, "first line\nsecond 🎉\x00")
            assert (
                compare_documents({**three[1].document, "tags": tags, "notes": document["notes"]}, document)
                == []
            )
            assert not place.load(["1"])["1"].get("tags")
        store.annotate("2", tags=[], notes="")
        document = store.load(["2"])["2"]
        assert not document.get("tags")
        assert not document.get("notes")
        store.annotate("2")
        if other is not store:
            other.close()

    is_shared = True
    """Whether what ``opener`` opens twice is the same place."""

    def test_a_deleted_run_is_in_the_trash(self, store: RunStore, three: list[Sample]) -> None:
        """And nowhere else, until it is restored as it was."""
        store.delete(["2"])
        assert store.find_ids() == ["1", "3"]
        assert store.count() == 2
        assert store.load(["1", "2"]).keys() == {"1"}
        assert set(store.list_fingerprints().values()) == {"1", "3"}
        assert store.list_trash() == ["2"]
        with pytest.raises(StoreError):
            store.delete(["2"])
        store.restore(["2"])
        assert store.list_trash() == []
        assert store.find_ids() == ["1", "2", "3"]
        assert compare_documents(three[1].document, store.load(["2"])["2"]) == []
        assert compare_series(three[1].series, store.read_series("2")) == []
        assert store.read_output("2") == three[1].output
        assert compare_files(three[1].files, store, "2") == []

    @pytest.mark.usefixtures("three")
    def test_all_can_be_deleted_at_once(self, store: RunStore) -> None:
        """And restored."""
        store.delete(["1", "2", "3"])
        assert (store.find_ids(), store.list_trash()) == ([], ["1", "2", "3"])
        store.restore(["3", "1"])
        assert (store.find_ids(), store.list_trash()) == (["1", "3"], ["2"])

    @pytest.mark.usefixtures("three")
    def test_the_id_of_a_deleted_run_does_no_harm(self, store: RunStore) -> None:
        """Neither of two runs that had the same id is lost."""
        store.delete(["2"])
        newer = make_sample("2", result="newer", start_time="2026-03-01T00:00:00")
        ((_, new_id),) = store.add_runs(Samples([newer]).make_runs())
        try:
            store.restore(["2"])
        except StoreError:  # it has to make room first
            store.delete([new_id])
            assert len(store.list_trash()) == 2
            return
        found = store.load(store.find_ids())
        assert sorted(str(one["result"]) for one in found.values()) == ["1", "2", "3", "newer"]

    def test_garbage_is_collected(self, store: RunStore, three: list[Sample]) -> None:
        """What is in the trash goes; what other runs share with it stays."""
        nothing = store.collect_garbage()
        assert (nothing.runs, nothing.files) == (0, 0)
        own: dict[tuple[FileKind, str], bytes] = {("source", "own.py"): b"x = 1\n" * 1000}
        store.delete(["2"])
        lonely = Sample(add_file_names(make_document("9"), own), files=own)
        list(store.add_runs(Samples([lonely]).make_runs()))
        store.delete(["9"])
        announced = store.collect_garbage(dry_run=True)
        assert (announced.runs, store.list_trash()) == (2, ["2", "9"])
        collected = store.collect_garbage()
        assert collected.runs == 2
        assert announced.size_bytes > 0
        assert collected.size_bytes > 0
        assert store.list_trash() == []
        with pytest.raises(StoreError):
            store.restore(["2"])
        for run_id in ("1", "3"):
            sample = three[int(run_id) - 1]
            assert compare_documents(sample.document, store.load([run_id])[run_id]) == []
            assert compare_series(sample.series, store.read_series(run_id)) == []
            assert store.read_output(run_id) == sample.output
            assert compare_files(sample.files, store, run_id) == []

    def test_a_store_goes_on_after_collecting(self, store: RunStore, three: list[Sample]) -> None:
        """New runs with the same files are whole."""
        store.delete(["1", "2", "3"])
        store.collect_garbage()
        assert list(store.add_runs(Samples(three).make_runs()))
        (first, *_) = store.find_ids()
        assert compare_files(three[0].files, store, first) == []

    def test_a_damaged_run_is_told_and_the_others_are_there(
        self, store: RunStore, three: list[Sample]
    ) -> None:
        """One line for it, however often it is met."""
        self.damage(store, "2")
        for _ in range(2):
            assert {"1", "3"} <= set(store.find_ids()) <= {"1", "2", "3"}
            found = store.load(["1", "2", "3"])
            assert {"1", "3"} <= found.keys()
            assert compare_documents(three[0].document, found["1"]) == []
        assert [problem.run_id for problem in store.problems] == ["2"]
        assert "\n" not in store.problems[0].message
        assert "2" not in store.list_fingerprints().values()

    def damage(self, store: RunStore, run_id: str) -> None:
        """Make the record of a run unreadable."""
        raise NotImplementedError

    def test_a_point_more_is_another_run(self, store: RunStore) -> None:
        """Runs that are alike in all but their points are kept apart."""
        samples = [Sample(make_document(str(one)), [make_series("loss", [one])]) for one in (1, 2)]
        list(store.add_runs(Samples(samples).make_runs()))
        assert [list(store.read_series(one)[0].values) for one in ("1", "2")] == [[1], [2]]
