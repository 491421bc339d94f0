"""Source files and packages that a script adds by hand, with base_dir and ingredients of its own."""
# run: plain -F runs
# run: base -F runs
# run: ingredient -F runs
# run: no_git -F runs
# run: other

import os
import sys
from pathlib import Path

from kit import outcome, tell

for name, content in {
    "conf/net.py": "width = 5\n",
    "plots.py": "import matplotlib\n",
    "conf/net.yaml": "width: 5\n",
    "parts.py": "from sacred import Ingredient\ndata = Ingredient('data')\n",
}.items():
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(content)
sys.path.insert(0, ".")

from sacred import Experiment  # noqa: E402

kind = sys.argv[1]
if kind == "base":
    ex = Experiment("added", base_dir=str(Path.cwd()))
elif kind == "ingredient":
    from parts import data

    ex = Experiment("added", ingredients=[data])
else:
    ex = Experiment("added", save_git_info=kind != "no_git")
ex.add_config(seed=1)
ex.add_source_file("conf/net.py")
ex.add_source_file(os.path.abspath("plots.py"))
ex.add_source_file("conf/net.py")
ex.add_package_dependency("somewhere", "2.0")
ex.add_package_dependency("nowhere", "1.0.dev1")
tell(missing=outcome(ex.add_source_file, "conf/none.py")["raises"][-4:])
if kind == "other":
    tell(other=outcome(ex.add_source_file, "conf/net.yaml"))


@ex.main
def main():
    return kind


sys.argv[1:2] = []
run = ex.run_commandline()
info = ex.get_experiment_info()
given = ("somewhere", "nowhere")
tell(
    sources=info["sources"],
    dependencies=[one for one in info["dependencies"] if one.startswith(given)],
    rest=[info["name"], info["mainfile"], info["repositories"]],
)
