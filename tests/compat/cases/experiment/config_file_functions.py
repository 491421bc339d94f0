"""load_config_file, save_config_file, get_handler and the table of handlers."""
# run:

import json
import os
import pickle
from pathlib import Path

from kit import outcome, tell

from sacred.config import load_config_file, save_config_file
from sacred.config.config_files import HANDLER_BY_EXT, get_handler, yaml_extensions

config = {"a": 1, "b": {"c": [1, 2.5, None, True], "d": "text"}, "e": "ä", "f": 1e-8, "g": []}
for name in ("c.json", "c.yaml", "c.yml", "c.pickle"):
    save_config_file(config, name)
tell(
    loaded={name: load_config_file(name) for name in ("c.json", "c.yaml", "c.yml", "c.pickle")},
    handlers=sorted(HANDLER_BY_EXT),
    yaml=sorted(yaml_extensions),
    names=[type(get_handler(name)).__name__ for name in ("x.json", "dir.json/x.yaml", Path("y.pickle").name)],
    fields=[hasattr(get_handler("x.json"), name) for name in ("load", "dump", "mode")],
    modes=[get_handler(name).mode for name in ("x.json", "x.yaml", "x.pickle")],
    unknown=[outcome(get_handler, name) for name in ("x.txt", "x", "x.JSON", ".json")],
    missing=[outcome(load_config_file, name) for name in ("nowhere.json", "nowhere.txt")],
    saved_wrong=outcome(save_config_file, config, "c.toml"),
    files=sorted(name for name in os.listdir(".") if name.startswith("c.")),
)
Path("tuple.yaml").write_text(
    "a: 1e-3\nb: 1.0e-3\nc: yes\nd: [1, 2]\ne: 010\nf: null\ng: 2020-01-01\nh: '5'\n"
)
Path("broken.json").write_text("{")
Path("broken.yaml").write_text("a: [")
Path("list.json").write_text("[1, 2]")
Path("marked.json").write_text('{"a": {"py/tuple": [1, 2]}, "b": {"py/set": [1]}, "n": NaN}')
Path("plain.pickle").write_bytes(pickle.dumps({"t": (1, 2), "s": {3}}))
Path("broken.pickle").write_bytes(b"nonsense")
tell(
    yaml_values={key: str(value) for key, value in load_config_file("tuple.yaml").items()},
    broken=[
        "raises" in outcome(load_config_file, name)
        for name in ("broken.json", "broken.yaml", "broken.pickle")
    ],
    list=outcome(load_config_file, "list.json"),
    pickled=load_config_file("plain.pickle"),
    marked=str(load_config_file("marked.json")["a"]),
    path=outcome(load_config_file, Path("c.json")),
)
save_config_file({"b": 1, "a": {"d": 1, "c": (1, 2)}}, "order.json")
tell(
    order=list(json.loads(Path("order.json").read_text())),
    text=Path("order.json").read_text().splitlines()[:2],
)
for name in ("c.pickle", "plain.pickle", "broken.pickle"):
    os.remove(name)
