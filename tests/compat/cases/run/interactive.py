"""Experiments in an interactive session, and ones without a name."""
# run:

import subprocess
import sys

from kit import tell

from sacred import Experiment, Ingredient

CODE = {
    "no name": "Experiment()",
    "name": "Experiment('x')",
    "interactive": "print(Experiment('x', interactive=True).path)",
    "ingredient": "Ingredient('x')",
    "runs": "e = Experiment('x', interactive=True); e.add_config(a=1); e.main(lambda a: a); print(e.run().result)",
}


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", "from sacred import *; " + code], capture_output=True, text=True, check=False
    )
    return [done.returncode, done.stdout]


tell(sessions={name: run(code) for name, code in CODE.items()})
ex = Experiment()
tell(path=ex.path, doc=ex.doc, ingredient=Ingredient("a.b").path)
