"""What a store must give back as it was: documents, points, output, files."""

from typing import Any

import pytest

from sacred.errors import StoreError
from sacred.model.record import Document, FileKind, compute_fingerprint
from sacred.model.series import Series, summarize
from sacred.stores.base import RunStore
from sacred.testing.comparing import (
    compare_documents,
    compare_files,
    compare_series,
    find_differences,
    read_file,
    to_plain,
)
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

MEBIBYTE = 1 << 20
BIG = (bytes(range(256)) + b"sacred") * (5 * MEBIBYTE // 262)

ODD_SERIES = {
    "ints": (make_series("ints", [0, -5, 2**62]), int),
    "floats": (make_series("floats", [0.5, -0.0, 1e-300, float("nan"), float("inf"), float("-inf")]), float),
    "bools": (make_series("bools", [True, False, True]), bool),
    "int among floats": (make_series("mixed", [0.5, 1, 2.0, 3]), None),
    "bool among ints": (make_series("mixed", [1, True, 0, False]), None),
    "numbers and nothing": (make_series("mixed", [1.5, None, float("nan"), "1.5"]), None),
    "all numbers": (make_series("numbers", ODD_NUMBERS), None),
    "texts": (make_series("texts", ODD_TEXTS), None),
    "nested": (make_series("nested", [[1, 2.0], {"a": None, "b.c": [float("nan")]}, [], {}, "x"]), None),
    "beyond int64": (make_series("huge", [1, 2**63, -(2**64)]), None),
    "big steps": (make_series("steps", [1.0, 2.0, 3.0], [2**31, 2**53 + 1, 2**63 - 1]), float),
    "steps beyond int64": (make_series("steps", [1.0, 2.0], [2**63, -(2**80)]), float),
    "fractions as steps": (make_series("steps", [1.0, 2.0, 3.0], [0.5, 1, 1.5]), float),
    "odd steps": (make_series("steps", [1.0, 2.0, 3.0, 4.0], [None, "two", True, float("nan")]), float),
    "steps that go back": (make_series("steps", [1.0, 2.0, 3.0], [10, 5, 5]), float),
    "one point": (make_series("single", [7]), int),
    "before 1970": (make_series("old", [1.0, 2.0], first=-86_400.25), float),
}
ODD_METRIC_NAMES = (
    *("a/b", "../up", "a.b", "with\nline", "", "é ∑", "\x00", "\udcff", "$dollar", "loss", "Loss", "loss "),
    *("x" * 1000, "system.cpu", "system.", "systematic"),
)
HARMLESS_FILES: dict[tuple[FileKind, str], bytes] = {
    ("artifact", "model.bin"): bytes(range(256)) * 20,
    ("artifact", "plots/deep/loss.svg"): b"<svg/>",
    ("artifact", "empty.txt"): b"",
    ("artifact", "with space é.txt"): b"one\r\ntwo",
    ("artifact", "same content.bin"): bytes(range(256)) * 20,
    ("artifact", "no_extension"): b"\x00\xff",
    ("source", "train.py"): b"print('train')\n",
    ("source", "package/train.py"): b"print('another of this name')\n",
    ("source", "../shared/tools.py"): b"print('train')\n",
    ("resource", "/data/digits.csv"): b"0,1,2\n",
    ("resource", "/other/digits.csv"): b"0,1,2\n",
    ("resource", "/data/empty"): b"",
    ("record", "environment.json"): b'{"format": 1, "python": {"version": "3.11.7"}}',
    ("record", "git.patch"): b"--- a\n+++ b\n",
}
HOSTILE_NAMES = (
    *("../escape.txt", "/escape.txt", "a/../../escape.txt", "..", "run.json", "cout.txt", "NUL\x00.txt"),
    *(
        "lone \udcff.txt",
        "x" * 300 + ".txt",
        "back\\slash.txt",
        "new\nline.txt",
        "metrics.journal",
        ".hidden",
    ),
)


class RecordTests:
    """Part of :class:`sacred.testing.stores.StoreContract`."""

    def add(self, store: RunStore, *samples: Sample) -> list[str]:
        """Add runs to a store and return their ids there."""
        return [run_id for _, run_id in store.add_runs(Samples(samples).make_runs())]

    def test_a_new_store_is_empty(self, store: RunStore) -> None:
        """It answers before the first run."""
        assert store.find_ids() == []
        assert store.count() == 0
        assert store.load(["1"]) == {}
        assert store.list_trash() == []
        assert dict(store.list_fingerprints()) == {}
        assert store.problems == []
        assert isinstance(store.location, str)

    def test_an_ordinary_run_comes_back(self, store: RunStore) -> None:
        """Nothing of it is lost."""
        sample = make_sample("1", tags=["baseline"], notes="the first")
        assert self.add(store, sample) == ["1"]
        self.check(store, "1", sample)

    def test_an_ordinary_run_comes_back_elsewhere(self, store: RunStore, opener: Any) -> None:
        """What was added is there for others, and after closing."""
        sample = make_sample("1")
        self.add(store, sample)
        other = opener()
        self.check(other, "1", sample)
        other.close()

    def check(self, store: RunStore, run_id: str, sample: Sample) -> None:
        """Compare a run in a store with what was added."""
        document = store.load([run_id])[run_id]
        assert document["id"] == run_id
        assert compare_documents(sample.document, document) == []
        assert compare_series(sample.series, store.read_series(run_id)) == []
        assert store.read_output(run_id) == sample.output
        assert compare_files(sample.files, store, run_id) == []
        assert store.problems == []

    def test_a_document_with_every_value_comes_back(self, store: RunStore) -> None:
        """Numbers keep their kind and their last bit, keys and texts every character."""
        document = make_odd_document("1")
        self.add(store, Sample(document))
        assert compare_documents(document, store.load(["1"])["1"]) == []

    @pytest.mark.parametrize("result", [None, True, 0, 1.0, "text", float("nan"), [], {}, 2**70, ["a", [1]]])
    def test_a_result_comes_back(self, store: RunStore, result: Any) -> None:
        """Whatever the command returned."""
        self.add(store, Sample(make_document("1", result=result)))
        assert find_differences(result, store.load(["1"])["1"].get("result")) == []

    @pytest.mark.parametrize("key", ["experiment", "host", "meta"])
    def test_facts_of_another_kind_come_back(self, store: RunStore, key: str) -> None:
        """A program of somebody's can write anything into a run folder."""
        document = make_document("1", **{key: ["no", {"object": 1}]})
        self.add(store, Sample(document))
        assert compare_documents(document, store.load(["1"])["1"]) == []

    def test_a_sparse_document_comes_back(self, store: RunStore) -> None:
        """Records of old versions, and of queued runs, lack much."""
        queued: Document = {
            "id": "1",
            "experiment": {"name": "queued"},
            "status": "QUEUED",
            "queue_time": "2026-01-02T03:04:05",
        }
        bare: Document = {"id": "2", "status": "COMPLETED"}
        self.add(store, Sample(queued), Sample(bare))
        found = store.load(["1", "2"], with_metrics=True)
        assert compare_documents(queued, found["1"]) == []
        assert compare_documents(bare, found["2"]) == []
        assert not found["1"].get("config")
        assert not found["1"].get("metrics")
        assert store.read_output("1") == b""
        assert store.list_files("1") == []
        assert store.read_series("1") == []
        assert store.list_metrics("1") == []

    def test_a_large_document_comes_back(self, store: RunStore) -> None:
        """Databases have limits for documents, rows and keys."""
        info = {"table": [[index, index / 7, "x" * 50] for index in range(20_000)], "text": "é" * 1_000_000}
        config = {f"entry {index}": {"value": index} for index in range(2000)}
        document = make_document("1", info=info, config=config)
        self.add(store, Sample(document))
        assert compare_documents(document, store.load(["1"])["1"]) == []

    def test_several_documents_come_in_one_go(self, store: RunStore) -> None:
        """Unknown ids are left out."""
        self.add(store, *(make_sample(str(number), result=number) for number in (1, 2, 3)))
        found = store.load(["3", "1", "nobody", "../1", ""])
        assert {key: document["result"] for key, document in found.items()} == {"3": 3, "1": 1}
        assert "metrics" not in found["1"]

    @pytest.mark.parametrize("what", ODD_SERIES)
    def test_points_come_back(self, store: RunStore, what: str) -> None:
        """Of every kind; columns of one type are arrays or lists of that type."""
        series, kind = ODD_SERIES[what]
        self.add(store, Sample(make_document("1"), [series]))
        (found,) = store.read_series("1")
        assert compare_series([series], [found]) == []
        assert len(found) == len(series)
        if kind is not None:
            assert {type(value) for value in to_plain(found.values)} == {kind}

    def test_metrics_with_odd_names_come_back(self, store: RunStore) -> None:
        """Names are no paths and no patterns; their order is that of the first points, the system's last."""
        names = [name for name in ODD_METRIC_NAMES if not name.startswith("system.")]
        names += [name for name in ODD_METRIC_NAMES if name.startswith("system.")]
        series = [
            make_series(name, [index, index + 0.5], first=FIRST_MOMENT + index)
            for index, name in enumerate(names)
        ]
        self.add(store, Sample(make_document("1"), series))
        assert store.list_metrics("1") == names
        assert compare_series(series, store.read_series("1")) == []
        chosen = ["loss", "nobody", "", "a.b"]
        assert [one.name for one in store.read_series("1", chosen)] == ["loss", "", "a.b"]

    def test_many_points_come_back(self, store: RunStore) -> None:
        """As they were logged, and the parts of two metrics are not mixed up."""
        loss = make_series("loss", [index / 7 for index in range(100_000)])
        hits = make_series("hits", list(range(60_000)), first=FIRST_MOMENT + 0.5)
        self.add(store, Sample(make_document("1"), [loss, hits]))
        assert compare_series([loss, hits], store.read_series("1")) == []

    def test_metrics_are_summed_up(self, store: RunStore) -> None:
        """As :func:`sacred.model.series.summarize` does."""
        series = [
            make_series("loss", [0.5, float("nan"), 0.25]),
            make_series("odd", ["text", None, [1]], first=FIRST_MOMENT + 0.1),
            make_series("hits", [1, 2, 4], [0, 10, 20], first=FIRST_MOMENT + 0.2),
            make_series("on", [True, False, True], first=FIRST_MOMENT + 0.3),
            make_series("system.cpu", [2**53 + 1, 1], first=FIRST_MOMENT + 0.4),
        ]
        self.add(store, Sample(make_document("1"), series), Sample(make_document("2")))
        found = store.load(["1", "2"], with_metrics=True)
        expected = {one.name: dict(summarize(one)) for one in series}
        assert find_differences(expected, found["1"]["metrics"]) == []
        assert not found["2"].get("metrics")

    def test_points_are_columns_of_one_length(self, store: RunStore) -> None:
        """Series of a store can be cut."""
        self.add(store, make_sample("1"))
        series: Series = store.read_series("1", ["loss"])[0]
        part = series.part(1, 3)
        assert (to_plain(part.steps), to_plain(part.values)) == ([1, 2], [0.25, 0.125])

    @pytest.mark.parametrize(
        "output",
        [b"", b"\n", b"no end of line", b"\xff\xfe\x00 not UTF-8\r\n\x1b[0m", "é ∑ 🎉\n".encode() * 100, BIG],
        ids=["empty", "line", "no end", "bytes", "unicode", "big"],
    )
    def test_output_comes_back(self, store: RunStore, output: bytes) -> None:
        """It is bytes, which need not be text."""
        self.add(store, Sample(make_document("1"), output=output))
        assert store.read_output("1") == output
        assert store.read_output("1", 0, 5) == output[:5]
        assert store.read_output("1", 3) == output[3:]
        assert store.read_output("1", max(0, len(output) - 1), len(output) + 100) == output[-1:]
        assert store.read_output("1", len(output) + 1) == b""
        assert store.read_output("1", 5, 5) == b""

    def test_files_come_back(self, store: RunStore) -> None:
        """Of every kind, with their names, sizes and checksums."""
        document = add_file_names(make_document("1"), HARMLESS_FILES)
        self.add(store, Sample(document, files=HARMLESS_FILES))
        assert compare_files(HARMLESS_FILES, store, "1") == []
        assert compare_documents(document, store.load(["1"])["1"]) == []

    def test_a_big_file_comes_back(self, store: RunStore) -> None:
        """It can be read in pieces, and sought in."""
        files: dict[tuple[FileKind, str], bytes] = {("artifact", "big.bin"): BIG}
        self.add(store, Sample(add_file_names(make_document("1"), files), files=files))
        (file,) = store.list_files("1")
        with store.open_file("1", file) as opened:
            assert opened.read(10) == BIG[:10]
            opened.seek(MEBIBYTE)
            assert opened.read(100) == BIG[MEBIBYTE : MEBIBYTE + 100]
            opened.seek(-7, 2)
            assert opened.read() == BIG[-7:]
        assert compare_files(files, store, "1") == []

    def test_notes_on_files_come_back(self, store: RunStore) -> None:
        """What was recorded about an artifact stays with it."""
        files: dict[tuple[FileKind, str], bytes] = {("artifact", "model.bin"): b"weights"}
        notes = {"content_type": "application/x-model", "metadata": {"epoch": 3, "odd.key": [float("nan")]}}
        sample = Sample(add_file_names(make_document("1"), files), files=files)
        sample.notes = {("artifact", "model.bin"): notes}
        self.add(store, sample)
        (file,) = store.list_files("1")
        assert find_differences(notes, {key: file.notes.get(key) for key in notes}) == []

    def test_hostile_names_do_no_harm(self, store: RunStore) -> None:
        """The content is kept, if need be under another name, and in no other place."""
        files: dict[tuple[FileKind, str], bytes] = {
            ("artifact", name): f"content {index}".encode() for index, name in enumerate(HOSTILE_NAMES)
        }
        sample = make_sample("1")
        hostile = Sample(add_file_names(make_document("2"), files), files=files)
        self.add(store, sample, hostile)
        found = [read_file(store, "2", file) for file in store.list_files("2") if file.kind == "artifact"]
        assert sorted(found) == sorted(files.values())
        self.check(store, "1", sample)
        found_document = {**store.load(["2"])["2"], "artifacts": []}
        assert compare_documents({**hostile.document, "artifacts": []}, found_document) == []

    def test_places_of_files_are_true(self, store: RunStore) -> None:
        """Where a store has files on this machine, they can be read there."""
        sample = make_sample("1")
        self.add(store, sample)
        for file in store.list_files("1"):
            place = store.locate_file("1", file)
            if place is not None:
                with open(place, "rb") as opened:
                    assert opened.read() == sample.files[file.kind, file.name]

    def test_a_copy_says_where_it_is_from(self, store: RunStore) -> None:
        """Its fingerprint stays that of the run that was recorded."""
        sample = make_sample("41")
        again = make_sample("41", result=1)
        fingerprint = compute_fingerprint(sample.document)
        first, second = self.add(store, sample, make_sample("8"))[0], self.add(store, again)[0]
        assert set(store.list_fingerprints()) == {fingerprint, compute_fingerprint(make_document("8"))}
        documents = store.load([first, second])
        assert {compute_fingerprint(document) for document in documents.values()} == {fingerprint}
        assert all(document["origin"]["id"] == "41" for document in documents.values())

    @pytest.mark.parametrize("run_id", ["nobody", "", "..", "2", "1/../1", "é\x00"])
    def test_an_unknown_run_is_an_error(self, store: RunStore, run_id: str) -> None:
        """One line for people, whatever was asked of it."""
        self.add(store, make_sample("1"))
        for ask in (store.list_metrics, store.read_series, store.read_output, store.list_files):
            with pytest.raises(StoreError) as caught:
                ask(run_id)
            assert "\n" not in str(caught.value)
        with pytest.raises(StoreError):
            store.annotate(run_id, notes="x")
        with pytest.raises(StoreError):
            store.delete([run_id])
        with pytest.raises(StoreError):
            store.restore([run_id])
        assert store.find_ids() == ["1"]
