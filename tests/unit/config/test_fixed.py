"""A value that an update fixes wins over everything that configs do, at every depth."""

# ruff: noqa: B007, PIE800, RUF005 - long tables stay short; what config functions do to lists is tested

import copy

import pytest

from sacred.config.config_dict import ConfigDict
from sacred.config.config_scope import ConfigScope
from sacred.config.dogmatic import DogmaticDict, DogmaticList, dogmatize, fallback_dict, undogmatize
from sacred.errors import ConfigAddedError, InvalidConfigError
from unit.config.helpers import configure, evaluate, make_experiment


def modifications(*configs, updates, named=()):
    run = make_experiment(*configs).run(
        config_updates=updates, named_configs=named, options={"--force": True}
    )
    mods = run.config_modifications
    return sorted(mods.added), sorted(mods.modified - {"seed"}), mods.typechanged


# plain values


def test_a_fixed_value_wins_over_every_assignment():
    def cfg():
        x = 1
        seen = x
        x = x + 1
        x += 10
        x, y = 7, 8
        for x in range(3):
            pass
        with_walrus = (x := 3)
        copied = x

    assert evaluate(cfg, fixed={"x": 5}) == {"x": 5, "seen": 5, "y": 8, "with_walrus": 3, "copied": 5}


@pytest.mark.parametrize("value", [5, "text", None, 1.5, True, [1, [2]], (1, 2), {"p": 1}, {}, ..., b"x"])
def test_values_of_all_kinds_can_be_fixed(value):
    def cfg():
        x = 1

    expected = list(value) if isinstance(value, tuple) else value
    assert evaluate(cfg, fixed={"x": value}) == {"x": expected}


def test_before_it_is_assigned_the_name_is_unknown():
    def cfg():
        y = x  # noqa: F821 -- what is tested
        x = 1

    with pytest.raises(NameError, match="'x'"):
        evaluate(cfg, fixed={"x": 5})


def test_a_fixed_entry_is_deleted_only_in_name():
    def cfg():
        x = 1
        del x
        y = 2

    assert evaluate(cfg, fixed={"x": 5}) == {"y": 2, "x": 5}


def test_fixed_over_several_configs():
    def first():
        a = 1
        b = a

    def second(a, b):
        c = a + b
        a = 100

    assert configure(first, {"a": 50}, second, updates={"a": 3}) == {"a": 3, "b": 3, "c": 6}


def test_fixed_in_dictionaries():
    assert configure({"a": 1, "d": {"x": 1, "y": 2}}, updates={"d": {"x": 7}}) == {
        "a": 1,
        "d": {"x": 7, "y": 2},
    }
    assert configure({"a": 1, "d": {"x": 1, "y": 2}}, updates={"d.x": 7}) == {"a": 1, "d": {"x": 7, "y": 2}}


def test_the_users_own_dictionaries_stay_as_they_are():
    updates = {"d.p": {"q": 5}, "d": {"p": {"r": 6}, "l": [1]}}
    given = copy.deepcopy(updates)
    conf = {"d": {"p": {"q": 1, "r": 2}, "l": [0, 0]}}
    scope = ConfigDict(conf)

    def cfg():
        d = {"p": {"q": 1, "r": 2}, "l": [0, 0]}
        d["l"].append(5)
        d["p"]["q"] = 9

    for _ in range(2):
        assert configure(cfg, conf, updates=updates) == {"d": {"p": {"q": 5, "r": 6}, "l": [1]}}
        assert scope(fixed={"d": {"p": {"q": 3}}}) == {"d": {"p": {"q": 3, "r": 2}, "l": [0, 0]}}
    assert updates == given
    assert conf == {"d": {"p": {"q": 1, "r": 2}, "l": [0, 0]}}


# nested dictionaries


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.__setitem__("a", 1),
        lambda d: d.update(a=1),
        lambda d: d.update({"a": 1}),
        lambda d: d.setdefault("a", 1),
        lambda d: d.pop("a"),
        lambda d: d.pop("a", None),
        lambda d: d.__delitem__("a"),
        lambda d: d.__ior__({"a": 1}),
        lambda d: d.clear(),
        lambda d: [d.popitem() for _ in range(len(d) - 1)],
    ],
)
def test_nothing_changes_a_fixed_key(change):
    def cfg():
        d = {"z": 0, "a": 3, "b": 4}
        change(d)
        seen = d["a"]

    result = evaluate(cfg, fixed={"d": {"a": 50}})
    assert result["seen"] == result["d"]["a"] == 50


def test_other_keys_of_a_partly_fixed_dictionary_are_free():
    def cfg():
        d = {"a": 1, "b": 2, "c": {"x": 1}}
        d["b"] = d["a"] + 1
        d["new"] = [d["a"]]
        d["c"] = {"y": 2}
        del d["b"]
        popped = d.pop("new")

    fixed = {"d": {"a": 50}}
    assert evaluate(cfg, fixed=fixed) == {"d": {"a": 50, "c": {"y": 2}}, "popped": [50]}


def test_reading_a_partly_fixed_dictionary():
    def cfg():
        d = {"a": 1, "b": 2}
        values = [d.get("a"), d.get("b"), d.get("c", 3), "a" in d, len(d), sorted(d)]
        merged = {**d}
        items = dict(d.items())

    result = evaluate(cfg, fixed={"d": {"a": 50}})
    assert result["values"] == [50, 2, 3, True, 2, ["a", "b"]]
    assert result["merged"] == result["items"] == {"a": 50, "b": 2}


def test_a_dictionary_assigned_twice():
    def cfg():
        d = {"a": 1, "b": 2}
        d = {"a": 5}

    # what 0.8 does as well: a dictionary with a fixed part is merged, not replaced
    assert evaluate(cfg, fixed={"d": {"a": 50}})["d"]["a"] == 50
    assert evaluate(cfg) == {"d": {"a": 5}}


def test_popitem_of_a_dictionary_with_only_fixed_keys():
    def cfg():
        d = {"a": 1}
        d.popitem()

    with pytest.raises(KeyError, match="only fixed entries"):
        evaluate(cfg, fixed={"d": {"a": 2}})


def test_a_dictionary_in_the_place_of_a_number_and_back():
    assert configure({"d": {"x": 1}}, updates={"d": 3}) == {"d": 3}
    assert modifications({"d": {"x": 1}}, updates={"d": 3}) == ([], [], {"d": (dict, int)})
    added, _, typechanged = modifications({"i": 1}, updates={"i": {"a": 2}})
    assert typechanged == {"i": (int, dict)}
    assert added == ["i.a"]


def test_an_empty_dictionary_changes_nothing():
    assert configure({"d": {"x": 1}}, updates={"d": {}}) == {"d": {"x": 1}}
    assert modifications({"d": {"x": 1}}, updates={"d": {}}) == ([], [], {})


# lists


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.append(1),
        lambda x: x.extend([1]),
        lambda x: x.insert(0, 1),
        lambda x: x.remove(9),
        lambda x: x.pop(),
        lambda x: x.pop(0),
        lambda x: x.sort(),
        lambda x: x.reverse(),
        lambda x: x.clear(),
        lambda x: x.__setitem__(0, 1),
        lambda x: x.__setitem__(slice(0, 2), []),
        lambda x: x.__delitem__(0),
        lambda x: x.__iadd__([1]),
        lambda x: x.__imul__(3),
    ],
)
def test_nothing_changes_a_fixed_list(change):
    def cfg():
        x = [1, 2, 3]
        change(x)
        seen = list(x)

    assert evaluate(cfg, fixed={"x": [9, 8]}) == {"x": [9, 8], "seen": [9, 8]}


def test_a_fixed_list_can_be_computed_with():
    def cfg():
        x = [1]
        x += [2]
        longer = x + [7]
        doubled = x * 2
        last = x.pop()

    expected = {"x": [9, 8], "longer": [9, 8, 7], "doubled": [9, 8, 9, 8], "last": 8}
    assert evaluate(cfg, fixed={"x": [9, 8]}) == expected


def test_dictionaries_inside_a_fixed_list_are_fixed():
    def cfg():
        x = []
        x[0]["a"] = 5
        x[1].append(6)

    assert evaluate(cfg, fixed={"x": [{"a": 1}, [2]]}) == {"x": [{"a": 1}, [2]]}


# elements of lists


def layers():
    layers = [{"size": 8, "act": "relu"}, {"size": 16, "act": "relu"}, {"size": 32, "act": "relu"}]
    sizes = [layer["size"] for layer in layers]
    depth = len(layers)


def test_an_element_of_a_list():
    config = configure(layers, updates={"layers[2].size": 64})
    assert config["layers"] == [
        {"size": 8, "act": "relu"},
        {"size": 16, "act": "relu"},
        {"size": 64, "act": "relu"},
    ]
    assert config["sizes"] == [8, 16, 64]
    assert config["depth"] == 3
    assert modifications(layers, updates={"layers[2].size": 64}) == (
        [],
        ["layers", "layers[2]", "layers[2].size"],
        {},
    )


@pytest.mark.parametrize(
    ("config", "updates", "expected"),
    [
        ({"x": [1, 2, 3]}, {"x[0]": 9}, {"x": [9, 2, 3]}),
        ({"x": [1, 2, 3]}, {"x[-1]": 9}, {"x": [1, 2, 9]}),
        ({"x": [1, 2, 3]}, {"x[0]": 9, "x[2]": 7}, {"x": [9, 2, 7]}),
        ({"x": [[1], [2, 3, 4]]}, {"x[1][2]": 9}, {"x": [[1], [2, 3, 9]]}),
        ({"x": [[1], [2, 3, 4]]}, {"x[1]": []}, {"x": [[1], []]}),
        ({"a": {"b": [{"c": 1}]}}, {"a.b[0].c": 2}, {"a": {"b": [{"c": 2}]}}),
        ({"a": {"b": [{"c": [1, 2]}]}}, {"a.b[0].c[1]": 5}, {"a": {"b": [{"c": [1, 5]}]}}),
        ({"a": {"b": [{"c": {"d": 1, "e": 2}}]}}, {"a.b[0].c.d": 5}, {"a": {"b": [{"c": {"d": 5, "e": 2}}]}}),
        ({"a": {"b": [1, 2]}}, {"a": {"b[1]": 5}}, {"a": {"b": [1, 5]}}),
        ({"x": (1, 2)}, {"x[0]": 5}, {"x": [5, 2]}),
        ({"x": [(1, 2)]}, {"x[0][1]": 5}, {"x": [[1, 5]]}),
        ({"x": [1, 2]}, {"x": [3, 4], "x[1]": 5}, {"x": [3, 5]}),
    ],
)
def test_elements(config, updates, expected):
    assert configure(config, updates=updates) == expected


def test_elements_in_config_functions():
    def cfg():
        x = [1, 2, 3]
        first = x[0]
        d = {"y": [[1], [2, 3]]}
        inner = d["y"][1][0]
        x = [4, 5, 6]
        again = x[0]

    assert configure(cfg, updates={"x[0]": 9, "d.y[1][0]": 8}) == {
        **{"x": [9, 5, 6], "first": 9, "d": {"y": [[1], [8, 3]]}, "inner": 8, "again": 9},
    }


def test_an_element_of_a_list_that_grows():
    def cfg():
        x = [1, 2]
        x.append(3)
        x[0] = 5

    assert configure(cfg, updates={"x[0]": 9}) == {"x": [9, 2, 3]}


def test_an_element_of_an_earlier_configs_list():
    def second(x):
        first = x[0]

    assert configure({"x": [1, 2]}, second, updates={"x[0]": 9}) == {"x": [9, 2], "first": 9}


def test_an_element_of_a_named_configs_list():
    ex = make_experiment({"x": [1, 2]})
    ex.add_named_config("longer", x=[1, 2, 3])
    assert ex.run(named_configs=["longer"], config_updates={"x[2]": 9}).config["x"] == [1, 2, 9]


def test_a_changed_type_of_an_element_is_told(caplog):
    assert modifications({"x": [1, 2]}, updates={"x[0]": "a"})[2] == {"x[0]": (int, str)}
    make_experiment({"x": [1, 2]}).run(config_updates={"x[0]": "a"})
    assert 'Changed type of config entry "x[0]" from int to str' in caplog.messages


@pytest.mark.parametrize(
    ("config", "path", "message"),
    [
        ({"x": [1, 2]}, "x[2]", r"Can't set x\[2\]: the list has 2 elements"),
        ({"x": [1, 2]}, "x[-3]", r"Can't set x\[-3\]: the list has 2 elements"),
        ({"x": [[1], 2]}, "x[0][1]", r"Can't set x\[0\]\[1\]: the list has 1 elements"),
        ({"x": [[1], 2]}, "x[1][0]", r"Can't set x\[1\]\[0\]: the entry is no list, but int"),
        ({"x": 5}, "x[0]", r"Can't set x\[0\]: the entry is no list, but int"),
        ({"x": {"a": 1}}, "x[0]", r"Can't set x\[0\]: the entry is no list, but dict"),
        ({"x": "text"}, "x[0]", r"Can't set x\[0\]: the entry is no list, but str"),
        ({"x": [1]}, "y[0]", r"Can't set y\[0\]: there is no entry 'y'"),
        ({"x": {"l": [1]}}, "x.y[0]", r"Can't set x\.y\[0\]: there is no entry 'x\.y'"),
        ({"x": [{"a": 1}]}, "x[0].b", r"Can't set x\[0\]\.b: the element has only a"),
        ({"x": {"l": [{"a": 1}]}}, "x.l[0].b", r"Can't set x\.l\[0\]\.b: the element has only a"),
    ],
)
def test_elements_that_are_not_there(config, path, message):
    with pytest.raises(InvalidConfigError, match=message) as caught:
        configure(config, updates={path: 1})
    assert not caught.value.print_traceback


def test_an_entry_whose_own_name_has_brackets():
    assert configure({"x[a]": 1}, updates={"x[a]": 2}) == {"x[a]": 2}


# what the summary says


def test_what_was_added():
    def cfg():
        a = 1
        d = {"x": 1}

    summary = ConfigScope(cfg)(fixed={"b": 2, "d": {"y": 3, "deep": {"z": 4}}})
    assert summary == {"a": 1, "d": {"x": 1, "y": 3, "deep": {"z": 4}}, "b": 2}
    assert summary.added == {"b", "d.y", "d.deep.z"}
    assert summary.modified == {"d", "d.deep"}
    with pytest.raises(ConfigAddedError, match=r"\(b, d\.deep\.z, d\.y\)"):
        configure(cfg, updates={"b": 2, "d": {"y": 3, "deep": {"z": 4}}})


@pytest.mark.parametrize(
    ("old", "new", "typechanged", "modified"),
    [
        (1, 1, None, False),
        (1, 2, None, True),
        (1, 2.5, (int, float), False),
        (1.0, 2, (float, int), False),
        (1, True, (int, bool), False),
        (1, "1", (int, str), False),
        (None, 3, None, True),
        (3, None, (int, type(None)), False),
        ([1], (1,), None, False),
        ((1, 2), [1, 3], None, True),
        ("a", ["a"], (str, list), False),
    ],
)
def test_what_was_modified_and_changed_in_type(old, new, typechanged, modified):
    expected = {"e": typechanged} if typechanged else {}
    assert modifications({"e": old}, updates={"e": new}) == ([], ["e"] if modified else [], expected)

    def cfg():
        e = old

    assert modifications(cfg, updates={"e": new}) == ([], ["e"] if modified else [], expected)


def test_numpy_scalars_and_arrays_in_comparisons():
    np = pytest.importorskip("numpy")
    assert modifications({"e": 1}, updates={"e": np.int64(1)}) == ([], [], {})
    assert modifications({"e": 1}, updates={"e": np.int64(2)}) == ([], ["e"], {})
    array = np.arange(3)
    assert modifications({"e": array}, updates={"e": np.arange(3)}) == ([], [], {})
    assert modifications({"e": array}, updates={"e": np.arange(4)}) == ([], ["e"], {})
    assert modifications({"e": array}, updates={"e": [1]}) == ([], [], {"e": (np.ndarray, list)})


def test_objects_that_refuse_to_be_compared():
    class Odd:
        def __eq__(self, other):
            raise ValueError("no")

        __hash__ = None

    assert modifications({"e": Odd()}, updates={"e": Odd()})[1] == ["e"]
    same = Odd()
    assert modifications({"e": same}, updates={"e": same})[1] == []


def test_parents_of_a_change_count_as_modified():
    assert modifications({"a": {"b": {"c": 1}}}, updates={"a.b.c": 2})[1] == ["a", "a.b", "a.b.c"]


def test_evaluating_a_chain_as_08_did():
    from sacred.config import chain_evaluate_config_scopes

    def second(a):
        b = a * 2

    config, summaries = chain_evaluate_config_scopes(
        [ConfigDict({"a": 1}), ConfigScope(second)], fixed={"a": 4}
    )
    assert config == {"a": 4, "b": 8}
    assert [sorted(summary.modified) for summary in summaries] == [["a"]]
    assert chain_evaluate_config_scopes([]) == ({}, [{}])
    assert repr(ConfigDict({"a": 1}, "here")) == "<ConfigDict here: {'a': 1}>"


def test_a_fixed_dictionary_given_as_parameter():
    def second(d, outer):
        d["b"] = d["a"] + 1
        seen = outer["inner"]["x"]

    base = {"d": {"a": 1}, "outer": {"inner": {"x": 1, "y": 2}}}
    config = configure(base, second, updates={"d.a": 5, "outer.inner.x": 7})
    assert config == {"d": {"a": 5, "b": 6}, "outer": {"inner": {"x": 7, "y": 2}}, "seen": 7}
    assert modifications(base, second, updates={"outer.inner.x": 1}) == ([], [], {})


# the containers by themselves, as 0.8's names give them


def test_a_dogmatic_dict_with_a_fallback():
    d = DogmaticDict({"a": 1}, {"f": 2})
    d["a"] = 5
    d["b"] = 3
    assert (d["a"], d["b"], d["f"], d.get("f"), d.get("g", 4)) == (1, 3, 2, 2, 4)
    assert dict(d) == {"a": 1, "b": 3}
    assert d.revelation() == set()
    with pytest.raises(KeyError):
        d["g"]


def test_revelation_names_what_nobody_assigned():
    d = DogmaticDict({"a": 1, "d": {"x": 1, "y": 2}})
    assert d.revelation() >= {"a", "d"}
    d["d"] = {"x": 5}
    assert d.revelation() == {"a", "d.y"}
    assert DogmaticList([1]).revelation() == set()


def test_dogmatize_and_back():
    nested = {"a": [1, {"b": 2}], "t": (1, [2]), "n": 5}
    fixed = dogmatize(nested)
    fixed["a"].append(3)
    fixed["n"] = 6
    assert undogmatize(fixed) == {"a": [1, {"b": 2}], "t": [1, [2]], "n": 5}
    plain = undogmatize(fixed)
    assert type(plain) is dict
    assert type(plain["a"]) is list
    assert type(plain["a"][1]) is dict
    assert undogmatize((dogmatize([1]),)) == ([1],)


def test_fallback_dict():
    d = fallback_dict({"a": 1, "b": 2}, b=3)
    assert (d["a"], d["b"]) == (1, 3)
    assert dict(d) == {"b": 3}
    with pytest.raises(KeyError):
        d["c"]


def test_an_element_that_a_list_gets_later():
    def config():
        layers = []
        for size in (1, 2):
            layers.append(size)  # noqa: PERF402 - as users write it

    assert configure(config, updates={"layers[1]": 64})["layers"] == [1, 64]
    with pytest.raises(InvalidConfigError, match=r"layers\[2\]: the list has 2 elements"):
        configure(config, updates={"layers[2]": 64})
