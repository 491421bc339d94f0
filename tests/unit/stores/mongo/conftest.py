"""A server for the tests of this folder, and empty stores on it."""

import itertools

import pymongo
import pytest

from sacred.stores.mongo.store import MongoStore
from servers import run_mongo

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with run_mongo(tmp_path_factory.mktemp("mongo")) as (url, _):
        yield url


@pytest.fixture
def name():
    return f"unit{next(_numbers)}"


@pytest.fixture
def store(server, name):
    store = MongoStore(f"{server}{name}")
    yield store
    store.close()


@pytest.fixture
def database(server, name):
    client = pymongo.MongoClient(server)
    yield client[name]
    client.close()
