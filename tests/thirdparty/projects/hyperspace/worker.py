"""One run of hyperspace_explorer's worker; a file observer stands for its database."""

from pathlib import Path

import scenarios
from hyperspace_explorer import hyperspace_worker
from hyperspace_explorer.queue import QueuedRun

from sacred.observers import FileStorageObserver

hyperspace_worker.scenarios = scenarios  # as its main program imports it
task = Path("tasks/adding.json").resolve()
run = hyperspace_worker.single_run(QueuedRun(None, "adding", {"steps": 2}, task), FileStorageObserver("runs"))
print(run.result)
