"""The exact arguments of all events of a run that succeeds, with a given id, comment, priority and named config."""
# run: with a=5 small text=ü -i own -c remark -P 2
# run: train with a=5 -u
# run: part.work with part.k=2

from kit import Recorder

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(k=1, seed=5)
ex = Experiment("full", ingredients=[part])
ex.add_config(a=1, text="", size=10, nested={"t": (1, 2)}, seed=3)
ex.observers.append(Recorder("watching"))
ex.observers.append(Recorder("second", run_id="unused", priority=-1))


@ex.named_config
def small():
    size = 1


@part.command
def work(k, _run):
    _run.info["k"] = k


@ex.command
def train(a):
    return a


@ex.main
def main(_run, a):
    print("line one")
    _run.info["a"] = [a, {"b": None}]
    _run.log_scalar("loss", 0.5, 2)
    _run.log_scalar("loss", 0.25)
    _run.log_scalar("accuracy", 1)
    return {"a": a, "pair": [1, 2]}


ex.run_commandline()
