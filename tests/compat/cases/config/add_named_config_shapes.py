"""Every way to add a named config, and in which order they win."""
# run: with dictionary
# run: with keywords dictionary a=7
# run: with filed function
# run: with function filed nested.x=4
# run: with decorated part.small
# run: print_named_configs

from pathlib import Path

from kit import outcome, tell

from sacred import Experiment, Ingredient

Path("named.yaml").write_text("a: 40\nnested:\n  y: 41\n")

part = Ingredient("part")
part.add_config(size=100, depth=1)
part.add_named_config("small", {"size": 1})
ex = Experiment("named_shapes", ingredients=[part])


@ex.config
def config():
    a = 1
    nested = {"x": 1, "y": 1}
    follows = a * 10 + nested["x"]


ex.add_named_config("dictionary", {"a": 20, "nested": {"x": 21}})
ex.add_named_config("keywords", a=30, nested={"y": 31})
ex.add_named_config("filed", "named.yaml")


@ex.named_config
def function():
    """Set by a function."""
    a = 50
    nested = {"y": a + 1}


@ex.named_config
def decorated():
    """
    Set by a function, too.

    With a long text.
    """
    part = {"depth": 5}
    if True:
        a = 60


@ex.main
def main(_config, _run):
    changes = _run.config_modifications
    tell(config=_config, added=changes.added, modified=changes.modified)


ex.run_commandline()
tell(
    names=sorted(ex.named_configs),
    gathered=sorted(name for name, _ in ex.gather_named_configs()),
    twice=outcome(ex.add_named_config, "filed", {"a": 1}),
    same_name="raises" in outcome(part.add_named_config, "function", a=1),
    empty="raises" in outcome(ex.add_named_config, "none"),
    missing=outcome(ex.add_named_config, "gone", "gone.json"),
)
