"""Projects that reach for `ex.configurations`, add callables of their own, or allow any entry (idioms 8, 9, 12)."""
# run:
# run: with b.c=5 anything=1
# run: with own=7 a.b=[9]

from kit import outcome, tell

from sacred import Experiment
from sacred.config.config_summary import ConfigSummary
from sacred.initialize import Scaffold

calls = []


def noop(*args, **kwargs):
    """Do nothing."""


Scaffold._warn_about_suspicious_changes = noop
ex = Experiment("by_hand")
ex.add_config({"a": {"b": [1, 2]}, "start": 4})
ex.add_config(ex.configurations[0]._conf["a"])
ex.add_config(c={"copied": ex.configurations[0]._conf["a"]["b"]})


@ex.config
def scope(start):
    from_scope = start + 1


def summarised(fixed=None, preset=None, fallback=None):
    calls.append([sorted(fixed or {}), sorted(preset or {}), sorted(fallback or {})])
    summary = ConfigSummary()
    summary.update(preset or {})
    summary["own"] = 1
    summary["doubled"] = summary["start"] * 2
    summary.update(fixed or {})
    return summary


ex.configurations.append(summarised)


@ex.main
def main(_config):
    tell(config=_config, calls=calls)


ex.run_commandline()
tell(
    scope=[type(item).__name__ for item in ex.configurations],
    called=ex.configurations[0](),
    evaluated=ex.configurations[3](preset={"start": 10}),
    without=outcome(ex.configurations[3]),
    typo=outcome(ex.run, config_updates={"never": 1}, options={"--loglevel": "ERROR"}).get("returns").config["never"],
)
