"""The processes that answer: one for each interpreter, with and without numpy, as long as the tests run."""

import json
import os
import selectors
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
KIT = HERE.parent / "kit"
TIMEOUT = 60


class PeerError(AssertionError):
    """A peer died of a case, or did not come back from it."""


class Peer:
    """A process that runs cases with the package of an interpreter.

    Args:
        python: the interpreter.
        folder: an empty folder to work in.
        has_numpy: whether numpy can be imported there.
    """

    def __init__(self, python, folder, *, has_numpy):
        self.python = python
        self.folder = folder
        self.has_numpy = has_numpy
        self.process = None
        self.asked = 0

    def ask(self, case):
        """Run a case and return the answer."""
        if self.process is None:
            self._start()
        self.asked += 1
        script = self.folder / f"twin_{self.asked}.py"
        script.write_text(case.source, encoding="utf-8")
        try:
            self.process.stdin.write(json.dumps(str(script)) + "\n")
            self.process.stdin.flush()
            return json.loads(self._read_line())
        except (OSError, ValueError) as error:
            self.close()
            raise PeerError(f"{self.python} did not answer: {error!r}") from error
        finally:
            script.unlink()

    def _start(self):
        paths = [KIT / "hide_numpy"] * (not self.has_numpy) + [KIT]
        unwanted = ("PYTHON", "COVERAGE_", "COV_CORE_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        self.process = subprocess.Popen(
            [self.python, HERE / "peer.py"],
            cwd=self.folder,
            env=kept
            | {
                "PYTHONPATH": os.pathsep.join(map(str, paths)),
                "PYTHONHASHSEED": "0",
                "PYTHONDONTWRITEBYTECODE": "1",
                "SACRED_STORE": "none",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def _read_line(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(TIMEOUT):
                raise TimeoutError(f"nothing came in {TIMEOUT} seconds")
        return self.process.stdout.readline()

    def close(self):
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None
