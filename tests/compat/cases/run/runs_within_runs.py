"""One experiment runs another, repeatedly, with other observers."""
# run:

from kit import Recorder, tell

from sacred import Experiment

inner = Experiment("inner")
outer = Experiment("outer")
inner.add_config(x=1, seed=5)
outer.add_config(n=3, seed=6)
events = ["started_event", "completed_event", "failed_event"]


@inner.main
def inner_main(x, _seed, _run):
    if x == 2:
        raise ValueError("two")
    return [x * 10, _seed]


@outer.capture
def draw(_seed):
    return _seed


@outer.main
def outer_main(n, _seed, _run):
    results = [draw()]
    for x in range(n):
        inner.observers = [Recorder(f"inner {x}", run_id=x, only=events)]
        try:
            run = inner.run(config_updates={"x": x})
        except ValueError as error:
            results.append(str(error))
        else:
            results.append([run.result, run._id])
    return [*results, draw(), outer.current_run is _run]


outer.observers.append(Recorder("outer", run_id="o", only=events))
tell(result=outer.run().result)
