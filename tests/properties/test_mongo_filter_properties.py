"""Whatever the runs and the query are: a MongoDB server passes on every run that fits."""

import pytest

from sacred.query.evaluate import make_test
from sacred.query.fields import MOMENTS, read_moment
from sacred.stores.mongo_filter import make_filter
from sacred.testing.strategies import NOW, make_maker
from servers import run_mongo

EXAMPLES = 100
PLACES = {"tags": "omniboard.tags"}


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    from pymongo import MongoClient

    with run_mongo(tmp_path_factory.mktemp("mongo")) as (url, _), MongoClient(url) as client:
        yield client["sacred"]["runs"]


def is_sound(text):
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def keep_sound(value):
    """Leave out what BSON can't hold, or no server takes: stores keep it elsewhere."""
    if isinstance(value, dict):
        kept = {key: keep_sound(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if is_sound(key) and key and "." not in key}
    if isinstance(value, list):
        return [keep_sound(inner) for inner in value]
    if isinstance(value, str):
        return value if is_sound(value) else "unsound"
    return value if not isinstance(value, int) or -(2**63) <= value < 2**63 else float(2**62)


def store(document, number):
    """Return a document as 0.8 stores it."""
    run_id = document["id"]
    stored = {key: value for key, value in document.items() if key not in {"id", "metrics", "tags"}}
    stored["_id"] = int(run_id) if run_id.isdigit() and number % 2 and len(run_id) < 18 else run_id
    stored["omniboard"] = {"tags": document.get("tags", [])}
    if "artifacts" in document:
        stored["artifacts"] = [{"name": name} for name in document["artifacts"]]
    for key in MOMENTS:
        moment = read_moment(document.get(key))
        if moment is not None:
            stored[key] = moment
    if document.get("status") == "DEAD":
        stored["status"] = "RUNNING"
    if number % 3 == 0 and not isinstance(document.get("config", {}).get("a", []), dict | list):
        stored["config"] = {**document["config"], "a": {"py/object": "numpy", "value": 1}}
    return stored


@pytest.mark.parametrize("seed", range(3))
def test_a_filter_lets_through_what_fits(collection, seed):
    maker = make_maker(seed)
    documents = [{**keep_sound(document), "id": document["id"]} for document in maker.make_runs(60)]
    collection.drop()
    collection.insert_many([store(document, number) for number, document in enumerate(documents)])
    narrowed = 0
    for _ in range(EXAMPLES):
        query = maker.make_expression()
        wanted = make_filter(query, PLACES)
        found = {str(one["_id"]).lstrip("0") for one in collection.find(wanted, {"_id": 1})}
        fits = make_test(query, NOW)
        fitting = {document["id"].lstrip("0") for document in documents if fits(document)}
        assert fitting <= found, (query, wanted)
        narrowed += len(found) < len(documents)
    assert narrowed > EXAMPLES / 5
