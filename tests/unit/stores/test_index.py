"""The rows that a document gives."""

import pytest

from sacred.model.series import Series, summarize
from sacred.stores.index import (
    BOOL,
    DEPTH_LIMIT,
    ITEM_LIMIT,
    LARGEST,
    LIST,
    MARK,
    METRIC_LIMIT,
    NAN,
    NUMBER,
    OBJECT,
    ROW_LIMIT,
    TEXT,
    TEXT_LIMIT,
    UNKNOWN_RUN,
    RunColumns,
    get_mark_key,
    get_path_key,
    index_document,
    index_metrics,
    index_run,
    is_storable,
)


def rows_of(config):
    return by_path(index_document({"config": config}))


def by_path(rows):
    found = {row[0]: row[1:] for row in rows.fields}
    assert len(found) == len(rows.fields), "two rows have the same path"
    assert found.keys() == rows.names.keys()
    return found


def at(rows, *path):
    return rows.get(get_path_key(("config", *path)))


def has_mark(rows, *path):
    return rows.get(get_mark_key(("config", *path))) == (MARK, None, None)


@pytest.mark.parametrize(
    ("value", "row"),
    [
        (1, (NUMBER, 1.0, None)),
        (-0.5, (NUMBER, -0.5, None)),
        (2**53, (NUMBER, 2.0**53, None)),
        (float("inf"), (NUMBER, LARGEST, None)),
        (float("-inf"), (NUMBER, -LARGEST, None)),
        (float("nan"), (NAN, None, None)),
        (True, (BOOL, 1.0, None)),
        (False, (BOOL, 0.0, None)),
        ("", (TEXT, None, "")),
        ("é\U0001f389", (TEXT, None, "é\U0001f389")),
        ("x" * TEXT_LIMIT, (TEXT, None, "x" * TEXT_LIMIT)),
        ([1, 2], (LIST, 2.0, None)),
        ({}, (OBJECT, 0.0, None)),
        ({"a": None}, (OBJECT, 1.0, None)),
        (None, None),
    ],
)
def test_what_rows_say_exactly(value, row):
    rows = rows_of({"x": value})
    assert at(rows, "x") == row
    assert not has_mark(rows, "x")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (2**53 + 1, NUMBER),
        (-(2**70), NUMBER),
        (10**400, NUMBER),
        (LARGEST, NUMBER),
        ("x" * (TEXT_LIMIT + 1), TEXT),
        ("a\0", TEXT),
        ("\udcff", TEXT),
    ],
)
def test_what_they_can_not_say_has_a_mark(value, kind):
    rows = rows_of({"x": value})
    assert at(rows, "x")[0] == kind
    assert has_mark(rows, "x")


def test_a_value_that_json_does_not_know_has_a_mark():
    rows = rows_of({"x": (1, 2), "y": {1: 2.5}})
    assert at(rows, "x") is None
    assert has_mark(rows, "x")
    assert at(rows, "y", "1") == (NUMBER, 2.5, None)


def test_each_object_and_each_value_has_a_row_and_a_name():
    rows = index_document({"config": {"a": {"b c": {"": 1}, "lambda": "x"}}, "result": 5, "info": {}})
    names = {name for name in rows.names.values() if name}
    assert names == {
        *("config", "config.a", 'config.a["b c"]', 'config.a["b c"][""]', 'config.a["lambda"]'),
        *("result", "info"),
    }


def test_too_many_entries_leave_a_mark_at_their_root_alone():
    many = {f"k{number}": number for number in range(ROW_LIMIT + 50)}
    rows = index_document({"info": many, "config": {"x": 1}})
    found = by_path(rows)
    assert len(rows.fields) <= ROW_LIMIT + 5
    assert get_mark_key(("info",)) in found
    assert get_mark_key(("config",)) not in found
    exactly = rows_of({f"k{number}": None for number in range(ROW_LIMIT - 1)})
    assert not has_mark(exactly)


def test_what_is_too_deep_leaves_a_mark():
    nested = 1
    for _ in range(DEPTH_LIMIT + 10):
        nested = {"a": nested}
    rows = rows_of(nested)
    assert has_mark(rows, *["a"] * DEPTH_LIMIT) or has_mark(rows, *["a"] * (DEPTH_LIMIT - 1))
    assert len(rows) < DEPTH_LIMIT + 5


def test_names_are_items():
    rows = index_document(
        {
            "tags": ["b", "a", "a"],
            "artifacts": ["model.pt", {"name": "x"}, 5, None],
            "resources": [["/data/a.csv", "_resources/a"]],
            "experiment": {"name": "e", "sources": [["a.py", "_sources/a.py"]]},
        }
    )
    assert sorted(rows.items) == sorted(
        (get_path_key((root,)), text)
        for root, text in [
            ("tags", "a"),
            ("tags", "b"),
            ("artifacts", "model.pt"),
            ("artifacts", "x"),
            ("resources", "/data/a.csv"),
            ("sources", "a.py"),
        ]
    )
    found = by_path(rows)
    assert found[get_path_key(("tags",))] == (LIST, 3.0, None)
    assert get_mark_key(("tags",)) not in found


@pytest.mark.parametrize(
    "tags", [["x" * (ITEM_LIMIT + 1)], ["a\0"], ["\udcff"], [str(n) for n in range(1500)]]
)
def test_names_that_are_no_items_leave_a_mark(tags):
    rows = index_document({"tags": [*tags, "a"]})
    assert get_mark_key(("tags",)) in by_path(rows)
    assert len(rows.items) <= ROW_LIMIT


@pytest.mark.parametrize("damage", ["text", 5, None, {"a": 1}])
def test_a_damaged_document_gives_rows_all_the_same(damage):
    roots = (
        "config",
        "info",
        "tags",
        "artifacts",
        "experiment",
        "fail_trace",
        "notes",
        "host",
        "result",
        "meta",
    )
    by_path(index_document(dict.fromkeys(roots, damage)))


def test_the_traceback_is_one_text():
    rows = by_path(index_document({"fail_trace": ["a\n", "b"]}))
    assert rows[get_path_key(("fail_trace",))] == (TEXT, None, "a\nb")


def test_columns_of_a_run():
    document = {
        "id": "12",
        "status": "COMPLETED",
        "start_time": "1970-01-01T00:00:01.000002",
        "stop_time": "1970-01-01T01:00:00+01:00",
        "heartbeat": "yesterday",
    }
    assert index_run(document) == RunColumns("12", 12, "COMPLETED", 1_000_002, 0, None)
    assert index_run({"id": "007", "status": "a\0"}) == RunColumns("007", 7, None, None, None, None)
    assert index_run({"id": "1" * 19, "status": 5})[:3] == ("1" * 19, None, None)
    assert index_run({"id": "v1"})[:2] == ("v1", None)


def test_a_status_that_no_column_holds_leaves_a_mark():
    for status in ("a\0", "\udcff", 5, ["RUNNING"]):
        assert get_mark_key(("status",)) in by_path(index_document({"status": status}))
    assert by_path(index_document({"status": "RUNNING"})) == {}


def test_metrics():
    series = Series("val.loss", [0, 1], [0.5, 0.25], [0.0, 1.0])
    rows = index_metrics({"val.loss": summarize(series), "system.cpu": summarize(series)})
    found = by_path(rows)
    assert found[get_path_key(("metrics",))] == (OBJECT, 2.0, None)
    assert found[get_path_key(("metrics", "val.loss"))] == (OBJECT, 6.0, None)
    assert found[get_path_key(("metrics", "val.loss", "min"))] == (NUMBER, 0.25, None)
    assert found[get_path_key(("metrics", "val.loss", "last_step"))] == (NUMBER, 1.0, None)
    assert get_mark_key(("metrics", "system.cpu")) in found
    assert get_path_key(("metrics", "system.cpu", "min")) not in found
    assert "metrics.val.loss.min" in rows.names.values()


def test_many_metrics_are_all_there():
    summary = summarize(Series("a", [0], [1.5], [0.0]))
    found = by_path(index_metrics({f"m{number}": summary for number in range(METRIC_LIMIT)}))
    assert get_mark_key(("metrics",)) not in found
    for number in range(METRIC_LIMIT):
        for name in ("last", "min", "max", "mean"):
            assert found[get_path_key(("metrics", f"m{number}", name))] == (NUMBER, 1.5, None)


def test_too_many_metrics_leave_a_mark():
    summary = summarize(Series("a", [0], [1.5], [0.0]))
    rows = index_metrics({f"m{number}": summary for number in range(METRIC_LIMIT + 1)})
    assert get_mark_key(("metrics",)) in by_path(rows)


def test_paths_are_different_and_stay_the_same():
    paths = [("a",), ("a", "b"), ("b", "a"), ("ab",), ("a.b",), ("a", ""), ("a", "", ""), ()]
    keys = {get_path_key(path) for path in paths} | {get_mark_key(path) for path in paths}
    assert len(keys) == 2 * len(paths)
    assert all(0 <= key < 2**63 for key in keys)
    # a change makes all catalogues and SQL stores wrong: they would need a new version
    assert get_path_key(("config", "lr")) == 5892673469026008391
    assert (get_mark_key(()), MARK, None, None) == UNKNOWN_RUN


def test_what_databases_can_hold():
    assert [is_storable(text) for text in ("", "a", "é", "a\0", "é\0", "\ud800", "\U0001f389")] == [
        *(True, True, True, False, False, False, True),
    ]
