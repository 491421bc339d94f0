"""Processes that log into one run: `python joined.py PROCESSES POINTS`; what sending a run to them takes."""

import multiprocessing
import pickle
import sys
import time
from multiprocessing.connection import Connection

from said import say

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

ex = Experiment("workers", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
SENDINGS = 1000


def log_and_tell(sent: bytes, count: int, pipe: Connection) -> None:
    """Take part in the run, and tell how much that took, and each point, in seconds of the processor."""
    began = time.process_time()
    run = pickle.loads(sent)  # noqa: S301 - what this program pickled
    run.log_scalar("value", 0)
    joined = time.process_time()
    for value in range(1, count):
        run.log_scalar("value", value)
    pipe.send((joined - began, (time.process_time() - joined) / (count - 1)))


@ex.main
def main(_run: Run) -> dict[str, float]:
    """Start the processes, and return the medians of what they tell."""
    size, count = int(sys.argv[1]), int(sys.argv[2])
    began = time.perf_counter()
    for _ in range(SENDINGS):
        sent = pickle.dumps(_run)
    sending = (time.perf_counter() - began) / SENDINGS
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    processes = [context.Process(target=log_and_tell, args=(sent, count, theirs)) for _ in range(size)]
    for process in processes:
        process.start()
    told = sorted(ours.recv() for _ in processes)
    for process in processes:
        process.join()
    points = sorted(point for _, point in told)
    return {"sending": sending, "bytes": len(sent), "joining": told[size // 2][0], "point": points[size // 2]}


if __name__ == "__main__":
    run = ex.run(options={"--loglevel": "ERROR"})
    say(**run.result)
