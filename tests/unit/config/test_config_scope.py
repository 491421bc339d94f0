"""What a config function may contain, and what its entries are then."""

# what is tested is odd Python, such as names that are not assigned yet:
# ruff: noqa: A001, B007, B018, C416, E731, F821, F823, F842, I001, N806, PIE800, PLC3002, PLW0120, PLW0603

import json
import logging
import math
import os.path
from math import floor

import numpy as np
import pytest

from sacred.config.config_scope import ConfigScope
from sacred.errors import ConfigKeyError, InvalidConfigError
from unit.config.helpers import configure, evaluate

FACTOR = 10
COUNTER = {"calls": 0}
shared = "untouched"


def square(value):
    return value * value


def bump():
    global FACTOR
    FACTOR += 1


def one_entry():
    a = 1


# names that nested code finds


def test_a_comprehension_sees_entries_globals_and_builtins():
    def cfg():
        n = 3
        squares = [square(i) * FACTOR for i in range(n)]
        pairs = {(i, j): i * n for i in range(2) for j in range(n) if i < j}
        odd = {i for i in range(n) if i % 2}
        total = sum(i * n for i in squares)

    assert evaluate(cfg) == {
        "n": 3,
        "squares": [0, 10, 40],
        "pairs": {(0, 1): 0, (0, 2): 0, (1, 2): 3},
        "odd": {1},
        "total": 150,
    }


def test_a_comprehension_in_a_comprehension_sees_entries():
    def cfg():
        width = 2
        grid = [[row * width + column for column in range(width)] for row in range(width)]

    assert evaluate(cfg)["grid"] == [[0, 1], [2, 3]]


def test_a_comprehension_sees_the_fixed_value():
    def cfg():
        n = 3
        numbers = [n * i for i in range(3)]

    assert evaluate(cfg, fixed={"n": 5})["numbers"] == [0, 5, 10]


def test_lambdas_and_inner_functions_see_entries_and_are_none():
    def cfg():
        base = 2
        double = lambda value: value * base

        def add(value, more=base):
            return value + more + later

        later = 100
        doubled = double(4)
        added = add(1)

    assert evaluate(cfg) == {"base": 2, "later": 100, "doubled": 8, "added": 103}


def test_an_inner_function_may_return_yield_and_call_itself():
    def cfg():
        def factorial(n):
            return 1 if n < 2 else n * factorial(n - 1)

        def count(upto):
            yield from range(upto)

        value = factorial(5)
        values = list(count(3))

    assert evaluate(cfg) == {"value": 120, "values": [0, 1, 2]}


def test_nonlocal_changes_the_entry():
    def cfg():
        count = 0

        def step():
            nonlocal count
            count += 1
            return count

        first = step()
        second = step()

    assert evaluate(cfg) == {"count": 2, "first": 1, "second": 2}


def test_nonlocal_leaves_a_fixed_entry_alone():
    def cfg():
        count = 0

        def step():
            nonlocal count
            count += 1

        step()

    assert evaluate(cfg, fixed={"count": 7}) == {"count": 7}


def test_nonlocal_between_inner_functions_stays_there():
    def cfg():
        count = "entry"

        def make():
            count = 0

            def step():
                nonlocal count
                count += 1
                return count

            return step

        step = make()
        steps = [step(), step()]

    assert evaluate(cfg) == {"count": "entry", "steps": [1, 2]}


def test_a_parameter_of_an_inner_function_hides_the_entry():
    def cfg():
        count = 1

        def outer(count):
            def inner():
                nonlocal count
                count += 1
                return count

            return inner()

        other = outer(10)

    assert evaluate(cfg) == {"count": 1, "other": 11}


def test_closures_over_the_surrounding_function():
    def make(rate):
        def cfg():
            doubled = rate * 2
            listed = [rate + i for i in range(2)]

        return ConfigScope(cfg)

    assert dict(make(3)()) == {"doubled": 6, "listed": [3, 4]}
    assert dict(make(5)()) == {"doubled": 10, "listed": [5, 6]}


def test_a_closure_sees_the_value_at_the_call():
    rate = 1

    def cfg():
        copy = rate
        listed = [rate for _ in range(1)]

    scope = ConfigScope(cfg)
    rate = 2
    assert dict(scope()) == {"copy": 2, "listed": [2]}


def test_a_closure_that_is_not_assigned_yet_says_so():
    def cfg():
        copy = rate

    with pytest.raises(NameError, match="rate"):
        evaluate(cfg)
    rate = 1


def test_an_entry_named_like_a_free_variable_of_nested_code():
    factor = 3

    def cfg():
        results = [factor * i for i in range(3)]
        factor_used = factor

    assert evaluate(cfg)["results"] == [0, 3, 6]


def test_a_class_inside_is_no_entry_but_works():
    def cfg():
        size = 4

        class Shape:
            sides = size

            def area(self):
                return self.sides * size

        area = Shape().area()

    assert evaluate(cfg) == {"size": 4, "area": 16}


def test_an_annotated_class_inside():
    def cfg():
        from dataclasses import asdict, dataclass

        @dataclass
        class Point:
            x: int = 1
            y: int = 2

        point = asdict(Point(y=5))

    assert evaluate(cfg) == {"point": {"x": 1, "y": 5}}


def test_globals_are_read_when_the_function_runs(monkeypatch):
    def cfg():
        value = FACTOR
        listed = [FACTOR for _ in range(1)]

    scope = ConfigScope(cfg)
    monkeypatch.setitem(globals(), "FACTOR", 11)
    assert dict(scope()) == {"value": 11, "listed": [11]}


def test_an_entry_hides_the_global_and_leaves_it():
    def cfg():
        before = FACTOR
        FACTOR = 5
        after = FACTOR
        listed = [FACTOR]

    # as 0.8: until the assignment the module's own value is seen
    assert evaluate(cfg) == {"before": 10, "FACTOR": 5, "after": 5, "listed": [5]}
    assert FACTOR == 10


def test_a_global_statement_sets_the_module_and_no_entry():
    def cfg():
        global shared
        shared = "set"
        seen = shared

    try:
        assert evaluate(cfg) == {"seen": "set"}
        assert shared == "set"
    finally:
        globals()["shared"] = "untouched"


def test_global_objects_may_be_changed():
    def cfg():
        COUNTER["calls"] += 1
        calls = COUNTER["calls"]

    before = COUNTER["calls"]
    assert evaluate(cfg) == {"calls": before + 1}
    assert COUNTER["calls"] == before + 1


def test_each_call_begins_anew():
    def cfg():
        numbers = [1]
        numbers.append(len(numbers))

    scope = ConfigScope(cfg)
    assert dict(scope()) == dict(scope()) == {"numbers": [1, 1]}


def test_nonlocal_in_the_function_itself_and_inside_changes_the_variable_around():
    calls = 0
    total = 0

    def cfg():
        nonlocal calls
        calls += 1
        seen = calls

        def add():
            nonlocal total
            total += 5

        add()
        seen_total = total

    assert evaluate(cfg) == {"seen": 1, "seen_total": 5}
    assert (calls, total) == (1, 5)


def test_a_walrus_with_nonlocal():
    def cfg():
        best = 0

        def improve(value):
            nonlocal best
            if (best := max(best, value)) > 3:
                return [best for best in range(2)], best
            return None

        results = [improve(2), improve(5)]

    assert evaluate(cfg) == {"best": 5, "results": [None, [[0, 1], 5]]}


def test_a_lambda_hides_shared_names_by_its_parameters():
    def cfg():
        n = 1

        def make():
            nonlocal n
            n = 2
            return (lambda n: n * 10)(5), (lambda: n)(), (lambda value=n: value)()

        made = make()

    assert evaluate(cfg) == {"n": 2, "made": [50, 2, 2]}


def test_an_inner_functions_global_statement_sets_the_module():
    def cfg():
        def change():
            global shared
            shared = "from inside"

        change()
        seen = shared

    try:
        assert evaluate(cfg) == {"seen": "from inside"}
        assert shared == "from inside"
    finally:
        globals()["shared"] = "untouched"


def test_nested_code_sees_globals_that_change_meanwhile(monkeypatch):
    monkeypatch.setitem(globals(), "FACTOR", 10)

    def cfg():
        bump()
        direct = FACTOR
        listed = [FACTOR for _ in range(1)]

        class Inside:
            factor = square(2)

        inside = Inside.factor

    assert evaluate(cfg) == {"direct": 11, "listed": [11], "inside": 4}


# statements


def test_assignments_of_all_kinds():
    def cfg():
        a = b = 1
        c, d = 2, 3
        (e, [f, *g]), h = (4, (5, 6, 7)), 8
        i: int = 9
        j: str
        k = 10
        k += 5
        m = {"x": 1}
        m["y"] = {"z": 2}
        m["y"]["z"] += 1
        if (n := len(m)) > 1:
            o = n

    assert evaluate(cfg) == {
        **{"a": 1, "b": 1, "c": 2, "d": 3, "e": 4, "f": 5, "g": [6, 7], "h": 8, "i": 9},
        **{"k": 15, "m": {"x": 1, "y": {"z": 3}}, "n": 2, "o": 2},
    }


def test_the_order_is_that_of_the_assignments():
    def cfg():
        z = 1
        a = 2
        m = 3
        z = 4

    assert list(evaluate(cfg).items()) == [("z", 4), ("a", 2), ("m", 3)]


def test_an_annotation_is_not_evaluated():
    def cfg():
        a: no_such_name = 1
        b: no_such_name

    assert evaluate(cfg) == {"a": 1}


def test_a_walrus_in_a_comprehension_is_an_entry():
    def cfg():
        last = None
        seen = [last := i for i in range(3)]

    assert evaluate(cfg) == {"last": 2, "seen": [0, 1, 2]}


def test_a_walrus_in_a_comprehension_leaves_a_fixed_entry_alone():
    def cfg():
        seen = [last := i for i in range(3)]
        after = last

    assert evaluate(cfg, fixed={"last": 9}) == {"last": 9, "seen": [9, 9, 9], "after": 9}


def test_loops_with_try_and_match():
    def cfg(tmp):
        for index in range(3):
            if index == 1:
                continue
        else:
            finished = True
        while index:
            index -= 1
        with open(tmp, encoding="utf-8") as file:
            text = file.read()
        del file
        try:
            1 / 0
        except ZeroDivisionError as error:
            message = str(error)
        finally:
            cleaned = True
        match {"kind": "net", "size": 3}:
            case {"kind": "net", "size": size}:
                matched = size
            case _:
                matched = None

    result = evaluate(cfg, preset={"tmp": os.devnull})
    assert result == {
        **{"tmp": os.devnull, "index": 0, "finished": True, "text": "", "message": "division by zero"},
        **{"cleaned": True, "size": 3, "matched": 3},
    }


def test_del_takes_an_entry_away():
    def cfg():
        a = 1
        b = 2
        del a

    assert evaluate(cfg) == {"b": 2}


def test_a_deleted_name_is_unknown():
    def cfg():
        a = 1
        del a
        b = a

    with pytest.raises(NameError, match="'a' is not defined"):
        evaluate(cfg)


def test_deleting_what_is_not_there_is_a_name_error():
    def cfg():
        del nothing

    with pytest.raises(NameError, match="nothing"):
        evaluate(cfg)


def test_del_uncovers_the_global():
    def cfg():
        FACTOR = 1
        del FACTOR
        seen = FACTOR
        listed = [FACTOR for _ in range(1)]

    assert evaluate(cfg) == {"seen": 10, "listed": [10]}


def test_locals_are_the_entries():
    def cfg():
        a = 1
        b = dict(locals())
        names = sorted(locals())
        locals()["c"] = 3

    assert evaluate(cfg) == {"a": 1, "b": {"a": 1}, "names": ["a", "b"], "c": 3}


def test_imports_are_no_entries():
    def cfg():
        import os.path as p
        from math import floor, pi

        import json

        rounded = floor(pi)
        text = json.dumps([math.pi > 3])
        joined = p.join("a", "b")

    assert evaluate(cfg) == {"pi": math.pi, "rounded": 3, "text": "[true]", "joined": "a/b"}


def test_modules_and_what_the_code_makes_for_itself_are_no_entries():
    def cfg():
        import math  # noqa: F401
        from math import sqrt  # noqa: F401

        class Local:
            pass

        def helper(x):
            return x

        async def waiting():
            pass

        module = json
        inner = lambda x: x
        made = make_adder(3)

    assert evaluate(cfg) == {}


def make_adder(number):
    def add(x):
        return x + number

    return add


def test_objects_are_entries_also_classes_and_functions_that_have_a_name():
    """Projects such as imitation choose classes so: ``policy_cls = base.FeedForward32Policy``."""
    marker = object()

    def cfg():
        function = square
        builtin = len
        method = "".join
        cls = dict
        obj = marker
        array = np.arange(2)
        chars = {"a", "b"}
        raw = b"x"
        dots = ...

    result = evaluate(cfg)
    assert list(result) == ["function", "builtin", "method", "cls", "obj", "array", "chars", "raw", "dots"]
    assert (result["function"], result["cls"]) == (square, dict)
    assert result["obj"] is marker
    assert result["array"].tolist() == [0, 1]


def test_hidden_names_and_loop_variables_are_entries():
    def cfg():
        _hidden = 1
        __private = 2
        for i in range(2):
            pass

    assert evaluate(cfg) == {"_hidden": 1, "__private": 2, "i": 1}


def test_values_are_plain():
    def cfg():
        pair = (1, (2, [3]))
        number = np.float32(0.5)
        nested = {"n": np.int64(3), "flag": np.bool_(1), "t": (np.str_("x"),)}
        wide = np.longdouble(2)

    result = evaluate(cfg)
    assert result == {
        "pair": [1, [2, [3]]],
        "number": 0.5,
        "nested": {"n": 3, "flag": True, "t": ["x"]},
        "wide": 2.0,
    }
    assert [type(value) for value in (result["number"], *result["nested"].values())] == [
        float,
        int,
        bool,
        list,
    ]


def test_the_docstring_is_an_entry():
    def cfg():
        """Say what this is."""
        a = 1

    scope = ConfigScope(cfg)
    assert dict(scope()) == {"__doc__": "Say what this is.", "a": 1}
    assert scope.__doc__ == "Say what this is."
    assert scope.__name__ == "cfg"


def test_a_body_without_entries():
    def cfg():
        pass

    def dots():
        """Only this."""

    assert evaluate(cfg) == {}
    assert evaluate(dots) == {"__doc__": "Only this."}


def test_a_dictionary_that_is_changed_after_it_was_assigned():
    def cfg():
        d = {"a": [1]}
        d.update(b=2)
        d["a"].append(3)
        alias = d
        alias["c"] = 4

    assert evaluate(cfg) == {"d": {"a": [1, 3], "b": 2, "c": 4}, "alias": {"a": [1, 3], "b": 2, "c": 4}}


# parameters


def test_parameters_come_from_earlier_configs():
    def first():
        n = 2
        d = {"x": 1}

    def second(n, *, d):
        m = n * 10
        d["y"] = 2

    assert configure(first, second) == {"n": 2, "d": {"x": 1, "y": 2}, "m": 20}


def test_positional_only_parameters():
    def cfg(a, /, b):
        c = a + b

    assert evaluate(cfg, preset={"a": 1, "b": 2}) == {"a": 1, "b": 2, "c": 3}


def test_a_preset_is_in_the_result_a_fallback_is_not():
    def cfg(a, ingredient):
        b = a + ingredient["k"]

    result = evaluate(cfg, preset={"a": 1, "other": 5}, fallback={"ingredient": {"k": 2}})
    assert result == {"a": 1, "other": 5, "b": 3}


def test_a_fixed_parameter_is_seen_fixed():
    def cfg(a):
        b = a

    assert evaluate(cfg, preset={"a": 1}, fixed={"a": 9}) == {"a": 9, "b": 9}


def test_a_preset_comes_before_a_fallback():
    def cfg(a):
        b = a

    assert evaluate(cfg, preset={"a": 1}, fallback={"a": 2}) == {"a": 1, "b": 1}


def test_changing_a_parameter_leaves_the_preset():
    def cfg(d):
        d["x"] = 2

    preset = {"d": {"x": 1}}
    assert evaluate(cfg, preset=preset) == {"d": {"x": 2}}
    assert preset == {"d": {"x": 1}}


def test_assigning_a_fallback_is_noted():
    def cfg(a, b):
        a = 3

    summary = ConfigScope(cfg)(fallback={"a": {"x": 1}, "b": {"y": 1}})
    assert dict(summary) == {}
    assert summary.ignored_fallbacks == {"a"}


def test_changing_a_fallback_is_noted():
    def cfg(a):
        a["x"] = 3

    fallback = {"a": {"x": 1}}
    assert ConfigScope(cfg)(fallback=fallback).ignored_fallbacks == {"a"}
    assert fallback == {"a": {"x": 1}}


def test_an_unknown_parameter_names_what_there_is():
    def cfg(nope):
        pass

    with pytest.raises(ConfigKeyError) as caught:
        ConfigScope(cfg)(preset={"a": 1}, fallback={"ing": {}})
    assert "takes 'nope', which no earlier config or ingredient has\n  Available: a, ing" in str(caught.value)
    assert isinstance(caught.value, KeyError)


def test_the_logger_is_a_parameter(caplog):
    def cfg(_log):
        _log.warning("from the config")
        a = 1

    with caplog.at_level(logging.WARNING):
        assert configure(cfg) == {"a": 1}
    assert "from the config" in caplog.messages


def test_an_invalid_key_is_refused():
    def cfg():
        d = {"a.b": 1}

    with pytest.raises(KeyError, match=r'Invalid key "a.b"'):
        evaluate(cfg)


def test_a_container_that_holds_itself_is_refused():
    def cfg():
        d = {}
        d["d"] = d

    with pytest.raises(InvalidConfigError, match="holds itself"):
        evaluate(cfg)


# what can't be a config function


def test_default_values_are_refused():
    def cfg(a=1):
        pass

    def keyword_only(*, a=1):
        pass

    for function in (cfg, keyword_only):
        with pytest.raises(
            InvalidConfigError, match="default values are not allowed for ConfigScope functions"
        ):
            ConfigScope(function)


def test_variadic_parameters_are_refused():
    def args(*args):
        pass

    def kwargs(**kwargs):
        pass

    with pytest.raises(InvalidConfigError, match=r"\*args not allowed for ConfigScope functions"):
        ConfigScope(args)
    with pytest.raises(InvalidConfigError, match=r"\*\*kwargs not allowed for ConfigScope functions"):
        ConfigScope(kwargs)


def test_return_is_refused_with_file_line_and_name():
    def cfg():
        a = 1
        if a:
            return

    line = cfg.__code__.co_firstlineno + 3
    with pytest.raises(
        InvalidConfigError, match=rf"test_config_scope.py:{line}: the config function 'cfg' has a return"
    ):
        ConfigScope(cfg)


def test_generators_and_coroutines_are_refused():
    def generator():
        yield 1

    async def coroutine():
        pass

    for function in (generator, coroutine):
        with pytest.raises(InvalidConfigError, match="can't be a generator or coroutine"):
            ConfigScope(function)


@pytest.mark.parametrize("thing", [1, dict, len, {"a": 1}])
def test_only_functions_are_accepted(thing):
    with pytest.raises(InvalidConfigError, match="made by def"):
        ConfigScope(thing)


def test_a_lambda_is_refused():
    with pytest.raises(InvalidConfigError, match="no function made by def"):
        ConfigScope(lambda: None)


def test_a_scope_shows_where_it_is():
    scope = ConfigScope(one_entry)
    assert (
        repr(scope) == f"<ConfigScope one_entry (test_config_scope.py:{one_entry.__code__.co_firstlineno})>"
    )


def test_calling_it_gives_a_dictionary_with_what_is_known():
    summary = ConfigScope(one_entry)(fixed={"a": "x", "new": {"p": 1}})
    assert summary == {"a": "x", "new": {"p": 1}}
    assert summary.typechanged == {"a": (int, str)}
    assert summary.added == {"new.p"}
    assert summary.modified == {"new"}


def test_a_name_of_a_builtin_as_entry():
    def cfg():
        max = 3
        min_of = min(max, 5)
        listed = [max for _ in range(1)]

    assert evaluate(cfg) == {"max": 3, "min_of": 3, "listed": [3]}


def test_floor_is_still_the_global_function():
    assert floor(1.5) == 1
