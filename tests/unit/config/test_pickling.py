"""Experiments, configs and captured functions can be sent to worker processes."""

import pickle
import sys

import pytest

from sacred.config.config_dict import ConfigDict
from sacred.config.config_scope import ConfigScope
from unit.config.helpers import load_module, make_experiment, run_script

MODULE = """\
    from sacred import Experiment, Ingredient

    ingredient = Ingredient("ib", save_git_info=False)
    ingredient.add_config(k=1)
    ex = Experiment("pickled", ingredients=[ingredient], save_git_info=False)


    @ex.config
    def cfg():
        a = 1
        d = {"x": 2}


    @ex.named_config
    def named():
        a = 5


    @ex.capture
    def captured(a, d, given=None):
        return a, d["x"], given


    @ex.capture(prefix="d")
    def below(x):
        return x


    @ex.capture
    def seeded(_seed):
        return _seed


    @ingredient.capture
    def of_ingredient(k):
        return k


    class Thing:
        @ex.capture
        def method(self, a):
            return a

        @staticmethod
        @ex.capture
        def static(a):
            return a


    @ex.main
    def main():
        pass
    """


@pytest.fixture
def module(tmp_path, monkeypatch):
    found = load_module(tmp_path / "pickled_module.py", MODULE)
    yield found
    sys.modules.pop("pickled_module")


def send(obj):
    return pickle.loads(pickle.dumps(obj))


@pytest.mark.parametrize(
    "name", ["ex", "ingredient", "cfg", "named", "captured", "below", "seeded", "of_ingredient"]
)
def test_what_a_module_defines_is_found_by_its_name(module, name):
    assert send(getattr(module, name)) is getattr(module, name)


def test_methods(module):
    assert send(module.Thing.method) is module.Thing.method
    assert send(module.Thing.static) is module.Thing.static
    thing = module.Thing()
    module.ex.run(config_updates={"a": 7})
    assert send(thing.method)() == 7


def test_a_configuration_dictionary_is_a_value():
    config = ConfigDict({"a": 1}, "somewhere")
    copy = send(config)
    assert dict(copy()) == {"a": 1}
    assert copy.label == "somewhere"


def test_a_run_can_be_pickled_by_its_facts(module):
    run = module.ex.run(config_updates={"a": 2})
    assert send(run.config) == run.config
    assert send(run.config_modifications).modified == {"a"}
    assert send(run.config_modifications).origins == run.config_modifications.origins


def test_what_no_module_has_can_not_be_pickled():
    ex = make_experiment()

    @ex.capture
    def local(a):
        pass

    with pytest.raises(
        pickle.PicklingError, match=r"Can't pickle the captured function .*local: only functions that can"
    ):
        pickle.dumps(local)
    with pytest.raises(pickle.PicklingError, match=r"Can't pickle Experiment 'e': .* global variable"):
        pickle.dumps(ex)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(ConfigScope(lambda_like))


def lambda_like():
    a = 1


PROGRAM = (
    MODULE
    + """\


    def work(task):
        return task, captured(given=task), below(), of_ingredient(), seeded()


    def use(function):
        return function(), ex.path


    @ex.command
    def spawn(_run):
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(2, mp_context=get_context(_run.config["method"])) as pool:
            sent = list(pool.map(use, [captured, below, of_ingredient, Thing.static]))
            seeds = list(pool.map(use, [seeded, seeded, seeded, seeded]))
            experiment, scope = pool.submit(give_back, (ex, cfg)).result()
        assert experiment is ex and scope is cfg
        assert [result for result, path in sent] == [(7, 9, None), 9, 8, 7], sent
        assert len({seed for seed, path in seeds}) == 4, seeds
        print("seeds", [seed for seed, path in seeds])


    def give_back(things):
        experiment, scope = things
        assert experiment.path == "pickled"
        assert dict(scope())["a"] == 1
        return things


    ex.add_config(method="spawn")

    if __name__ == "__main__":
        ex.run_commandline()
    """
)


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_workers_see_the_values_of_the_run(tmp_path, method):
    words = ["program.py", "spawn", "with", "a=7", "d.x=9", "ib.k=8", f"method={method}", "seed=1"]
    outputs = []
    for _ in range(2):
        result = run_script(tmp_path / "program.py", PROGRAM, *words)
        assert result.returncode == 0, result.stderr
        outputs.append(result.stdout)
    assert outputs[0].startswith("seeds ")
    assert outputs[0] == outputs[1]  # and the numbers follow from the seed
