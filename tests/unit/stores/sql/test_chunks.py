"""Points of a run that is under way, and how they are put together at its end."""

import numpy as np
import pytest
import sqlalchemy as sa

from sacred.model.series import Series, summarize
from sacred.query.parse import parse
from sacred.stores.sql import chunks, schema
from sacred.testing.samples import Samples, make_sample


def make(name, values, first=0):
    count = len(values)
    return Series(
        name, list(range(first, first + count)), values, [1e9 + n for n in range(first, first + count)]
    )


@pytest.fixture
def run(store):
    (_,) = store.add_runs(Samples([make_sample("1", status="RUNNING")]).make_runs())
    return store._database.read(lambda connection: connection.scalar(sa.select(schema.runs.c.key)))


def append(store, run, *series):
    store._database.write(lambda connection: chunks.append_points(connection, run, series))


def count_chunks(store):
    count = sa.select(sa.func.count()).select_from(schema.chunks)
    return store._database.read(lambda connection: connection.scalar(count))


def test_points_are_added(store, run):
    before = count_chunks(store)
    for part in range(5):
        append(
            store, run, make("train", [part * 2, part * 2 + 1], part * 2), make("loss", [0.5 * part], part)
        )
    assert count_chunks(store) == before + 10
    train, loss = store.read_series("1", ["train", "loss"])
    assert (list(train.values), list(train.steps)) == (list(range(10)), list(range(10)))
    assert loss.values.dtype == "float64"
    assert list(loss.values)[-5:] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert store.list_metrics("1") == ["loss", "train", "system.cpu"]


def test_queries_see_points_that_were_just_added(store, run):
    query = parse("metrics.train.last == 9 and metrics.train.count == 10")
    append(store, run, make("train", list(range(9))))
    assert store.find_ids(query) == []
    append(store, run, make("train", [9], 9))
    assert store.find_ids(query) == ["1"]
    assert store.count(query) == 1
    assert store.load(["1"], with_metrics=True)["1"]["metrics"]["train"]["last"] == 9


def test_small_chunks_are_put_together(store, run):
    for number in range(50):
        append(store, run, make("train", [number], number))
    expected = {series.name: summarize(series) for series in store.read_series("1")}
    summaries = store._database.write(lambda connection: chunks.compact(connection, run))
    assert summaries == expected
    assert count_chunks(store) == 3
    assert list(store.read_series("1", ["train"])[0].values) == list(range(50))
    assert store.load(["1"], with_metrics=True)["1"]["metrics"] == expected


def test_a_type_that_changes_half_way(store, run):
    append(store, run, make("odd", [1, 2]), make("odd", [0.5, None], 2))
    assert store.read_series("1", ["odd"])[0].values == [1, 2, 0.5, None]


def test_no_points_make_no_chunk(store, run):
    before = count_chunks(store)
    append(store, run, make("none", []))
    assert count_chunks(store) == before
    assert len(store.read_series("1", ["none"])[0]) == 0
    store._database.write(lambda connection: chunks.compact(connection, run))


def test_chunks_are_short_in_points_and_bytes():
    long = list(chunks.make_chunks(make("a", np.arange(40_000.0))))
    assert [row["points"] for row in long] == [16384, 16384, 7232]
    assert [row["start"] for row in long] == [0, 16384, 32768]
    texts = list(chunks.make_chunks(make("a", ["x" * 1_000_000] * 10), start=5))
    assert sum(row["points"] for row in texts) == 10
    assert len(texts) > 2
    assert texts[0]["start"] == 5
    assert max(len(row["packed"]) for row in texts) < 5_000_000


def test_damaged_points_are_told(store, run):
    broken = sa.update(schema.chunks).values(packed=b"damaged")
    store._database.write(lambda connection: connection.execute(broken))
    from sacred.errors import StoreError

    with pytest.raises(StoreError, match="metrics of run '1' can't be read"):
        store.read_series("1")
