"""get_config_updates, the values it makes of words, and format_usage, called as by projects with own command lines."""
# run:
# run: [no-numpy]

from kit import outcome, tell

from sacred import SETTINGS, Experiment
from sacred.arg_parser import _convert_value, format_usage, get_config_updates

words = [
    ["a=1", "b=text", "named"],
    ["a.b.c=1", "a.b.d=2"],
    ["a=1", "a.b=2"],
    ["a.b=2", "a=1"],
    ["a={'x': 1}", "a.y=2"],
    ["a=b=c", "x==1", "y="],
    ["one", "two.three", "file.json", "dir/file.yaml"],
    [],
    None,
    ["a=[1,2", "b='open"],
    ["a b=1", " c = 2 ", "=5", "."],
    ["a=1", "a=2"],
    ["a.=1", ".b=2"],
]
values = [
    "1", "1.", "1e-3", "-5", "+5", "0x10", "01", "1_000", "1j", "True", "true", "None", "none", "null", "[1, 2]", "(1,)",
    "()", "{}", "{'a': [1]}", "{1, 2}", "'quoted'", '"double"', "'it''s'", "text", "two words", "2*3", "-x", "a.b", "",
    " ", " 1", "b'x'", "f'x'", "[a, b]", "[1, 'a'", "...", "nan", "inf", "1e999", "lambda: 1", "__import__('os')", "\\n",
    "'\\n'", "ä", "#1", "1 # one", "u'x'", "r'\\x'", "True False", "not True", "1 if x else 2", "{**{}}", "[*[1]]",
]  # fmt: skip
tell(
    updates=[[each, outcome(get_config_updates, each)] for each in words],
    values=[[each, outcome(_convert_value, each)] for each in values],
)
SETTINGS.COMMAND_LINE.STRICT_PARSING = True
tell(
    strict=[
        [each, "raises" in outcome(_convert_value, each)] for each in values if each not in ("...", " ", "")
    ]
)
SETTINGS.COMMAND_LINE.STRICT_PARSING = False
ex = Experiment("parser")


@ex.command
def train(a=1):
    """Train something.

    In many words.
    """


options = ex.all_cli_options if hasattr(ex, "all_cli_options") else ()
usage = format_usage("prog.py", "What it does.", ex.commands, options)
lines = usage.splitlines()
tell(
    usage=[
        lines[0],
        "What it does." in usage,
        "train" in usage,
        "Train something." in usage,
        "In many words" in usage,
    ],
    help=[
        word in usage for word in ("--help", "-h", "with UPDATE", "[options]", "COMMAND", "help [COMMAND]")
    ],
    forms=[line.strip() for line in lines[1:5]],
    without=["--help" in format_usage("prog.py", None), "Commands:" in format_usage("prog.py", "d", {}, ())],
)
