"""Running scripts in the environment of the third parties, `.venv-thirdparty` (`make test-thirdparty`)."""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / ".venv-thirdparty" / "bin" / "python"
TIMEOUT = 110

_LIST = """
import json
from importlib.metadata import distributions
print(json.dumps({dist.metadata["Name"]: dist.version for dist in distributions()}))
"""


@functools.cache
def list_installed():
    """Return the versions of what the environment has, by name; nothing if there is no environment."""
    if not PYTHON.exists():
        return {}
    done = subprocess.run([PYTHON, "-c", _LIST], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def need(*packages):
    """Skip the test, by name, where the environment or one of these packages is not there."""
    installed = list_installed()
    if not installed:
        pytest.skip("there is no .venv-thirdparty: make test-thirdparty")
    for package in packages:
        if package not in installed:
            pytest.skip(f"{package} is not in .venv-thirdparty: make test-thirdparty")


def run_project(name, folder, *words):
    """Copy the project ``projects/NAME`` into a folder and run its first word there; return what it printed.

    The folder is kept apart from the caller's packages, settings and terminal.
    """
    shutil.copytree(HERE / "projects" / name, folder, dirs_exist_ok=True)
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTHON", "PYTEST"))
    }
    done = subprocess.run(
        [PYTHON, "-W", "ignore", *words],
        cwd=folder,
        env={**kept, "SACRED_STORE": "none", "HOME": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def read_json(path):
    """Return what a JSON file has."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
