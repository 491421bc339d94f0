"""Experiments in modules and packages: imported by scripts, run as modules, with ingredients next to them."""
# run:

import os
import subprocess
import sys
from pathlib import Path

from kit import tell

FILES = {
    "package/__init__.py": '"""The package."""\n',
    "package/data.py": """
from sacred import Ingredient
data = Ingredient("data")
@data.config
def config():
    path = "here"
@data.capture
def load(path):
    return "loaded from " + path
""",
    "package/main.py": '''
"""The main module."""
from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver
from package.data import data, load
from . import helpers
SETTINGS.CAPTURE_MODE = "sys"
ex = Experiment("packed", ingredients=[data], save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
@ex.config
def config():
    n = 1
    seed = 5
@ex.automain
def main(n, _run):
    print(load(), helpers.twice(n))
    print(_run.experiment_info["mainfile"], [name for name, _ in _run.experiment_info["sources"]])
    return n
''',
    "package/helpers.py": "def twice(n):\n    return 2 * n\n",
    "package/sub/__init__.py": "",
    "package/sub/deep.py": """
import sacred
ex = sacred.Experiment()
@ex.main
def run_it(_run):
    return [ex.path, _run.experiment_info["mainfile"], [name for name, _ in _run.experiment_info["sources"]]]
if __name__ == "__main__":
    print(ex.run_commandline().result)
""",
    "user.py": """
from package.main import ex
from package.sub import deep
if __name__ == "__main__":
    run = ex.run(config_updates={"n": 5})
    print(run.experiment_info["name"], run.result, ex.doc)
    print(deep.ex.run().result)
""",
}
for name, content in FILES.items():
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(content)


def run(*words):
    environment = {**os.environ, "PYTHONPATH": os.environ["PYTHONPATH"] + os.pathsep + "."}
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, env=environment
    )
    kept = [line for line in done.stderr.splitlines() if "Completed" not in line and "Started" not in line]
    return [
        done.returncode,
        done.stdout.splitlines(),
        [line for line in kept if line.startswith(("INFO", "WARN"))],
    ]


tell(
    as_module=run("-m", "package.main", "with", "n=3"),
    deep=run("-m", "package.sub.deep"),
    deep_file=run("package/sub/deep.py"),
    user=run("user.py"),
    code=run("-c", "from package.main import ex; print(ex.path, ex.run().result)"),
)
