"""YAML files: dates, anchors, merges, exponents, yes and no, several spellings of nothing, and `.yml`."""
# run:
# run: with types.yaml
# run: with anchors.yml
# run: with partial.yaml lr=5
# run: with empty.yaml
# run: with broken.yaml

from pathlib import Path

from kit import outcome, tell

from sacred import Experiment
from sacred.config import load_config_file, save_config_file

FILES = {
    "types.yaml": "a: 1e-3\nb: 1.0e-3\nlr: 0x10\nflag: yes\nnothing: ~\ntext: 'no'\nitems: [1, two, 3.5, null]\n",
    "anchors.yml": "base: &base\n  depth: 2\n  width: 8\nmodel:\n  <<: *base\n  width: 16\ncopy: *base\n",
    "partial.yaml": "# only the rate\nlr: 0.5\nmodel:\n  width: 32  # wider\n",
    "empty.yaml": "",
    "broken.yaml": "a: [1, 2\nb: 3\n",
    "dates.yaml": "day: 2024-01-31\nmoment: 2024-01-31 10:00:00\n",
    "block.yaml": "text: |\n  first\n  second\nfolded: >\n  one\n  two\nmulti:\n- a: 1\n- b: 2\n",
    "numeric.yaml": "layers:\n  1: a\n  2: b\n",
    "list.yaml": "- 1\n- 2\n",
}
for name, content in FILES.items():
    Path(name).write_text(content, encoding="utf-8")

ex = Experiment("yaml")


@ex.config
def config():
    a = b = lr = 0.1
    flag, nothing, text, items = False, 1, "", []
    base = {"depth": 1, "width": 4}
    model = {"depth": 1, "width": 4}
    copy = {"depth": 0, "width": 0}
    total = model["width"] * 2


@ex.main
def main(_config):
    tell(config=_config)


def saved(value):
    save_config_file(value, "saved.yaml")
    return Path("saved.yaml").read_text().splitlines()


loaded = {name: outcome(load_config_file, name) for name in FILES if name not in ("broken.yaml", "list.yaml")}
tell(loaded=loaded, broken="raises" in outcome(load_config_file, "broken.yaml"))
tell(saved=saved({"b": [1, {"x": None}], "a": "yes", "c": {"z": 1.5, "y": []}}))
ex.run_commandline()
