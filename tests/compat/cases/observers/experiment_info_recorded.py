"""`get_experiment_info` and what run.json says of experiment and host: names, base_dir, keys, paths."""
# run: plain -F runs
# run: named -n other -F runs
# run: path -F runs

import sys
from pathlib import Path

from kit import tell

from sacred import Experiment, Ingredient

kind = sys.argv.pop(1)
Path("part_of_it.py").write_text("from sacred import Ingredient\npart = Ingredient('part')\n")
sys.path.insert(0, ".")

from part_of_it import part  # noqa: E402

ex = Experiment("informed", ingredients=[part])
ex.add_config(seed=1)
if kind == "path":
    ex.path = "changed"


@ex.main
def main(_run):
    return _run.experiment_info["name"]


run = ex.run_commandline()
info = ex.get_experiment_info()
tell(
    result=run.result,
    keys=[sorted(info), sorted(run.experiment_info)],
    name=[info["name"], ex.path, run.experiment_info["name"]],
    kinds={key: type(value).__name__ for key, value in info.items()},
    sources=[name for name, _ in info["sources"]],
    digests=[len(digest) for _, digest in info["sources"]],
    part=[part.get_experiment_info()["name"], Ingredient("alone").get_experiment_info()["mainfile"]],
)
