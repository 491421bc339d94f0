"""Commands of ingredients and of deeper ones: their dotted names, prefixes, configurations and loggers."""
# run: data.show
# run: data.files.count with data.files.limit=3
# run: data.files.inner with data.files.nested.x=5
# run: show
# run: data.quiet -l WARNING
# run: files.count

from kit import Recorder, tell

from sacred import Experiment, Ingredient

files = Ingredient("data.files")
data = Ingredient("data", ingredients=[files])
ex = Experiment("owner", ingredients=[data])
files.add_config(limit=1, nested={"x": 0, "y": 0}, seed=4)
data.add_config(path="data", seed=3)
ex.add_config(path="top", seed=2)
ex.observers.append(Recorder(only=["completed_event"]))


@data.command
def show(path, _config, _seed, _log, _run):
    _log.info("path %s", path)
    tell(show=[path, _config, _seed, _log.name, _run.meta_info["command"]])
    return path


@data.command(unobserved=True)
def quiet(_run):
    return len(_run.observers)


@files.command
def count(limit, _config):
    return [limit, _config]


@files.command(prefix="nested")
def inner(x, y, _config):
    return [x, y, _config]


@ex.pre_run_hook
def before(path, _run):
    tell(hook=[path, _run.main_function.__name__ if hasattr(_run, "main_function") else None])


@ex.automain
def main():
    print("main runs")


tell(names=sorted(name for name, _ in ex.gather_commands()), result=ex.current_run.result)
