"""`-q`: the events, the folder, the config, and a run of the same experiment afterwards."""
# run: with a=2 -q -c wait -P 3 -F runs
# run: train with a=3 named -q -i chosen -F runs
# run: with a=text -q
# run: nope -q

from pathlib import Path

from kit import Recorder, tell

from sacred import Experiment

ex = Experiment("queue")
ex.add_config(a=1, nested={"b": 1}, seed=1)
ex.add_named_config("named", {"nested": {"b": 2}})
ex.observers.append(Recorder(priority=-1))
called = []


@ex.config_hook
def configure(config, command_name, logger):
    called.append(["config hook", command_name])
    return {"hooked": config["a"]}


@ex.pre_run_hook
def before():
    called.append("before")


@ex.command
def train():
    called.append("train")


@ex.main
def main():
    called.append("main")


run = ex.run_commandline()
tell(called=called, run=[run.status, run._id, run.result, run.start_time, run.stop_time, run.queue_only])
tell(
    meta=sorted(run.meta_info),
    config=run.config,
    files=sorted(path.name for path in Path("runs").glob("*/*")),
)
after = ex.run("train")
tell(after=[after.status, after._id], called=called)
