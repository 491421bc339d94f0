import subprocess
import sys
from pathlib import Path

import docopt

from sacred.commandline.arguments import parse_arguments
from sacred.commandline.options import BUILT_IN_OPTIONS
from sacred.commandline.usage import (
    USAGE_TEMPLATE,
    format_usage,
    get_program_name,
    help_for_command,
    printable_usage,
)
from sacred.plugins.options import cli_option

GOLDEN = Path(__file__).with_name("golden_help.txt")
USAGE = """Usage:
  train.py [(with UPDATE...)] [options]
  train.py help [COMMAND]
  train.py (-h | --help)
  train.py COMMAND [(with UPDATE...)] [options]"""


@cli_option(None, "a-name-that-is-much-longer-than-others")
def long_option(args, run):
    """Its description begins on a line of its own."""


def train(epochs, *, rate: float = 0.1, _run=None, _seed=3):
    """Train the network and save it, with a first line that is too long for a table.

    More about it.
    """


def evaluate():
    pass


def make_help():
    commands = {"train": train, "data.evaluate": evaluate}
    return format_usage(
        "train.py", "  Recognise digits.\n\nIn two paragraphs.\n", commands, [*BUILT_IN_OPTIONS, long_option]
    )


def test_help_looks_as_it_should():
    assert make_help() == GOLDEN.read_text()


def test_help_fits_in_80_columns():
    assert max(map(len, make_help().splitlines())) <= 80


def test_the_short_usage_is_a_part_of_the_help():
    assert printable_usage(make_help()) == USAGE
    assert printable_usage("text\nUSAGE: x\n y\n \nmore") == "USAGE: x\n y"
    assert printable_usage("nothing of the kind") == ""


def test_nothing_to_describe_leaves_no_gaps():
    text = format_usage("p", None)
    assert "\n\n\n" not in text
    assert "Commands:" not in text


def test_old_style_value_names_are_described():
    @cli_option("X", "foo")
    def foo(args, run):
        """Foo."""

    foo.arg, foo.arg_description = "VALX", "what X is worth"
    text = format_usage("p", "", {}, [foo])
    assert "  -X, --foo=VALX  Foo.\n" in text
    assert "  VALX  what X is worth\n" in text


def test_the_template_has_0_8s_fields():
    filled = USAGE_TEMPLATE.format(
        program_name="P", description="D", options="O", arguments="A", commands="C"
    )
    assert all(part in filled for part in ("  P help [COMMAND]", "\nD\n", "Options:\nO\n", "\nA\n"))
    assert filled.endswith("C")


def test_the_program_is_called_as_its_main_file(monkeypatch):
    monkeypatch.setattr("sys.argv", ["/x/y/train.py", "-h"])
    assert get_program_name() == "train.py"
    monkeypatch.setattr("sys.argv", [""])
    assert get_program_name() == "main.py"


def test_a_module_is_called_with_python_m(tmp_path):
    package = tmp_path / "proj"
    (package / "sub").mkdir(parents=True)
    program = "from sacred.commandline.usage import get_program_name; print(get_program_name())"
    for path in ("main.py", "__main__.py", "sub/__main__.py"):
        (package / path).write_text(program)

    def call(*arguments):
        return subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert call("-m", "proj.main") == "python -m proj.main"
    assert call("-m", "proj") == "python -m proj"
    assert call("-m", "proj.sub") == "python -m proj.sub"
    assert call("proj/main.py") == "main.py"
    assert call("proj") == "proj"


def test_help_for_a_command_leaves_out_what_nobody_gives():
    text = help_for_command(train)
    assert text.startswith("train(epochs, *, rate: float = 0.1)\n    Train the network")
    assert text.endswith("table.\n\n    More about it.\n")
    assert help_for_command(evaluate) == "evaluate()\n"


def test_docopt_understands_the_help_as_we_do():
    argv = ["train", "-pd", "-lINFO", "--name=x", "with", "a=1", "tiny"]
    options = [*BUILT_IN_OPTIONS, long_option]
    assert dict(docopt.docopt(make_help(), argv, False)) == parse_arguments(argv, options).options


def test_every_option_begins_its_own_line_with_two_spaces_before_the_text():
    """What docopt needs, checked where docopt is not installed."""
    section = make_help().split("Options:\n")[1].split("\n\n")[0].splitlines()
    heads = [line for line in section if line.lstrip().startswith("-")]
    assert len(heads) == len(BUILT_IN_OPTIONS) + 1
    for head in heads:
        assert all(word.startswith("-") for word in head.strip().split("  ")[0].split())
    assert all(line.startswith(" ") for line in section)
