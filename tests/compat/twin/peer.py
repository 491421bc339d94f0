"""Runs scripts of cases with the package of its interpreter: a line with a path in, a line of JSON out."""

import io
import json
import linecache
import logging
import random
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from kit import describe

WARNINGS = []


class Keeper(logging.Handler):
    """Keeps warnings."""

    def emit(self, record):
        """Keep one."""
        WARNINGS.append([record.name, record.getMessage()])


def answer(path):
    """Run a script; return all that is compared."""
    WARNINGS.clear()
    random.seed(0)  # where no root seed is given, it is drawn from the global generator
    module = None
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    try:
        module = load(path)
        told = tell_run(module.run())
    except BaseException as error:  # noqa: BLE001 -- SystemExit is an outcome, too
        told = tell_error(error, sys.stderr.getvalue())
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    return {**told, "warnings": list(WARNINGS), "seen": describe(getattr(module, "SEEN", None))}


def load(path):
    """Import the script as a module of its own."""
    linecache.clearcache()
    spec = spec_from_file_location(Path(path).stem, path)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


def tell_run(run):
    """Return what the run has."""
    changes = run.config_modifications
    return {
        "config": describe(run.config),
        "status": run.status,
        "added": sorted(changes.added),
        "modified": sorted(changes.modified),
        "typechanged": {key: [kind.__name__ for kind in kinds] for key, kinds in changes.typechanged.items()},
        "docs": {path: text for path, text in changes.docs.items() if text},
    }


def tell_error(error, stderr):
    """Return the classes of the error, the nearest first; of one that ended a command line what it told."""
    names = [kind.__name__ for kind in type(error).__mro__]
    if isinstance(error, SystemExit):
        told = re.findall(r"^(?:[\w.]+\.)?(\w+Error)\b", stderr, re.MULTILINE)
        lines = [
            line for line in stderr.splitlines() if not line.startswith("  ")
        ]  # no code of either package
        return {"raises": told[-1:] or ["SystemExit"], "exit": error.code, "text": "\n".join(lines)}
    return {"raises": names, "text": str(error)}


def main():
    """Answer until the input ends."""
    logging.getLogger().addHandler(Keeper(logging.WARNING))
    for line in sys.stdin:
        sys.__stdout__.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.__stdout__.flush()


if __name__ == "__main__":
    main()
