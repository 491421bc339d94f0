"""Runs to fill stores with.

A :class:`Sample` is a run with all that belongs to it; :class:`Samples` hands them to a store's ``add_runs``.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from sacred.errors import StoreError
from sacred.model.record import Document, FileKind, StoredFile
from sacred.model.series import Series
from sacred.stores.base import Problem, RunStore, StoredRun

FIRST_MOMENT = 1_767_323_045.678901  # 2026-01-02T03:04:05.678901
ODD_TEXTS = (
    *(
        "",
        " ",
        "plain",
        "é ∑ 🎉",
        "with\nlines\r\n",
        "tab\t",
        "quote\"'`",
        "back\\slash",
        "\x1b[31mred\x1b[0m",
    ),
    *("\x00", "NUL \x00 inside", "lone \udcff surrogate", "\ud83d", "NaN", "null", "a.b", "$set", "%s {x}"),
    *("<script>alert(1)</script>", "' OR 1=1 --", "x" * 5000, "\u2028", "\ufeff", "[bold]markup[/bold]"),
)
ODD_NUMBERS: tuple[Any, ...] = (
    *(0, -1, 1, 2**31, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 2**63, 2**64, -(10**30), 10**400),
    *(0.0, -0.0, 1.0, 0.1, 1e308, -1e308, 5e-324, 1e16, float("nan"), float("inf"), float("-inf")),
)
ODD_KEYS = (
    "",
    ".",
    "a.b",
    "a",
    "$key",
    "$",
    "é",
    "\x00",
    "\udcff",
    "0",
    "with space",
    "new\nline",
    "_id",
    "x" * 300,
)


@dataclass
class Sample:
    """A run.

    Attributes:
        document: its document.
        series: its points.
        output: its output.
        files: what is to be found in them, by kind and name.
        notes: what is noted beside a file, by kind and name.
    """

    document: Document
    series: Sequence[Series] = ()
    output: bytes = b""
    files: Mapping[tuple[FileKind, str], bytes] = field(default_factory=dict)
    notes: Mapping[tuple[FileKind, str], Mapping[str, Any]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id where it comes from."""
        return str(self.document["id"])


class Samples:
    """Samples as if they were in a store, for ``add_runs``. It can do what that needs.

    Args:
        samples: the runs.
        broken: contents that can't be read to their end: a disk or a network fails.
        lost: contents that are noted, but not there.
        last: contents after which nothing is there any more: the server stops.
    """

    def __init__(
        self,
        samples: Iterable[Sample],
        broken: Sequence[bytes] = (),
        lost: Sequence[bytes] = (),
        last: Sequence[bytes] = (),
    ) -> None:
        self.location = "samples"
        self.problems: list[Problem] = []
        self._samples = {sample.id: sample for sample in samples}
        self._broken = broken
        self._lost = lost
        self._last = last
        self._has_stopped = False

    def make_runs(self) -> list[StoredRun]:
        """Return all of them for ``add_runs``."""
        store = cast("RunStore", self)
        return [StoredRun(store, json.loads(json.dumps(one.document))) for one in self._samples.values()]

    def load(self, ids: Sequence[str], *, with_metrics: bool = False) -> dict[str, Document]:
        """Return documents.

        Raises:
            StoreError: the server has stopped.
        """
        del with_metrics
        if self._has_stopped:
            raise StoreError("The server does not answer.")
        return {one: self._samples[one].document for one in ids if one in self._samples}

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics."""
        return [series.name for series in self._samples[run_id].series]

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return a run's points."""
        return [one for one in self._samples[run_id].series if names is None or one.name in names]

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return a run's output."""
        return self._samples[run_id].output[start:stop]

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return a run's files."""
        sample = self._samples[run_id]
        return [
            StoredFile(
                kind,
                name,
                key=(kind, name),
                size_bytes=len(content),
                digests=compute_digests(content),
                notes=sample.notes.get((kind, name), {}),
            )
            for (kind, name), content in sample.files.items()
        ]

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open a run's file.

        Raises:
            StoreError: it is lost, or the server stops.
        """
        content = self._samples[run_id].files[file.kind, file.name]
        if content in self._last:
            self._has_stopped = True
            raise StoreError("The server does not answer.")
        if content in self._lost:
            raise StoreError(f'The file "{file.name}" is not there.')
        return _BrokenFile(content) if content in self._broken else io.BytesIO(content)

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return that none of them is on a disk."""
        del run_id, file
        return None


class _BrokenFile(io.BytesIO):
    """Fails in its second half."""

    def read(self, size: int | None = -1, /) -> bytes:
        half = len(self.getvalue()) // 2
        if size is None or size < 0 or self.tell() + size > half:
            raise OSError(5, "Input/output error")
        return super().read(size)


def make_document(run_id: str, **changes: Any) -> Document:
    """Return the document of an ordinary run that has ended.

    Args:
        run_id: its id.
        changes: keys that are different.
    """
    document = {
        "id": run_id,
        "experiment": {
            "name": "digits",
            "base_dir": "/home/ada/digits",
            "mainfile": "train.py",
            "sources": [],
            "dependencies": ["numpy==2.4.6", "sacred==1.0.0"],
            "repositories": [],
        },
        "command": "main",
        "host": {"hostname": "lovelace", "os": ["Linux", "Linux-6.1"], "python_version": "3.11.7", "ENV": {}},
        "meta": {"command": "main", "options": {"--comment": None, "--force": False}},
        "status": "COMPLETED",
        "start_time": "2026-01-02T03:04:05.678901",
        "heartbeat": "2026-01-02T03:14:05.700000",
        "stop_time": "2026-01-02T03:14:06",
        "result": 0.97,
        "resources": [],
        "artifacts": [],
        "config": {"rate": 0.1, "layers": [64, 32], "seed": 7, "augment": True},
        "info": {},
        "tags": [],
        "notes": "",
    }
    return {**document, **changes}


def make_odd_document(run_id: str) -> Document:
    """Return a document with everything that JSON can hold, and much that databases can't."""
    deep: Any = "bottom"
    for level in range(40):
        deep = {"down": deep} if level % 2 else [deep]
    odd = {
        "texts": list(ODD_TEXTS),
        "numbers": list(ODD_NUMBERS),
        "keys": {key: index for index, key in enumerate(ODD_KEYS)},
        "deep": deep,
        "empty": {"list": [], "dict": {}, "text": "", "null": None, "lists": [[], [[]]]},
        "bools": [True, False, 1, 0, 1.0, 0.0],
        "mixed": [1, "1", 1.0, None, True, {"a": [None]}],
        "object": {"py/type": "my_model.Net", "py/repr": "<my_model.Net object>"},
    }
    return make_document(
        run_id,
        config={**odd, "seed": 2**70, "a": {"b": 1}, "a.b": 2},
        info={"odd": odd, "metrics of mine": [1]},
        result=odd,
        meta={"command": "main", "options": {}, "comment": "a\x00b \udcff é", "odd": odd},
        host={"hostname": "größe", "ENV": {"PATH.X": "$HOME"}},
        fail_trace=["Traceback (most recent call last):\n", "ValueError: \x00 \udcff é\n"],
        status="FAILED",
        tags=["baseline", "é ∑", "with space", "a.b", "\udcff"],
        notes="Look at this\nagain: 🎉 \x00",
        own={"of a later version": [1, None]},
    )


def make_sample(run_id: str, **changes: Any) -> Sample:
    """Return an ordinary run with something of everything.

    Args:
        run_id: its id.
        changes: keys of its document that are different.
    """
    files: dict[tuple[FileKind, str], bytes] = {
        ("artifact", "model.bin"): bytes(range(256)) * 8,
        ("artifact", "plots/loss.svg"): b"<svg/>",
        ("source", "train.py"): b"print('train')\n",
        ("resource", "/data/digits.csv"): b"0,1,2\n",
        ("record", "environment.json"): b'{"format": 1}',
    }
    series = [
        make_series("loss", [0.5, 0.25, 0.125]),
        make_series("system.cpu", [12.5, 80.0], first=FIRST_MOMENT - 1),
    ]
    document = make_document(run_id, **changes)
    return Sample(add_file_names(document, files), series, b"epoch 1\nepoch 2\n", files)


def add_file_names(document: Document, files: Iterable[tuple[FileKind, str]]) -> Document:
    """Return a document that names files, as a run folder's does."""
    by_kind: dict[str, list[str]] = {"artifact": [], "source": [], "resource": [], "record": []}
    for kind, name in files:
        by_kind[kind].append(name)
    experiment = {
        **document["experiment"],
        "sources": [[name, f"_sources/{index}"] for index, name in enumerate(by_kind["source"])],
    }
    resources = [[name, f"_resources/{index}"] for index, name in enumerate(by_kind["resource"])]
    return {
        **document,
        "experiment": experiment,
        "resources": resources,
        "artifacts": by_kind["artifact"],
    }


def make_series(
    name: str, values: Sequence[Any], steps: Sequence[Any] | None = None, first: float = FIRST_MOMENT
) -> Series:
    """Return points, a second or so apart.

    Args:
        name: the metric's.
        values: one for each point.
        steps: one for each point, by default from 0 on.
        first: when the first of them was logged, in seconds since 1970.
    """
    steps = list(range(len(values))) if steps is None else list(steps)
    times = [first + index * 1.0000001 for index in range(len(values))]
    return Series(name, steps, list(values), times)


def compute_digests(content: bytes) -> dict[str, str]:
    """Return checksums of a content."""
    return {
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
