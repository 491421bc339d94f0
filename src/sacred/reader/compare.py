"""What is different between two runs."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sacred.model.record import StoredFile
from sacred.reader.differ import decode, diff_texts
from sacred.reader.record import Record
from sacred.reader.texts import format_value
from sacred.reader.views import View, restore_value
from sacred.support.printable import make_printable

DifferenceKind = Literal["added", "removed", "changed", "type changed"]

_MISSING = object()
_MOST_DEPTH = 100
_MOST_BYTES = 16 << 20
_MOST_SHOWN = 20
_SUMMARIES = ("last", "min", "max", "mean", "count")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in two runs.

    Attributes:
        path: what, such as ``optimizer.kind``.
        kind: ``added`` if only the right one has it, ``removed`` if only the left one.
        left: what the left run has; None if it is ``added``.
        right: what the right run has; None if it is ``removed``.
    """

    path: str
    kind: DifferenceKind
    left: Any = None
    right: Any = None

    def __str__(self) -> str:
        left = "nothing" if self.kind == "added" else _show(self.left)
        right = "nothing" if self.kind == "removed" else _show(self.right)
        return f"{self.path}: {left} -> {right}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"path": self.path, "kind": self.kind, "left": self.left, "right": self.right}


def _show(value: Any) -> str:
    is_short = value is None or (isinstance(value, str) and len(value) <= 30)
    return repr(value) if is_short else format_value(value)


@dataclass(slots=True, repr=False)
class Comparison:
    """The differences of two runs, the left one and the right one.

    Attributes:
        left: the id of the one.
        right: the id of the other.
        experiment: name, main file and folder of the experiment, and the command.
        config: entries of the configuration.
        sources: source files; their values are checksums.
        packages: packages and their versions.
        git: of each repository: commit, branch, whether there are uncommitted changes; and the patch.
        host: facts about the machine.
        result: status and result.
        metrics: what sums up the metrics, without the system's.
    """

    left: str
    right: str
    experiment: list[Difference] = field(default_factory=list)
    config: list[Difference] = field(default_factory=list)
    sources: list[Difference] = field(default_factory=list)
    packages: list[Difference] = field(default_factory=list)
    git: list[Difference] = field(default_factory=list)
    host: list[Difference] = field(default_factory=list)
    result: list[Difference] = field(default_factory=list)
    metrics: list[Difference] = field(default_factory=list)
    _runs: tuple[Record, Record] | None = field(default=None, repr=False, compare=False)

    SECTIONS = ("experiment", "config", "sources", "packages", "git", "host", "result", "metrics")

    def __repr__(self) -> str:
        lines = [f"<Comparison of run {self.left} and run {self.right}: {self._count()}>"]
        for section, differences in self:
            lines += [section, *(f"  {one}" for one in differences[:_MOST_SHOWN])] if differences else []
            more = len(differences) - _MOST_SHOWN
            lines += [f"  … and {more} more"] if more > 0 else []
        return "\n".join(map(make_printable, lines))

    def _count(self) -> str:
        total = sum(len(differences) for _, differences in self)
        return f"{total} difference{'' if total == 1 else 's'}" if total else "no differences"

    def __iter__(self) -> Iterator[tuple[str, list[Difference]]]:
        for section in self.SECTIONS:
            yield section, getattr(self, section)

    @property
    def is_same(self) -> bool:
        """Whether there is no difference."""
        return not any(differences for _, differences in self)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        sections = {section: [one.to_dict() for one in differences] for section, differences in self}
        return {"left": self.left, "right": self.right, **sections}

    def diff_source(self, name: str) -> str:
        """Return how a source file differs, as a unified diff; nothing if it does not.

        Raises:
            EntryNotFoundError: neither run has it.
            StoreError: it is not kept.
        """
        left, right = self._get_runs()
        if name not in left.sources and name not in right.sources:
            left.sources[name]  # tells what there is
        texts = [
            decode(run.sources[name].read_bytes()) if name in run.sources else None for run in (left, right)
        ]
        return diff_texts(texts[0], texts[1], self._name(name))

    def diff_sources(self) -> dict[str, str]:
        """Return the unified diffs of all sources that differ, by name."""
        return {one.path: self.diff_source(one.path) for one in self.sources}

    def diff_output(self) -> str:
        """Return how the outputs differ, as a unified diff; of long ones the first 16 MiB."""
        left, right = (decode(run.read_output(0, _MOST_BYTES)) for run in self._get_runs())
        return diff_texts(left, right, self._name("output"))

    def diff_patch(self) -> str:
        """Return how the uncommitted changes differ, as a unified diff of the patches."""
        left, right = (run.git_patch for run in self._get_runs())
        return diff_texts(left, right, self._name("git.patch"))

    def _get_runs(self) -> tuple[Record, Record]:
        if self._runs is None:
            raise ValueError("this comparison was not made of two runs")
        return self._runs

    def _name(self, name: str) -> tuple[str, str]:
        return f"{self.left}/{name}", f"{self.right}/{name}"


def compare(left: Record, right: Record) -> Comparison:
    """Compare two runs, of one store or of two.

    Raises:
        StoreError: one can't be read.
    """

    def differ(collect: Callable[[Record], Any]) -> list[Difference]:
        return list(iter_differences(collect(left), collect(right)))

    return Comparison(
        left.id,
        right.id,
        experiment=differ(_collect_experiment),
        config=differ(lambda run: run.config.to_dict()),
        sources=list(_iter_flat(_collect_sources(left), _collect_sources(right))),
        packages=list(_iter_flat(*_collect_packages(left, right))),
        git=list(_iter_flat(_collect_git(left), _collect_git(right))),
        host=differ(lambda run: run.host.to_dict()),
        result=differ(_collect_result),
        metrics=list(_iter_flat(_collect_metrics(left), _collect_metrics(right))),
        _runs=(left, right),
    )


def iter_differences(left: Any, right: Any, path: str = "") -> Iterator[Difference]:
    """Yield what is different in two dictionaries, at any depth; in another value, if it is."""
    if path.count(".") < _MOST_DEPTH and isinstance(left, dict) and isinstance(right, dict):
        for key in _merge(left, right):
            inner = f"{path}.{key}" if path else str(key)
            yield from iter_differences(left.get(key, _MISSING), right.get(key, _MISSING), inner)
    else:
        yield from _compare_values(path, left, right)


def _iter_flat(left: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[Difference]:
    for key in _merge(left, right):
        yield from _compare_values(key, left.get(key, _MISSING), right.get(key, _MISSING))


def _merge(left: Iterable[str], right: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*left, *right]))


def _compare_values(path: str, left: Any, right: Any) -> Iterator[Difference]:
    if left is _MISSING:
        yield Difference(path, "added", None, right)
    elif right is _MISSING:
        yield Difference(path, "removed", left, None)
    elif _get_type(left) is not _get_type(right):
        yield Difference(path, "type changed", left, right)
    elif repr(left) != repr(right):  # NaN is the same as NaN, and 1 in a list is not True
        yield Difference(path, "changed", left, right)


def _get_type(value: Any) -> type:
    return list if isinstance(value, tuple) else type(value)


# --- what is compared


def _collect_experiment(run: Record) -> dict[str, Any]:
    facts = {key: run.experiment.get(key) for key in ("name", "mainfile", "base_dir")}
    return {**facts, "command": run.command}


def _collect_result(run: Record) -> dict[str, Any]:
    return {"status": run.status, "result": run.result}


def _collect_sources(run: Record) -> dict[str, Any]:
    return {name: _get_digest(file.stored) for name, file in run.sources.items()}


def _get_digest(file: StoredFile) -> Any:
    """Return a checksum that both runs are likely to have."""
    digests = file.digests
    return digests.get("md5") or digests.get("sha256") or file.size_bytes


def _collect_packages(left: Record, right: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return versions by package: those that the code uses; and all that are installed, if both say it."""
    runs = (left, right)
    used = [dict(map(_split_package, _list_texts(run.experiment.get("dependencies")))) for run in runs]
    installed = [found for run in runs if isinstance(found := run.environment.get("distributions"), View)]
    if len(installed) == len(runs):
        used = [{**dict(all_), **some} for all_, some in zip(installed, used, strict=True)]
    first, second = ({name: one[name] for name in sorted(one)} for one in used)
    return first, second


def _list_texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _split_package(text: str) -> tuple[str, str]:
    name, _, version = text.partition("==")
    return name.lower().replace("_", "-").replace(".", "-"), version


def _collect_git(run: Record) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for number, one in enumerate(_list(run.experiment.get("repositories"))):
        name = str(one.get("url") or number)
        facts[f"{name}: commit"] = one.get("commit")
        facts[f"{name}: uncommitted changes"] = one.get("dirty")
    for number, one in enumerate(_list(run.environment.get("repositories"))):
        name = str(one.get("root") or number)
        facts[f"{name}: branch"] = one.get("branch")
        facts[f"{name}: changed files"] = restore_value(one.get("changed"))
    if run.git_patch is not None:
        digest = hashlib.sha256(run.git_patch.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        facts["git.patch"] = f"{len(run.git_patch.splitlines())} lines, sha256 {digest}…"
    return facts


def _list(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _collect_metrics(run: Record) -> dict[str, Any]:
    chosen = [metric for name, metric in run.metrics.items() if not name.startswith("system.")]
    return {f"{one.name}.{key}": getattr(one, key) for one in chosen for key in _SUMMARIES}
