"""Attributes of the run that code assigns while it runs: result, status, info, filter, interval, observers."""
# run: main -F runs
# run: observers_replaced -F runs
# run: filtered -F runs
# run: config_changed -F runs
# run: names -F runs

from kit import Recorder, tell

from sacred import Experiment

ex = Experiment("assigned")
ex.add_config(a=1, nested={"b": [1]}, seed=1)
endings = ["completed_event", "join"]


@ex.pre_run_hook
def before(_run):
    if _run.meta_info["command"] == "filtered":
        _run.captured_out_filter = lambda text: text.replace("secret", "***")


@ex.main
def main(_run):
    _run.result = 1
    _run.status = "BUSY"
    _run.beat_interval = 100
    _run.meta_info["added"] = True
    _run.own_attribute = "kept"
    return [_run.result, _run.status, _run.own_attribute]


@ex.command
def observers_replaced(_run):
    recorder = Recorder("appended", only=endings)
    _run.observers.append(recorder)
    _run.observers.insert(0, Recorder("first", only=endings))
    _run.observers.remove(recorder)
    return len(_run.observers)


@ex.command
def filtered():
    print("a secret")


@ex.command
def config_changed(_run, _config):
    _run.config["a"] = 5
    _run.config["nested"]["b"].append(2)
    _run.config["new"] = {"x": 1}
    return [_config["a"], _config["nested"], use()]


@ex.capture
def use(a, nested):
    return [a, nested]


@ex.command
def names(_run):
    first = [_run.main_function.__name__, _run.main_function.__doc__, callable(_run)]
    _run.run_logger.info("from the run's logger")
    _run.root_logger.warning("from the root")
    _run.experiment_info["name"] = "changed"
    return first


run = ex.run_commandline()
tell(result=run.result, status=run.status, config=run.config, meta=run.meta_info.get("added"))
tell(own=getattr(run, "own_attribute", None), interval=run.beat_interval)
lines = [line for line in run.captured_out.splitlines() if " - " not in line]
tell(lines=lines, info=run.experiment_info["name"])
