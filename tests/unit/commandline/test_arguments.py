import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.commandline.arguments import (
    ensure_wellformed_argv,
    find_broken_literals,
    get_config_updates,
    normalise_options,
    parse_arguments,
)
from sacred.commandline.options import gather_options
from sacred.errors import UsageError
from sacred.plugins.options import cli_option
from sacred.settings import SETTINGS


@cli_option("g", "gpu_count")
def gpu_count(args, run):
    """How many graphics processors to use."""


OPTIONS = gather_options([gpu_count])


def parse(line):
    return parse_arguments(line.split(), OPTIONS)


def complaint(line):
    with pytest.raises(UsageError) as caught:
        parse(line)
    return str(caught.value)


def given_options(line):
    return {flag: value for flag, value in parse(line).options.items() if flag.startswith("--") and value}


def test_no_words_give_the_options_of_the_usage_text():
    options = parse("").options
    assert options == {
        **{f"--{name}": None for name in ("beat-interval", "capture", "comment", "completion")},
        **{f"--{name}": None for name in ("file_storage", "gpu_count", "id", "loglevel", "name", "priority")},
        **{f"--{name}": False for name in ("debug", "enforce_clean", "force", "help", "pdb", "print-config")},
        **dict.fromkeys(("--queue", "--unobserved", "with", "help"), False),
        "UPDATE": [],
        "COMMAND": None,
    }


def test_options_may_stand_anywhere():
    before = parse("-u --name=a train with a=1 b")
    between = parse("train -u with a=1 --name a b")
    assert before == between
    assert before.command == "train"
    assert before.updates == ["a=1", "b"]
    assert before.options["with"] is True
    assert before.options["UPDATE"] == ["a=1", "b"]
    assert before.options["COMMAND"] == "train"
    assert (before.options["--unobserved"], before.options["--name"]) == (True, "a")


@pytest.mark.parametrize(
    "line",
    ["--loglevel=INFO", "--loglevel INFO", "-lINFO", "-l INFO", "--logl INFO", "--logl=INFO"],
)
def test_a_value_is_given_in_several_ways(line):
    assert given_options(line) == {"--loglevel": "INFO"}


def test_short_flags_may_be_joined():
    assert given_options("-pdl INFO") == {"--print-config": True, "--debug": True, "--loglevel": "INFO"}
    assert given_options("-udlINFO") == {"--unobserved": True, "--debug": True, "--loglevel": "INFO"}


def test_a_short_flag_keeps_an_equals_sign_as_in_0_8():
    assert given_options("-n=x") == {"--name": "=x"}


@pytest.mark.parametrize("flag", ["--print-config", "--print_config", "--print", "--file-storage=x"])
def test_hyphens_and_underscores_are_the_same(flag):
    assert given_options(flag) in ({"--print-config": True}, {"--file_storage": "x"})


def test_an_empty_value_is_a_value():
    assert parse("--name=").options["--name"] == ""
    assert parse_arguments(["--name", ""], OPTIONS).options["--name"] == ""


@pytest.mark.parametrize("flag", ["-i", "-F", "-l", "-b", "-P", "-C"])
def test_some_options_need_more_than_an_empty_value(flag):
    with pytest.raises(UsageError, match=r'^option "--[a-z_-]+" needs a value, but is given an empty text$'):
        parse_arguments([flag, ""], OPTIONS)


def test_a_value_may_begin_with_a_hyphen_unless_it_is_an_option():
    assert parse("-P -5 -c -fine -n -").options["--comment"] == "-fine"
    assert parse("--comment=-F").options["--comment"] == "-F"


def test_two_hyphens_end_the_options():
    assert parse("train -- with -u").updates == ["-u"]


def test_the_completion_option_leaves_the_abbreviation_of_comment():
    assert given_options("--com x") == {"--comment": "x"}
    assert given_options("--completion bash") == {"--completion": "bash"}


@pytest.mark.parametrize(
    ("line", "command", "wants_help"),
    [
        ("help", None, True),
        ("help train", "train", True),
        ("-h", None, True),
        ("train --help", "train", True),
    ],
)
def test_help(line, command, wants_help):
    arguments = parse(line)
    assert (arguments.command, arguments.wants_help) == (command, wants_help)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--loglvel x", 'unknown option "--loglvel"; did you mean "--loglevel"?'),
        ("--xyzzy", 'unknown option "--xyzzy"'),
        ("-x", 'unknown option "-x"'),
        ("-pxd", 'unknown option "-x" in "-pxd"'),
        ("-gpu_count", None),  # the value "pu_count" of -g
        ("-m db", 'unknown option "-m"'),
        ("-name", None),  # the value "ame" of -n
        ("-xname", 'unknown option "-x" in "-xname"'),
        ("--name", 'option "--name" needs a value'),
        ("-n", 'option "--name" needs a value'),
        ("-n -- x", 'option "--name" needs a value'),
        ("--debug=1", 'option "--debug" takes no value, but is given "1"'),
        ("--p", 'option "--p" is ambiguous: "--pdb" or "--print-config" or "--priority"'),
        ("-n a -n b", 'option "--name" is given twice'),
        ("a=1", 'put "with" before configuration updates: with a=1'),
        ("train a=1 b=2", 'put "with" before configuration updates: train with a=1 b=2'),
        (
            "train tiny",
            'unexpected word "tiny" after "train"; put "with" before configuration updates: train with tiny',
        ),
        ("wiht tiny", 'unexpected word "tiny" after "wiht"; did you mean "with tiny"?'),
        ("wiht a=1", 'unexpected word "a=1" after "wiht"; did you mean "with a=1"?'),
        ("train wiht tiny a=1", 'unexpected word "wiht"; did you mean "train with tiny a=1"?'),
        ("with lr = 3", '"lr = 3": no spaces around "=", write lr=3'),
        ("with fast lr = 3 a=1", '"lr = 3": no spaces around "=", write lr=3'),
        ("with lr =3", '"lr =3": no spaces around "=", write lr=3'),
        ("with", '"with" needs a configuration update, a named config or a config file after it'),
        ("train with", '"with" needs a configuration update, a named config or a config file after it'),
        ("help train now", 'unexpected word "now" after "help train"'),
    ],
)
def test_an_error_names_the_word(line, message):
    if message is None:
        parse(line)
    else:
        assert complaint(line) == message


def test_an_option_in_place_of_a_value_is_named():
    assert complaint("-c -F dir") == (
        'option "--comment" needs a value, but is followed by the option "-F" '
        "(if that is the value: --comment=-F)"
    )
    assert complaint("--name --print_config").startswith('option "--name" needs a value')
    assert complaint("--name --loglevel=INFO").startswith('option "--name" needs a value')


def test_options_of_python_code_are_known_by_either_spelling():
    given = {"--beat_interval": 1, "--print-config": True, "--enforce-clean": True, "UPDATE": ["a=1"]}
    chosen, warnings = normalise_options(given, OPTIONS)
    assert chosen == {
        "--beat-interval": 1,
        "--print-config": True,
        "--enforce_clean": True,
        "UPDATE": ["a=1"],
    }
    assert warnings == []


def test_unknown_options_of_python_code_are_told_if_they_ask_for_something():
    chosen, warnings = normalise_options({"--loglevle": "ERROR", "--sql": None, "mine": 1}, OPTIONS)
    assert chosen == {"--loglevle": "ERROR", "--sql": None, "mine": 1}
    assert warnings == ['unknown option "--loglevle" is ignored; did you mean "--loglevel"?']


def test_a_long_name_with_one_hyphen_is_explained():
    assert complaint("-zero") == 'unknown option "-z" in "-zero"'
    assert parse_arguments(["--zero"], [*OPTIONS, cli_option(None, "zero", is_flag=True)(print)])
    with pytest.raises(UsageError, match='unknown option "-z" in "-zero"; did you mean "--zero"'):
        parse_arguments(["-zero"], [*OPTIONS, cli_option(None, "zero", is_flag=True)(print)])


def test_a_short_flag_of_two_options_is_refused_only_when_used():
    options = [*OPTIONS, cli_option("n", "nodes")(print)]
    assert parse_arguments(["--nodes", "3"], options).options["--nodes"] == "3"
    with pytest.raises(UsageError, match='option "-n" is ambiguous: "--name" or "--nodes"'):
        parse_arguments(["-n", "3"], options)


@given(st.lists(st.text(max_size=8) | st.sampled_from(["with", "help", "-d", "-n", "--name", "--", "a=1"])))
def test_any_line_is_understood_or_refused_with_a_usage_error(words):
    try:
        arguments = parse_arguments(words, OPTIONS)
    except UsageError:
        pass
    else:
        assert arguments.options["UPDATE"] == arguments.updates


@given(st.permutations(["-d", "--name=x", "-l5", "--queue"]), st.integers(0, 4))
def test_the_place_of_options_never_matters(flags, position):
    words = ["train", "with", "a=1", "tiny"]
    mixed = words[:position] + flags + words[position:]
    assert parse_arguments(mixed, OPTIONS) == parse_arguments([*words, *flags], OPTIONS)


# --- argv


@pytest.mark.parametrize(
    "argv", ['p with "s=a b" -u', ["p", "with", "s=a b", "-u"], ("p", "with", "s=a b", "-u")]
)
def test_argv_is_text_or_words(argv):
    assert ensure_wellformed_argv(argv) == ["p", "with", "s=a b", "-u"]


def test_other_argv_are_refused():
    with pytest.raises(ValueError, match="argv must be str or list, but was <class 'int'>"):
        ensure_wellformed_argv(5)
    with pytest.raises(ValueError, match=r"contained the following elements: \[5\]"):
        ensure_wellformed_argv(["p", 5])


# --- updates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("1", 1), ("1e-3", 0.001), ("-1", -1), ("0x10", 16), ("None", None), ("True", True)],
        *[("true", "true"), ("null", "null"), ("2*3", "2*3"), ("01", "01"), ("", ""), ("a b", "a b")],
        *[("[1, 2]", [1, 2]), ("(1,2)", (1, 2)), ('{"a": 1}', {"a": 1}), ("'1'", "1"), (" 3", 3)],
        *[("[1,", "[1,"), ("=3", "=3"), ("...", "..."), ("1 # c", 1), ("'a", "'a")],
    ],
)
def test_values_are_literals_or_text(text, value):
    assert get_config_updates([f"k={text}"]) == ({"k": value}, [])


def test_entries_and_names_are_parted():
    updates = ["a.b=1", "tiny", "a.c=2", "conf/big.yaml", " d = x", "", "layers[2].size=64"]
    entries, names = get_config_updates(updates)
    assert entries == {"a": {"b": 1, "c": 2}, "d": "x", "layers[2]": {"size": 64}}
    assert names == ["tiny", "conf/big.yaml"]
    assert get_config_updates(None) == ({}, [])


def test_the_last_of_two_values_counts():
    assert get_config_updates(["a=1", "a=2"])[0] == {"a": 2}
    assert get_config_updates(["a.b=2", "a=1"])[0] == {"a": 1}


@pytest.mark.parametrize(
    ("updates", "message"),
    [
        (["a=1", "a.b=2"], '"a" is given a value, and so is "a.b" in it'),
        (["a.b=1", "a.b.c.d=2"], '"a.b" is given a value, and so is "a.b.c.d" in it'),
        (["=3"], '"=3" has no entry before "="'),
    ],
)
def test_wrong_updates(updates, message):
    with pytest.raises(UsageError) as caught:
        get_config_updates(updates)
    assert str(caught.value) == message


def test_strict_parsing_wants_literals(monkeypatch):
    monkeypatch.setitem(SETTINGS.COMMAND_LINE, "STRICT_PARSING", True)
    assert get_config_updates(["a='x'"]) == ({"a": "x"}, [])
    with pytest.raises(UsageError, match=r"lr=abc: 'abc' is no Python literal.*STRICT_PARSING.*\"'abc'\""):
        get_config_updates(["lr=abc"])


def test_broken_literals_are_found():
    updates = ["lr=[1,", "a={x}", "b='x", "c=[1]", "d=plain", "e='x'", "tiny", "[x"]
    assert find_broken_literals(updates) == ["lr=[1,", "a={x}", "b='x"]


literals = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
names = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)


def flatten(entries, prefix=""):
    for key, value in entries.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value[0]


# leaves are boxed, so that a dictionary as a value is told from a level
levels = st.recursive(
    st.dictionaries(names, st.tuples(literals), min_size=1, max_size=4),
    lambda inner: st.dictionaries(names, inner | st.tuples(literals), min_size=1, max_size=3),
    max_leaves=6,
)


def unbox(entries):
    return {key: unbox(value) if isinstance(value, dict) else value[0] for key, value in entries.items()}


@given(levels)
def test_any_entries_come_back_from_the_command_line(entries):
    updates = [f"{path}={value!r}" for path, value in flatten(entries)]
    arguments = parse_arguments(["train", "with", *updates], OPTIONS)
    assert get_config_updates(arguments.updates) == (unbox(entries), [])


@given(st.text())
def test_any_text_that_is_no_literal_stays_itself_without_spaces_around_it(text):
    try:
        ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        assert get_config_updates([f"k={text}"])[0] == {"k": text.strip()}
