"""Several runs: a sequence in pages, tables and frames of it, and how it is shown."""

import math
from datetime import UTC, datetime, timedelta

import pandas as pd
import polars as pl
import pytest

from sacred.errors import QuerySyntaxError
from sacred.reader import Runs, Store
from sacred.reader import runs as runs_module
from sacred.reader.texts import choose_shown, format_table, format_value
from sacred.stores.memory import MemoryStore
from unit.reader.conftest import make_document, make_series, put


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(runs_module, "PAGE", 3)
    memory = MemoryStore("many")
    for number in range(1, 11):
        put(memory, make_document(str(number), result=number))
    memory.loads = []
    load = memory.load

    def noting_load(ids, **options):
        memory.loads.append(len(ids))
        return load(ids, **options)

    memory.load = noting_load
    return memory


def test_a_sequence(many):
    runs = Store(many).runs()
    assert len(runs) == 10
    assert (runs[0].id, runs[-1].id) == ("1", "10")
    assert [run.result for run in runs] == list(range(1, 11))
    assert [run.id for run in reversed(runs)] == [str(number) for number in range(10, 0, -1)]
    part = runs[2:5]
    assert isinstance(part, Runs)
    assert part.ids == ["3", "4", "5"]
    assert runs[::-3].ids == ["10", "7", "4", "1"]
    assert runs[3] in runs
    assert "7" in runs
    assert 7 in runs
    assert 77 not in runs
    assert part == runs[2:5]
    assert part != runs
    assert part != ["3", "4", "5"]
    assert runs[20:] == runs[:0]
    with pytest.raises(IndexError, match="there are 10 runs, and no run at 10"):
        runs[10]
    with pytest.raises(IndexError):
        runs[-11]


def test_records_are_loaded_in_pages(many):
    runs = Store(many).runs()
    assert many.loads == []
    assert [run.result for run in runs] == list(range(1, 11))
    assert many.loads == [3, 3, 3, 1]
    assert [runs[index].result for index in (3, 4, 5, 9)] == [4, 5, 6, 10]
    assert many.loads == [3, 3, 3, 1]


def test_what_is_gone_is_left_out(many):
    store = Store(many)
    runs = store.runs()
    store.delete([2, 3, 4])
    assert [run.id for run in runs] == ["1", "5", "6", "7", "8", "9", "10"]
    assert runs.to_pandas(["id"])["id"].tolist() == [1, 5, 6, 7, 8, 9, 10]
    assert len(runs) == 10


# --- tables -------------------------------------------------------------------------------------------


def test_columns_that_matter(store):
    assert store.runs().columns() == [
        "config.rate",
        "config.optimizer.kind",
        "config.seed",
        "result",
        "metrics.loss.last",
    ]
    assert store.runs("id == 10").columns() == []


def test_the_table_of_itself(store):
    table = store.runs().to_dict()
    assert list(table) == [
        *("id", "status", "start_time", "duration"),
        *("config.rate", "config.optimizer.kind", "config.seed", "result", "metrics.loss.last"),
    ]
    assert table["id"] == ["1", "2", "10", "7f3a9c"]
    assert table["duration"] == [timedelta(minutes=1)] * 3 + [None]
    assert table["start_time"][0] == datetime(2026, 11, 2, 10, 0, 0, 250000, tzinfo=UTC)
    assert table["config.rate"] == [0.1, 0.2, 0.1, 0.1]
    assert table["result"] == [0.5, 0.25, None, 0.5]
    assert table["metrics.loss.last"] == [0.25, 1.0, None, None]


def test_an_empty_table(store):
    runs = store.runs("result > 100")
    assert list(runs.to_dict()) == ["id", "status", "start_time", "duration", "result"]
    assert runs.to_pandas().empty
    assert runs.to_polars().is_empty()
    assert "0 runs in here" in runs._repr_html_()


def test_chosen_columns(store):
    names = ["id", "config.layers[0]", "name", "metrics.loss.min", "config.nothing", "tags", "config"]
    table = store.runs("id in [1, 2]").to_dict(names)
    assert list(table) == names
    assert table["config.layers[0]"] == [64, 64]
    assert table["name"] == ["digits", "digits"]
    assert table["metrics.loss.min"] == [0.25, 1.0]
    assert table["config.nothing"] == [None, None]
    assert table["config"][0]["optimizer"] == {"kind": "sgd"}
    assert list(store.runs().to_dict("result")) == ["result"]
    with pytest.raises(QuerySyntaxError):
        store.runs().to_dict(["no such field"])


def test_entries_that_only_some_runs_have(store, memory):
    put(memory, make_document("5", config={"only": 1, "odd key": {"a.b": 2}, "empty": {}}))
    table = store.runs("id in [1, 5]").to_dict()
    assert table["config.only"] == [None, 1]
    assert table['config["odd key"]["a.b"]'] == [None, 2]
    assert table["config.empty"] == [None, {}]
    assert table["config.layers"] == [[64, 32], None]


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        (1, 1, False),
        (1, 1.0, True),
        (1, True, True),
        (math.nan, math.nan, False),
        ([1, 2], [1, 2], False),
        ([1], [2], True),
        (None, None, False),
        ("a", None, True),
    ],
    ids=str,
)
def test_what_counts_as_changed(memory, one, other, differs):
    for run_id, value in (("1", one), ("2", other)):
        put(memory, make_document(run_id, config={"x": value}))
    assert ("config.x" in Store(memory).runs().columns()) == differs


def test_pandas(store):
    frame = store.runs('id != "7f3a9c"').to_pandas()
    assert frame["id"].dtype == "int64"
    assert str(frame["start_time"].dtype) == "datetime64[us, UTC]"
    assert frame["duration"].tolist() == [pd.Timedelta(minutes=1)] * 3
    assert frame["config.rate"].dtype == "float64"
    assert frame["config.seed"].dtype == "int64"
    assert frame["result"].isna().tolist() == [False, False, True]
    assert frame["status"].tolist() == ["COMPLETED", "COMPLETED", "FAILED"]
    assert frame["metrics.loss.last"].isna().tolist() == [False, False, True]
    assert store.runs().to_pandas()["id"].tolist() == ["1", "2", "10", "7f3a9c"]


VALUES = [
    ([1, None], "Int64", pl.Int64),
    ([1, 2], "int64", pl.Int64),
    ([1, 2.5], "float64", pl.Float64),
    ([True, None], "boolean", pl.Boolean),
    ([True, False], "bool", pl.Boolean),
    (["a", None], "string", pl.String),
    ([1, "a"], "object", pl.String),
    ([[1], [2, "x"]], "object", pl.String),
    ([{"a": 1}, None], "object", pl.String),
    ([2**70, 1], "object", pl.String),
    ([True, 1], "object", pl.String),
    (["\ud800", "b"], "string", pl.String),
    ([math.nan, math.inf], "float64", pl.Float64),
    ([None, None], "object", pl.Null),
    (["2026-01-01T00:00:00", 3], "object", pl.String),
]


@pytest.mark.parametrize(("values", "dtype", "other"), VALUES, ids=str)
def test_values_of_all_types_make_a_column(memory, values, dtype, other):
    for number, value in enumerate(values, 1):
        put(memory, make_document(str(number), config={"x": value, "kind": number}))
    runs = Store(memory).runs()
    column = runs.to_pandas(["config.x"])["config.x"]
    assert column.dtype == dtype
    assert column.isna().tolist() == [value is None or repr(value) == "nan" for value in values]
    series = runs.to_polars(["config.x"])["config.x"]
    assert series.dtype == other
    assert series.is_null().to_list() == [value is None for value in values]


def test_polars(store):
    frame = store.runs().to_polars(["id", "start_time", "duration", "config.layers"])
    assert frame["id"].to_list() == ["1", "2", "10", "7f3a9c"]
    assert frame.schema["start_time"] == pl.Datetime("us", "UTC")
    assert frame["duration"].to_list() == [timedelta(minutes=1)] * 3 + [None]
    assert frame["config.layers"][0] == "[64, 32]"
    assert store.runs("id < 100").to_polars(["id"])["id"].to_list() == [1, 2, 10]


def test_ids_that_are_numbers_only_almost(memory):
    put(memory, make_document("007"))
    assert Store(memory).runs().to_pandas(["id"])["id"].tolist() == ["007"]


# --- how they are shown -------------------------------------------------------------------------------


def test_plain_text(store, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert repr(store.runs()).splitlines() == [
        "id      status     started           duration  rate  optimizer.kind  result  loss",
        "1       COMPLETED  2026-11-02 10:00  0:01:00    0.1  sgd                0.5  0.25",
        "2       COMPLETED  2026-11-03 10:00  0:01:00    0.2  adam              0.25   1.0",
        "10      FAILED     2026-11-02 10:00  0:01:00    0.1  sgd                  -     -",
        "7f3a9c  COMPLETED  -                 -          0.1  sgd                0.5     -",
    ]


def test_plain_text_in_little_room(store, monkeypatch):
    monkeypatch.setenv("COLUMNS", "45")
    lines = repr(store.runs()).splitlines()
    assert lines[0] == "id      status     rate  result"
    assert lines[-1] == "not shown: optimizer.kind, loss"
    assert max(map(len, lines)) <= 45


def test_plain_text_of_many(many, monkeypatch):
    monkeypatch.setattr(runs_module, "_SHOWN", 4)
    lines = repr(Store(many).runs()).splitlines()
    assert len(lines) == 6
    assert lines[-1] == "… and 6 more"


@pytest.mark.parametrize("key", ["1", 1.5, None])
def test_runs_are_not_found_by_id(many, key):
    with pytest.raises(TypeError, match=r"by its id a run is found in the store"):
        Store(many).runs()[key]


def test_headings_that_would_be_the_same():
    table = {"config.loss": [1], "metrics.loss.last": [2], "config.rate": [3], "config.seed": [4]}
    assert list(choose_shown(table)) == ["config.loss", "metrics.loss.last", "rate"]
    assert list(choose_shown({'metrics["val.acc"].last': [1], "start_time": [None]})) == [
        "val.acc",
        "started",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.30000000000000004, "0.3"),
        (1.0, "1.0"),
        (1e-12, "1e-12"),
        (math.nan, "nan"),
        (12345678, "12345678"),
        (True, "True"),
        ("a\x1b[31mb\nc", "a\\x1b[31mb\\nc"),
        ("x" * 100, "x" * 29 + "…"),
        ([1, 2], "[1, 2]"),
        (list(range(10**6)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9…"),
        (timedelta(milliseconds=21), "0.02 s"),
        (timedelta(milliseconds=9), "0.01 s"),
        (timedelta(seconds=9.876), "9.88 s"),
        (timedelta(seconds=59.5), "59.5 s"),
        (timedelta(days=2, seconds=61), "2 days, 0:01:01"),
        ({"a": 1}, "{'a': 1}"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_cells(value, text):
    assert format_value(value) == text


def test_a_number_that_python_refuses_to_write_out():
    assert format_value(10**5000).startswith("0x")
    assert format_value([10**5000]) == "<list>"


def test_a_table_without_columns_that_fit():
    assert format_table({"id": ["1" * 50]}, 20, 1, 10).splitlines()[0] == "id"


def test_html_of_many(store, memory):
    put(memory, make_document("5", status="<b>odd</b>", config={"<script>": "<img src=x onerror=alert(1)>"}))
    html = store.runs()._repr_html_()
    assert "5 runs in here" in html
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>odd" not in html
    assert "&lt;img src=x" in html


def test_html_of_one(store, memory):
    evil = '<script>alert("1")</script>'
    put(
        memory,
        make_document(
            "5",
            status="FAILED",
            command=evil,
            experiment={"name": evil},
            config={evil: evil, "rate": 0.1},
            result=evil,
            fail_trace=[evil],
            tags=[evil],
            notes=evil,
        ),
        [
            make_series(evil),
            make_series("text", [evil, evil]),
            make_series("nan", [math.nan, math.inf, 1, 2]),
        ],
        f"\x1b[31m{evil}\x1b[0m\nend\n".encode(),
        [("artifact", evil, b"x"), ("resource", evil, b"x")],
    )
    html = store[5]._repr_html_()
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 10
    assert "\x1b" not in html
    assert html.count("<svg") == 2
    assert "Traceback" in html
    assert html.count("<div") == html.count("</div>")
    assert html.count("<details") == html.count("</details>") == 2


def test_html_says_what_was_changed(store, memory):
    put(memory, make_document("5", meta={"config_updates": {"optimizer": {"kind": "adam"}}}))
    html = store[5]._repr_html_()
    assert html.index('class="s-on"><td>optimizer.kind') < html.index('class="s-off"><td>rate')


def test_html_of_a_run_whose_metrics_can_t_be_read(store, memory):
    def fail(*_):
        raise OSError("no answer")

    memory.list_metrics = fail
    assert "no answer" in store[1]._repr_html_()
    assert "Configuration" in store[1]._repr_html_()


def test_html_of_very_many(many):
    for run_id, kept in many._runs.items():
        kept.document["config"] = {f"x{number}": int(run_id) + number for number in range(30)}
    for number in range(11, 40):
        put(many, make_document(str(number)))
    html = Store(many).runs()._repr_html_()
    assert "39 runs in many, the first 20 are shown" in html
    assert "columns are not shown" in html


def test_a_page_shows_the_last_state_of_a_progress_bar(memory):
    put(memory, make_document("1"), output=b"10 %\r55 %\r100 %\nend\n")
    html = Store(memory)[1]._repr_html_()
    assert "100 %\nend" in html
    assert "55 %" not in html


def test_a_page_of_a_run_whose_output_has_an_impossible_size(memory, monkeypatch):
    put(memory, make_document("1", recorder={"output_bytes": 10**400}), output=b"end\n")
    read_output = memory.read_output
    monkeypatch.setattr(
        memory, "read_output", lambda _, start, stop: read_output("1", start.to_bytes(8)[0], stop)
    )
    assert "end" in Store(memory)[1]._repr_html_()
