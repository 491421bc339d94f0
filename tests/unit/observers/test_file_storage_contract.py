import json
from pathlib import Path

from contracts.observer_contract import ObserverContract
from sacred.observers import FileStorageObserver


class TestFileStorageContract(ObserverContract):
    def make_observer(self, tmp_path):
        return FileStorageObserver(tmp_path / "runs")

    def read_record(self, observer):
        folder = Path(observer.dir)

        def read(name):
            path = folder / name
            return json.loads(path.read_text()) if path.exists() else {}

        output = folder / "cout.txt"
        return {
            "run": read("run.json"),
            "config": read("config.json"),
            "info": read("info.json"),
            "metrics": read("metrics.json"),
            "output": output.read_text(encoding="utf-8") if output.exists() else "",
        }
