import ast
import json
import logging
import textwrap
from keyword import iskeyword
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sacred.commands as door
from sacred.commandline.commands import (
    _format_config,
    _format_entry,
    print_config,
    print_dependencies,
    print_named_configs,
    save_config,
)
from sacred.commandline.config_text import LEGEND, ConfigEntry, PathEntry, format_config
from sacred.errors import InvalidConfigError, SacredError

CONFIG = {
    "__doc__": "Train.\nTwice.",
    "epochs": 20,
    "seed": 7,
    "classes": [f"class {number}" for number in range(14)],
    "extra": None,
    "model": {"rate": "fast", "layers": [64, 64], "optional": {}},
    "data": {"__doc__": "Where from.", "path": "digits.csv"},
    3: 4,
}
PLAIN = '''Configuration (modified, added, typechanged, doc):
  """Train.
  Twice."""
  3 = 4
  classes = ['class 0', 'class 1', 'class 2', 'class 3', 'class 4', 'class 5',
             'class 6', 'class 7', 'class 8', 'class 9', 'class 10', 'class 11',
             'class 12', 'class 13']  # of digits
  epochs = 20                        # how often  modified ← command line
  extra = None                       # added ← command line
  seed = 7                           # the random seed for this experiment
                                     # modified ← command line
  data:
    """Where from."""
    path = 'digits.csv'              # ← configuration (data.py:10)
  model:                             # the network  modified
    layers = [64, 64]                # modified ← file big.yaml
    optional = {}
    rate = 'fast'                    # typechanged, was float ← named config b
'''


def make_modifications():
    return SimpleNamespace(
        added={"extra"},
        modified={"epochs", "model", "model.layers", "seed"},
        typechanged={"model.rate": (float, str)},
        docs={
            "epochs": "how often",
            "seed": "the random seed for this experiment",
            "model": "the network",
            "classes": "of digits",
        },
        origins={
            "epochs": "command line",
            "model.rate": "named config b",
            "model.layers": "file big.yaml",
            "seed": "command line",
            "extra": "command line",
            "data.path": "configuration (data.py:10)",
        },
    )


def nothing_known():
    return SimpleNamespace(added=set(), modified=set(), typechanged={}, docs={})


@pytest.fixture(autouse=True)
def _no_colours(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")


def test_print_config_shows_documentation_change_and_origin(capsys):
    print_config(SimpleNamespace(config=CONFIG, config_modifications=make_modifications()))
    assert capsys.readouterr().out == PLAIN


def test_every_line_fits_in_80_columns():
    assert max(map(len, PLAIN.splitlines())) <= 80


LONG = {
    "a": 1,
    "batch": 32,
    "path": "/a/long/way/" + "to/" * 20 + "data",
    "prompt": "a text of many words " * 8,
    "widths": list(range(40)),
}
WRAPPED = """Configuration (modified, added, typechanged, doc):
  a = 1
  batch = 32                         # how many examples are seen before the
                                     # weights change, a power of two so that
                                     # they fit
                                     # ← configuration (train.py:16)
  path = '/a/long/way/to/to/to/to/to/to/to/to/to/to/to/to/to/to/to/to/to/to/to/to/data'
                                     # where it is
  prompt = ('a text of many words a text of many words a text of many words a '
            'text of many words a text of many words a text of many words a '
            'text of many words a text of many words ')
  widths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
            19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
            36, 37, 38, 39]"""


def make_long_modifications():
    known = nothing_known()
    known.docs = {
        "batch": "how many examples are seen before the weights change, a power of two so that they fit",
        "path": "where it is",
    }
    known.origins = {"batch": "configuration (train.py:16)"}
    return known


def test_long_comments_and_values_are_wrapped():
    assert format_config(LONG, make_long_modifications(), coloured=False) == WRAPPED


def test_print_config_uses_the_width_of_the_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    print_config(SimpleNamespace(config=LONG, config_modifications=make_long_modifications()))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(LONG)
    assert lines[2].endswith("so that they fit  ← configuration (train.py:16)")
    monkeypatch.setenv("COLUMNS", "20")
    print_config(SimpleNamespace(config=LONG, config_modifications=make_long_modifications()))
    assert "  batch = 32                         # how many examples" in capsys.readouterr().out


@pytest.mark.parametrize("width", [0, 30, 60, 80, 120])
def test_wrapped_values_can_be_read_back(width):
    _, _, body = format_config(LONG, nothing_known(), coloured=False, width=width).partition("\n")
    values = {}
    exec(textwrap.dedent(body), {}, values)  # noqa: S102  values of our own
    assert values == LONG


def test_origins_are_worked_out_once():
    """The time that print_config needs grows with the number of entries, not with its square."""

    class Counting(SimpleNamespace):
        asked = 0

        @property
        def origins(self):
            self.asked += 1
            return {"k3": "somewhere"}

    known = Counting(**vars(nothing_known()))
    text = format_config({f"k{i}": {"x": i} for i in range(50)} | {"k3": 3}, known, coloured=False)
    assert "k3 = 3                             # ← somewhere" in text
    assert known.asked == 1


def test_print_config_shows_wrong_types_below_the_configuration(capsys):
    faults = [InvalidConfigError("a is wrong"), InvalidConfigError("b is wrong")]
    run = SimpleNamespace(config=CONFIG, config_modifications=make_modifications(), config_faults=faults)
    with pytest.raises(InvalidConfigError, match=r"^a is wrong\nb is wrong$") as caught:
        print_config(run)
    assert not caught.value.print_traceback
    assert capsys.readouterr().out == PLAIN
    del faults[1]
    with pytest.raises(InvalidConfigError) as caught:
        print_config(run)
    assert caught.value is faults[0]


def test_print_config_has_colours_on_a_terminal(capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_config(SimpleNamespace(config=CONFIG, config_modifications=make_modifications()))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Configuration {LEGEND}:"
    assert lines[0] == (
        "Configuration (\x1b[34mmodified\x1b[0m, \x1b[32madded\x1b[0m, "
        "\x1b[31mtypechanged\x1b[0m, \x1b[2mdoc\x1b[0m):"
    )
    assert "\x1b[32m  extra = None                       \x1b[2m# ← command line\x1b[0m\x1b[0m" in lines
    assert any(line.startswith("\x1b[31m    rate = 'fast' ") for line in lines)
    assert any(line.startswith("\x1b[34m    layers = [64, 64] ") for line in lines)


def test_entries_look_as_in_0_8():
    entry = ConfigEntry("a", 1, added=False, modified=True, typechanged=None, doc="doc")
    assert (
        _format_entry(1, entry) == "\x1b[34m a = 1                               \x1b[2m# doc\x1b[0m\x1b[0m"
    )
    path = PathEntry("p", added=False, modified=True, typechanged=None, doc="doc")
    assert _format_entry(1, path) == "\x1b[34m p:                                  \x1b[2m# doc\x1b[0m\x1b[0m"
    doc = ConfigEntry("__doc__", "x", added=False, modified=True, typechanged=None, doc=None)
    assert _format_entry(1, doc) == '\x1b[2m """x"""\x1b[0m'


def test_the_old_function_always_colours():
    text = _format_config({"a": 1}, nothing_known())
    assert text == f"Configuration {LEGEND}:\n  a = 1"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=12),
    max_leaves=20,
)


@given(
    st.dictionaries(
        st.from_regex("[a-z]{1,12}", fullmatch=True).filter(lambda name: not iskeyword(name)),
        values,
        max_size=5,
    ),
    st.booleans(),
)
def test_what_is_printed_can_be_read_back(config, modified):
    """Tools read these lines: behind a value there may only be a comment."""
    known = nothing_known()
    known.docs = dict.fromkeys(config, "what it is")
    known.origins = dict.fromkeys(config, "command line")
    known.modified = set(config) if modified else set()
    text = format_config(config, known, coloured=False)
    body = "\n".join(line[2:] for line in text.split("\n")[1:])
    tree = ast.parse(body)
    read = {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body}
    assert read == config


def test_the_printer_of_0_8_is_there():
    assert door.PRINTER.pformat([1]) == "[1]"
    with pytest.raises(AttributeError, match="NOPE"):
        _ = door.NOPE


# --- the other commands


def test_print_dependencies(capsys):
    info = {
        "dependencies": ["numpy==2.0", "odd=="],
        "sources": [("train.py", "abc"), ("lib/" + "x" * 50 + ".py", "def")],
        "repositories": [
            {"url": "https://user:secret@example.com/r.git", "commit": "c1", "dirty": True},
            {"url": "git://tmp/other", "commit": "c2", "dirty": False},
        ],
    }
    print_dependencies(SimpleNamespace(experiment_info=info))
    out = capsys.readouterr().out
    assert out.startswith(
        "Dependencies:\n  numpy                == 2.0\n  odd                  == \n\nSources:\n"
    )
    assert "\n  train.py                                     abc\n" in out
    assert "x.py  def\n" in out
    assert "\nVersion Control:\nM https://example.com/r.git                    c1\n" in out
    assert "\n  git://tmp/other                              c2\n" in out
    assert "secret" not in out


def test_print_dependencies_outside_of_a_repository(capsys):
    print_dependencies(
        SimpleNamespace(experiment_info={"dependencies": [], "sources": [], "repositories": []})
    )
    assert capsys.readouterr().out == "Dependencies:\n\nSources:\n\n"


def test_a_dirty_repository_is_red(capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    repository = {"url": "u", "commit": "c", "dirty": True}
    info = {"dependencies": [], "sources": [], "repositories": [repository]}
    print_dependencies(SimpleNamespace(experiment_info=info))
    assert "\x1b[31mM u" in capsys.readouterr().out


def test_print_named_configs(capsys):
    def tiny():
        """Fits anywhere.

        And more.
        """

    named = {"tiny": SimpleNamespace(_func=tiny), "plain": SimpleNamespace(), "data.small": SimpleNamespace()}
    command = print_named_configs(SimpleNamespace(gather_named_configs=named.items))
    assert (command.__name__, command.__doc__) == ("print_named_configs", "Print the named configs and exit.")
    command()
    assert capsys.readouterr().out == (
        "Named Configurations (doc):\n"
        "  tiny                               # Fits anywhere.\n"
        "                                     # And more.\n"
        "  plain\n  data.small\n"
    )


def test_print_named_configs_without_any(capsys):
    print_named_configs(SimpleNamespace(gather_named_configs=list))()
    assert capsys.readouterr().out == "Named Configurations (doc):\n  No named configs\n"


def test_save_config_leaves_out_its_own_argument(tmp_path, caplog):
    file = tmp_path / "c.json"
    config = {"a": 1, "b": {"c": [2]}, "config_filename": str(file)}
    with caplog.at_level(logging.INFO):
        save_config(config, logging.getLogger("save_config"), str(file))
    assert json.loads(file.read_text()) == {"a": 1, "b": {"c": [2]}}
    assert caplog.messages == [f'Saving config to "{file}"']


def test_save_config_says_where_it_could_not(tmp_path):
    with pytest.raises(SacredError, match=r"can't be saved in .*missing/c.json.*No such file") as caught:
        save_config({"a": 1}, logging.getLogger("save_config"), str(tmp_path / "missing" / "c.json"))
    assert not caught.value.print_traceback
