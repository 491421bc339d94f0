"""The numbers that follow from a root seed are those of Sacred 0.8.7."""

import json
import os
import random
import threading
import time
from itertools import islice

import pytest

from sacred import Ingredient
from sacred.config import seeding
from sacred.config.seeding import (
    SEEDRANGE,
    CallSeeds,
    SeedSource,
    create_rnd,
    get_seed,
    iter_ingredient_seeds,
    set_global_seed,
)
from sacred.errors import InvalidConfigError
from sacred.settings import SETTINGS
from unit.config.helpers import make_experiment, run_script

# runs under 0.8.7 as well: so the table below was made, with numpy 2.4
RECIPE = """\
    import json, sys
    from sacred import Experiment, Ingredient, SETTINGS

    words = sys.argv[1:]
    SETTINGS.CONFIG.NUMPY_RANDOM_LEGACY_API = "legacy" in words
    if "without numpy" in words:
        sys.modules["numpy"] = None


    def draw(rnd):
        return int(rnd.integers(1, 10**9) if hasattr(rnd, "integers") else rnd.randint(1, 10**9))


    def add_functions(ingredient, count):
        return [ingredient.capture(make()) for _ in range(count)]


    def make():
        def function(_seed, _rnd):
            return [_seed, draw(_rnd)]

        return function


    paths = ("first", "second", "third.part")
    first, second, third = (Ingredient(path, save_git_info=False) for path in paths)
    functions = [*add_functions(first, 2), *add_functions(second, 1), *add_functions(third, 1)]
    ex = Experiment("seeds", ingredients=[first, second, third], save_git_info=False)
    ex.add_config(a=1)
    functions += add_functions(ex, 1)
    hooked = []


    @ex.pre_run_hook
    def hook(_seed):
        hooked.append(_seed)


    @ex.capture
    def without_randomness():
        pass


    @ex.command
    def other(_seed):
        return _seed


    @ex.main
    def main(_seed, _rnd):
        without_randomness()
        return [[_seed, draw(_rnd)], *([function() for _ in range(2)] for function in functions)]


    functions += add_functions(ex, 1)
    updates = {"seed": 42}
    if "fixed" in words:
        updates["second.seed"] = 5
    run = ex.run(config_updates=updates, options={"--loglevel": "ERROR"})
    print("numbers " + json.dumps({"config": run.config, "hook": hooked, "calls": run.result}))
    """

GOLDEN = {
    "": {
        "config": {"a": 1, "seed": 42},
        "hook": [37422836],
        "calls": [
            [158897073, 900893467],
            [[357484945, 585275193], [439844680, 406328534]],
            [[382585366, 753343184], [457459189, 802071283]],
            [[256440101, 376917867], [227135627, 246476525]],
            [[116425396, 531278592], [140711586, 515603080]],
            [[9330647, 593090813], [967891411, 480228088]],
            [[570738659, 497745694], [229376259, 617400380]],
        ],
    },
    "fixed": {
        "config": {"a": 1, "seed": 42, "second": {"seed": 5}},
        "hook": [37422836],
        "calls": [
            [158897073, 900893467],
            [[256440101, 376917867], [227135627, 246476525]],
            [[725169279, 43336280], [47463443, 817033336]],
            [[716496013, 597039542], [688671799, 178522881]],
            [[116425396, 531278592], [140711586, 515603080]],
            [[9330647, 593090813], [967891411, 480228088]],
            [[570738659, 497745694], [229376259, 617400380]],
        ],
    },
    "legacy": {
        "config": {"a": 1, "seed": 42},
        "hook": [972144508],
        "calls": [
            [417262802, 713873844],
            [[903935211, 939996211], [965618393, 896919843]],
            [[614410143, 319852819], [226213736, 670721325]],
            [[631572247, 809531107], [345584056, 490475883]],
            [[531319648, 260466619], [891267178, 268032567]],
            [[767258318, 467453078], [951190362, 918431784]],
            [[877583024, 780195839], [660232244, 240182168]],
        ],
    },
    "without numpy": {
        "config": {"a": 1, "seed": 42},
        "hook": [813171428],
        "calls": [
            [386292232, 506187592],
            [[27160058, 243988924], [744423266, 975398252]],
            [[746284440, 216387470], [830094357, 284611091]],
            [[430111202, 516177482], [91625659, 843556660]],
            [[28906875, 972195693], [797813296, 154945732]],
            [[846002777, 720886625], [892643794, 538492305]],
            [[818549734, 726595039], [540674484, 373084836]],
        ],
    },
}


@pytest.mark.parametrize("mode", GOLDEN)
def test_the_numbers_are_those_of_087(tmp_path, mode):
    result = run_script(tmp_path / "recipe.py", RECIPE, "recipe.py", mode)
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("numbers ")]
    assert json.loads(line.removeprefix("numbers ")) == GOLDEN[mode]


# the numbers don't depend on what else there is


def make_seeded(*extra):
    """Return an experiment whose command ``call`` calls a function three times."""
    ex = make_experiment({"a": 1})

    @ex.capture
    def f(_seed, _rnd):
        return _seed, draw(_rnd)

    for add in extra:
        add(ex)

    @ex.command
    def call():
        return [f() for _ in range(3)]

    return ex


def draw(rnd):
    return get_seed(rnd)


def numbers_of(ex, seed=7):
    return ex.run("call", config_updates={"seed": seed}).result


def test_equal_seeds_give_equal_numbers():
    ex = make_seeded()
    first = numbers_of(ex)
    assert numbers_of(ex) == first  # each run begins anew
    assert numbers_of(make_seeded()) == first
    assert numbers_of(ex, 8) != first
    assert len({seed for seed, _ in first}) == 3


def test_functions_that_are_declared_later_change_nothing():
    def add_capture(ex):
        ex.capture(lambda _seed: None)

    def add_hook(ex):
        ex.pre_run_hook(lambda _rnd: None)

    assert numbers_of(make_seeded(add_capture, add_hook)) == numbers_of(make_seeded())


def test_configs_and_ingredients_change_nothing():
    def add_config(ex):
        @ex.config
        def cfg():
            import random as r

            b = r.random()

    def add_ingredient(ex):
        ingredient = Ingredient("ib", save_git_info=False)
        ingredient.capture(lambda _seed: None)
        ex.ingredients.append(ingredient)

    assert numbers_of(make_seeded(add_config, add_ingredient)) == numbers_of(make_seeded())


def test_nested_ingredients_follow_from_the_root_seed():
    def numbers(seed):
        deep = Ingredient("deep", save_git_info=False)
        middle = Ingredient("middle", ingredients=[deep], save_git_info=False)
        function = deep.capture(lambda _seed: _seed)
        ex = make_experiment(ingredients=[middle])

        @ex.command
        def call():
            return function()

        return ex.run("call", config_updates={"seed": seed}).result

    assert numbers(3) == numbers(3) != numbers(4)


def test_an_ingredients_own_seed():
    ingredient = Ingredient("ib", save_git_info=False)
    function = ingredient.capture(lambda _seed: _seed)
    ex = make_experiment(ingredients=[ingredient])

    @ex.command
    def call():
        return function()

    run = ex.run("call", config_updates={"seed": 1, "ib.seed": 5}, options={"--force": True})
    assert run.config["ib"] == {"seed": 5}
    assert (
        run.result
        == ex.run("call", config_updates={"seed": 2, "ib.seed": 5}, options={"--force": True}).result
    )


def test_a_seed_from_a_config_and_from_a_hook():
    def cfg():
        seed = 11
        doubled = seed * 2

    ex = make_experiment(cfg)
    assert ex.run().config == {"seed": 11, "doubled": 22}
    assert ex.run(config_updates={"seed": 5}).config == {"seed": 5, "doubled": 10}
    ex = make_experiment()
    ex.config_hook(lambda config, command_name, logger: {"seed": 13})
    assert ex.run().config == {"seed": 13}
    assert ex.run(config_updates={"seed": 5}).config == {"seed": 5}


def test_a_seed_that_is_not_set_comes_from_random():
    ex = make_experiment()
    random.seed(7)
    first = ex.run().config["seed"]
    random.seed(7)
    expected = random.randint(1, 10**9)
    random.seed(7)
    assert ex.run(config_updates={"seed": None}).config["seed"] == first == expected
    assert ex.run().config_modifications.docs["seed"] == "the random seed for this experiment"


@pytest.mark.parametrize("seed", ["7", 1.5, -3, 2**32, [1]])
def test_what_is_no_seed(seed):
    with pytest.raises(
        InvalidConfigError, match=r"Config entry 'seed': Seed has to be integer from 0 to"
    ) as caught:
        make_experiment().run(config_updates={"seed": seed})
    assert not caught.value.print_traceback


def test_what_is_no_seed_of_an_ingredient():
    ex = make_experiment(ingredients=[Ingredient("ib", save_git_info=False)])
    with pytest.raises(InvalidConfigError, match=r"Config entry 'ib\.seed'"):
        ex.run(config_updates={"ib.seed": "x"}, options={"--force": True})


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_the_range_of_seeds(seed):
    assert make_experiment().run(config_updates={"seed": seed}).config["seed"] == seed


# the parts


def test_get_seed_from_all_generators():
    np = pytest.importorskip("numpy")
    low, high = SEEDRANGE
    for make in (np.random.default_rng, np.random.RandomState, random.Random):
        assert get_seed(make(3)) == get_seed(make(3))
        assert type(get_seed(make(3))) is int
        assert all(low <= get_seed(make(seed)) <= high for seed in range(20))
    random.seed(3)
    expected = random.Random(3).randint(low, high)
    assert get_seed() == expected


def test_create_rnd(monkeypatch):
    np = pytest.importorskip("numpy")
    assert isinstance(create_rnd(1), np.random.Generator)
    monkeypatch.setitem(SETTINGS.CONFIG, "NUMPY_RANDOM_LEGACY_API", True)
    assert isinstance(create_rnd(1), np.random.RandomState)
    monkeypatch.setitem(__import__("sys").modules, "numpy", None)
    assert isinstance(create_rnd(1), random.Random)
    with pytest.raises(InvalidConfigError):
        create_rnd("x")


def test_seeds_are_drawn_when_they_are_asked_for():
    asked = []

    def seed():
        asked.append(1)
        return 5

    source = SeedSource(seed)
    assert asked == []
    third = source.get_function_seed(2)
    assert [source.get_function_seed(index) for index in range(3)][2] == third
    assert SeedSource(5).get_function_seed(2) == third
    assert source.seed == 5
    assert asked == [1]
    calls = CallSeeds(lambda: third)
    assert [calls.draw(), calls.draw()] == list(islice(iter_ingredient_seeds(third), 2))


# global generators


def test_random_and_numpy_are_seeded():
    np = pytest.importorskip("numpy")
    ex = make_experiment()

    @ex.command
    def use():
        return random.random(), float(np.random.rand())

    def once(seed):
        return ex.run("use", config_updates={"seed": seed}).result

    assert once(5) == once(5) != once(6)
    set_global_seed(5)()
    expected = random.random(), float(np.random.rand())
    assert once(5) == expected


USE_NUMPY = """\
    import random, sys
    from sacred import Experiment

    ex = Experiment("late", save_git_info=False)


    @ex.capture
    def f(_seed):
        return _seed


    @ex.automain
    def main(_log):
        assert "numpy" not in sys.modules, "loaded without need"
        WHAT
    """


def run_late(tmp_path, what, *words):
    program = USE_NUMPY.replace("WHAT", what)
    result = run_script(tmp_path / "late.py", program, "late.py", "with", "seed=3", *words)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_run_that_needs_no_numbers_does_not_load_numpy(tmp_path):
    run_late(tmp_path, "pass")


def test_numpy_is_seeded_when_it_is_imported_later(tmp_path):
    what = "import numpy as np; print(np.random.rand())"
    assert run_late(tmp_path, what) == run_late(tmp_path, what)
    np = pytest.importorskip("numpy")
    assert float(run_late(tmp_path, what)) == np.random.RandomState(3).rand()
    assert (
        float(run_late(tmp_path, "from numpy import random as r; print(r.rand())"))
        == np.random.RandomState(3).rand()
    )


STAND_IN = "seeded = []\ndef manual_seed(seed):\n    seeded.append(seed)\n"


def test_torch_is_seeded_now_or_later(tmp_path):
    (tmp_path / "torch.py").write_text(STAND_IN, encoding="utf-8")
    assert run_late(tmp_path, "import torch; print(torch.seeded)") == "[3]\n"
    program = USE_NUMPY.replace("WHAT", "print(torch.seeded)").replace(
        "import random", "import torch, random"
    )
    result = run_script(tmp_path / "early.py", program, "early.py", "with", "seed=4")
    assert result.stdout == "[4]\n", result.stderr


def test_tensorflow_is_seeded(tmp_path):
    (tmp_path / "tensorflow").mkdir()
    text = "class random:\n    seeded = []\n    set_seed = staticmethod(seeded.append)\n"
    (tmp_path / "tensorflow" / "__init__.py").write_text(text, encoding="utf-8")
    assert run_late(tmp_path, "import tensorflow as tf; print(tf.random.seeded)") == "[3]\n"


def test_a_module_of_that_name_without_the_function(tmp_path):
    (tmp_path / "torch.py").write_text("x = 1\n", encoding="utf-8")
    assert run_late(tmp_path, "import torch; print(torch.x)") == "1\n"


def test_after_the_run_imports_are_left_alone(tmp_path):
    (tmp_path / "torch.py").write_text(STAND_IN, encoding="utf-8")
    program = """\
        from sacred import Experiment

        ex = Experiment("after", save_git_info=False)
        ex.main(lambda: None)
        ex.run()
        import torch

        print(torch.seeded)
        """
    assert run_script(tmp_path / "after.py", program).stdout == "[]\n"


def test_a_seeding_that_fails_is_a_warning_and_not_the_importer_s(tmp_path):
    (tmp_path / "torch.py").write_text("def manual_seed(seed):\n    raise OSError('no device')\n")
    program = USE_NUMPY.replace("WHAT", "import torch; print('imported')")
    result = run_script(tmp_path / "late.py", program)
    assert result.stdout == "imported\n"
    assert result.stderr.count("torch could not be seeded: OSError: no device") == 1
    early = program.replace("import random", "import torch, random")
    assert run_script(tmp_path / "early.py", early).stdout == "imported\n"


class SlowRandom(random.Random):
    """Lets other threads in between reading its state and changing it."""

    def randint(self, low, high):
        state = self.getstate()
        time.sleep(0.001)
        self.setstate(state)
        return super().randint(low, high)


def collect_in_threads(function, count=8):
    barrier = threading.Barrier(count, timeout=20)
    seen = []

    def work():
        barrier.wait()
        seen.append(function())

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


@pytest.fixture
def slow_generators(monkeypatch):
    monkeypatch.setattr(seeding, "create_rnd", lambda seed: time.sleep(0.001) or SlowRandom(seed))


@pytest.mark.usefixtures("slow_generators")
def test_threads_get_the_numbers_of_one_series():
    expected = CallSeeds(lambda: 5)
    expected = sorted(expected.draw() for _ in range(8))
    assert sorted(collect_in_threads(CallSeeds(lambda: 5).draw)) == expected


@pytest.mark.usefixtures("slow_generators")
def test_threads_agree_on_the_seed_of_a_function():
    draws = iter_ingredient_seeds(1)
    source = SeedSource(lambda: next(draws))
    assert len(set(collect_in_threads(lambda: source.get_function_seed(3)))) == 1
    assert len(source._function_seeds) == 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_that_is_forked_while_a_thread_draws_can_draw(tmp_path):
    program = """\
        import os, threading, time
        from sacred.config.seeding import CallSeeds

        slow = CallSeeds(lambda: time.sleep(0.3) or 1)
        thread = threading.Thread(target=slow.draw)
        thread.start()
        time.sleep(0.1)
        child = os.fork()
        if not child:
            CallSeeds(lambda: 2).draw()
            os._exit(7)
        thread.join()
        for _ in range(200):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                break
            time.sleep(0.05)
        print(os.waitstatus_to_exitcode(status) if pid else "hangs")
        if not pid:
            os.kill(child, 9)
        """
    assert run_script(tmp_path / "fork.py", program).stdout == "7\n"
