import logging
from types import SimpleNamespace

import pytest

from sacred.commandline import options as o
from sacred.commandline.arguments import parse_arguments
from sacred.commandline.usage import format_usage
from sacred.errors import SacredError, UsageError
from sacred.observers.file_storage import file_storage_option
from sacred.plugins.options import CommandLineOption, cli_option


@pytest.fixture
def run():
    root = logging.getLogger("test_options")
    return SimpleNamespace(
        root_logger=root,
        run_logger=root,
        meta_info={},
        experiment_info={"name": "train", "repositories": []},
        config={"a": 1},
        config_modifications=SimpleNamespace(added=set(), modified=set(), typechanged={}, docs={}),
    )


@pytest.mark.parametrize(
    ("option", "value", "attribute", "expected"),
    [
        (o.debug_option, True, "debug", True),
        (o.pdb_option, True, "pdb", True),
        (o.unobserved_option, True, "unobserved", True),
        (o.queue_option, True, "queue_only", True),
        (o.force_option, True, "force", True),
        (o.beat_interval_option, "2.5", "beat_interval", 2.5),
        (o.capture_option, "sys", "capture_mode", "sys"),
        (o.id_option, "7", "_id", "7"),
    ],
)
def test_an_option_sets_an_attribute_of_the_run(run, option, value, attribute, expected):
    option.apply(value, run)
    assert getattr(run, attribute) == expected


def test_comment_and_priority_are_meta_information(run):
    o.comment_option.apply("first try", run)
    o.priority_option.apply("3", run)
    assert run.meta_info == {"comment": "first try", "priority": 3.0}


def test_name_changes_the_record_and_the_log(run):
    o.name_option.apply("other", run)
    assert run.experiment_info["name"] == "other"
    assert run.run_logger.name.endswith("other")


@pytest.mark.parametrize(
    ("text", "level"), [("DEBUG", 10), ("warning", 30), ("15", 15), (15, 15), (" ERROR ", 40)]
)
def test_loglevel(run, text, level):
    o.loglevel_option.apply(text, run)
    assert run.root_logger.level == level


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        (o.loglevel_option, "LOUD", '--loglevel is one of DEBUG, .* or a number, but was given "LOUD"'),
        (o.beat_interval_option, "soon", '--beat-interval is a number, but was given "soon"'),
        (o.priority_option, "high", '--priority is a number, but was given "high"'),
        (o.capture_option, "all", '--capture is "no", "sys" or "fd", but was given "all"'),
    ],
)
def test_a_wrong_value_is_named(run, option, value, message):
    with pytest.raises(UsageError, match=message):
        option.apply(value, run)


def test_print_config_prints_it_and_a_line(run, capsys):
    o.print_config_option.apply(True, run)
    out = capsys.readouterr().out
    assert out.startswith("Configuration (modified, added, typechanged, doc):\n  a = 1\n")
    assert out.endswith("-" * 79 + "\n")


def test_enforce_clean_accepts_what_is_committed(run):
    run.experiment_info["repositories"] = [{"url": "u", "commit": "c", "dirty": False}]
    o.enforce_clean_option.apply(True, run)


def test_enforce_clean_names_what_is_not(run):
    run.experiment_info["repositories"] = [
        {"url": "https://example.com/clean.git", "commit": "abc", "dirty": False},
        {"url": "https://example.com/dirty.git", "commit": "def", "dirty": True},
    ]
    with pytest.raises(RuntimeError) as caught:
        o.enforce_clean_option.apply(True, run)
    assert "https://example.com/dirty.git at commit def" in str(caught.value)
    assert "clean.git" not in str(caught.value)
    assert isinstance(caught.value, SacredError)


def test_enforce_clean_needs_a_repository(run):
    with pytest.raises(RuntimeError, match="no git repository was found"):
        o.enforce_clean_option.apply(True, run)


def test_options_are_sorted_and_those_of_later_issues_are_not_listed():
    flags = [option.get_flag() for option in o.get_default_command_line_options()]
    assert flags == sorted(flags, key=lambda flag: flag.replace("-", "_"))
    assert file_storage_option in o.get_default_command_line_options()
    assert not {"--mongo_db", "--sql", "--tiny_db", "--s3", "--gcs"} & set(flags)
    shorts = [option.get_short_flag() for option in o.get_default_command_line_options()]
    assert sorted(filter(None, shorts)) == sorted(f"-{letter}" for letter in "bCcdeFfhilnDpPqu")


def test_additional_options_come_last_in_their_order():
    first, second = cli_option("z", "zz")(print), cli_option("a", "aa")(print)
    assert o.gather_options([first, second])[-2:] == [first, second]
    assert (
        o.gather_options()[: len(o.BUILT_IN_OPTIONS)] == o.gather_options([first])[: len(o.BUILT_IN_OPTIONS)]
    )


def test_an_additional_option_replaces_one_of_the_same_name():
    mine = cli_option("l", "loglevel")(lambda args, run: None)
    gathered = o.gather_options([mine])
    assert mine in gathered
    assert o.loglevel_option not in gathered


def test_an_additional_option_takes_the_short_flag_of_ours():
    mine = cli_option("l", "layers")(lambda args, run: None)
    options = o.gather_options([mine])
    arguments = parse_arguments(["-l", "3", "--loglevel=INFO"], options)
    assert (arguments.options["--layers"], arguments.options["--loglevel"]) == ("3", "INFO")
    flags = {option.get_flag(): option.get_flags() for option in options}
    assert flags["--loglevel"] == (None, "--loglevel")
    assert flags["--layers"] == ("-l", "--layers")
    (loglevel,) = [option for option in options if option.get_flag() == "--loglevel"]
    assert (loglevel.arg, loglevel.get_description()) == ("LEVEL", o.loglevel_option.get_description())
    assert o.loglevel_option.get_short_flag() == "-l"
    usage = format_usage("main.py", "", {}, options)
    assert "\n      --loglevel=LEVEL" in usage
    assert "\n  -l, --layers=VALUE" in usage


def test_old_subclasses_are_found(monkeypatch):
    monkeypatch.setattr("sacred.plugins.options._subclasses", [])

    class FooBarOption(CommandLineOption):
        """Foo the bar."""

        short_flag = "X"
        arg = "VALX"

        @classmethod
        def apply(cls, args, run):
            run.foo = args

    (found,) = [option for option in o.gather_options() if option.get_flag() == "--foo_bar"]
    run = SimpleNamespace()
    found.apply("v", run)
    assert run.foo == "v"
    assert (found.get_short_flag(), found.arg, found.is_flag) == ("-X", "VALX", False)
