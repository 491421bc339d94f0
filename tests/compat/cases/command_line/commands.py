"""Commands: with a prefix, unobserved, of ingredients, built in; help and unknown ones."""
# run: show
# run: part with d.x=5
# run: quiet
# run: ing.stats with ing.k=3
# run: ing.sub.deep
# run: nope
# run: ing.nope
# run: help show
# run: help ing.stats
# run: help nope
# run: print_named_configs
# run: part with d.x=5 -u

from kit import Recorder, tell

from sacred import Experiment, Ingredient

sub = Ingredient("ing.sub")
ing = Ingredient("ing", ingredients=[sub])
ing.add_config(k=1)
ex = Experiment("commands", ingredients=[ing])
ex.observers.append(Recorder(only=["started_event"]))
ex.add_config(d={"x": 1}, top=2)


@ing.named_config
def large():
    """Many."""
    k = 100


@ex.named_config
def small():
    top = 1


@ex.command
def show(top, d, extra="e"):
    """Show things.

    At length.
    """
    print(top, d, extra)


@ex.command(prefix="d")
def part(x, _config):
    print(x, dict(_config))


@ex.command(unobserved=True)
def quiet(_run):
    print(_run._id, _run.unobserved)


@ing.command
def stats(k):
    """Statistics."""
    print(k)


@sub.command
def deep(_log):
    print(_log.name)


if __name__ == "__main__":
    tell(gathered=[name for name, _ in ex.gather_commands()], own=list(ex.commands))
    ex.run_commandline()
