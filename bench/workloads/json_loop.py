"""What users write today to find runs: `python json_loop.py STORE`; it says its time in the process."""

import json
import os
import sys
import time
from typing import Any

from said import say


def find(store: str) -> list[tuple[float, int, dict[str, Any]]]:
    """Load each run's two files, keep the completed ones of a small rate, best result first."""
    found = []
    for name in os.listdir(store):
        if not name.isdecimal():
            continue
        with open(os.path.join(store, name, "config.json")) as file:
            config = json.load(file)
        with open(os.path.join(store, name, "run.json")) as file:
            run = json.load(file)
        if run["status"] == "COMPLETED" and config["lr"] < 0.01:
            found.append((run["result"], int(name), config))
    return sorted(found, key=lambda one: (-one[0], one[1]))


if __name__ == "__main__":
    begun = time.perf_counter()
    found = find(sys.argv[1])
    seconds = time.perf_counter() - begun
    for result, number, config in found[:50]:
        print(number, result, config["lr"], config["batch_size"], config["optimizer"]["name"])
    say(loop=seconds, first=found[0][1], count=len(found))
