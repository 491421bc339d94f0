"""MongoDB as a store passes the contract, on a server of its wire protocol."""

import itertools

import pytest

from sacred.stores.mongo.store import MongoStore
from sacred.testing.stores import StoreContract
from servers import run_mongo

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with run_mongo(tmp_path_factory.mktemp("mongo")) as (url, _):
        yield url


class TestMongoStore(StoreContract):
    @pytest.fixture
    def url(self, server):
        return f"{server}contract{next(_numbers)}.runs"

    @pytest.fixture
    def opener(self, url):
        return lambda: MongoStore(url)

    def damage(self, store, run_id):
        store._layout.runs.update_one({"_id": int(run_id)}, {"$set": {"config": 5}})
