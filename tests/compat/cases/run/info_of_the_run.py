"""`info`: changed by hooks, captured functions and commands, assigned anew, given at the start, nested."""
# run: main -F runs
# run: assigned -F runs
# run: nested -F runs
# run: nothing -F runs
# run: fails -F runs

from kit import tell

from sacred import Experiment

ex = Experiment("infos")
ex.add_config(seed=1)


@ex.capture
def remember(key, value, _run):
    _run.info[key] = value


@ex.pre_run_hook
def before(_run):
    if _run.meta_info["command"] != "nothing":
        _run.info["hook"] = "before"


@ex.main
def main():
    remember("epochs", 3)
    ex.info["best"] = {"epoch": 2, "loss": 0.5}
    ex.info.setdefault("history", []).append(1)
    ex.info["history"].append(2)
    del ex.info["hook"]


@ex.command
def assigned(_run):
    _run.info = {"only": "this"}
    ex.info["and"] = "that"


@ex.command
def nested(_run):
    _run.info["deep"] = {"a": {"b": [{"c": None}, True]}, "1": "text key", "with.dot": 1, "$dollar": 2}
    _run.info["none"] = None
    _run.info["ü"] = "Größe"


@ex.command
def nothing():
    pass


@ex.command
def fails(_run):
    _run.info["until"] = "here"
    raise ValueError("no")


try:
    ex.run_commandline()
finally:
    tell(info=ex.current_run.info)
