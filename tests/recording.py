"""What tests of runs share: an observer that notes what it is told, small experiments, programs."""

import subprocess
import sys
import textwrap

from sacred import Experiment
from sacred.observers import RunObserver

EVENTS = (
    "queued_event",
    "started_event",
    "log_metrics",
    "heartbeat_event",
    "resource_event",
    "artifact_event",
    "completed_event",
    "interrupted_event",
    "failed_event",
    "join",
)


class Recorder(RunObserver):
    """Notes events as ``(name, facts)``; ``fail`` maps event names to what they raise."""

    def __init__(self, priority=0, run_id=None, fail=None):
        self.priority = priority
        self.run_id = run_id
        self.fail = fail or {}
        self.events = []
        self.on_event = None

    def note(self, name, facts):
        self.events.append((name, facts))
        if self.on_event is not None:
            self.on_event(name, facts)
        if name in self.fail:
            raise self.fail[name]
        return self.run_id if name in {"started_event", "queued_event"} else None

    @property
    def names(self):
        return [name for name, _ in self.events]

    def get(self, event):
        """The facts of each event of this name."""
        return [facts for name, facts in self.events if name == event]

    def last(self, event):
        return self.get(event)[-1]


def _make_event(name):
    def event(self, **facts):
        return self.note(name, facts)

    return event


for _name in EVENTS:
    setattr(Recorder, _name, _make_event(_name))


def make_experiment(*observers, name="test", **options):
    """An experiment without configuration whose runs start quickly."""
    ex = Experiment(name, save_git_info=False, **options)
    ex.observers.extend(observers)
    return ex


def run_function(function, *observers, **arguments):
    """Run a function as the main one of a new experiment, and return the run."""
    ex = make_experiment(*observers)
    ex.main(function)
    return ex.run(**arguments)


def write_program(folder, text, name="program.py"):
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def run_program(folder, text, *arguments, timeout=60, **options):
    """Run a text as a program of its own in a folder, and return what became of it."""
    path = write_program(folder, text)
    return subprocess.run(
        [sys.executable, str(path), *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        **options,
    )
