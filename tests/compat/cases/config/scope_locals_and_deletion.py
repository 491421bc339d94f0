"""`locals()`, `del`, `global` and names that linters want used: what is left as an entry."""
# run:
# run: with hidden=5 kept=50
# run: with temporary=3
# run: named_too with quick

from kit import tell

from sacred import Experiment

ex = Experiment("locals")
counter = 0
seen = []


@ex.config
def config():
    kept = 1
    hidden = 2
    temporary = hidden * 10
    derived = temporary + kept
    del temporary
    for i in range(2):
        part = i
    del i
    _ = locals()
    del _


@ex.config
def second(kept):
    names = sorted(name for name in locals() if not name.startswith("__"))
    doubled = kept * 2
    locals()  # quieten linters
    present = "doubled" in locals()
    del kept


@ex.config
def third(derived):
    global counter
    counter = derived + 1
    settings = {"a": 1, "b": 2, "c": [1, 2, 3]}
    del settings["a"], settings["c"][0]
    _unused = None
    __private = 4


@ex.named_config
def quick():
    kept = 7
    scratch = 1
    _ = locals()
    del _, scratch


@ex.command
def named_too(_config, kept):
    tell(config=_config, counter=counter)


@ex.automain
def main(_config, _run):
    tell(config=_config, order=list(_config), counter=counter, modified=_run.config_modifications.modified)
