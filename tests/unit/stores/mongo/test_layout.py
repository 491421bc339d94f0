"""Where things are in the database, and ids as 0.8 and others write them."""

import pymongo
import pytest
from bson import ObjectId

from sacred.stores.mongo.layout import find_layout, format_id, parse_id


@pytest.mark.parametrize(
    ("name", "metrics"),
    [("runs", "metrics"), ("other", "metrics"), ("team_runs", "team_metrics"), ("reruns", "metrics")],
)
def test_metrics_are_where_0_8_puts_them(name, metrics):
    client = pymongo.MongoClient(connect=False)
    layout = find_layout(client["database"], name)
    client.close()
    assert (layout.runs.name, layout.metrics.name, layout.files.name) == (name, metrics, "fs.files")
    assert layout.trash.name == f"{name}.trash"


@pytest.mark.parametrize(
    ("raw", "text"),
    [(1, "1"), (2**40, str(2**40)), ("1", "1"), ("my run", "my run"), (-1, "-1"), (True, None), (1.0, None)],
)
def test_ids_are_text(raw, text):
    assert format_id(raw) == text
    if text is not None:
        assert raw in parse_id(text)


def test_an_object_id_is_its_digits():
    raw = ObjectId()
    assert parse_id(str(raw)) == [str(raw), raw]
    assert format_id(raw) == str(raw)


def test_a_number_goes_before_the_text_that_looks_like_it():
    assert parse_id("7") == [7, "7"]
    assert parse_id("007") == ["007"]
    assert parse_id(str(2**63)) == [str(2**63)]
    assert parse_id("\udcff") == []
