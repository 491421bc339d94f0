"""What is in a run folder: as this package reads it, and as a program does that knows only docs/record.md."""

import json
import subprocess
import sys
from pathlib import Path

from sacred.folder.reader import read_config, read_metrics, read_output, read_run

READER = Path(__file__).with_name("e2e") / "reader_in_sixty_lines.py"


def read_by_program(folder):
    for _ in range(3):  # a file that vanishes meanwhile: the run has just ended
        said = subprocess.run([sys.executable, str(READER), str(folder)], capture_output=True, check=False)
        if b"FileNotFoundError" not in said.stderr:
            break
    assert said.returncode == 0, said.stderr.decode()
    return json.loads(said.stdout)


def read_by_package(folder):
    path = str(folder)
    metrics = {
        record["name"]: {
            "steps": record["steps"],
            "timestamps": [moment.isoformat() for moment in record["timestamps"]],
            "values": record["values"],
        }
        for record in read_metrics(path)
        if not record["name"].startswith("system.")  # they are in a journal of their own
    }
    state = read_run(path)["status"]
    return {"state": state, "config": read_config(path), "metrics": metrics, "output": read_output(path)}
