"""Where the source of a config function is found, and that code and comments stay at their lines."""

# ruff: noqa: B007, C416, F811, PIE800, RET504, RUF100, UP036 - the functions are odd: that is what is tested

import linecache
import re
import sys
import traceback

import pytest

from sacred.config.config_scope import ConfigScope
from sacred.errors import InvalidConfigError
from unit.config.helpers import evaluate, load_module, make_experiment, run_script


def keep(*_args, **_kwargs):
    return lambda function: function


def lines_in(error, name):
    """Return the lines of this file that the traceback shows for a function."""
    return [
        (frame.lineno, frame.line)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.name == name
    ]


# tracebacks and debuggers


def test_a_traceback_has_file_line_and_text():
    def failing():
        a = 1
        b = [
            1,
            a / 0,
        ]

    with pytest.raises(ZeroDivisionError) as caught:
        evaluate(failing)
    (frame,) = [f for f in traceback.extract_tb(caught.value.__traceback__) if f.name == "failing"]
    assert frame.filename == __file__
    assert frame.lineno == failing.__code__.co_firstlineno + 4
    assert frame.line == "a / 0,"
    assert (frame.colno, frame.end_colno) == (12, 17)


def test_a_traceback_through_inner_code():
    def outer():
        n = 0

        def divide(value):
            return value / n

        results = [divide(i) for i in range(3)]

    with pytest.raises(ZeroDivisionError) as caught:
        evaluate(outer)
    first = outer.__code__.co_firstlineno
    found = [
        (f.name, f.lineno) for f in traceback.extract_tb(caught.value.__traceback__) if f.filename == __file__
    ]
    # Python 3.12 runs comprehensions inline
    expected = [("outer", first + 6), ("<listcomp>", first + 6), ("divide", first + 4)]
    assert [one for one in found if one[0] in ("outer", "<listcomp>", "divide")] in (
        expected,
        [expected[0], expected[2]],
    )


def test_a_traceback_of_a_run(tmp_path):
    program = """\
        from sacred import Experiment

        ex = Experiment("failing", save_git_info=False)


        @ex.config
        def cfg():
            # a comment

            rate = 1
            broken = {"a": rate["x"]}


        @ex.automain
        def main(rate):
            pass
        """
    result = run_script(tmp_path / "failing.py", program)
    assert result.returncode == 1
    assert re.search(r'failing.py", line 11, in cfg\n    broken = {"a": rate\["x"\]}', result.stderr)
    assert "TypeError: 'int' object is not subscriptable" in result.stderr


def test_a_debugger_stops_in_a_config_function(tmp_path):
    program = """\
        from sacred import Experiment

        ex = Experiment("debugged", save_git_info=False)


        @ex.config
        def cfg():
            rate = 21
            double = rate * 2
            listed = [rate + i for i in range(2)]


        @ex.automain
        def main(rate):
            print("rate is", rate)
        """
    commands = (
        "break debugged.py:9\ncontinue\np rate * 1000\nnext\np double + 1\nwhere\nclear 1\ncontinue\nquit\n"
    )
    result = run_script(
        tmp_path / "debugged.py", program, "-m", "pdb", "debugged.py", "with", "rate=30", stdin=commands
    )
    assert "debugged.py(9)cfg()" in result.stdout, result.stdout + result.stderr
    assert "-> double = rate * 2" in result.stdout
    assert "30000" in result.stdout
    assert "debugged.py(10)cfg()" in result.stdout
    assert "61" in result.stdout
    assert "rate is 30" in result.stdout


def test_breakpoint_in_a_config_function(tmp_path):
    program = """\
        from sacred import Experiment

        ex = Experiment("stopped", save_git_info=False)


        @ex.config
        def cfg():
            rate = 21
            breakpoint()
            double = rate * 2


        @ex.automain
        def main(rate):
            pass
        """
    result = run_script(tmp_path / "stopped.py", program, stdin="p rate + 100\ncontinue\n")
    # up to Python 3.12 the debugger stops at the line after breakpoint()
    assert re.search(r"stopped\.py\((9|10)\)cfg\(\)", result.stdout)
    assert "121" in result.stdout


# where functions can be


@keep(
    "a decorator",
    over=["several", "lines"],
)
@keep()
# a comment between
@keep(lambda: None)
def decorated():
    a = 1
    b = [i for i in range(2)]


def test_decorators_over_several_lines():
    assert evaluate(decorated) == {"a": 1, "b": [0, 1]}


if sys.version_info >= (3,):

    def under_if():
        a = 1

else:

    def under_if():
        a = 2


def test_a_function_under_if():
    assert evaluate(under_if) == {"a": 1}


def same_name():
    a = "first"


first_same_name = same_name


def same_name():  # noqa: F811 -- what is tested
    a = "second"


def test_two_functions_of_one_name():
    assert evaluate(first_same_name) == {"a": "first"}
    assert evaluate(same_name) == {"a": "second"}


class Holder:
    @staticmethod
    def static():
        a = 1

    class Inner:
        def method(self):
            b = 2
            c = [b for _ in range(2)]


def test_functions_in_classes():
    assert evaluate(Holder.static) == {"a": 1}
    assert evaluate(Holder.Inner.method, fallback={"self": None}) == {"b": 2, "c": [2, 2]}
    assert ConfigScope(Holder.Inner.method).__qualname__ == "Holder.Inner.method"


def test_a_config_in_a_class_body():
    ex = make_experiment()

    class Group:
        @ex.config
        def cfg():
            a = 1

    assert dict(Group.cfg()) == {"a": 1}


def test_strings_keep_their_indentation():
    def cfg():
        text = """
  two
        eight
none
"""
        joined = "a\
   b"
        after = 1

    assert evaluate(cfg) == {"text": "\n  two\n        eight\nnone\n", "joined": "a   b", "after": 1}


def test_odd_indentation_and_continuations(tmp_path):
    text = (
        "def cfg():\n        a = (1 +\n  2)\n        # comment at an odd place\n# and another one\n"
        "        b = [\n3,\n]\n        if a: \\\n            b.append(4)\n\n        c = 5\n"
    )
    module = load_module(tmp_path / "odd.py", text)
    assert evaluate(module.cfg) == {"a": 3, "b": [3, 4], "c": 5}


def test_one_line(tmp_path):
    module = load_module(tmp_path / "one.py", "def one(): a = 1; b = [a for _ in range(2)]  # both\n")
    assert evaluate(module.one) == {"a": 1, "b": [1, 1]}
    assert docs_of(module.one) == {"a": "both", "b": "both"}


def test_tabs_unicode_and_form_feeds(tmp_path):
    text = (
        "def läuft():\n\tgröße = 1  # wie groß\n\tif größe:\n\t\tnamen = ['ä', 'é' # nicht doc\n\t\t]\n"
        "\x0c\n\tΔ = größe + 1  # das Δ\n\n\n\x0cdef next_one():\n    a = 1\n"
    )
    module = load_module(tmp_path / "tabs.py", text)
    scope = ConfigScope(module.läuft)
    assert dict(scope()) == {"größe": 1, "namen": ["ä", "é"], "Δ": 2}
    assert scope.docs == {"größe": "wie groß", "Δ": "das Δ"}
    assert evaluate(module.next_one) == {"a": 1}


def test_another_encoding_and_line_ends(tmp_path):
    path = tmp_path / "old.py"
    path.write_bytes(
        "# -*- coding: latin-1 -*-\r\ndef cfg():\r\n    a = 'ä'  # für a\r\n    b = 2\r\n".encode("latin-1")
    )
    sys.path.insert(0, str(tmp_path))
    try:
        import old
    finally:
        sys.path.remove(str(tmp_path))
    scope = ConfigScope(old.cfg)
    assert dict(scope()) == {"a": "ä", "b": 2}
    assert scope.docs == {"a": "für a"}


def test_future_statements_count(tmp_path):
    module = load_module(
        tmp_path / "future.py",
        """\
        from __future__ import annotations

        def cfg():
            def inner(a: no_such_name) -> nor_this:
                return dict(inner.__annotations__)

            notes = inner(1)
        """,
    )
    assert evaluate(module.cfg) == {"notes": {"a": "no_such_name", "return": "nor_this"}}


def test_the_last_function_of_a_file_without_a_line_end(tmp_path):
    module = load_module(tmp_path / "last.py", "def cfg():\n    a = 1\n    b = 2")
    assert evaluate(module.cfg) == {"a": 1, "b": 2}


def test_what_follows_the_function_may_be_anything(tmp_path):
    module = load_module(
        tmp_path / "after.py",
        '''\
        import contextlib
        try:
            def cfg():
                a = {
                    "x": 1,
                }
        except ValueError:
            pass
        text = """
        def cfg():
            a = 2
        """
        ''',
    )
    assert evaluate(module.cfg) == {"a": {"x": 1}}


def test_a_body_that_ends_in_a_string_that_starts_at_the_margin(tmp_path):
    module = load_module(tmp_path / "margin.py", 'def cfg():\n    a = """\nx = 1\ny"""\n\nz = 3\n')
    assert evaluate(module.cfg) == {"a": "\nx = 1\ny"}


def test_a_notebook_cell():
    source = "def cfg():\n    a = 1  # in a cell\n    b = [a for _ in range(2)]\n"
    name = "<ipython-input-7-abc>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    names = {"__name__": "__main__"}
    exec(compile(source, name, "exec"), names)  # noqa: S102 -- as a notebook does
    scope = ConfigScope(names["cfg"])
    assert dict(scope()) == {"a": 1, "b": [1, 1]}
    assert scope.docs == {"a": "in a cell"}


# where they can't be


def test_code_without_source_is_a_clear_error():
    names = {}
    exec(compile("def cfg():\n    a = 1\n", "<made up>", "exec"), names)  # noqa: S102 -- what is tested
    with pytest.raises(InvalidConfigError) as caught:
        ConfigScope(names["cfg"])
    assert "The source of the config function 'cfg' can't be found (<made up>)" in str(caught.value)
    assert "add_config" in str(caught.value)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python keeps the source of -c from 3.13 on")
def test_python_c_is_a_clear_error(tmp_path):
    program = (
        "from sacred import Experiment\nex = Experiment('e', interactive=True)\n\n"
        "@ex.config\ndef cfg():\n    a = 1\n"
    )
    result = run_script(tmp_path / "unused.py", "", "-c", program, "unused.py")
    assert result.returncode == 1
    assert "The source of the config function 'cfg' can't be found (<string>)" in result.stderr


def test_a_file_changed_after_its_import_is_a_clear_error(tmp_path):
    path = tmp_path / "changed.py"
    module = load_module(path, "def cfg():\n    a = 1\n")
    path.write_text("# now something else stands here\nx = 1\n\n\ndef cfg():\n    a = 2\n", encoding="utf-8")
    linecache.checkcache()
    with pytest.raises(InvalidConfigError) as caught:
        ConfigScope(module.cfg)
    assert f"'cfg' isn't where Python says it is, line 1 of {path}" in str(caught.value)
    assert "was the file changed" in str(caught.value)


def test_a_body_changed_after_the_import_is_a_clear_error(tmp_path):
    path = tmp_path / "edited.py"
    module = load_module(path, "def cfg():\n    a = 1\n    b = a\n")
    path.write_text("def cfg():\n    a = 5\n    c = 7\n", encoding="utf-8")
    linecache.checkcache()
    with pytest.raises(InvalidConfigError, match="was the file changed"):
        ConfigScope(module.cfg)


def test_a_reloaded_module_is_read_anew(tmp_path):
    path = tmp_path / "reloaded.py"
    assert evaluate(load_module(path, "def cfg():\n    a = 1\n").cfg) == {"a": 1}
    assert evaluate(load_module(path, "def cfg():\n    a = 12345\n").cfg) == {"a": 12345}


# comments


def docs_of(function):
    return ConfigScope(function).docs


def test_comments_document_entries():
    def cfg():
        a = 1  # at the end
        # above
        b = 2

        # above, but the end
        c = 3  # of the line wins
        # with an empty line between

        d = 4
        e = 5
        f = "# no comment"
        g = "# no comment"  # but this
        h, i = 6, 7  # both
        j = k = 8  # all
        [m, (n, *o)] = 9, (10, 11)  # nested
        p = {  # not this
            "x": 1,  # nor this
        }
        # this
        q = {
            "x": 1,  # not this
        }
        r = [
            1,
        ]  # at its end
        # no space
        s = 12
        ## double
        t = 13
        u: int = 14  # annotated

    assert docs_of(cfg) == {
        **{"a": "at the end", "b": "above", "c": "of the line wins", "d": "with an empty line between"},
        **{"g": "but this", "h": "both", "i": "both", "j": "all", "k": "all", "m": "nested", "n": "nested"},
        **{"q": "this", "r": "at its end", "s": "no space", "t": "double", "u": "annotated"},
    }


def test_several_lines_of_comment_are_one_text():
    def cfg():
        # the first line
        # and the second
        a = 1

        # far away

        # near
        b = 2

    assert docs_of(cfg) == {"a": "the first line and the second", "b": "near"}


def test_comments_inside_statements_count():
    def cfg():
        if True:
            a = 1  # in an if
        for _ in range(1):
            # in a loop
            b = 2
        with open(__file__, encoding="utf-8"):
            c = 3  # in a with
        try:
            d = 4  # in a try
        finally:
            e = 5  # in a finally

    assert docs_of(cfg) == {
        **{"a": "in an if", "b": "in a loop", "c": "in a with", "d": "in a try", "e": "in a finally"},
    }


def test_only_assignments_of_names_are_documented():
    def cfg():
        d = {}
        d["x"] = 1  # an item
        import os  # an import  # noqa: F401

        for i in range(2):  # a loop
            pass
        d.y = 2 if False else None  # an attribute

    with pytest.raises(AttributeError):
        evaluate(cfg)
    assert docs_of(cfg) == {}


def test_the_first_documentation_counts():
    def cfg():
        a = 1  # first
        a = 2  # second
        b = 3
        b = 4  # the first that there is

    assert docs_of(cfg) == {"a": "first", "b": "the first that there is"}


def test_comments_in_inner_functions_and_classes_are_theirs():
    def cfg():
        a = 1  # mine

        def inner():
            b = 2  # not mine
            return b

        class Inside:
            c = 3  # not mine

    assert docs_of(cfg) == {"a": "mine"}


def test_ignored_comments(monkeypatch):
    from sacred.settings import SETTINGS

    monkeypatch.setitem(SETTINGS.CONFIG, "IGNORED_COMMENTS", ["^secret", "^pylint:"])

    def cfg():
        a = 1  # pylint: disable=all
        # secret thing
        b = 2
        c = 3  # not secret
        # above
        d = 4  # pylint: disable=all

    docs = docs_of(cfg)
    assert "a" not in docs
    assert "b" not in docs
    assert docs["c"] == "not secret"
    assert "pylint" not in docs.get("d", "")


def test_by_default_marks_for_tools_are_no_documentation():
    def cfg():
        a = 1  # noqa: E501
        b = 2  # type: ignore[assignment]
        c = 3  # noinspection Foo

    assert docs_of(cfg) == {}


def test_a_hash_after_a_string_with_a_quote():
    def cfg():
        a = "it's"  # it's a quote
        b = 1  # "quoted" # twice

    assert docs_of(cfg) == {"a": "it's a quote", "b": '"quoted" # twice'}


def test_a_run_knows_the_documentation():
    def first():
        a = 1  # from the first
        b = 2

    def second():
        a = 3  # from the second
        b = 4  # b's

    docs = make_experiment(first, second).run().config_modifications.docs
    assert docs == {"a": "from the first", "b": "b's", "seed": "the random seed for this experiment"}
