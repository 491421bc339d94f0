"""What tools read of a config function: its body, its comments, and its lines."""

# run:

import ast

from kit import outcome, tell
from sacred.config import config_scope
from sacred.config.signature import ARG_TYPES, POSARG_TYPES


def plain(a):
    """Doc."""
    # above the entry
    first = 3

    second = dict(a=3)  # behind it

    # with an empty line between

    third = 4
    left, right = 1, 2  # for both


def of_one_line(): only = 3


def with_a_long_head(
    a: dict = {1: 2},
    b="x:y",
) -> "x:y":  # a comment: behind the head
    inner = 3
    other = [
        inner,
    ]


FUNCTIONS = [plain, of_one_line, with_a_long_head]
tell(
    bodies=[config_scope.get_function_body(function) for function in FUNCTIONS],
    comments=[config_scope.get_config_comments(function) for function in FUNCTIONS],
    builtin=outcome(config_scope.get_function_body, len),
)

entries = []
for function in FUNCTIONS:
    namespace = {}
    exec(config_scope.get_function_body_code(function), namespace)
    entries.append({name: value for name, value in namespace.items() if not name.startswith("__")})
tell(entries=entries, file=config_scope.get_function_body_code(plain).co_filename == __file__)

LINES = ["# a", "  # a", "", "   ", "a = 3 # b", "#", "\t# x\n", "\n", "pylint: disable"]
tell(
    comment=[config_scope.iscomment(line) for line in LINES],
    empty=[config_scope.is_empty_or_comment(line) for line in LINES],
    ignored=[config_scope.is_ignored(line) for line in LINES],
    dedented=[
        config_scope.dedent_line(line, "    ")
        for line in ["    a", "  a", "# c", "  # c", "\n", "        a", "a", "\ta"]
    ],
    bodies_dedented=[
        config_scope.dedent_function_body(body)
        for body in ["    a = 1\n    b = 2\n", "    a = 1\n\n  # x\n        b = 2\n", "", "# c\n   a=1\n  b=2"]
    ],
)


def doc(*lines):
    entry = ast.parse("\n".join(lines)).body[-1]
    variables = {}
    config_scope.add_doc(entry.targets[0], variables, list(lines))
    return [config_scope.find_doc_for(entry, list(lines)), variables]


tell(
    behind=doc("a, (b, c.d), e[0] = f # tail"),
    above=doc("# above", "a = 3"),
    text=doc("x = '#no'"),
    of_others=doc("a = 3 # of a", "b = 4"),
    kinds=[[kind.name for kind in kinds] for kinds in (ARG_TYPES, POSARG_TYPES)],
)
