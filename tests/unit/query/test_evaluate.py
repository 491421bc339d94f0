"""What a query means: the sentences of docs/query.md, one by one."""

from datetime import UTC, datetime

import pytest

from sacred.query.evaluate import is_equal, make_test, sort_documents
from sacred.query.fields import ROOTS, list_needed_keys, needs_metrics
from sacred.query.nodes import Compare, Constant, Contains, Field, IsNone
from sacred.query.parse import parse, parse_sort

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NAN, INF = float("nan"), float("inf")
DOCUMENT = {
    "id": "42",
    "status": "RUNNING",
    "command": "main",
    "start_time": "2026-02-28T23:00:00.000001",
    "heartbeat": "2026-02-28T23:30:00",
    "result": 2**53 + 1,
    "tags": ["baseline", "é"],
    "notes": "good",
    "fail_trace": ["Traceback\n", "ValueError: no\n"],
    "config": {
        "n": 1,
        "one": 1.0,
        "text": "abc",
        "yes": True,
        "no": False,
        "zero": 0,
        "empty": "",
        "null": None,
        "nan": NAN,
        "inf": INF,
        "list": [1, None, "a", [2]],
        "none": [],
        "object": {"a": 1, "null": None},
        "odd key": {"x.y": 5, "0": "zero"},
        "lambda": 3,
        "digits": "1",
        "files": ["a.csv", "b.txt"],
    },
    "meta": {"comment": "a comment"},
    "experiment": {"name": "digits", "sources": [["train.py", "_sources/train_1.py"]]},
    "artifacts": ["model.pt", {"name": "plot.png"}],
    "resources": [["/data/a.csv", "_resources/a.csv"]],
    "metrics": {"val.loss": {"count": 2, "last": 0.5, "min": 0.25, "max": 1, "mean": 0.6, "last_step": 9}},
}

TRUE = """
config.n == 1
config.n == 1.0
config.one == 1
config.n != "1"
config.digits == "1"
config.yes == True
config.no == False
config.n != True
config.yes != 1
config.zero == -0.0
result == 9007199254740993
result != 9007199254740992.0
result > 9007199254740992.0
result < 9007199254740994
config.inf == inf
config.inf > 1e308
config.nan != nan
config.nan != config.nan
not config.nan < 1
not config.nan >= 1
config.nan
config.missing is None
config.null is None
config.missing == None
config.n != None
config.n is not None
config.missing != 1
config.missing != config.missing
not config.null < 1
not config.missing in [1, "a"]
config.missing in [1, None]
config.null in [None]
config.n in [None, 1]
config.n not in [None, 2]
not config.missing.startswith("")
config.missing.deeper is None
config.text.deeper is None
config.text < "b"
config.text > "Z"
config.text != "ABC"
not config.text < 5
not config.no < config.yes
config.list == [1, None, "a", [2]]
config.list != [1, None, "a", [2, 3]]
config.list != [1, None, "a"]
not config.list < config.list
config.none == []
config.object == config.object
config.list[0] == 1
config.list[-1] == [2]
config.list[-1][0] == 2
config.list[1] is None
config.list[7] is None
config.list[-5] is None
config["odd key"]["x.y"] == 5
config["odd key"][0] == "zero"
config.lambda == 3
1 in config.list
not True in config.list
"a" in config.list
[2] in config.list
not 3 in config.list
"a" in config.object
not "null" in config.object
"b" in config.text
"" in config.text
not "b" in config.n
config.text in "xabcx"
config.n in config.list
not config.missing in config.list
config.text.startswith("ab")
config.text.endswith("c")
config.text.contains("b")
config.text.matches("^a.c$")
config.text.matches("b")
not config.text.matches("B")
not config.n.startswith("1")
config.files.endswith(".csv")
not config.files.endswith(".png")
not config.zero
not config.empty
not config.none
not config.no
not config.null
config.object
config.yes
id == 42
id == "42"
id == 42.0
id in ["42"]
id < 100
not id == "042x"
id.startswith("4")
id
status == "RUNNING"
"RUN" in status
name == "digits"
experiment.name == name
comment.contains("comment")
meta.comment == comment
notes
command == "main"
"baseline" in tags
not "Baseline" in tags
tags.contains("base")
tags[0] == "baseline"
"model.pt" in artifacts
"plot.png" in artifacts
"train.py" in sources
"/data/a.csv" in resources
resources.endswith("a.csv")
fail_trace.contains("no\\n")
fail_trace.startswith("Traceback\\nValueError")
metrics.val.loss.min < 0.3
metrics["val.loss"].count == 2
metrics.val.loss.last_step == 9
metrics.val.loss
"val.loss" in metrics
metrics.other is None
metrics.other.min is None
start_time > "2026-02-28"
start_time > "2026-02-28 23:00"
start_time < "2026-03-01T00:00:01+01:00"
start_time > now - hours(2)
not start_time > now
start_time == "2026-02-28T23:00:00.000001"
stop_time is None
start_time in ["2026-02-28T23:00:00.000001"]
duration == 3599.999999
duration < hours(1)
0 < duration <= hours(1)
True
not False
"""


@pytest.mark.parametrize("text", TRUE.strip().split("\n"))
def test_true(text):
    expression = parse(text, now=NOW)
    assert make_test(expression, NOW)(DOCUMENT)
    assert not make_test(parse(f"not ({text})", now=NOW), NOW)(DOCUMENT)


@pytest.mark.parametrize(
    ("change", "seconds"),
    [
        ({}, 3599.999999),
        ({"status": "DEAD"}, 1799.999999),
        ({"status": "COMPLETED", "stop_time": "2026-02-28T23:00:02.5"}, 2.499999),
        ({"stop_time": "yesterday"}, 3599.999999),
        ({"start_time": None}, None),
        ({"start_time": "yesterday"}, None),
        ({"status": "QUEUED", "start_time": None, "heartbeat": None}, None),
        ({"status": "FAILED", "heartbeat": None}, None),
    ],
)
def test_duration(change, seconds):
    document = {**DOCUMENT, **change}
    duration = Field(("duration",))
    wanted = IsNone(duration) if seconds is None else Compare("==", duration, Constant(seconds))
    assert make_test(wanted, NOW)(document)


@pytest.mark.parametrize("root", ROOTS)
def test_a_damaged_or_empty_document_answers_everything(root):
    field = Field((root,))
    for document in (
        {},
        dict.fromkeys(ROOTS, 5),
        dict.fromkeys(ROOTS, "x"),
        {key: [None, {}] for key in ROOTS},
    ):
        for expression in (
            IsNone(field),
            Compare("<", field, Constant(1)),
            Contains(Constant("x"), field),
            Contains(field, Constant(["x", None])),
        ):
            assert make_test(expression, NOW)({"id": "1", **document}) in {True, False}


def test_none_fits_all():
    assert make_test(None)({})


def sort(values, text):
    documents = [{"id": str(number), "result": value} for number, value in enumerate(values)]
    return [document["result"] for document in sort_documents(documents, parse_sort(text))]


def test_kinds_keep_their_order_whichever_way_is_sorted():
    values = [None, [2], True, "b", NAN, 2, "a", False, {"a": 1}, -INF, 2**60 + 1, 0.5]
    up = [-INF, 0.5, 2, 2**60 + 1, NAN, "a", "b", False, True, [2], {"a": 1}, None]
    down = [2**60 + 1, 2, 0.5, -INF, NAN, "b", "a", True, False, [2], {"a": 1}, None]
    assert repr(sort(values, "result")) == repr(up)
    assert repr(sort(values, "-result")) == repr(down)


def test_several_keys_and_what_is_equal():
    documents = [{"id": str(number), "result": number % 2, "notes": "ab"[number // 3]} for number in range(6)]

    def ids(text):
        return "".join(document["id"] for document in sort_documents(documents, parse_sort(text)))

    assert ids("result") == "024135"
    assert ids("-result") == "135024"
    assert ids("-notes, result") == "435021"
    assert ids("notes, -id") == "210543"


def test_moments_and_ids_sort_by_value():
    documents = [
        {"id": "10", "start_time": "2026-01-02"},
        {"id": "9", "start_time": "2026-01-01T23:00-02:00"},
    ]
    assert [one["id"] for one in sort_documents(documents, parse_sort("id"))] == ["9", "10"]
    assert [one["id"] for one in sort_documents(documents, parse_sort("start_time"))] == ["10", "9"]


def test_what_is_needed_to_answer():
    query = parse('sources.contains("a") and duration > 5 and comment and not tags')
    assert list_needed_keys(query) == {
        *("id", "status", "experiment", "start_time", "stop_time", "heartbeat", "meta", "tags"),
    }
    assert needs_metrics(parse("id == 1 or not (metrics.a.min < 1)"))
    assert needs_metrics(None, parse_sort("-metrics.a.min"))
    assert not needs_metrics(query, parse_sort("result"))


def test_what_is_nested_too_deeply_is_equal_to_nothing():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    assert not is_equal(nested, [nested])
