"""The tree of errors, what they say, and that they can be sent to another process."""

import inspect
import pickle
import re

import pytest

import sacred.utils
from sacred import errors
from sacred.errors import (
    CircularDependencyError,
    CommandNotFoundError,
    ConfigAddedError,
    ConfigError,
    ConfigKeyError,
    InvalidConfigError,
    MissingConfigError,
    NamedConfigNotFoundError,
    SacredError,
    SacredInterrupt,
    SettingError,
    SignatureError,
    StoreError,
    TimeoutInterrupt,
    UsageError,
)

CLASSES = {
    name: value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == errors.__name__
}


def test_the_tree_is_drawn_in_the_docstring():
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__)
    assert sorted(drawn) == sorted(CLASSES)


def test_every_class_is_in_the_tree_below_one_root():
    for name, cls in CLASSES.items():
        assert issubclass(cls, (SacredError, SacredInterrupt, errors.ObserverError)), name


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_0_8_s_door_has_all_of_them(name):
    assert getattr(sacred.utils, name) is CLASSES[name]


@pytest.mark.parametrize(
    ("cls", "base"),
    [
        (ConfigKeyError, KeyError),
        (SignatureError, TypeError),
        (errors.NotRunningError, RuntimeError),
        (errors.InteractiveError, RuntimeError),
        (errors.SourceError, ValueError),
        (errors.IdTakenError, FileExistsError),
        (ConfigAddedError, ConfigError),
        (InvalidConfigError, ConfigError),
        (TimeoutInterrupt, SacredInterrupt),
    ],
)
def test_what_users_may_catch_them_as(cls, base):
    assert issubclass(cls, base)


def test_interrupts_are_no_sacred_errors():
    assert not issubclass(SacredInterrupt, SacredError)
    assert (SacredInterrupt.STATUS, TimeoutInterrupt.STATUS) == ("INTERRUPTED", "TIMED_OUT")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SacredError("plain"), "plain"),
        (SettingError("set"), "set"),
        (UsageError("use"), "use"),
        (StoreError("no room"), "no room"),
        (ConfigError("wrong", "a.b"), "wrong (a.b)"),
        (ConfigError("wrong", ["a", "b"]), "wrong (a, b)"),
        (ConfigError("wrong", ["a"], print_conflicting_configs=False), "wrong"),
        (InvalidConfigError("bad value", "rate"), "bad value (rate)"),
        (
            InvalidConfigError(
                "bad", ["rate", "d.long", "gone"], config={"rate": 1, "d": {"long": "x" * 50}}
            ),
            "bad (rate=1, d.long='xxxxxxxxxxxx...xxxxxxxxxxxxx', gone)",
        ),
        (ConfigKeyError("no key", "k"), "no key"),
        (ConfigAddedError("a.b"), "Added new config entry that is not used anywhere (a.b)"),
        (
            ConfigAddedError(["rat", "zzz"], config={"rate": 1, "model": {"size": 2}}),
            'Added new config entry that is not used anywhere (rat, zzz)\n  rat; did you mean "rate"?',
        ),
        (
            ConfigAddedError("sizes", captured_args=["size"]),
            'Added new config entry that is not used anywhere (sizes)\n  sizes; did you mean "size"?',
        ),
        (
            ConfigAddedError("rat", config={"rate": 1}, print_suggestions=False),
            "Added new config entry that is not used anywhere (rat)",
        ),
        (MissingConfigError(), "Configuration values are missing:"),
        (MissingConfigError("main is missing value(s):", ["a", "b"]), "main is missing value(s): ['a', 'b']"),
        (MissingConfigError("text", "key"), "text ['key']"),
        (
            NamedConfigNotFoundError("bg", available_named_configs=["big", "small"]),
            'Named config not found: "bg"; did you mean "big"?\n  Available named configs: big, small',
        ),
        (NamedConfigNotFoundError("x"), 'Named config not found: "x"\n  Available named configs: none'),
        (
            CommandNotFoundError("trian", ["train"]),
            'Command "trian" not found; did you mean "train"?\n  Available commands: train',
        ),
        (CommandNotFoundError("x"), 'Command "x" not found\n  Available commands: none'),
        (CircularDependencyError(), "Circular dependency detected:"),
        (CircularDependencyError(ingredients=["a", "b", "a"]), "Circular dependency detected: a->b->a"),
        (SignatureError("f got unexpected argument(s)"), "f got unexpected argument(s)"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_they_say(error, text):
    assert str(error) == text
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is type(error)
    assert str(twin) == text
    assert vars(twin) == vars(error)


def make_any(cls):
    required = [
        parameter
        for parameter in list(inspect.signature(cls.__init__).parameters.values())[1:]
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    return cls(*["text"] * len(required))


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_all_of_them_pickle(name):
    """They come back from worker processes."""
    error = make_any(CLASSES[name])
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is CLASSES[name]
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)


def test_what_the_command_line_should_show():
    plain = SacredError("x")
    assert (plain.print_traceback, plain.filter_traceback, plain.print_usage) == (True, "default", False)
    chosen = SacredError("x", print_traceback=False, filter_traceback="never", print_usage=True)
    assert (chosen.print_traceback, chosen.filter_traceback, chosen.print_usage) == (False, "never", True)
    assert ConfigAddedError("a").print_traceback is False
    assert MissingConfigError().print_usage is True
    assert UsageError("x").print_usage is True
    assert SignatureError("x").filter_traceback == "always"


def test_facts_are_kept():
    assert ConfigError("m", "a").conflicting_configs == ("a",)
    assert MissingConfigError("m", ["a"]).missing_configs == ("a",)
    assert ConfigKeyError("m", "k").key == "k"
    error = NamedConfigNotFoundError("n", available_named_configs=["a"])
    assert (error.named_config, error.available_named_configs) == ("n", ("a",))


def test_users_subclass_interrupts():
    class Dropped(SacredInterrupt):
        STATUS = "LIKELIHOOD_DROPPED"

    assert Dropped("text").STATUS == "LIKELIHOOD_DROPPED"
