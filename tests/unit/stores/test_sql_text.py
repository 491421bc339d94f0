"""Queries as SQL; that they find what the evaluator finds is shown in tests/properties."""

import pytest

from query_tables import make_sqlite, write_statement
from sacred.query.nodes import And, Compare, Constant, Contains, Field, Not, Or
from sacred.query.parse import parse, parse_sort
from sacred.stores.sql_text import MARIADB, POSTGRESQL, SQLITE, Tables, compile_query, compile_sort
from sacred.testing.strategies import NOW

IDS = ("1", "2", "10", "b", "a", "007")


def find(documents, text):
    statement, parameters, condition, _ = write_statement(parse(text, now=NOW), (), SQLITE, NOW)
    rows = make_sqlite(documents).execute(statement, parameters).fetchall()
    return [run_id for run_id, _, _ in rows], condition, [run_id for run_id, unsure, _ in rows if unsure]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("id == 7", ["007"]),
        ("id == 2.0", ["2"]),
        ("id == 2.5", []),
        ("id < 2", ["1"]),
        ("id < 2.5", ["1", "2"]),
        ("id <= 2.5", ["1", "2"]),
        ("id > 6.5", ["007", "10"]),
        ("id >= 6.5", ["007", "10"]),
        ("id >= 7", ["007", "10"]),
        ("id > -inf", ["1", "2", "007", "10"]),
        ("id < 1e300", ["1", "2", "007", "10"]),
        ("id == inf", []),
        ("id < nan", []),
        ("id > 'a'", ["b"]),
        ("id == 'a'", ["a"]),
        ("id in [1, '2', 'b', None, 3.5]", ["1", "2", "b"]),
        ("id.startswith('1')", ["1", "10"]),
        ("id.endswith('7')", ["007"]),
        ("id.contains('')", ["1", "2", "007", "10", "a", "b"]),
        ("id", ["1", "2", "007", "10", "a", "b"]),
        ("id is None", []),
    ],
)
def test_ids(text, ids):
    found, condition, unsure = find([{"id": run_id} for run_id in IDS], text)
    assert found == ids
    assert condition.is_exact
    assert not unsure


@pytest.mark.parametrize(
    ("text", "is_exact"),
    [
        ("config.lr < 0.1 and (name == 'a' or not tags)", True),
        ("'a' in tags and 'm' in artifacts and tags.startswith('a')", True),
        ("status in ['A', 'B'] and duration > 5 and start_time < now", True),
        ("config.x in [1, 'a', True, None]", True),
        ("config.a == config.b", True),
        ("'a' in config.x", True),
        ("1 in config.x", False),
        ("config.x == [1]", False),
        ("config.layers[0] == 1", False),
        ("name.matches('a')", False),
        ("status.matches('a')", False),
        ("duration > config.limit", False),
        ("config.x in config.y", False),
        ("config.x < 'a\\x00'", False),
        ("config.x == 'a\\x00'", True),
    ],
)
def test_what_is_exact(text, is_exact):
    for dialect in (SQLITE, POSTGRESQL, MARIADB):
        condition = compile_query(parse(text), dialect)
        assert condition.is_exact == is_exact
        assert all(f":{name}" in condition.text for name in condition.parameters)


def test_only_runs_with_marks_are_unsure():
    documents = [{"id": "1", "config": {"n": 2**60}}, {"id": "2", "config": {"n": 5}}, {"id": "3"}]
    assert find(documents, "config.n == 5") == (["1", "2"], find(documents, "config.n == 5")[1], ["1"])
    assert find(documents, "config.m is None")[2] == []
    assert find(documents, "config.n == 1 or not config.n == 1")[2] == ["1"]


def test_nothing_of_a_query_becomes_sql():
    evil = "x') OR 1=1; DROP TABLE runs; --"
    fields = [Field(("config", evil)), Field(("tags",)), Field(("status",)), Field(("id",)), Field((evil,))]
    for field in fields:
        for expression in (
            Compare("==", field, Constant(evil)),
            Contains(Constant(evil), field),
            Contains(field, Constant([evil, [evil]])),
        ):
            condition = compile_query(Not(expression), SQLITE)
            assert "DROP" not in condition.text + condition.unsure
    assert find([{"id": "1", "tags": [evil]}], f'"{evil}" in tags')[0] == ["1"]


def test_a_query_as_large_as_can_be_is_answered():
    database = make_sqlite([{"id": "1", "config": {"a": 1}}])
    leaf = Compare("==", Field(("config", "a")), Constant(1))
    deep = leaf
    for _ in range(200):
        deep = Not(And((leaf, Or((Not(deep), leaf)))))
    wide = parse(" or ".join(["id==1"] * 1000))
    wider = Contains(Field(("config", "a")), Constant(list(range(3000))))
    for query in (deep, wide, wider, Not(wide)):
        statement, parameters, _, _ = write_statement(query, (), SQLITE, NOW)
        database.execute(statement, parameters).fetchall()


def test_tables_have_the_names_that_they_are_given():
    tables = Tables("a.runs", "a.fields", "a.items")
    condition = compile_query(parse("config.x == 1 and 'a' in tags"), SQLITE, tables)
    order = compile_sort(parse_sort("config.x"), SQLITE, tables)
    assert "FROM a.fields" in condition.text
    assert "FROM a.items" in condition.text
    assert "a.runs.key IN" in condition.text
    assert "LEFT JOIN a.fields" in order.joins


def test_no_query_and_no_sort_keys_ask_for_all_in_the_order_of_ids():
    statement, parameters, condition, order = write_statement(None, (), SQLITE, NOW)
    rows = make_sqlite([{"id": run_id} for run_id in IDS]).execute(statement, parameters).fetchall()
    assert [run_id for run_id, _, _ in rows] == ["1", "2", "007", "10", "a", "b"]
    assert parameters == {}
    assert condition.is_exact
    assert order.is_exact


def test_sorting_by_an_element_is_not_exact():
    assert not compile_sort(parse_sort("config.layers[0]"), SQLITE).is_exact
    assert not compile_sort(parse_sort("name, tags[0]"), SQLITE).is_exact
    assert compile_sort(parse_sort("name, -id, duration, -status, start_time, tags"), SQLITE).is_exact
