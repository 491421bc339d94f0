"""The experiment that every fault happens to, and where it runs."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path

import pytest

from recording import write_program

HEAD = """
import json, logging, os, resource, signal, subprocess, sys, threading, time

_facts = os.open("facts", os.O_RDWR | os.O_CREAT)
os.dup2(_facts, 100)  # out of the way of standard streams that are closed
os.close(_facts)
facts = {"points": 0, "lines": 0}

def tell(**new):
    facts.update(new)
    text = json.dumps(facts, default=lambda value: type(value).__name__).encode()
    os.pwrite(100, text + b" " * (4096 - len(text)), 0)

"""

EXPERIMENT = """
from sacred import Experiment
from sacred.observers import FileStorageObserver, RunObserver

class Witness(RunObserver):
    priority = 10  # after the folder's
    heard, points, beats = [], 0, 0

def _make_event(name):
    def event(self, **told):
        if name not in self.heard:
            self.heard.append(name)
        Witness.beats += name == "heartbeat_event"
        for columns in told.get("metrics_by_name", {}).values():
            self.points += len(columns["values"])
        if name.endswith(("completed_event", "failed_event", "interrupted_event")):
            tell(end=name, heard=self.heard, heard_points=self.points, heard_result=told.get("result"))
    return event

for _name in ("started_event", "log_metrics", "heartbeat_event", "resource_event", "artifact_event",
              "completed_event", "interrupted_event", "failed_event", "join"):
    setattr(Witness, _name, _make_event(_name))

ex = Experiment("fault", save_git_info=False)
keeper = FileStorageObserver("runs")
ex.observers += [keeper, Witness()]

def await_beats(_run, count=2):
    "Wait until some heartbeats that have something to write are over."
    end = time.monotonic() + 40
    for _ in range(count):
        _run.info["beats"] = before = Witness.beats
        while Witness.beats == before and time.monotonic() < end:
            time.sleep(0.01)

def talk(_run, count=100):
    for _ in range(count):
        _run.log_scalar("loss", facts["points"] / 8)
        facts["points"] += 1
        if sys.stdout is not None:
            sys.stdout.write(f"line {facts['lines']}\\n")  # at once: a signal handler may print, too
            facts["lines"] += 1
    tell()
"""

MAIN = """
@ex.main
def main(_run, _log):
    tell()
    talk(_run)
{body}
    talk(_run)
    tell(returned=True)
    return 42

if __name__ == "__main__":
    run = ex.run_commandline()
    tell(result=run.result)
"""


def write_fault(folder, fault):
    body = textwrap.indent(textwrap.dedent(fault.body).strip("\n"), "    ")
    parts = [HEAD, textwrap.dedent(fault.head), EXPERIMENT, textwrap.dedent(fault.setup)]
    return write_program(folder, "\n".join(parts) + MAIN.replace("{body}", body))


@contextmanager
def open_place(folder, fault):
    """Yield where the runs can be read, and what has to come before the program's words."""
    (folder / "runs").mkdir()
    if not fault.disk:
        yield folder / "runs", _find_prefix(fault)
        return
    script = f'mount -t tmpfs -o {fault.disk} sacred-test "$1" && echo ready && exec sleep 600'
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", folder / "runs"]
    if not all(shutil.which(word) for word in ("unshare", "nsenter", "mount")):
        pytest.skip("unshare, nsenter and mount are not all there")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as holder:
        try:
            if holder.stdout.readline() != b"ready\n":
                pytest.skip("a small disk can't be mounted here")
            enter = ["nsenter", f"--target={holder.pid}", "--user", "--mount", "--preserve-credentials"]
            enter += ["sh", "-c", 'cd "$0" && exec "$@"', str(folder)]  # it comes out in the root folder
            yield Path(f"/proc/{holder.pid}/root{folder / 'runs'}"), [*enter, *_find_prefix(fault)]
        finally:
            holder.kill()


def _find_prefix(fault):
    if not fault.obeys_modes or os.geteuid():
        return []
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is not there, and root may do everything")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def run_fault(folder, fault, prefix, seconds):
    """Run it, and return what became of the program.

    Raises:
        subprocess.TimeoutExpired: it hangs.
    """
    words = [*prefix, sys.executable, str(write_fault(folder, fault)), *fault.options]
    if fault.redirection:
        words = ["sh", "-c", f'exec "$@" {fault.redirection}', "sh", *words]
    variables = {**os.environ, "PYTHONUNBUFFERED": None, **fault.environment}
    if not fault.is_measured:
        variables = {name: value for name, value in variables.items() if not name.startswith("COVERAGE_")}
    if fault.preload:
        variables["LD_PRELOAD"] = str(_compile(folder, fault.preload))
    return subprocess.run(
        words,
        cwd=folder,
        env={name: value for name, value in variables.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
    )


def _compile(folder, code):
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    source, library = folder / "preload.c", folder / "preload.so"
    source.write_text(code, encoding="ascii")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def read_facts(folder):
    return json.loads((folder / "facts").read_bytes() or b"{}")
