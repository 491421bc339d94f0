"""A folder of runs passes the contract: with its catalogue in a file, and in memory."""

import os

import pytest

from sacred.stores.folders.store import FolderStore
from sacred.testing.stores import StoreContract


class FolderStoreContract(StoreContract):
    @pytest.fixture
    def url(self, tmp_path):
        (tmp_path / "runs" / "_sources").mkdir(parents=True)  # an empty folder is none of runs
        return str(tmp_path / "runs")

    @pytest.fixture
    def opener(self, url):
        return lambda: FolderStore(url)

    def damage(self, store, run_id):
        path = os.path.join(store.find_run_folder(run_id), "run.json")
        with open(path, "w", encoding="ascii") as file:
            file.write('{"status": "COMPL')


class TestFolders(FolderStoreContract):
    @pytest.fixture(autouse=True)
    def cache(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))


class TestFoldersWithoutCache(FolderStoreContract):
    @pytest.fixture(autouse=True)
    def cache(self, tmp_path, monkeypatch):
        (tmp_path / "cache").write_text("no folder")
        monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))
