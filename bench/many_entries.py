"""Writes the program of the workload "1,000 entries, 20 ingredients, 200 updates".

A program, since config functions need source text; run it as `python many_entries.py COUNT`.
"""

INGREDIENTS = 20
ENTRIES_OF_INGREDIENT = 47
ENTRIES_OF_EXPERIMENT = 60  # with the ingredients' 1,000 in all
UPDATES_OF_INGREDIENT = 9
UPDATES_OF_EXPERIMENT = 20  # with the ingredients' 200 in all

_HEAD = '''"""Generated: an experiment of {entries} entries."""
import json
import sys
import time

from sacred import Experiment, Ingredient

started = time.perf_counter()
'''

_INGREDIENT = """
part{number} = Ingredient("part{number}")

@part{number}.config
def configure{number}():
{entries}

@part{number}.capture
def use{number}(entry0, entry1, entry2):
    return entry0
"""

_EXPERIMENT = """
ex = Experiment("many_entries", ingredients=[{ingredients}])

@ex.config
def configure():
{entries}

@ex.main
def main(entry0, entry1):
    return {calls}

built = time.perf_counter() - started
"""

_MEASURE = """
updates = {{"entry%d" % index: -index for index in range({own})}}
for number in range({ingredients}):
    updates["part%d" % number] = {{"entry%d" % index: -index for index in range({each})}}

count = int(sys.argv[1])
ex.run(config_updates=updates)
warm = time.perf_counter()
for _ in range(count):
    run = ex.run(config_updates=updates)
took = (time.perf_counter() - warm) / count
assert run.config["part19"]["entry8"] == -8 and run.config["entry59"] == 59
with open("said.json", "w", encoding="ascii") as file:
    json.dump({{"build": built, "run": took}}, file)
"""


def write_program() -> str:
    """The whole program as text."""
    ingredients = [f"part{number}" for number in range(INGREDIENTS)]
    total = INGREDIENTS * ENTRIES_OF_INGREDIENT + ENTRIES_OF_EXPERIMENT
    parts = [_HEAD.format(entries=total)]
    body = _entries(ENTRIES_OF_INGREDIENT)
    parts += [_INGREDIENT.format(number=number, entries=body) for number in range(INGREDIENTS)]
    parts.append(
        _EXPERIMENT.format(
            ingredients=", ".join(ingredients),
            entries=_entries(ENTRIES_OF_EXPERIMENT),
            calls=" + ".join(f"use{number}()" for number in range(INGREDIENTS)),
        )
    )
    parts.append(
        _MEASURE.format(own=UPDATES_OF_EXPERIMENT, ingredients=INGREDIENTS, each=UPDATES_OF_INGREDIENT)
    )
    return "".join(parts)


def _entries(count: int) -> str:
    return "\n".join(f"    entry{index} = {index}  # entry number {index}" for index in range(count))
