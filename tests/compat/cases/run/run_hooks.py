"""Hooks before and after the main function, of the experiment and its ingredients."""
# run: with part.k=5
# run: fail
# run: other

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(k=1, d={"x": 2})
ex = Experiment("hooks", ingredients=[part])
ex.add_config(a=1, d={"y": 3})
seen = []


@ex.pre_run_hook
def before(a, _run, _log):
    seen.append(["before", a, _run.status, _log.name])


@part.pre_run_hook(prefix="d")
def part_before(x):
    seen.append(["part before", x])


@part.post_run_hook
def part_after(k):
    seen.append(["part after", k])


@ex.post_run_hook(prefix="d")
def after(y, _run):
    seen.append(["after", y, _run.status, _run.result])


@ex.command
def fail():
    seen.append(["fail"])
    raise ValueError("no")


@ex.command(unobserved=True)
def other():
    seen.append(["other"])


@ex.main
def main():
    seen.append(["main"])
    return 5


try:
    ex.run_commandline()
finally:
    tell(seen=seen)
