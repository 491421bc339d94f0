"""Arguments that a call leaves out come from the configuration of the current run."""

import asyncio
import contextlib
import functools
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sacred import Ingredient
from sacred.config.captured_function import CapturedFunction
from sacred.config.seeding import create_rnd
from sacred.errors import InvalidConfigError, MissingConfigError, SignatureError
from unit.config.helpers import make_experiment


@pytest.fixture
def ex():
    return make_experiment({"a": 1, "b": 2, "d": {"x": 10, "y": {"z": 20}}, "none": None})


def run(ex, function, *args, updates=None, **kwargs):
    """Return what a captured function returns in a run."""

    @ex.command
    def call():
        return function(*args, **kwargs)

    return ex.run("call", config_updates=updates).result


# where arguments come from


def test_explicit_before_config_before_default(ex):
    @ex.capture
    def f(a, b=7, c=8, *, d=9, e=10):
        return a, b, c, d, e

    assert run(ex, f) == (1, 2, 8, {"x": 10, "y": {"z": 20}}, 10)
    assert run(ex, f, 5) == (5, 2, 8, {"x": 10, "y": {"z": 20}}, 10)
    assert run(ex, f, 5, c=6, d=0) == (5, 2, 6, 0, 10)
    assert run(ex, f, b=5, updates={"a": 100}) == (100, 5, 8, {"x": 10, "y": {"z": 20}}, 10)


def test_none_is_a_value(ex):
    @ex.capture
    def f(none=5, a=None):
        return none, a

    assert run(ex, f) == (None, 1)
    assert run(ex, f, a=None) == (None, None)


def test_variadic_arguments(ex):
    @ex.capture
    def f(a, *args, b, **kwargs):
        return a, args, b, kwargs

    assert run(ex, f) == (1, (), 2, {})
    assert run(ex, f, 5, 6, 7, b=8, d=9, extra=10) == (5, (6, 7), 8, {"d": 9, "extra": 10})


def test_positional_only_arguments(ex):
    @ex.capture
    def f(a, b=5, /, c=6, **kwargs):
        return a, b, c, kwargs

    assert run(ex, f) == (1, 2, 6, {})
    assert run(ex, f, 7) == (7, 2, 6, {})
    assert run(ex, f, 7, a=9) == (7, 2, 6, {"a": 9})

    @ex.capture
    def g(unknown=3, /, b=4):
        return unknown, b

    assert run(ex, g) == (3, 2)


def test_prefixes(ex):
    for prefix, expected in (("d", 10), ("d.y", None), ("nothing.there", None)):

        @ex.capture(prefix=prefix)
        def f(_config, x=None):
            return x, dict(_config)

        x, config = run(ex, f)
        assert x == expected
        assert config == {"d": {"x": 10, "y": {"z": 20}}, "d.y": {"z": 20}}.get(prefix, {})


def test_a_prefix_that_is_no_dictionary(ex):
    @ex.capture(prefix="a")
    def f(x=1):
        pass

    with pytest.raises(InvalidConfigError, match="has the prefix 'a', but that entry is no dictionary: 1"):
        run(ex, f)


def test_commands_and_hooks_with_prefixes(ex):
    seen = []

    @ex.command(prefix="d")
    def command(x):
        seen.append(x)

    @ex.pre_run_hook(prefix="d.y")
    def before(z):
        seen.append(z)

    def after(y):
        seen.append(y)

    ex.post_run_hook(after, prefix="d")
    ex.run("command")
    assert seen == [20, 10, {"z": 20}]


def test_functions_of_ingredients():
    sub = Ingredient("sub", save_git_info=False)
    sub.add_config(s=1)
    ingredient = Ingredient("ib", ingredients=[sub], save_git_info=False)
    ingredient.add_config(k=2)

    @ingredient.capture
    def of_ingredient(k, sub, _config, _log, missing="default"):
        return k, sub, dict(_config), _log.name, missing

    ex = make_experiment({"missing": 5}, ingredients=[ingredient])

    @ex.capture(prefix="ib")
    def of_experiment(k, _log):
        return k, _log.name

    expected = (2, {"s": 1}, {"k": 2, "sub": {"s": 1}}, "ib.of_ingredient", "default")
    assert run(ex, of_ingredient) == expected
    assert run(ex, of_experiment) == (2, "of_experiment")


# special arguments


def test_special_arguments(ex):
    @ex.capture
    def f(_config, _seed, _rnd, _log, _run):
        return _config, _seed, _rnd, _log, _run

    config, seed, rnd, log, current = run(ex, f)
    assert config == {**ex.current_run.config}
    assert config is not ex.current_run.config
    assert isinstance(seed, int)
    assert type(rnd) is type(create_rnd(1))
    assert isinstance(log, logging.Logger)
    assert log.name.endswith("f")
    assert current is ex.current_run


def test_special_arguments_may_be_given(ex):
    @ex.capture
    def f(_config, _seed, _run, _log):
        return _config, _seed, _run, _log

    assert run(ex, f, _config=1, _seed=2, _run=3, _log=4) == (1, 2, 3, 4)


# all kinds of functions


def test_methods_of_all_kinds(ex):
    class Thing:
        @ex.capture
        def __init__(self, a, given=None):
            self.a = a
            self.given = given

        @ex.capture
        def method(self, b, c=3):
            return self.a, b, c

        @classmethod
        @ex.capture
        def of_class(cls, b):
            return cls, b

        @staticmethod
        @ex.capture
        def static(a, b):
            return a, b

        @property
        @ex.capture
        def prop(self, b):  # noqa: PLR0206 -- the configuration gives it
            return self.a + b

        @ex.capture
        def __call__(self, b):
            return b

        @functools.cached_property
        def cached(self):
            return self.method()

    class Child(Thing):
        @ex.capture
        def method(self, d):
            return super().method(c=4), d["x"]

    @ex.command
    def use():
        thing = Thing(given=5)
        assert (thing.a, thing.given) == (1, 5)
        assert thing.method() == thing.cached == (1, 2, 3)
        assert Thing.method(thing, c=7) == (1, 2, 7)
        assert Thing.of_class() == thing.of_class() == (Thing, 2)
        assert Thing.static() == thing.static(a=1) == (1, 2)
        assert thing.prop == 3
        assert thing() == 2
        assert Child().method() == ((1, 2, 4), 10)
        assert Child(a=9).of_class() == (Child, 2)
        bound = thing.method
        assert bound(b=5) == (1, 5, 3)
        return True

    assert ex.run("use").result is True


def test_generators_and_context_managers(ex):
    @ex.capture
    def generate(b):
        yield from range(b)

    @contextlib.contextmanager
    @ex.capture
    def manage(a):
        yield a

    @ex.command
    def use():
        with manage() as value:
            return list(generate()), value

    assert ex.run("use").result == ([0, 1], 1)


def test_coroutines(ex):
    @ex.capture
    async def later(a, b=7):
        await asyncio.sleep(0)
        return a, b

    @ex.capture
    async def numbers(b):
        for number in range(b):
            yield number

    @ex.command
    def use():
        async def both():
            return await asyncio.gather(later(), later(5)), [number async for number in numbers()]

        return asyncio.run(both())

    assert ex.run("use").result == ([(1, 2), (5, 2)], [0, 1])


def test_wrapped_functions(ex):
    calls = []

    def noting(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            calls.append((args, dict(kwargs)))
            return function(*args, **kwargs)

        return wrapper

    @ex.capture
    @noting
    def inside(a, b=5, c=6):
        return a, b, c

    @noting
    @ex.capture
    def outside(a):
        return a

    assert run(ex, inside) == (1, 2, 6)
    assert calls == [((), {"a": 1, "b": 2})]
    assert run(ex, outside) == 1


def test_lambdas_and_partials(ex):
    assert run(ex, ex.capture(lambda a, c=3: (a, c))) == (1, 3)

    def f(a, b, c=0):
        return a, b, c

    partial = ex.capture(functools.partial(f, c=5))
    assert partial.__name__ == "f"
    assert run(ex, partial) == (1, 2, 5)
    assert run(ex, functools.partial(ex.capture(f), b=7)) == (1, 7, 0)


def test_a_callable_object_and_a_class(ex):
    class Adder:
        def __call__(self, a, b):
            return a + b

    class Pair:
        def __init__(self, a, b=0):
            self.values = a, b

    adder = ex.capture(Adder())
    assert adder.__name__ == "Adder"
    assert run(ex, adder) == 3
    with pytest.raises(MissingConfigError, match=r"Adder is missing value\(s\): \['a', 'b'\]"):
        run(make_experiment(), make_experiment().capture(Adder()))
    assert run(ex, ex.capture(Pair)).values == (1, 2)


def test_capturing_twice_is_capturing_once(ex):
    def f(a):
        return a

    captured = ex.capture(f)
    count = len(ex.captured_functions)
    assert ex.capture(captured) is captured
    assert len(ex.captured_functions) == count


def test_what_a_captured_function_shows(ex):
    @ex.capture
    def documented(a: int, b=2) -> int:
        """Say something."""
        return a

    assert documented.__name__ == "documented"
    assert documented.__doc__ == "Say something."
    assert documented.__wrapped__(5) == 5
    assert documented.__annotations__ == {"a": int, "return": int}
    assert "documented" in repr(documented)
    assert documented.signature.arguments == ["a", "b"]
    ex.run()
    assert documented.config["a"] == 1
    assert documented.run is ex.current_run
    assert documented.logger.name.endswith("documented")


def test_attributes_of_08_can_be_set(ex):
    @ex.capture
    def f(a, _log, _run):
        return a, _log.name, _run

    f.config = {"a": 5}
    f.logger = logging.getLogger("mine")
    f.run = "run"
    assert f() == (5, "mine", "run")


# wrong calls


def test_wrong_calls(ex):
    @ex.capture
    def f(a, zz, yy=1, *, xx):
        pass

    @ex.command
    def use():
        with pytest.raises(MissingConfigError) as caught:
            f()
        assert str(caught.value) == "f is missing value(s): ['zz', 'xx']"
        assert caught.value.missing_configs == ("zz", "xx")
        with pytest.raises(SignatureError) as caught:
            f(1, 2, 3, 4, 5)
        assert str(caught.value) == "f got unexpected argument(s): (4, 5)"
        with pytest.raises(SignatureError) as caught:
            f(bad=1, also=2)
        assert str(caught.value) == "f got unexpected kwarg(s): ['also', 'bad']"
        with pytest.raises(SignatureError) as caught:
            f(1, 2, a=3, zz=4)
        assert str(caught.value) == "f got multiple values for argument(s) ['a', 'zz']"
        assert isinstance(caught.value, TypeError)
        return True

    assert ex.run("use").result is True


def test_a_method_without_its_object(ex):
    class Thing:
        @ex.capture
        def method(self, a):
            pass

    with pytest.raises(MissingConfigError, match=r"method is missing value\(s\): \['self'\]"):
        run(ex, Thing.method)


@pytest.mark.parametrize("thing", [5, "text", None])
def test_what_can_not_be_captured(ex, thing):
    with pytest.raises(TypeError):
        CapturedFunction(thing)


def test_errors_in_the_function_are_its_own(ex):
    @ex.capture
    def f(a):
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine"):
        run(ex, f)


# outside of runs


def test_before_any_run(ex):
    @ex.capture
    def f(a, b=2, _seed=None, _rnd=None, _run=0, _config=None, _log=None):
        return a, b, _seed, _rnd, _run, dict(_config), _log

    a, b, seed, rnd, current, config, log = f(5)
    assert (a, b, current, config) == (5, 2, None, {})
    assert 1 <= seed <= 10**9
    assert type(rnd) is type(create_rnd(1))
    assert log.name == "f"
    with pytest.raises(MissingConfigError, match=r"f is missing value\(s\): \['a'\]"):
        f()


def test_after_a_run_the_last_values_stay(ex):
    @ex.capture
    def f(a, _run):
        return a, _run

    first = ex.run(config_updates={"a": 5})
    assert f() == (5, first)
    second = ex.run(config_updates={"a": 6})
    assert f() == (6, second)


# several runs at a time


def test_two_runs_in_two_threads():
    barrier = threading.Barrier(2, timeout=20)
    ex = make_experiment({"a": 0})

    @ex.capture
    def f(a, _run, _seed):
        return a, _run.config["a"], _seed

    @ex.command
    def meet(a):
        values = []
        for _ in range(3):
            barrier.wait()
            values.append(f())
        return a, values

    def go(a):
        return ex.run("meet", config_updates={"a": a, "seed": a}, options={"--capture": "no"}).result

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(go, (1, 2)))
    for a, (seen, values) in zip((1, 2), results, strict=True):
        assert seen == a
        assert [value[:2] for value in values] == [(a, a)] * 3

    def alone(a):
        barrier.reset()
        with ThreadPoolExecutor(2) as pool:
            return next(iter(pool.map(go, (a, a + 100))))

    assert alone(1) == results[0]  # the numbers follow from the seed alone


def test_a_run_inside_a_run():
    inner = make_experiment({"a": "inner"}, name="inner")
    outer = make_experiment({"a": "outer"}, name="outer")

    @inner.capture
    def of_inner(a):
        return a

    @outer.capture
    def of_outer(a, _run):
        return a, _run

    @inner.command
    def use_inner():
        return of_inner(), of_outer()

    @outer.command
    def use_outer(_run):
        before = of_outer()
        result = inner.run("use_inner", config_updates={"a": "changed"}).result
        assert of_outer() == before == ("outer", _run)
        return result

    run = outer.run("use_outer")
    assert run.result == ("changed", ("outer", run))


def test_an_experiment_that_runs_itself():
    ex = make_experiment({"depth": 0})

    @ex.capture
    def look(depth):
        return depth

    @ex.command
    def down(depth):
        below = ex.run("down", config_updates={"depth": depth + 1}).result if depth < 2 else []
        return [*below, look()]

    assert ex.run("down").result == [2, 1, 0]


def test_threads_that_a_run_starts():
    ex = make_experiment({"a": 1})

    @ex.capture
    def f(a):
        return a

    @ex.command
    def use():
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda _: f(), range(4)))

    assert ex.run("use", config_updates={"a": 5}).result == [5] * 4


# the configuration is read once


def test_what_a_function_is_given_is_the_same_object(ex):
    @ex.capture
    def f(d):
        return d

    @ex.command
    def use():
        assert f() is f()

    ex.run("use")


@pytest.mark.parametrize("special", ["_seed", "_rnd"])
def test_uses_randomness(ex, special):
    namespace = {}
    exec(f"def f({special}): pass\ndef g(a): pass", namespace)  # noqa: S102 -- the parameter's name varies
    assert ex.capture(namespace["f"]).uses_randomness
    assert not ex.capture(namespace["g"]).uses_randomness
