"""The two imports that every recorded experiment begins with; tells whether numpy came along."""

import json
import sys

from sacred import Experiment
from sacred.observers import FileStorageObserver

loaded = {"numpy": "numpy" in sys.modules, "names": [Experiment.__name__, FileStorageObserver.__name__]}
with open("said.json", "w", encoding="ascii") as file:
    json.dump(loaded, file)
