"""Recording is light: what a program has loaded after importing us, and after a recorded run."""

import json
import os
import subprocess
import sys

import pytest

from architecture.source import PACKAGE

# more than the 40 of the plan: small modules, 0.1 ms each; the import is measured in bench/
# 11 of them gather the facts of environment.json, each its own kind, in a thread beside the start
OWN_MODULES = 118
HEAVY = {
    # installed or not, these are for users or for parts that a plain run does not use
    *(
        "numpy",
        "pandas",
        "torch",
        "tensorflow",
        "yaml",
        "mako",
        "git",
        "pymongo",
        "sqlalchemy",
        "tinydb",
        "boto3",
    ),
    *("requests", "pydantic", "rich", "typer"),
    # of the standard library, each several milliseconds
    *(
        "asyncio",
        "multiprocessing",
        "unittest",
        "xml",
        "http.client",
        "email.parser",
        "pdb",
        "doctest",
        "sqlite3",
    ),
    *(
        "concurrent.futures.process",
        "importlib.metadata",
        "argparse",
        "pkg_resources",
        "setuptools",
        "ctypes",
    ),
}

IMPORT = """
import sacred
from sacred import Experiment
from sacred.observers import FileStorageObserver
"""
RECORD = """
from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("light")
ex.observers.append(FileStorageObserver(sys.argv[1]))

@ex.config
def configuration():
    rate = 0.1

@ex.main
def main(rate, _run):
    _run.log_scalar("loss", rate)
    return rate

assert ex.run().status == "COMPLETED"
"""

BUILT = all((PACKAGE / room / "__init__.py").exists() for room in (".", "experiment", "observers"))
pytestmark = pytest.mark.skipif(not BUILT, reason="what a recorded run needs is not built yet")


def modules_after(tmp_path, program):
    """Names of all modules loaded when a program, run from a file of its own, is done."""
    script = tmp_path / "program.py"
    script.write_text(
        f"import json, sys\n{program}\njson.dump(sorted(sys.modules), open(sys.argv[2], 'w'))\n"
    )
    loaded = tmp_path / "modules.json"
    command = [sys.executable, str(script), str(tmp_path / "runs"), str(loaded)]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=unmeasured)
    assert result.returncode == 0, result.stderr
    return set(json.loads(loaded.read_text()))


@pytest.fixture
def bare(tmp_path):
    """What Python and its start-up files load by themselves."""
    return modules_after(tmp_path, "")


def test_importing_loads_nothing_heavy(tmp_path, bare):
    heavy = (modules_after(tmp_path, IMPORT) - bare) & HEAVY
    assert not heavy, f"`import sacred` and its usual names load {sorted(heavy)}; find who with -X importtime"


def test_a_recorded_run_loads_few_modules_of_ours(tmp_path):
    own = {name for name in modules_after(tmp_path, RECORD) if name.split(".")[0] == "sacred"}
    assert len(own) <= OWN_MODULES, f"{len(own)} modules of ours load for a run: {sorted(own)}"


def test_a_recorded_run_leaves_numpy_alone(tmp_path, bare):
    assert "numpy" not in modules_after(tmp_path, RECORD) - bare
