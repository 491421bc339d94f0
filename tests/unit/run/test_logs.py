"""Loggers of a run: lines, levels, loggers and handlers of the user's own."""

import io
import logging
import os
from pathlib import Path

import pytest

import recording
from recording import Recorder, make_experiment, run_program
from sacred import Ingredient
from sacred.run.logs import NO_LOGGER, create_basic_stream_logger


@pytest.fixture(autouse=True)
def bare_root(root_logging):
    """As in a program that has not touched logging."""
    root_logging.handlers[:] = []
    root_logging.setLevel(logging.WARNING)
    return root_logging


def own_handlers(logger):
    """Without those that pytest adds for each phase of a test."""
    return [handler for handler in logger.handlers if type(handler).__module__ != "_pytest.logging"]


def run_main(ex, function=lambda: None, **arguments):
    ex.main(function)
    return ex.run(**arguments)


def test_the_lines_in_order(capsys):
    def main():
        print("mine")
        return 0

    run_main(make_experiment(Recorder(run_id=1)), main, options={"--capture": "no"})
    out, err = capsys.readouterr()
    assert out == "mine\n"
    assert err.splitlines() == [
        "INFO - test - Running command 'main'",
        'INFO - test - Started run with ID "1"',
        "INFO - test - Result: 0",
        "INFO - test - Completed after 0:00:00",
    ]


def test_the_lines_without_observers_and_result(capsys):
    run_main(make_experiment())
    assert capsys.readouterr().err.splitlines() == [
        "WARNING - test - No observers have been added to this run",
        "INFO - test - Running command '<lambda>'",
        "INFO - test - Started",
        "INFO - test - Completed after 0:00:00",
    ]


def test_debug_does_not_warn_of_missing_observers(capsys):
    run_main(make_experiment(), options={"--debug": True})
    assert "No observers" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError, "ERROR - test - Failed after 0:00:00!"),
        (KeyboardInterrupt, "WARNING - test - Aborted after 0:00:00!"),
    ],
)
def test_the_last_line_of_a_run_that_raises(error, line, capsys):
    def main():
        raise error

    with pytest.raises(error):
        run_main(make_experiment(), main)
    assert capsys.readouterr().err.splitlines()[-1] == line


def test_queued_lines(capsys):
    run_main(make_experiment(Recorder(run_id="15")), options={"--queue": True})
    run_main(make_experiment(Recorder()), options={"--queue": True})
    assert capsys.readouterr().err.splitlines() == [
        "INFO - test - Queuing-up command '<lambda>'",
        'INFO - test - Queued-up run with ID "15"',
        "INFO - test - Queuing-up command '<lambda>'",
        "INFO - test - Queued",
    ]


def test_an_elapsed_time_is_rounded(monkeypatch, capsys):
    from datetime import UTC, datetime, timedelta

    moments = iter([datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s) for s in (0, 3661.6, 3662)])
    monkeypatch.setattr("sacred.run.lifecycle.now", lambda: next(moments))
    run_main(make_experiment())
    assert "Completed after 1:01:02" in capsys.readouterr().err


def test_loggers_of_functions_and_ingredients():
    ing = Ingredient("ing.deep", save_git_info=False)

    @ing.capture
    def helper(_log):
        return _log.name

    ex = make_experiment(ingredients=[ing])
    run = run_main(ex, lambda _log: (_log.name, helper()))
    assert run.result == ("<lambda>", "ing.deep.helper")


def test_a_logger_of_the_user_s_own_is_the_root_of_all(capsys):
    own = logging.getLogger("own")
    own.propagate = False
    text = io.StringIO()
    own.handlers[:] = [logging.StreamHandler(text)]
    own.handlers[0].setFormatter(logging.Formatter("%(name)s|%(message)s"))
    own.setLevel(logging.INFO)
    ing = Ingredient("ing", save_git_info=False)
    ing.command(lambda _log: _log.info("from ingredient"))
    ex = make_experiment(ingredients=[ing])
    ex.logger = own
    run = run_main(ex, lambda _log: _log.info("from main"))
    assert run.root_logger is own
    assert run.run_logger.name == "own.test"
    ex.run("ing.<lambda>")
    lines = text.getvalue().splitlines()
    assert "own.test|Started" in lines
    assert "own.<lambda>|from main" in lines
    assert "own.ing.<lambda>|from ingredient" in lines
    assert capsys.readouterr().err == ""
    assert own_handlers(logging.getLogger()) == []


def test_the_root_logger_with_handlers_of_the_user_s_own(bare_root, capsys):
    text = io.StringIO()
    bare_root.addHandler(logging.StreamHandler(text))
    bare_root.setLevel(logging.INFO)
    ex = make_experiment()
    ex.logger = bare_root
    run_main(ex)
    assert "Started" in text.getvalue()
    assert len(own_handlers(bare_root)) == 1
    assert capsys.readouterr().err == ""


def test_handlers_to_the_terminal_are_not_doubled(bare_root, capsys):
    logging.basicConfig(level=logging.INFO, format="mine %(message)s")
    run_main(make_experiment())
    assert capsys.readouterr().err.count("Started") == 1
    assert own_handlers(bare_root) == []


def test_handlers_to_elsewhere_stay_beside_ours(bare_root, tmp_path, capsys):
    handler = logging.FileHandler(tmp_path / "log.txt")
    bare_root.addHandler(handler)
    run_main(make_experiment())
    run_main(make_experiment())
    handler.close()
    assert (tmp_path / "log.txt").read_text().count("Started") == 2
    assert capsys.readouterr().err.count("Started") == 2
    assert own_handlers(bare_root) == [handler]  # ours has gone: somebody else sets up logging here


def test_logging_stays_set_up_in_a_program_that_does_nothing_about_it(tmp_path):
    text = """\
        import logging
        from recording import run_function

        run_function(lambda: None, options={"--loglevel": "ERROR"})
        logging.info("not shown")
        logging.getLogger().setLevel("INFO")
        logging.info("after the runs")
        """
    done = run_program(tmp_path, text, env={**os.environ, "PYTHONPATH": str(Path(recording.__file__).parent)})
    assert done.stderr == "INFO - root - after the runs\n"


def test_runs_in_each_other_leave_logging_as_it_was(bare_root, capsys):
    bare_root.addHandler(logging.NullHandler())
    before = bare_root.level, list(bare_root.handlers)
    run_main(make_experiment(), lambda: run_main(make_experiment()) and bare_root.info("still shown"))
    assert "INFO - root - still shown" in capsys.readouterr().err
    assert (bare_root.level, list(bare_root.handlers)) == before


def test_a_level_that_is_set_during_a_run_stays(bare_root):
    run_main(make_experiment(), lambda: bare_root.setLevel(17))
    assert bare_root.level == 17


def test_a_level_that_the_user_chose_stays(bare_root, capsys):
    bare_root.setLevel(logging.ERROR)
    run_main(make_experiment())
    assert capsys.readouterr().err == ""
    assert bare_root.level == logging.ERROR


def test_the_level_option(capsys):
    def main(_log):
        _log.debug("very detailed")
        _log.warning("important")

    run_main(make_experiment(), main, options={"--loglevel": "debug"})
    assert "DEBUG - main - very detailed" in capsys.readouterr().err
    run_main(make_experiment(), main, options={"--loglevel": "30"})
    assert capsys.readouterr().err.splitlines() == [
        "WARNING - test - No observers have been added to this run",
        "WARNING - main - important",
    ]


def test_a_quiet_run_says_nothing_at_all(capsys):
    ex = make_experiment()
    ex.add_config(a="text")
    run_main(ex, options={"--loglevel": "ERROR"}, config_updates={"a": 1})
    assert capsys.readouterr().err == ""


def test_the_name_option(capsys):
    recorder = Recorder()
    run_main(make_experiment(recorder), options={"--name": "other"})
    assert "INFO - other - Started" in capsys.readouterr().err
    assert recorder.last("started_event")["ex_info"]["name"] == "other"


def test_the_log_is_in_the_captured_output():
    recorder = Recorder()
    run = run_main(make_experiment(recorder), lambda: print("x") or 3, options={"--capture": "sys"})
    assert run.captured_out.splitlines() == [
        "INFO - test - Running command '<lambda>'",
        "INFO - test - Started",
        "x",
        "INFO - test - Result: 3",
        "INFO - test - Completed after 0:00:00",
    ]


def test_the_basic_logger_is_the_root_with_one_handler(bare_root):
    assert create_basic_stream_logger() is bare_root
    create_basic_stream_logger()
    assert len(own_handlers(bare_root)) == 1
    assert bare_root.level == logging.INFO


def test_users_can_lead_our_handler_elsewhere(bare_root):
    """``_run.root_logger.handlers[0].stream = sys.stderr`` is in users' code."""
    create_basic_stream_logger()
    text = io.StringIO()
    own_handlers(bare_root)[0].stream = text
    bare_root.warning("there")
    assert text.getvalue() == "WARNING - root - there\n"


def test_no_logger_says_nothing(capsys):
    NO_LOGGER.error("unheard")
    assert capsys.readouterr().err == ""
