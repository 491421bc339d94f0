"""What a store must find: what the evaluator finds, by which the store in memory answers."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sacred.query.nodes import (
    And,
    Compare,
    Constant,
    Contains,
    Expression,
    Field,
    IsNone,
    Not,
    Operator,
    Or,
    Part,
    SortKey,
    TextTest,
    Truth,
)
from sacred.stores.base import RunStore, sort_ids
from sacred.support.clock import format_naive_utc, now
from sacred.testing.samples import (
    Sample,
    Samples,
    make_document,
    make_series,
)

if TYPE_CHECKING:
    from sacred.testing.strategies import Maker

_VALUES: tuple[Any, ...] = (
    *(
        0.1,
        1,
        1.0,
        0,
        -0.0,
        True,
        False,
        None,
        "1",
        "abc",
        "ABC",
        "abc\x00",
        "",
        "é",
        "z",
        "\U0001f389",
        "\uffff",
    ),
    *(2**53, 2**53 + 1, 2**63, -(2**70), 1e300, float("nan"), float("inf"), float("-inf"), [], [1], {"x": 1}),
)
_OPERATORS: tuple[Operator, ...] = ("==", "!=", "<", "<=", ">", ">=")
_MISSING = object()


def field(*path: Part) -> Field:
    """Return a place in a document."""
    return Field(path)


VALUE = field("config", "value")


def make_varied_runs() -> list[Sample]:
    """Return runs that differ in all that queries ask for."""
    samples = []
    values: list[Any] = [*_VALUES, _MISSING]
    for index, value in enumerate(values):
        config = {"seed": index, "odd key": {"x.y": index % 3}, "layers": [index % 4, 32], "same": "same"}
        if value is not _MISSING:
            config["value"] = value
        document = make_document(
            str(index + 1),
            config=config,
            info={"best": index / 3, "text": "x" * (index * 20)},
            result=values[-1 - index] if values[-1 - index] is not _MISSING else None,
            status=("COMPLETED", "FAILED", "INTERRUPTED", "QUEUED")[index % 4],
            tags=[["baseline"], [], ["baseline", "é"], ["Baseline"]][index % 4],
            notes=["", "look", "Look here"][index % 3],
            start_time=f"2026-01-{index + 1:02}T03:04:05.000{index:03}",
        )
        document["experiment"] = {**document["experiment"], "name": ("digits", "letters")[index % 2]}
        series = [make_series("loss", [1.0, 1 / (index + 1)])] if index % 3 else []
        if index % 5 == 0:
            series.append(make_series("val.acc", [index, float("nan")]))
        samples.append(Sample(document, series))
    return samples


def make_expressions() -> Iterator[Expression]:
    """Yield queries about them."""
    for operator, value in itertools.product(_OPERATORS, _VALUES[:-3]):
        yield Compare(operator, VALUE, Constant(value))
    for method, text in itertools.product(
        ("startswith", "endswith", "contains", "matches"), ("a", "", "B", "é", "%")
    ):
        yield TextTest(method, VALUE, text)  # type: ignore[arg-type]
    yield from (
        IsNone(VALUE),
        Truth(VALUE),
        Not(Truth(VALUE)),
        Not(Compare("<", VALUE, Constant(1))),
        Compare("==", field("config", "odd key", "x.y"), Constant(1)),
        Compare("==", field("config", "layers", 0), Constant(2)),
        Contains(Constant(32), field("config", "layers")),
        Contains(Constant("baseline"), field("tags")),
        Not(Contains(Constant("é"), field("tags"))),
        Contains(field("status"), Constant(["FAILED", "QUEUED"])),
        Compare("==", field("status"), Constant("COMPLETED")),
        Compare("!=", field("name"), Constant("digits")),
        Compare(">", field("metrics", "loss", "last"), Constant(0.1)),
        Compare("<=", field("metrics", "loss", "min"), Constant(0.05)),
        Compare("==", field("metrics", "val.acc", "count"), Constant(2)),
        IsNone(field("metrics", "nobody", "last")),
        Compare(">=", field("id"), Constant(20)),
        Compare("==", field("id"), Constant("7")),
        Compare("<", field("start_time"), Constant(datetime(2026, 1, 9, tzinfo=UTC))),
        Compare("<", field("duration"), Constant(1000)),
        TextTest("contains", field("notes"), "ook"),
        TextTest("contains", field("info", "text"), "x" * 300),
        Compare("<", field("result"), Constant(1)),
        Compare("==", VALUE, field("result")),
        And(
            [
                Compare("==", field("status"), Constant("FAILED")),
                Compare(">", field("config", "seed"), Constant(9)),
            ]
        ),
        Or([IsNone(VALUE), Compare("==", field("config", "seed"), Constant(3)), Truth(field("nobody"))]),
    )


def make_random_runs(maker: "Maker", count: int) -> list[Sample]:
    """Return runs with random values, of all kinds, in those places that every store keeps as they are."""
    from sacred.testing.strategies import METRICS, NUMBERS, STATUSES

    samples = []
    for made in maker.make_runs(count):
        kept = {key: made[key] for key in ("config", "info", "result", "notes", "meta") if key in made}
        document = make_document(made["id"], status=maker.pick(STATUSES[:6]), **kept)
        names = [name for name in METRICS if maker.pick((True, False))]
        series = [make_series(name, [maker.pick(NUMBERS), maker.pick((0.5, 1, None, "a"))]) for name in names]
        samples.append(Sample({**document, "tags": made.get("tags", [])}, series))
    return samples


SORTS: tuple[Sequence[SortKey], ...] = (
    (),
    (SortKey(VALUE),),
    (SortKey(VALUE, descending=True),),
    (SortKey(field("status")), SortKey(field("config", "seed"), descending=True)),
    (SortKey(field("metrics", "loss", "last"), descending=True),),
    (SortKey(field("start_time"), descending=True),),
    (SortKey(field("id"), descending=True),),
    (SortKey(field("result")),),
    (SortKey(field("tags")),),
)


class QueryTests:
    """Part of :class:`sacred.testing.stores.StoreContract`."""

    @pytest.fixture
    def reference(self, store: RunStore) -> RunStore:
        """Fill the store with varied runs, and return a store that answers by the evaluator."""
        from sacred.stores.memory import MemoryStore

        reference = MemoryStore()
        for one in (store, reference):
            runs = Samples(make_varied_runs()).make_runs()
            assert [run.id for run, _ in one.add_runs(runs)] == [run.id for run in runs]
        return reference

    def test_the_same_runs_are_found(self, store: RunStore, reference: RunStore) -> None:
        """Whatever is asked."""
        wrong = []
        for expression in make_expressions():
            found, expected = store.find_ids(expression), reference.find_ids(expression)
            if found != expected:
                wrong.append(f"{expression}: {found} and not {expected}")
            elif store.count(expression) != len(expected):
                wrong.append(f"{expression}: there are not {store.count(expression)}")
        assert wrong == []

    @pytest.mark.parametrize("seed", range(2))
    def test_random_queries_find_what_the_evaluator_finds(self, store: RunStore, seed: int) -> None:
        """On random runs; with the seed an error can be had again."""
        from sacred.stores.narrowing import choose, cut
        from sacred.testing.strategies import make_maker

        maker = make_maker(seed)
        list(store.add_runs(Samples(make_random_runs(maker, 24)).make_runs()))
        documents = list(store.load(store.find_ids(), with_metrics=True).values())
        assert len(documents) == 24
        for _ in range(100):
            query, sort, limit = maker.make_expression(), maker.make_sort(), maker.pick((None, 3))
            expected = cut(choose(documents, query, sort), limit, 0)
            assert store.find_ids(query, sort, limit) == expected, (query, sort)

    @pytest.mark.parametrize("number", range(len(SORTS)))
    def test_runs_are_sorted(self, store: RunStore, reference: RunStore, number: int) -> None:
        """By one field or several; with a part of the list, after sorting."""
        sort = SORTS[number]
        expected = reference.find_ids(sort=sort)
        assert store.find_ids(sort=sort) == expected
        assert store.find_ids(sort=sort, limit=5) == expected[:5]
        assert store.find_ids(sort=sort, limit=5, offset=3) == expected[3:8]
        assert store.find_ids(sort=sort, offset=len(expected) - 1) == expected[-1:]
        assert store.find_ids(sort=sort, offset=len(expected) + 5) == []
        assert store.find_ids(sort=sort, limit=0) == []
        query = Compare("!=", field("status"), Constant("FAILED"))
        assert store.find_ids(query, sort, 4, 2) == reference.find_ids(query, sort, 4, 2)

    def test_ids_come_in_their_order(self, store: RunStore) -> None:
        """Numbers before other texts."""
        given = ["10", "9", "b", "a", "100", "B", "1"]
        ids = [
            run_id
            for _, run_id in store.add_runs(Samples(map(Sample, map(make_document, given))).make_runs())
        ]
        assert store.find_ids() == sort_ids(ids) == ["1", "9", "10", "100", "B", "a", "b"]
        assert store.count() == len(given)
        query = Compare("!=", field("id"), Constant(9))
        descending = [SortKey(field("config", "seed")), SortKey(field("id"), descending=True)]
        assert store.find_ids(query, limit=2, offset=1) == ["10", "100"]
        numbers = [run_id for run_id in store.find_ids(query, descending) if run_id.isdigit()]
        assert numbers == ["100", "10", "1"]

    def test_changes_are_found(self, store: RunStore) -> None:
        """What people add afterwards can be asked for at once."""
        run_ids = [run_id for _, run_id in store.add_runs(Samples([Sample(make_document("1"))]).make_runs())]
        query = Contains(Constant("kept"), field("tags"))
        assert store.find_ids(query) == []
        store.annotate("1", tags=["kept"], notes="yes")
        assert store.find_ids(query) == run_ids
        assert store.find_ids(TextTest("matches", field("notes"), "^y")) == run_ids

    def test_one_of_very_many_metrics_is_found(self, store: RunStore) -> None:
        """A store may keep summaries of some of them at hand, but must answer for all."""
        series = [make_series(f"metric {number}", [float(number)]) for number in range(1100)]
        list(store.add_runs(Samples([Sample(make_document("1"), series)]).make_runs()))
        for number in (0, 200, 1099):
            last = field("metrics", f"metric {number}", "last")
            assert store.find_ids(Compare("==", last, Constant(number))) == ["1"]
            assert store.find_ids(Compare("<", last, Constant(number))) == []

    def test_a_silent_run_is_dead(self, store: RunStore) -> None:
        """RUNNING without a heartbeat for long is DEAD, in documents and in queries."""
        recently = format_naive_utc(now() - timedelta(seconds=5))
        while_ago = format_naive_utc(now() - timedelta(seconds=300))
        common: dict[str, Any] = {"status": "RUNNING", "stop_time": None, "result": None}
        patient = {"recorder": {"beat_interval": 3600.0, "format": 1}}
        documents = [
            make_document("1", **common, heartbeat="2026-01-02T03:14:05.700000"),
            make_document("2", **common, heartbeat=recently),
            make_document("3", **common, heartbeat=None, start_time=while_ago),
            make_document("4", **common, heartbeat=None, start_time=recently),
            make_document("5", **common, heartbeat=while_ago, **patient),
            make_document("6", status="DEAD"),
        ]
        list(store.add_runs(Samples(map(Sample, documents)).make_runs()))
        found = {
            key: document["status"] for key, document in store.load(["1", "2", "3", "4", "5", "6"]).items()
        }
        assert found == {
            "1": "DEAD", "2": "RUNNING", "3": "DEAD", "4": "RUNNING", "5": "RUNNING", "6": "DEAD",
        }  # fmt: skip
        assert store.find_ids(Compare("==", field("status"), Constant("DEAD"))) == ["1", "3", "6"]
        assert store.find_ids(Not(Compare("==", field("status"), Constant("DEAD")))) == ["2", "4", "5"]
        assert store.find_ids(Contains(field("status"), Constant(["RUNNING"]))) == ["2", "4", "5"]
