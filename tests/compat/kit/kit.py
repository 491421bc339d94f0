"""What the scripts in ``cases/`` use to tell facts: runs beside Sacred 0.8.7 and beside this package.

Facts are written to the file named by COMPAT_FACTS, so that stdout and stderr stay what the package prints.
"""

import json
import math
import os
import random
from datetime import datetime
from pathlib import Path

from sacred import SETTINGS
from sacred.observers import RunObserver

FACTS = {}

# where no root seed is given, it is drawn from the global generator
random.seed(0)
# in fd mode, which is the default, 0.8.7 loses the end of the output by chance
SETTINGS.CAPTURE_MODE = "sys"


def tell(**facts):
    """Keep facts for the comparison; a value is described with its types (see ``describe``)."""
    FACTS.update({name: describe(value) for name, value in facts.items()})
    _write()


def _write():
    Path(os.environ["COMPAT_FACTS"]).write_text(json.dumps(FACTS, sort_keys=True), encoding="utf-8")


def describe(value):
    """Return a value as JSON that tells lists from tuples, plain numbers from numpy's, and so on."""
    if type(value).__module__ == "numpy":
        return {f"numpy.{type(value).__name__}": describe(value.tolist())}
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, list):
        return [describe(item) for item in value]
    return _describe_dict(value) if isinstance(value, dict) else _describe_other(value)


def _describe_dict(value):
    if all(isinstance(key, str) for key in value):
        return {str(key): describe(item) for key, item in value.items()}
    return {"dict": [[describe(key), describe(item)] for key, item in value.items()]}


def _describe_other(value):
    if isinstance(value, tuple):
        return {"tuple": [describe(item) for item in value]}
    if isinstance(value, set | frozenset):
        return {"set": sorted(map(repr, value))}
    if isinstance(value, datetime):
        return {"datetime": "naive" if value.tzinfo is None else "aware"}
    return {"object": type(value).__name__}


def outcome(function, *args, **kwargs):
    """Call a function: what it returned, or which exception (its classes, the nearest first) it raised."""
    try:
        return {"returns": function(*args, **kwargs)}
    except BaseException as error:  # noqa: BLE001 -- SystemExit and KeyboardInterrupt are outcomes, too
        return {"raises": [kind.__name__ for kind in type(error).__mro__]}


def text(function, *args, **kwargs):
    """Call a function that raises: the text of the exception."""
    try:
        return function(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001 -- as above
        return str(error)


class Recorder(RunObserver):
    """Tells every event it gets, with all arguments, in the order over all recorders."""

    def __init__(self, name="observer", run_id=None, priority=0, only=None):
        super().__init__()
        self.name = name
        self.run_id = run_id
        self.priority = priority
        self.only = only

    def _keep(self, event, arguments):
        arguments = dict(arguments)
        if "host_info" in arguments:  # the machine; only what is there can be compared
            arguments["host_info"] = sorted(arguments["host_info"])
        if self.only is None or event in self.only:
            FACTS.setdefault("events", []).append([self.name, event, describe(arguments)])
            _write()

    def queued_event(self, **arguments):
        self._keep("queued_event", arguments)
        return self.run_id

    def started_event(self, **arguments):
        self._keep("started_event", arguments)
        return self.run_id

    def heartbeat_event(self, **arguments):
        self._keep("heartbeat_event", arguments)

    def completed_event(self, **arguments):
        self._keep("completed_event", arguments)

    def interrupted_event(self, **arguments):
        self._keep("interrupted_event", arguments)

    def failed_event(self, **arguments):
        self._keep("failed_event", {**arguments, "fail_trace": type(arguments["fail_trace"]).__name__})

    def resource_event(self, **arguments):
        self._keep("resource_event", arguments)

    def artifact_event(self, **arguments):
        self._keep("artifact_event", arguments)

    def log_metrics(self, **arguments):
        self._keep("log_metrics", arguments)

    def join(self):
        self._keep("join", {})
