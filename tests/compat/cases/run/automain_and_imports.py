"""`automain` and `main` in a file that is run, one that is imported, and with code before and after them."""
# run:
# run: with a=5
# run: library.work

import importlib
import sys
from pathlib import Path

from kit import tell

Path("library_of_runs.py").write_text(
    """
from sacred import Experiment, Ingredient

library = Ingredient("library")
imported = Experiment("imported")
imported.add_config(b=1, seed=1)
order = []


@library.command
def work(_log):
    _log.info("library works")


@imported.automain
def imported_main(b):
    order.append(b)
    return b
"""
)
sys.path.insert(0, ".")
sys.dont_write_bytecode = True
library = importlib.import_module("library_of_runs")

from sacred import Experiment  # noqa: E402

ex = Experiment(ingredients=[library.library])
ex.add_config(a=1, seed=1)
order = []


@ex.automain
def main(a):
    order.append(["main", a])
    library.imported.run(config_updates={"b": 7})
    return a


order.append("after")
tell(order=order, imported=library.order, path=ex.path, doc=ex.doc, default=ex.default_command)
tell(again=[main(), main(a=9)], name=main.__name__, result=ex.current_run.result)
tell(direct=library.imported_main(b=3))
