"""The text of the stored JSON files: indentation, order of keys, unicode, numbers; as tools read it."""
# run: with seed=1 z=5 nested.y=text
# run: empty with seed=1

import json
from pathlib import Path

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("texts")
ex.observers.append(FileStorageObserver("runs"))


@ex.config
def config():
    z = 1
    a = 'Größe ✓ "quoted" \\ /'
    nested = {"y": "", "b": [1, [2.0, None], {}], "empty": {}, "none": []}
    numbers = [1e-10, 1e22, 10**20, 0.1 + 0.2, -0.0, 1.0]
    flag = True


@ex.main
def main(_run):
    _run.info["z"] = {"b": 1, "a": [1, 2]}
    _run.info["a"] = "ü"
    _run.log_scalar("z loss", 0.5)
    _run.log_scalar("accuracy", 1, 10)
    return {"z": 1, "a": 0.25}


@ex.command
def empty():
    pass


run = ex.run_commandline()
folder = Path("runs", run._id)
found = sorted(path.name for path in folder.glob("*.json"))
texts = {name: (folder / name).read_text(encoding="utf-8") for name in found}
tell(
    files=found,
    config=texts["config.json"].splitlines(),
    info=texts.get("info.json", "").splitlines(),
    run_keys=[key for key in json.loads(texts["run.json"]) if key != "recorder"],
    metrics=[line for line in texts["metrics.json"].splitlines() if "T" not in line],
    result=[
        line for line in texts["run.json"].splitlines() if line.startswith('  "') and "recorder" not in line
    ],
    ends={name: text[-2:] for name, text in texts.items()},
)
