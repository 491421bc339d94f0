"""The options that `ex.run` takes do the same as those of the command line."""
# run:

from kit import Recorder, outcome, tell

from sacred import Experiment

ex = Experiment("python")
ex.add_config(a=1, seed=1)
ex.observers.append(Recorder(only=["queued_event"]))


@ex.main
def main(_run, _log, a):
    _log.info("running with a=%s", a)
    return [_run._id, len(_run.observers)]


given = {
    "level": {"--loglevel": "WARNING"},
    "comment": {"--comment": "remark"},
    "beat": {"--beat-interval": 0.5},
    "beat text": {"--beat-interval": "0.5"},
    "unobserved": {"--unobserved": True},
    "queue": {"--queue": True},
    "force": {"--force": True},
    "priority": {"--priority": 3},
    "priority text": {"--priority": "3.5"},
    "id": {"--id": "chosen"},
    "number as id": {"--id": 5},
    "name": {"--name": "renamed"},
    "capture": {"--capture": "sys"},
    "folder": {"--file_storage": "runs"},
    "several": {"--file_storage": "more", "--id": "7", "--comment": "both"},
    "number": {"--loglevel": 10},
    "off": {"--unobserved": False, "--queue": False, "--comment": None},
}
for name, options in given.items():
    found = outcome(ex.run, options=options, config_updates={"a": 2})
    run = ex.current_run
    kept = {key: value for key, value in run.meta_info["options"].items() if value}
    facts = [found.get("raises", "fine"), run.status, run.result, run._id, kept, run.beat_interval]
    tell(**{name: [*facts, run.meta_info.get("comment"), run.meta_info.get("priority"), run.run_logger.name]})
