"""Observers that are appended in a config, in a hook, in main, and removed or replaced again."""
# run: with where=config
# run: with where=named_config folder
# run: with where=config_hook
# run: with where=pre_run_hook
# run: with where=main
# run: with where=replaced

from kit import Recorder, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("late")
shown = ["started_event", "completed_event", "join"]


@ex.config
def config():
    where = "config"
    name = f"runs_{where}"
    seed = 1
    if where == "config":
        ex.observers.append(FileStorageObserver.create(name))
        ex.observers.append(Recorder("config", only=shown))


@ex.named_config
def folder():
    ex.observers.append(FileStorageObserver("runs_named"))


@ex.config_hook
def configure(config, command_name, logger):
    if config["where"] == "config_hook":
        ex.observers.append(FileStorageObserver(config["name"]))
        ex.observers.append(Recorder("hook", only=shown))
    return config


@ex.pre_run_hook
def before(_run, where):
    if where == "pre_run_hook":
        ex.observers.append(Recorder("too late", only=shown))
        _run.observers.append(Recorder("of the run", only=shown))


@ex.main
def main(_run, where):
    if where == "main":
        ex.observers.append(Recorder("too late", only=shown))
    return [type(observer).__name__ for observer in _run.observers]


if __name__ == "__main__":
    run = ex.run_commandline()
    tell(result=run.result, mine=[type(observer).__name__ for observer in ex.observers])
    if run.config["where"] == "replaced":
        ex.observers = [Recorder("one", only=shown)]
        ex.observers[0:1] = [Recorder("other", only=shown), Recorder("third", priority=9, only=shown)]
        tell(again=ex.run(config_updates={"where": "none"}).result)
        ex.observers.clear()
        tell(cleared=ex.run(config_updates={"where": "none"}).result)
