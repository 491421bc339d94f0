"""Special arguments in all kinds of functions, during runs that follow each other and after them."""
# run:
# run: [no-numpy]

from kit import outcome, tell

from sacred import Experiment, Ingredient

data = Ingredient("data")
data.add_config(size=3)
ex = Experiment("special", ingredients=[data])
ex.add_config(a=1, d={"x": 1, "y": {"z": 2}}, seed=42)
kept = {}


class Model:
    @ex.capture
    def __init__(self, a, _seed):
        self.made = [a, _seed]

    @staticmethod
    @ex.capture
    def static(a, _config):
        return [a, sorted(_config)]

    @property
    @ex.capture
    def prop(self, d):
        return [self.made[0], d["x"]]

    @ex.capture(prefix="d.y")
    def method(self, z, _config, _log):
        return [z, dict(_config), _log.name]


@ex.capture
def steps(a, _rnd):
    for number in range(3):
        yield [a, number, int(_rnd.randint(0, 100) if hasattr(_rnd, "randint") else _rnd.integers(0, 100))]


@ex.capture(prefix="d")
def with_rest(x, flag=False, **kwargs):
    return [x, flag, kwargs]


@data.capture
def load(size, _seed, _run, _log):
    return [size, _seed, _run.config["data"]["size"], _log.name]


@ex.main
def main(a, _run, _seed, _log):
    kept["steps"] = steps()
    model = Model()
    return [
        [a, _seed, _log.name],
        [model.made, Model.static(), model.prop, model.method()],
        [list(steps()), next(kept["steps"])],
        [with_rest(), with_rest(5, flag=True, more=1), with_rest(y=3)],
        load(),
    ]


tell(first=ex.run().result)
tell(later=list(kept["steps"]), outside=[load()[0], with_rest()])
tell(second=ex.run(config_updates={"a": 2, "data.size": 9, "d.x": 7}).result)
tell(outside=[load()[0], with_rest(), Model(a=8).made[0]])
tell(wrong=[outcome(with_rest, 1, 2, x=3)["raises"], outcome(load, 1, size=2)["raises"]])
