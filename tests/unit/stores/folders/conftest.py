"""Folders of runs, made by hand in the layout of Sacred 0.8 and older ones, old enough to be settled."""

import json
import os
import time

import pytest

from sacred.stores.folders.store import FolderStore

START = "2026-01-02T03:04:05.678901"


class Runs:
    """A folder of runs, and what tests do with it."""

    def __init__(self, path):
        self.path = path
        self._stores = []

    def open(self):
        store = FolderStore(str(self.path))
        self._stores.append(store)
        return store

    def close(self):
        for store in self._stores:
            store.close()

    def make(self, run_id="1", *, config=None, info=None, files=None, is_old=True, **entry):
        """Make a run that is over, or as ``entry`` says; None leaves a key out."""
        folder = self.path / str(run_id)
        folder.mkdir(exist_ok=True)
        facts = {"status": "COMPLETED", "start_time": START, "heartbeat": START, "artifacts": [], **entry}
        facts = {key: value for key, value in facts.items() if value is not None}
        (folder / "run.json").write_text(json.dumps(facts))
        (folder / "config.json").write_text(json.dumps(config if config is not None else {"lr": 0.1}))
        if info is not None:
            (folder / "info.json").write_text(json.dumps(info))
        for name, content in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if is_old:
            self.age(run_id)
        return folder

    def age(self, *names, seconds=3600):
        """Make folders and what is in them look old."""
        moment = time.time() - seconds
        for name in names:
            for folder, folders, files in os.walk(self.path / str(name), topdown=False):
                for one in (*folders, *files):
                    os.utime(os.path.join(folder, one), (moment, moment), follow_symlinks=False)
                os.utime(folder, (moment, moment))
        os.utime(self.path, (moment, moment))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def runs(tmp_path, cache):
    (tmp_path / "runs").mkdir()
    made = Runs(tmp_path / "runs")
    yield made
    made.close()
