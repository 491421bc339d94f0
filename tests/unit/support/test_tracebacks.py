import traceback

import pytest

import recording
from sacred.errors import NoCommandError
from sacred.support.dotted import rel_path
from sacred.support.tracebacks import (
    FilteredTracebackException,
    format_filtered_exception,
    format_filtered_stacktrace,
    is_internal,
    print_filtered_stacktrace,
    remove_own_frames,
)

HEADER = "Traceback (most recent calls WITHOUT Sacred internals):\n"


def caught(function):
    with pytest.raises(Exception) as info:  # noqa: PT011  any will do
        function()
    return info.value


def call_through_the_package(function):
    """Have ``function`` called by a function of the package."""

    class Text(str):
        __slots__ = ()

        def strip(self, *args):
            return function()

    return rel_path("a", Text("b"))


def own_error():
    raise KeyError("mine")


def chained():
    try:
        call_through_the_package(own_error)
    except KeyError as error:
        raise RuntimeError("second") from error


def in_context():
    try:
        call_through_the_package(own_error)
    except KeyError:
        raise RuntimeError("second")  # noqa: B904  the implicit chain is tested


def group():
    errors = [caught(lambda: call_through_the_package(own_error)), ValueError("other")]
    raise ExceptionGroup("several", errors)


def test_a_file_of_the_package_is_internal():
    assert is_internal(rel_path.__code__.co_filename)
    assert not is_internal(__file__)
    assert not is_internal("<string>")


def test_frames_of_the_package_are_left_out():
    text = format_filtered_exception(caught(lambda: call_through_the_package(own_error)))
    assert text.startswith(HEADER)
    assert "dotted.py" not in text
    assert 'raise KeyError("mine")' in text
    assert text.endswith("KeyError: 'mine'\n")


def test_never_shows_all():
    text = format_filtered_exception(caught(lambda: call_through_the_package(own_error)), "never")
    assert text.startswith("Traceback (most recent call last):\n")
    assert "dotted.py" in text


def test_what_the_package_raises_is_shown_whole():
    text = format_filtered_exception(caught(lambda: rel_path("a", "b")))
    assert text.startswith("Exception originated from within Sacred.\nTraceback (most recent call last):\n")
    assert "dotted.py" in text
    always = format_filtered_exception(caught(lambda: rel_path("a", "b")), "always")
    assert always.startswith(HEADER)
    assert "dotted.py" not in always


@pytest.mark.parametrize("function", [chained, in_context])
def test_causes_are_filtered_too(function):
    text = format_filtered_exception(caught(function))
    assert text.count(HEADER) == 2
    assert "dotted.py" not in text
    assert "KeyError: 'mine'" in text
    assert text.endswith("RuntimeError: second\n")


def test_groups_are_filtered_too():
    text = format_filtered_exception(caught(group))
    assert "dotted.py" not in text
    assert "Exception Group Traceback (most recent calls WITHOUT Sacred internals):" in text
    assert "ValueError: other" in text


def test_a_traceback_of_the_package_alone_stays():
    error = caught(lambda: rel_path("a", "b"))
    assert error.__traceback__ is not None
    inner = error.__traceback__.tb_next.tb_next  # without the frames of this file
    text = "".join(FilteredTracebackException(type(error), error, inner).format())
    assert "dotted.py" in text


def test_an_error_that_was_never_raised():
    assert format_filtered_exception(ValueError("x")) == "ValueError: x\n"


def test_the_error_being_handled(capsys):
    assert format_filtered_stacktrace() == ""
    try:
        own_error()
    except KeyError:
        text = format_filtered_stacktrace()
        print_filtered_stacktrace()
    assert text.startswith(HEADER)
    assert capsys.readouterr().err == text + "\n"


def frames(error):
    return [frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)]


def test_own_frames_are_removed():
    error = caught(lambda: call_through_the_package(own_error))
    assert "rel_path" in frames(error)
    remove_own_frames(error)
    assert "rel_path" not in frames(error)
    assert frames(error)[-1] == "own_error"


def test_own_frames_are_removed_from_causes():
    for function in (chained, in_context):
        error = caught(function)
        remove_own_frames(error)
        assert "rel_path" not in frames(error.__cause__ or error.__context__)


def test_a_fault_of_the_package_keeps_its_frames():
    error = caught(lambda: rel_path("a", object()))
    before = frames(error)
    remove_own_frames(error)
    assert frames(error) == before
    assert "rel_path" in before


def test_an_error_that_tells_of_a_mistake_loses_them():
    error = caught(lambda: recording.make_experiment().run())
    assert isinstance(error, NoCommandError)
    assert frames(error)[-1] == "_create_run"
    remove_own_frames(error)
    assert frames(error)[-1] == "<lambda>"
