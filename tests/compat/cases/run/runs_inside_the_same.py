"""Commands that call other commands: as functions, by `ex.run`, by `run_commandline`, in threads."""
# run: main -F runs
# run: by_run -F runs
# run: by_line -F runs
# run: twice -F runs

import threading

from kit import tell

from sacred import Experiment

ex = Experiment("inside")
ex.add_config(a=1, seed=1)


@ex.capture
def add(a, b=1):
    return a + b


@ex.command
def other(a, _seed, _run):
    print("other")
    return [a, _seed, _run._id, _run.meta_info["command"]]


@ex.main
def main(a):
    found = [other(), other(a=5)[0], add(), add(b=7), ex.commands["other"](a=9)[0]]
    results = []
    threads = [
        threading.Thread(target=lambda number=number: results.append(add(b=number))) for number in range(4)
    ]
    for thread in threads:
        thread.start()
        thread.join()
    return [*found, results]


@ex.command
def by_run(a, _run):
    inner = ex.run("other", config_updates={"a": 10})
    return [inner.result, add(), ex.current_run is inner, ex.current_run is _run, inner.info, _run._id]


@ex.command
def by_line(a, _run):
    inner = ex.run_commandline(["prog", "other", "with", "a=20"])
    return [inner.result, add(b=0), inner._id, _run._id]


@ex.command
def twice():
    return [ex.run("other", config_updates={"a": number}).result[0] for number in (3, 4)]


run = ex.run_commandline()
tell(result=run.result, after=[add(), ex.current_run is run])
