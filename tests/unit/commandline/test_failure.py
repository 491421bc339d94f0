import pytest

from sacred.commandline.failure import format_sacred_error, report_error
from sacred.errors import CommandNotFoundError, SacredError, UsageError


def raised(error):
    try:
        raise error
    except SacredError as caught:
        return caught


def test_a_message_alone():
    error = raised(SacredError("wrong", print_traceback=False))
    assert format_sacred_error(error, "USAGE") == "SacredError: wrong\n"


def test_usage_before_the_message():
    error = raised(SacredError("wrong", print_traceback=False, print_usage=True))
    assert format_sacred_error(error, "USAGE") == "USAGE\n\nSacredError: wrong\n"


@pytest.mark.parametrize("error", [UsageError("wrong"), CommandNotFoundError("wrong")])
def test_errors_of_calling_show_the_usage(error):
    assert format_sacred_error(error, "USAGE").startswith("USAGE\n\nError: ")


@pytest.mark.parametrize(
    ("mode", "header"),
    [
        ("default", "Traceback (most recent calls WITHOUT Sacred internals):"),
        ("always", "Traceback (most recent calls WITHOUT Sacred internals):"),
        ("never", "Traceback (most recent call last):"),
    ],
)
def test_a_traceback_where_it_helps(mode, header):
    text = format_sacred_error(raised(SacredError("wrong", filter_traceback=mode, print_usage=True)), "USAGE")
    assert text.startswith(f"USAGE\n\n{header}\n")
    assert text.endswith("sacred.errors.SacredError: wrong\n")


def test_reports_go_to_standard_error(capsys):
    report_error(raised(SacredError("wrong", print_traceback=False)), "USAGE")
    assert capsys.readouterr() == ("", "SacredError: wrong\n")


def test_no_traceback_that_has_only_this_package_s_frames():
    error = SacredError("wrong", filter_traceback="always")  # never raised: no frame at all
    assert format_sacred_error(error, "USAGE") == "SacredError: wrong\n"
