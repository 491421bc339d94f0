"""Queries as filters; that a real server lets through all that fits is shown in tests/properties."""

from datetime import UTC, datetime

import pytest

from sacred.query.nodes import And, Compare, Constant, Field, Not, Or
from sacred.query.parse import parse
from sacred.stores.mongo_filter import EVERY, NONE, make_filter

OTHER = {"$type": ["object", "date", "objectId", "binData", "decimal"]}


def or_other(place, condition):
    return {"$or": [{place: condition}, {place: OTHER}]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("config.lr < 0.1", or_other("config.lr", {"$lt": 0.1})),
        ("config.a.b >= 'x'", or_other("config.a.b", {"$gte": "x"})),
        ("config.x == True", or_other("config.x", True)),
        ("name == 'a'", or_other("experiment.name", "a")),
        ("comment.contains('a b')", or_other("meta.comment", {"$regex": "a b"})),
        ("command.startswith('ma')", or_other("command", {"$regex": "^ma"})),
        ("command.endswith('in')", or_other("command", {"$regex": "in$"})),
        ("command.contains('a.b')", or_other("command", {"$type": "string"})),
        ("status == 'COMPLETED'", {"status": {"$in": ["COMPLETED"]}}),
        ("status == 'DEAD'", {"status": {"$in": ["DEAD", "RUNNING"]}}),
        ("status != 'FAILED'", {"status": {"$not": {"$eq": "FAILED"}}}),
        ("status != 'RUNNING'", EVERY),
        ("'m.pt' in artifacts", {"artifacts.name": "m.pt"}),
        ("'a' in tags", {"omniboard.tags": "a"}),
        ("config.x is not None", {"config.x": {"$exists": True}}),
        ("config.x", {"config.x": {"$exists": True}}),
        ("config.x is None", EVERY),
        ("config.layers[0] == 1", {"config.layers": {"$exists": True}}),
        ("config['a.b'] == 1", {"config": {"$exists": True}}),
        ("not config.x == 1", EVERY),
        ("config.x == nan", or_other("config.x", 1)["$or"][1]),
        ("metrics.loss.min < 1", EVERY),
        ("duration > 5", EVERY),
        ("'a' in sources", EVERY),
        ("artifacts == []", EVERY),
        ("artifacts", EVERY),
        ("not artifacts is None", EVERY),
        ("tags == ['a']", EVERY),
        ("config.a == config.b", EVERY),
        ("False", NONE),
        ("True", EVERY),
        ("metrics.loss.min < 1 or status == 'A'", EVERY),
        ("metrics.loss.min < 1 and status == 'A'", {"status": {"$in": ["A"]}}),
        ("False and status == 'A'", NONE),
        ("False or status == 'A'", {"status": {"$in": ["A"]}}),
        ("not (status == 'A' or not status == 'B')", None),
        ("id == 5", {"$or": [{"_id": {"$in": [5, "5"]}}, {"_id": {"$regex": "^0"}}]}),
        ("id == 'a'", {"$or": [{"_id": "a"}, {"_id": {"$not": {"$type": ["string", "number"]}}}]}),
    ],
)
def test_filters(text, wanted):
    found = make_filter(parse(text), {"tags": "omniboard.tags"})
    if wanted is None:
        wanted = {"$and": [{"status": {"$not": {"$eq": "A"}}}, {"status": {"$in": ["B"]}}]}
    assert found == wanted


def test_moments_are_stored_with_milliseconds():
    found = make_filter(parse('start_time > "2026-01-02T03:04:05.678901"'))
    low = datetime(2026, 1, 2, 3, 4, 5, 677901, UTC)
    assert found == {"$or": [{"start_time": {"$gte": low}}, {"start_time": {"$not": {"$type": "date"}}}]}


@pytest.mark.parametrize(
    "value", [2**64, -(2**64), 10**400, 2**63, "\udcff", "a\0", [1], {"a": 1}, None, float("nan")]
)
@pytest.mark.parametrize("operator", ["==", "!=", "<", ">="])
@pytest.mark.parametrize(
    "path", [("config", "x"), ("id",), ("status",), ("start_time",), ("tags",), ("result",)]
)
def test_what_bson_can_not_hold_is_in_no_filter(value, operator, path):
    bson = pytest.importorskip("bson")
    bson.encode(make_filter(Compare(operator, Field(path), Constant(value))))
    bson.encode(make_filter(Not(And((Or((Compare(operator, Field(path), Constant(value)),)),)))))


def test_no_query_and_what_is_always_let_through():
    always = {"sacred.exact": {"$exists": True}}
    assert make_filter(None, always=[always]) == EVERY
    assert make_filter(parse("True"), always=[always]) == EVERY
    assert make_filter(parse("status == 'A'"), always=[always]) == {
        "$or": [{"status": {"$in": ["A"]}}, always]
    }
    assert make_filter(parse("False"), always=[always]) == always
