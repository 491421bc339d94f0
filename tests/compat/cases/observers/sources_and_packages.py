"""Which sources and packages are recorded, and print_dependencies."""
# run: print_dependencies
# run: with DISCOVER=sys
# run: with DISCOVER=dir
# run: with DISCOVER=none

import sys
from pathlib import Path

import numpy as np
from kit import tell

for name, text in {
    "pkg/__init__.py": "",
    "pkg/used.py": "def f(): pass\n",
    "pkg/unused.py": "",
    "alone.py": "x = 1\n",
}.items():
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(text)
sys.path.insert(0, ".")

import alone  # noqa: E402
from pkg.used import f  # noqa: E402

from sacred import SETTINGS, Experiment  # noqa: E402

chosen = [word.partition("=")[2] for word in sys.argv if word.startswith("DISCOVER=")]
if chosen:
    SETTINGS.DISCOVER_SOURCES = chosen[0]
    sys.argv[1:] = []
ex = Experiment("sources")


@ex.main
def main():
    return [alone.x, f(), float(np.pi)]


run = ex.run_commandline()
info = ex.get_experiment_info()
tell(
    names=[name for name, _ in info["sources"]],
    keys=sorted(info),
    base_dir=info["base_dir"],
    mainfile=info["mainfile"],
)
tell(
    numpy=[name for name in info["dependencies"] if name.startswith("numpy")],
    repositories=info["repositories"],
)
