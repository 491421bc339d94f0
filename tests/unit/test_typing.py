"""The public names under ``mypy --strict``: right use passes, wrong use is found."""

import re
import subprocess
import sys

import pytest

from architecture.source import ROOT

API = [ROOT / "tests" / "typing" / name for name in ("api.py", "reader.py")]

WRONG = """
import logging
from typing import Any

from sacred import Experiment, Ingredient
from sacred.observers import FileStorageObserver, RunObserver

ex = Experiment("wrong")
Experiment(5)  # E: arg-type
Experiment("x", unknown=1)  # E: call-arg
Experiment("x", ingredients=["data"])  # E: list-item
Ingredient()  # E: call-arg
FileStorageObserver()  # E: call-arg
FileStorageObserver(3)  # E: arg-type

@ex.capture
def scale(value: float, rate: float) -> float:
    return value * rate

text: str = scale(1.0)  # E: assignment

@ex.capture(prefix=3)  # E: call-overload
def other() -> None: ...

@ex.command(unobserved=True)
def show() -> int:
    return 1

show().upper()  # E: attr-defined
ex.main(5)  # E: arg-type
ex.run(3)  # E: arg-type
ex.run(named_configs=5)  # E: arg-type
ex.run(updates={})  # E: call-arg
ex.run().no_such_attribute  # E: attr-defined
ex.log_scalar("loss")  # E: call-arg
ex.info = 5  # E: misc
ex.captured_out_filter = 3  # E: assignment
run = ex.run()
run.add_artifact()  # E: call-arg
run.log_scalar(3, 1)  # E: arg-type
run.beat_interval = "often"  # E: assignment

class Bad(RunObserver):
    def heartbeat_event(self, info: dict[str, Any]) -> None: ...  # E: override
"""


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    """What mypy says of all files, as ``{(file name, line): {codes}}``."""
    folder = tmp_path_factory.mktemp("typing")
    wrong = folder / "wrong.py"
    wrong.write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml")]
    command += ["--cache-dir", str(folder / "cache"), "--no-error-summary", *map(str, API), str(wrong)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    found = {}
    for line in done.stdout.splitlines():
        match = re.match(r"(.*):(\d+): error: .*\[([a-z-]+)\]$", line)
        if match:
            place = (match[1].rsplit("/", 1)[-1], int(match[2]))
            found.setdefault(place, {})[match[3]] = line
    assert found, done.stdout + done.stderr
    return found


def test_right_use_passes(messages):
    assert [
        text for (name, _), texts in messages.items() if name != "wrong.py" for text in texts.values()
    ] == []


def test_wrong_use_is_found(messages):
    expected = {
        ("wrong.py", number): line.split("# E: ")[1]
        for number, line in enumerate(WRONG.splitlines(), 1)
        if "# E: " in line
    }
    missed = {place: code for place, code in expected.items() if code not in messages.get(place, {})}
    assert missed == {}, {place: messages.get(place) for place in missed}
    surplus = [text for place, texts in messages.items() if place not in expected for text in texts.values()]
    assert surplus == []
