"""An experiment made in a notebook: no main file, cells that define configs and functions, cells run again."""
# run:

import linecache
import sys

from kit import tell

CELLS = """
from sacred import Experiment, Ingredient, SETTINGS
from kit import Recorder, outcome, tell
SETTINGS['CAPTURE_MODE'] = 'sys'
---
try:
    Experiment('note')
except RuntimeError as error:
    tell(refused=type(error).__name__ != '', told='interactive' in str(error))
---
try:
    Ingredient('part')
except RuntimeError as error:
    tell(refused_ingredient='interactive' in str(error))
---
try:
    Experiment(interactive=True)
except RuntimeError as error:
    tell(nameless='name' in str(error))
---
part = Ingredient('part', interactive=True)
part.add_config(k=2)
ex = Experiment('note', ingredients=[part], interactive=True)
ex.observers.append(Recorder(only=['started_event']))
---
@ex.config
def cfg():
    lr = 0.1  # the rate
    steps = int(1 / lr)
---
@ex.main
def main(lr, steps, part):
    print('in the cell')
    return [lr, steps, part['k']]
---
run = ex.run(config_updates={'lr': 0.5})
tell(first=run.result, name=run.experiment_info['name'])
---
@ex.config
def cfg(lr):
    steps = 1
    more = lr + 1
---
@ex.main
def main(lr, steps, more):
    return [lr, steps, more]
---
run = ex.run(config_updates={'part.k': 9})
tell(second=run.result, config=sorted(run.config), part=run.config['part'])
---
tell(mainfile=run.experiment_info['mainfile'], docs=run.config_modifications.docs.get('lr'), doc=ex.doc)
tell(sources=run.experiment_info['sources'], called=cfg(fixed={'lr': 3}, preset={'lr': 1}))
---
tell(argv=ex.run_commandline(['note', 'with', 'lr=7']).result)
---
tell(automain=outcome(ex.automain, lambda lr: lr), again=ex.run().result, failing=outcome(ex.run, 'nope'))
"""

namespace = sys.modules["__main__"].__dict__
file = namespace.pop("__file__")
for number, cell in enumerate(CELLS.split("---\n")):
    name = f"<ipython-input-{number}-0123456789ab>"
    linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
    try:
        exec(compile(cell, name, "exec"), namespace)
    except Exception as error:
        tell(**{f"cell_{number}": [type(error).__name__, str(error)]})
namespace["__file__"] = file
