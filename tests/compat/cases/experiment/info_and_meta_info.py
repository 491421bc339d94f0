"""The arguments info and meta_info, ex.info and ex.current_run during and after runs."""
# run:
# run: -F runs
# run: -c "from the command line" with a=3

from kit import Recorder, outcome, tell

from sacred import Experiment

ex = Experiment("info")
ex.add_config(a=1)
ex.observers.append(Recorder(only=["started_event", "heartbeat_event"]))


@ex.main
def main(_run, a):
    ex.info["from_main"] = a
    ex.current_run.info.setdefault("list", []).append(a)
    return [ex.current_run is _run, ex.info is _run.info, sorted(_run.meta_info)]


given, meta = {"given": 1}, {"mine": [1], "command": "overwritten?", "comment": "of mine"}
run = ex.run_commandline()
tell(commandline=[run.info, run.result], current=ex.current_run is run, after=ex.info is run.info)
second = ex.run(info=given, meta_info=meta)
tell(
    same=[second.info is given, given, meta],
    meta={key: value for key, value in second.meta_info.items() if key != "options"},
    current=[ex.current_run is second, ex.current_run is run],
    result=second.result,
)
third = ex.run(config_updates={"a": 5}, info={"i": 1}, meta_info={"options": "mine", "config_updates": "x"})
tell(third=[third.info, third.meta_info["options"], third.meta_info["config_updates"]])
tell(again=[outcome(second), second.status, sorted(ex.info), run.info])
