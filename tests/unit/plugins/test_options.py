"""Command line options as objects: of a function, and of 0.8's older subclasses."""

import pytest

from recording import make_experiment
from sacred.commandline_options import CLIOption, CommandLineOption, cli_option, get_name
from sacred.plugins import options


@pytest.fixture
def known(monkeypatch):
    """Subclasses that a test defines are forgotten afterwards."""
    monkeypatch.setattr(options, "_subclasses", [])


def test_an_option_of_a_function():
    @cli_option("-n", "--new-name")
    def new_name(args, run):
        """Rename the run.

        Further
        text.
        """
        run.append(args)

    assert isinstance(new_name, CLIOption)
    assert new_name.get_flag() == "--new-name"
    assert new_name.get_short_flag() == "-n"
    assert new_name.get_flags() == ("-n", "--new-name")
    assert new_name.is_flag is False
    assert new_name.arg == "VALUE"
    assert get_name(new_name) == new_name.get_name() == "new_name"
    assert new_name.get_description() == "Rename the run. Further text."
    told = []
    new_name.apply("x", told)
    new_name("y", told)
    assert told == ["x", "y"]


def test_hyphens_may_be_left_out():
    option = cli_option("n", "name", is_flag=True)(lambda args, run: None)
    assert option.get_flags() == ("-n", "--name")
    assert option.is_flag is True
    assert option.arg is None
    assert option.get_description() == ""


def test_without_a_short_flag():
    option = cli_option(None, "long")(lambda args, run: None)
    assert option.get_flags() == (None, "--long")


def test_an_option_changes_the_run():
    calls = []

    @cli_option("-Z", "--zero")
    def zero(args, run):
        calls.append((args, run.status, run.config["a"]))
        run.info["zero"] = args

    ex = make_experiment(additional_cli_options=[zero])
    ex.add_config(a=1)
    ex.main(lambda _run: dict(_run.info))
    assert ex.run(options={"--zero": "5"}).result == {"zero": "5"}
    assert calls == [("5", None, 1)]
    assert ex.run(options={"--zero": None}).result == {}
    assert ex.run().result == {}
    assert ex.run_commandline("prog --zero=7").result == {"zero": "7"}
    assert ex.run_commandline(["prog", "-Z", "8"]).result == {"zero": "8"}


def test_an_additional_option_replaces_a_built_in_one():
    @cli_option("-c", "--comment")
    def comment(args, run):
        run.meta_info["comment"] = args.upper()

    ex = make_experiment(additional_cli_options=[comment])
    ex.main(lambda: None)
    assert ex.run(options={"--comment": "x"}).meta_info["comment"] == "X"


def test_an_option_of_a_subclass(known):
    class DoubleNameOption(CommandLineOption):
        """Say it twice."""

        short_flag = "Y"
        arg = "WORD"
        arg_description = "a word"

        @classmethod
        def apply(cls, args, run):
            run.info["word"] = args * 2

    class ShortOption(CommandLineOption):
        """A flag."""

        @classmethod
        def apply(cls, args, run):
            run.info["short"] = args

    class OffOption(CommandLineOption):
        _enabled = False

    assert DoubleNameOption.get_flags() == ("-Y", "--double_name")
    assert ShortOption.get_flags() == ("-s", "--short")
    assert get_name(DoubleNameOption) == "DoubleNameOption"
    found = list(options.find_subclass_options())
    assert [option.get_flag() for option in found] == ["--double_name", "--short"]
    assert [option.is_flag for option in found] == [False, True]
    assert (found[0].arg, found[0].arg_description) == ("WORD", "a word")
    assert found[0].get_description() == "Say it twice."
    ex = make_experiment()
    ex.main(lambda _run: dict(_run.info))
    run = ex.run_commandline("prog --double_name ab --short")
    assert run.result == {"word": "abab", "short": True}
    assert "--double_name" in ex.get_usage()[1]


def test_a_subclass_without_apply_does_nothing(known):
    class EmptyOption(CommandLineOption):
        pass

    assert EmptyOption.apply("x", None) is None
