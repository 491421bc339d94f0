"""Many runs with few questions; damage stays with the run whose it is."""

import pytest
import sqlalchemy as sa

from sacred.stores.memory import MemoryStore
from sacred.stores.sql import schema
from sacred.stores.sql.store import SqlStore
from sacred.stores.transfer import copy_runs
from sacred.testing.comparing import compare_files, compare_series
from sacred.testing.samples import Samples, make_sample

COUNT = 120


@pytest.fixture
def samples():
    return [make_sample(str(number), result=number) for number in range(1, COUNT + 1)]


def count_statements(engine):
    statements = []
    sa.event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    return statements


def test_a_copy_asks_few_questions(any_url, samples):
    store = SqlStore(any_url)
    list(store.add_runs(Samples(samples).make_runs()))
    statements = count_statements(store._database._engine)
    target = MemoryStore()
    assert len(copy_runs(store, target).copied) == COUNT
    assert len(statements) < COUNT
    for sample in samples:
        assert compare_series(sample.series, target.read_series(sample.id)) == []
        assert target.read_output(sample.id) == sample.output
        assert compare_files(sample.files, target, sample.id) == []
    store.close()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [(schema.chunks, "packed", b"damaged"), (schema.files, "notes", "{damaged")],
)
def test_damage_keeps_no_other_run_from_being_copied(store, database, samples, table, column, value):
    list(store.add_runs(Samples(samples[:9]).make_runs()))
    owner = schema.metrics.c.run if table is schema.chunks else schema.files.c.run
    key = schema.metrics.c.key if table is schema.chunks else schema.files.c.key

    def damage(connection):
        first = connection.scalar(sa.select(key).where(owner == 4).limit(1))
        place = table.c.metric if table is schema.chunks else table.c.key
        connection.execute(sa.update(table).where(place == first).values({column: value}))

    database.write(damage)
    report = copy_runs(store, MemoryStore())
    assert [problem.run_id for problem in report.failed] == ["4"]
    assert len(report.copied) == 8


def test_a_content_that_was_cut_is_not_taken_for_whole(store, database, samples):
    list(store.add_runs(Samples(samples[:1]).make_runs()))
    database.write(lambda connection: connection.execute(sa.update(schema.pieces).values(content=b"cut")))
    parts = store.read_parts(["1"])["1"]
    assert parts.contents == {}


def test_runs_of_the_trash_are_not_read(store, samples):
    list(store.add_runs(Samples(samples[:2]).make_runs()))
    store.delete(["1"])
    parts = store.read_parts(["1", "2"])
    assert parts["1"].output is None
    assert parts["2"].output == samples[1].output
