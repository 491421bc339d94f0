"""Finding runs in process: `python reading.py STORE`; first without a catalogue, then with one."""

import os
import sys
import tempfile
import time
from statistics import median

from json_loop import find
from said import say

import sacred

QUERY = 'status == "COMPLETED" and config.lr < 0.01'


def time_query(store: sacred.reader.Store) -> tuple[float, list[str]]:
    """Seconds of one search, and what it found."""
    begun = time.perf_counter()
    ids = store.runs(QUERY, sort="-result").ids
    return time.perf_counter() - begun, list(ids)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        os.environ["SACRED_CACHE"] = cache
        loops = []
        for _ in range(3):
            begun = time.perf_counter()
            expected = [str(number) for _, number, _ in find(sys.argv[1])]
            loops.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        store = sacred.open_store(sys.argv[1])
        cold = time.perf_counter() - begun + time_query(store)[0]
        warm = []
        for _ in range(5):
            seconds, ids = time_query(store)
            warm.append(seconds)
        if ids != expected:
            raise SystemExit(f"the query found {len(ids)} runs, the loop {len(expected)}")
    say(loop=median(loops), cold=cold, warm=median(warm))
