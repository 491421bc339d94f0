"""The plain reading of a command line says what typer says, or nothing."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.cli import screens
from sacred.cli.commands import COMMANDS, load_function
from sacred.cli.parameters import Argument, Option, list_parameters, read_plainly


def example(
    call,
    first: Annotated[str, Argument("FIRST", "needed")],
    others: Annotated[list[str] | None, Argument("OTHERS", "more")] = None,
    number: Annotated[int | None, Option("--number", "a number", short="-n", metavar="N", least=1)] = None,
    name: Annotated[str | None, Option("--name", "a text", metavar="NAME")] = None,
    names: Annotated[list[str] | None, Option("--each", "texts", short="-e", metavar="EACH")] = None,
    flag: Annotated[bool, Option("--flag", "yes", short="-f")] = False,
):
    """Return what was given."""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a", {"first": "a"}),
        ("a b c", {"first": "a", "others": ["b", "c"]}),
        ("-n 3 a -f", {"first": "a", "number": 3, "flag": True}),
        ("a --number=3 --name=x=y", {"first": "a", "number": 3, "name": "x=y"}),
        ("a -e -x -e b --each=c", {"first": "a", "names": ["-x", "b", "c"]}),
        ("a --store s --json --debug", {"first": "a", "store": "s", "as_json": True, "debug": True}),
        ("a -", {"first": "a", "others": ["-"]}),
        ("a --name -", {"first": "a", "name": "-"}),
    ],
)
def test_what_is_plain(line, expected):
    parameters = list_parameters(example)
    given = read_plainly(parameters, line.split())
    assert given == {one.name: None if one.is_required else one.default for one in parameters} | expected


@pytest.mark.parametrize(
    "line",
    [
        "",
        "-f",
        "a --number",
        "a --number x",
        "a -n 0",
        "a -n -1",
        "a --flag=x",
        "a -x",
        "a -nf",
        "a --",
        "-h",
        "a -n3",
    ],
)
def test_what_is_left_to_typer(line):
    assert read_plainly(list_parameters(example), line.split()) is None


words = st.sampled_from(
    [
        *("a", "b", "", "-", "x=y", "-1", "--number", "-n", "3", "0", "\u00b2", "--number=7", "-fn", "-n3"),
        *("--name", "--name=", "--nam", "-e", "--each=x", "-f", "--flag", "-h", "--"),
        *("--store", "--json", "--debug"),
    ]
)


@given(st.lists(words, max_size=8))
def test_it_agrees_with_typer(line):
    seen = []
    parameters = list_parameters(example)
    plain = read_plainly(parameters, line)
    if plain is None:
        return
    app = screens._make_app("")
    translated = screens._translate(example)

    def run(**given):
        seen.append(given)

    run.__signature__ = translated.__signature__
    run.__annotations__ = translated.__annotations__
    app.command()(run)
    screens.typer.main.get_command(app).main(line, standalone_mode=False)
    assert [{name: value or None for name, value in one.items()} for one in seen] == [
        {name: value or None for name, value in plain.items()}
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_all_commands_declare_themselves(name):
    parameters = list_parameters(load_function(name))
    flags = [flag for one in parameters if isinstance(one.place, Option) for flag in one.place.flags]
    assert len(flags) == len(set(flags))
    assert [one.kind for one in parameters if isinstance(one.place, Argument)].count("texts") <= 1
    assert all(one.kind == "flag" or one.place.metavar for one in parameters)


def test_a_parameter_that_does_not_say_how_it_is_written():
    def function(call, name: str):
        pass

    with pytest.raises(TypeError, match="name does not say"):
        list_parameters(function)
