"""Every command of ``sacred`` and each of its options is documented, and no other is."""

import re

import pytest

from docs.pages import ROOT
from sacred.cli.commands import COMMANDS, load_function
from sacred.cli.main import _SPECIAL
from sacred.cli.parameters import COMMON, Option, list_parameters

PAGE = (ROOT / "docs" / "reference" / "sacred-command.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ROW = re.compile(r"^\| (?:`(-\w)`, )?`(--[\w-]+)(?:=(.+?))?` \|", re.MULTILINE)


def list_options(parameters):
    options = [one.place for one in parameters if isinstance(one.place, Option)]
    return [(one.short, one.flag, one.metavar) for one in options]


def read_rows(section):
    return [(short, flag, metavar.replace("\\|", "|")) for short, flag, metavar in ROW.findall(section)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(name):
    own = [
        one
        for one in list_options(list_parameters(load_function(name)))
        if one[1] not in {"--store", "--json", "--debug"}
    ]
    assert read_rows(SECTIONS[f"`sacred {name}`"]) == own


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_its_json_is(name):
    assert re.search("^(JSON: |With `--json`)", SECTIONS[f"`sacred {name}`"], re.MULTILINE)


def test_no_command_is_documented_that_does_not_exist():
    assert re.findall(r"^## `sacred (.+?)`$", PAGE, re.MULTILINE) == list(COMMANDS)
    assert re.findall(r"\(#sacred-(.+?)\)", PAGE.partition("## For all")[0]) == list(COMMANDS)


def test_the_common_options_are_documented():
    assert read_rows(SECTIONS["For all commands"]) == [*list_options(COMMON), ("-h", "--help", "")]
    assert all(flag in PAGE for flag in _SPECIAL)
