"""A metric of a finished run into numpy, beside json.load: `python reading_metric.py RUNS ID NAME`."""

import json
import os
import sys
import time
from statistics import median

import numpy as np
from said import say

import sacred

if __name__ == "__main__":
    runs, run_id, name = sys.argv[1:]
    path = os.path.join(runs, run_id, "metrics.json")
    loops, reads = [], []
    with open(path) as file:
        expected = json.load(file)[name]["values"]
    sacred.open_store(runs)[run_id].metrics[name].values  # noqa: B018 - a first read fills the cache of 0.8's layout
    for _ in range(3):
        begun = time.perf_counter()
        with open(path) as file:
            json.load(file)
        loops.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        metric = sacred.open_store(runs)[run_id].metrics[name]
        columns = metric.steps, metric.values, metric.timestamps
        reads.append(time.perf_counter() - begun)
        if not np.array_equal(columns[1], expected):
            raise SystemExit("other values")
    say(json=median(loops), numpy=median(reads))
