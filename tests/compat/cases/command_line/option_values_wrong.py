"""Values that an option can't take, and options without the value they need."""
# run: -b often
# run: -P high
# run: -C wild
# run: -l LOUD
# run: -c
# run: with a=2 --id

from sacred import Experiment

ex = Experiment("wrong")
ex.add_config(a=1, seed=1)


@ex.automain
def main():
    print("main runs")
