"""JSON files: special numbers, unicode, jsonpickle's notation, nesting, and what is no configuration."""
# run:
# run: with numbers.json
# run: with text.json
# run: with broken.json
# run: with commented.json
# run: with list.json

import json
from pathlib import Path

from kit import outcome, tell

from sacred import Experiment
from sacred.config import load_config_file, save_config_file

FILES = {
    "numbers.json": '{"a": NaN, "b": -Infinity, "c": 1e400, "d": 123456789012345678901, "e": 1.0, "f": -0.0}',
    "text.json": '{"a": "\\u00fc \\ud83d\\ude00 ß", "b": "", "c": "line\\nbreak", "ключ": 1}',
    "broken.json": '{"a": 1,}',
    "commented.json": '// settings\n{"a": 1}',
    "list.json": "[1, 2]",
    "tuple.json": '{"a": {"py/tuple": [1, 2]}}',
    "deep.json": '{"d": {"x": {"y": {"z": [1, {"k": null}]}}}, "a": true}',
}
for name, content in FILES.items():
    Path(name).write_text(content, encoding="utf-8")

ex = Experiment("json")


@ex.config
def config():
    a = 1
    b = "b"
    c, d, e, f = None, {"x": {"y": 2}}, None, None
    ключ = 0


@ex.main
def main(_config):
    tell(config=_config)


def added(name):
    other = Experiment("other")
    other.add_config(name)
    other.main(lambda _config: dict(_config))
    return other.run(config_updates={"seed": 1}, options={"--loglevel": "ERROR"}).result


def saved(value):
    save_config_file(value, "saved.json")
    return json.loads(Path("saved.json").read_text())


tell(loaded={name: outcome(load_config_file, name) for name in ("numbers.json", "tuple.json", "deep.json")})
tell(added={name: "raises" in outcome(added, name) for name in FILES})
tell(deep=added("deep.json"), saved=saved({"b": [1, None, 1.5], "a": {"z": True, "y": "ü"}}))
ex.run_commandline()
