"""A TinyDB folder as a store passes the contract."""

import json

import pytest

from sacred.stores.tinydb.store import TinyDbStore
from sacred.testing.stores import StoreContract


class TestTinyDbStore(StoreContract):
    @pytest.fixture
    def url(self, tmp_path):
        return f"tinydb://{tmp_path}/runs_db"

    @pytest.fixture
    def opener(self, tmp_path):
        return lambda: TinyDbStore(str(tmp_path / "runs_db"))

    def damage(self, store, run_id):
        path = f"{store.location}/metadata.json"
        with open(path) as file:
            tables = json.load(file)
        (row,) = (row for row in tables["runs"].values() if row["_id"] == int(run_id))
        row["config"] = 5
        with open(path, "w") as file:
            json.dump(tables, file)
