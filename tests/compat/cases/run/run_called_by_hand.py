"""Runs that are made by hand and called: once, twice, with arguments, and a run that has failed."""
# run:

from kit import Recorder, outcome, tell, text

from sacred import Experiment

ex = Experiment("called")
ex.add_config(a=1, seed=1)
ex.observers.append(Recorder(run_id="first", only=["started_event", "completed_event", "failed_event"]))


@ex.main
def main(a, b=2, *, factor=1):
    if a < 0:
        raise ValueError("negative")
    return (a + b) * factor


@ex.command
def other(_run, _log):
    return [_run._id, _log.name]


tell(plain=[main(5), main(5, b=5, factor=3), outcome(main)["raises"]])
run = ex.run(config_updates={"a": 3})
tell(result=run.result, again=outcome(run)["raises"], text=text(run))
tell(outside=[main(), main(b=0), other()[0]])
failed = outcome(ex.run, config_updates={"a": -1})["raises"]
tell(failed=[failed, ex.current_run.status, outcome(ex.current_run)["raises"]])
tell(positional=ex.run("other").result, keyword=ex.run(command_name="main", config_updates={"a": 9}).result)
tell(
    info=ex.run(info={"given": [1]}).info,
    named=outcome(ex.run, named_configs=["nope"])["raises"],
    unknown=outcome(ex.run, "unknown")["raises"][-3:],
)
for name in ("main", "other", "print_config", "nope"):
    tell(**{f"default {name}": name in ex.commands})
ex.default_command = "other"
tell(default=ex.run().result, current=ex.current_run.meta_info["command"])
