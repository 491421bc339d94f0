"""Prefixes that lead to ingredients, missing sections or plain values; prefixes of commands and hooks."""
# run:
# run: with section.missing=5 section.deep.more=6
# run: through
# run: part.inside

from kit import outcome, tell

from sacred import Experiment, Ingredient

seen = []
deep = Ingredient("part.deep")
deep.add_config(z=1)
part = Ingredient("part", ingredients=[deep])
part.add_config(k=1, opts={"a": {"b": 2}})
ex = Experiment("edges", ingredients=[part])
ex.add_config(section={"x": 1, "deep": {"y": 2}}, plain=5, top="top")


@ex.capture(prefix="section")
def of_section(x, missing=None, deep=None):
    return [x, missing, deep]


@ex.capture(prefix="section.deep")
def of_deep(y, more=0, x="not seen", _config=None):
    return [y, more, x, _config]


@ex.capture(prefix="part")
def of_ingredient(k, deep, _config):
    return [k, deep, sorted(_config)]


@ex.capture(prefix="part.deep")
def of_deep_ingredient(z):
    return z


@part.capture(prefix="opts.a")
def of_opts(b, _seed, _log):
    return [b, type(_seed).__name__, _log.name]


@part.capture(prefix="deep")
def own_deep(z):
    return z


@ex.capture(prefix="nowhere.at.all")
def of_nowhere(x="default", top="default", **rest):
    return [x, top, rest]


@ex.capture(prefix="nowhere")
def needs(x):
    return x


@ex.pre_run_hook(prefix="section")
def before(x, _config):
    seen.append(["before", x, sorted(_config)])


@ex.post_run_hook(prefix="section.deep")
def after(y):
    seen.append(["after", y])
    tell(seen=seen)


@ex.command(prefix="section")
def through(x, deep, _config, _run):
    tell(through=[x, deep, _config, sorted(_run.config)])


@part.command(prefix="opts")
def inside(a):
    tell(inside=[a, of_opts(), own_deep()])


@ex.main
def main():
    tell(
        sections=[of_section(), of_section(5), of_deep(), of_deep(more=7)],
        ingredients=[of_ingredient(), of_deep_ingredient(), of_opts(), own_deep()],
        nowhere=[of_nowhere(), of_nowhere(1, z=2), outcome(needs)["raises"], needs(3)],
        prefixes=[of_section.prefix, of_opts.prefix, getattr(main, "prefix", None)],
    )


ex.run_commandline()
