"""Laws of configurations that hold for any entries, updates and named configs.

Names in capitals are dictionaries here, others are values: so that what a law says doesn't depend on which of
two configs turns a dictionary into a value.
"""

import copy
import functools
import json
import linecache
import pickle
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sacred.config.chain import evaluate_chain
from sacred.config.config_dict import ConfigDict
from sacred.config.config_files import load_config_file, save_config_file
from sacred.config.config_scope import ConfigScope
from sacred.config.containers import ReadOnlyContainer, make_read_only
from sacred.config.keys import normalize_or_die
from sacred.run.create import create_run
from sacred.support.dotted import convert_to_nested_dict, get_by_dotted_path, iterate_flattened
from unit.config.helpers import make_experiment

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

VALUE_NAMES = st.sampled_from(["a", "b", "c", "long_name", "_d"])
DICT_NAMES = st.sampled_from(["A", "B", "C_D"])

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(alphabet="ab1.='\"[]\\\n# äNone", max_size=6),
)
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


def join(parts):
    return {**parts[0], **parts[1]}


leaves = st.dictionaries(VALUE_NAMES, values, max_size=4)
configs = st.recursive(
    leaves,
    lambda inner: st.tuples(leaves, st.dictionaries(DICT_NAMES, inner, max_size=2)).map(join),
    max_leaves=6,
)


def merge(first, second):
    """What it means that later entries win, by key: the law itself, in the plainest words."""
    result = dict(first)
    for key, value in second.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merge(result[key], value) if both else value
    return result


def resolve(configs, updates=None, named=()):
    """Return the configuration that a run would have, without its seed, and what is known about it."""
    ex = make_experiment(*configs)
    for number, config in enumerate(named):
        ex.add_named_config(f"n{number}", ConfigDictLike(config))
    names = [f"n{number}" for number in range(len(named))]
    run = create_run(ex, "main", updates, names, force=True)
    config = dict(run.config)
    if "seed" not in (updates or {}):
        config.pop("seed")
    return config, run.config_modifications


class ConfigDictLike(dict):
    """A dictionary that may be empty: ``add_config`` takes it as one."""


_numbers = count()


def make_function(lines):
    """Return a config function of these lines, defined in a file of its own."""
    source = "def cfg():\n" + "".join(f"    {line}\n" for line in [*lines, "pass"])
    name = f"<generated {next(_numbers)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace = {}
    exec(compile(source, name, "exec"), namespace)  # noqa: S102 -- generated above
    return namespace["cfg"]


def write_plainly(config):
    return [f"{name} = {value!r}" for name, value in config.items()]


@st.composite
def programs(draw):
    """Draw the lines of a config function that assigns, changes and deletes in many ways."""
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        value = draw(values)
        if draw(st.booleans()):
            name = draw(VALUE_NAMES)
            lines.append(
                draw(
                    st.sampled_from(
                        [
                            f"{name} = {value!r}",
                            f"{name}, other = {value!r}, 1",
                            f"for {name} in range(2): pass",
                            f"[{name} := i for i in range(2)]",
                            f"{name} = [{value!r}]; isinstance({name}, list) and {name}.append(1)",
                            f"{name} = {value!r}; del {name}",
                            f"{name}: object = {value!r}",
                            f"locals()[{name!r}] = {value!r}",
                        ]
                    )
                )
            )
        else:
            name, key = draw(DICT_NAMES), draw(VALUE_NAMES)
            content = draw(configs)
            lines.append(
                draw(
                    st.sampled_from(
                        [
                            f"{name} = {content!r}",
                            f"{name} = {content!r}; {name}[{key!r}] = {value!r}",
                            f"{name} = {content!r}; {name}.update({key}={value!r})",
                            f"{name} = {content!r}; {name}.pop({key!r}, None)",
                            f"{name} = {content!r}; {name}.clear()",
                            f"{name} = {content!r}; {name} |= {{{key!r}: {value!r}}}",
                            f"{name} = {content!r}; {name}.setdefault({key!r}, {value!r})",
                            f"{name} = dict({content!r}); {name}['A'] = {content!r}",
                        ]
                    )
                )
            )
    return lines


def assert_fixed(config, fixed):
    for path, value in iterate_flattened(fixed):
        if value != {}:
            found = get_by_dotted_path(config, path, "absent")
            assert found == value, (path, found, value)
            assert type(found) is type(value)


# a fixed value always wins


@given(st.lists(configs, max_size=3), configs)
@LAWS
def test_a_fixed_value_wins_over_dictionaries(given_configs, updates):
    config, _ = resolve(given_configs, updates)
    assert_fixed(config, updates)


@given(programs(), configs)
@LAWS
def test_a_fixed_value_wins_over_whatever_a_function_does(lines, fixed):
    assert_fixed(ConfigScope(make_function(lines))(fixed=fixed), fixed)


@given(st.lists(programs(), min_size=1, max_size=3), configs, st.lists(configs, max_size=2))
@LAWS
def test_a_fixed_value_wins_over_named_configs_too(functions, updates, named):
    config, _ = resolve([make_function(lines) for lines in functions], updates, named)
    assert_fixed(config, updates)


@given(configs, configs)
@LAWS
def test_without_updates_nothing_is_modified(first, second):
    _, known = resolve([first, second])
    assert (known.added, known.modified, known.typechanged) == (set(), set(), {})


@given(configs)
@LAWS
def test_a_function_and_a_dictionary_say_the_same(config):
    function = ConfigScope(make_function(write_plainly(config)))
    for fixed in ({}, {"a": 1, "A": {"b": 2}}):
        assert function(fixed=fixed) == ConfigDict(config)(fixed=fixed)


# order


@given(st.lists(configs, min_size=1, max_size=4))
@LAWS
def test_later_configs_win_by_key(given_configs):
    config, _ = resolve(given_configs)
    assert config == functools.reduce(merge, given_configs, {})


@given(configs, configs, configs)
@LAWS
def test_merging_is_associative(first, second, third):
    def together(*given_configs):
        return dict(evaluate_chain([ConfigDict(config) for config in given_configs]))

    expected = together(first, second, third)
    assert together(together(first, second), third) == expected
    assert together(first, together(second, third)) == expected


@given(configs, st.lists(configs, max_size=3), configs)
@LAWS
def test_named_configs_win_over_configs_the_last_first_and_updates_over_all(base, named, updates):
    config, _ = resolve([base], updates, named)
    assert config == functools.reduce(merge, [base, *named, updates])


@given(configs, configs)
@LAWS
def test_dotted_and_nested_updates_are_the_same(base, updates):
    dotted = dict(iterate_flattened(updates))
    assert resolve([base], dotted)[0] == resolve([base], updates)[0]


@given(configs, configs)
@LAWS
def test_nothing_of_what_is_given_is_changed(base, updates):
    before = copy.deepcopy((base, updates))
    resolve([base], updates, [base])
    assert (base, updates) == before


# round trips


@given(configs, configs)
@LAWS
def test_what_is_saved_can_be_given_back(tmp_path, base, updates):
    path = tmp_path / "config.json"
    config, known = resolve([base], {**updates, "seed": 3})
    save_config_file(config, path)
    saved = load_config_file(path)
    assert saved == config
    # as updates of the same experiment
    again, known_again = resolve([base], saved)
    assert again == config
    assert (known_again.added, known_again.typechanged) == (known.added, known.typechanged)
    # as a file for it
    run = create_run(make_experiment(base), "main", None, [str(path)], force=True)
    assert run.config == config
    # and for an experiment that has these entries, it is nothing new
    same, nothing = resolve([saved], saved)
    assert same == config
    assert (nothing.added, nothing.modified, nothing.typechanged) == (set(), set(), {})


@given(configs, configs)
@settings(LAWS, max_examples=40)
def test_what_is_printed_can_be_given_back_on_the_command_line(base, updates):
    config, _ = resolve([base], {**updates, "seed": 3})
    words = [f"{path}={value!r}" for path, value in iterate_flattened(config)]
    ex = make_experiment(base)
    run = ex.run_commandline(["program", "print_config", "with", *words, "--force", "--loglevel=CRITICAL"])
    # an empty dictionary over a dictionary with entries changes nothing
    assert merge(config, run.config) == run.config
    assert_fixed(run.config, config)


# values


@given(configs)
@LAWS
def test_normalising_twice_is_normalising_once(config):
    nested = {**config, "t": (1, (2, [3])), "s": {1, 2}}
    once = normalize_or_die(nested)
    assert normalize_or_die(once) == once
    assert json.dumps(normalize_or_die(config)) == json.dumps(config)


@given(configs)
@LAWS
def test_read_only_values_equal_their_originals_and_copy_to_plain_ones(config):
    frozen = make_read_only(config)
    assert frozen == config
    assert repr(frozen) == repr(config)
    for copied in (
        frozen.copy(),
        copy.copy(frozen),
        copy.deepcopy(frozen),
        pickle.loads(pickle.dumps(frozen)),
    ):
        assert copied == config
        assert not any(isinstance(value, ReadOnlyContainer) for value in iter_values(copied))


def iter_values(value):
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inside:
        yield from iter_values(item)


@given(configs)
@LAWS
def test_flattening_and_nesting_are_inverse(config):
    flat = dict(iterate_flattened(config))
    assert convert_to_nested_dict(flat) == config
    assert convert_to_nested_dict(config) == config
    assert dict(iterate_flattened(convert_to_nested_dict(flat))) == flat
