"""``ls``, ``show``, ``logs``, ``metrics``, ``plot``, ``diff``."""

import csv
import json
import re
from io import StringIO

import pytest

from sacred.cli.table import measure
from sacred.cli.values import NOTHING
from unit.cli.conftest import make_document, make_series, put

LOOKING = [
    ["ls"],
    ["ls", "--columns", "id,config,metrics,tags,result"],
    ["show", "66"],
    ["logs", "66"],
    ["metrics", "66"],
    ["metrics", "66", "--csv"],
    ["plot", "66"],
    ["diff", "1", "66", "--output"],
    ["get", "66"],
    ["tag", "66"],
    ["note", "66"],
    ["verify"],
    ["doctor"],
    ["export", "-"],
]
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
@pytest.mark.parametrize("is_terminal", [False, True])
@pytest.mark.usefixtures("nasty")
def test_no_record_changes_the_terminal(sacred, terminal, words, is_terminal):
    if is_terminal:
        terminal(100)
    answer = sacred(*words)
    assert answer.code in {0, 1}
    is_data = not is_terminal and (words[0] == "export" or "--csv" in words)
    assert bool(UNSAFE.findall(answer.out)) == is_data
    assert not UNSAFE.findall(answer.err)


@pytest.mark.parametrize(
    "words",
    [
        ["ls"],
        ["show", "66"],
        ["show", "1"],
        ["metrics", "66"],
        ["plot", "66"],
        ["diff", "1", "66"],
        ["get", "66"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.usefixtures("nasty")
def test_no_line_is_wider_than_the_terminal(sacred, terminal, words, width):
    terminal(width)
    assert max(map(measure, sacred(*words).out.splitlines())) <= width


# --- ls


def test_ls(sacred):
    header, *rows = sacred("ls").out.splitlines()
    assert header.split() == [
        *("id", "status", "started", "took", "config.rate", "config.optimizer.kind", "config.seed"),
        *("result", "metrics.loss.last", "metrics.val.acc.last"),
    ]
    assert [row.split()[0] for row in rows] == ["4", "3", "2", "1"]
    assert rows[3].split()[-4:] == ["1", "0.5", "0.25", "0.75"]
    assert "1 min 0 s" in rows[0]


def test_ls_in_a_terminal(sacred, terminal):
    terminal(80)
    header, *rows, rest = sacred("ls").out.splitlines()
    assert (
        header.split()
        == ["id", "status", "started", "took", "rate", "optimizer.kind", "result", "loss", "val.acc"][:3]
        + (header.split()[3:])
    )
    assert "rate" in header.split()
    assert "config.rate" not in header
    assert "min ago" in rows[0]
    assert rest.startswith("not shown: ")
    terminal(300)
    assert sacred("ls").out.splitlines()[0].split()[-1] == "val.acc"


def test_ls_has_colours_by_state(sacred, terminal):
    terminal(80, coloured=True)
    out = sacred("ls").out
    assert "\x1b[32mCOMPLETED" in out
    assert "\x1b[31mFAILED" in out


def test_ls_with_a_query_columns_and_an_order(sacred):
    answer = sacred(
        "ls", "config.rate > 0", "-c", "id,config.rate", "-c", "metrics.loss.min", "--sort=-config.rate,id"
    )
    assert [row.split() for row in answer.out.splitlines()] == [
        ["id", "config.rate", "metrics.loss.min"],
        ["2", "0.2", "1.0"],
        ["1", "0.1", "0.25"],
        ["3", "0.1", "\N{EN DASH}"],
        ["4", "0.1", "\N{EN DASH}"],
    ]


def test_ls_has_a_limit(sacred, terminal):
    assert [row.split()[0] for row in sacred("ls", "-n", "2").out.splitlines()[1:]] == ["4", "3"]
    terminal(100)
    assert "2 older runs (--limit 0 shows all)" in sacred("ls", "-n", "2").out
    assert "older" not in sacred("ls", "-n", "0").out


def test_ls_says_why_there_is_nothing(sacred, memory):
    answer = sacred("ls", "config.rte > 5 or metrics.los.last < 1")
    assert answer.out == ""
    assert answer.err.splitlines() == [
        "none of the 4 runs in here fits",
        "  no run has config.rte; did you mean config.rate?",
        "  no run has metrics.los; did you mean metrics.loss?",
    ]
    memory._runs.clear()
    assert sacred("ls") == (
        0,
        "",
        "no runs in here yet: run an experiment, or name another place with --store\n",
    )
    assert sacred("ls", "--json") == (0, "[]\n", "")


@pytest.mark.parametrize(
    ("words", "hints"),
    [
        (["--columns", "id,config.rte"], ["no run has config.rte; did you mean config.rate?"]),
        (["--sort", "-config.rte"], ["no run has config.rte; did you mean config.rate?"]),
        (
            ["-c", "metrics.los.last", "-s", "metrics.los.min"],
            ["no run has metrics.los; did you mean metrics.loss?"],
        ),
        (["-c", "id,metrics.val.acc.last,tags,notes,result.x"], ["no run has result.x"]),
        (["status == 'FAILED'", "-c", "metrics.loss.last"], []),  # others have it
        (["-c", "id,config.rate", "-s", "config.rate"], []),
    ],
    ids=str,
)
@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_a_column_that_no_run_has(sacred, words, hints, more):
    answer = sacred("ls", *words, *more)
    assert answer.code == 0
    assert answer.out
    assert answer.err.splitlines() == [f"Warning: {hint}" for hint in hints]


def test_lists_of_names_are_columns_for_people(sacred, memory):
    memory.annotate("1", tags=["good", "best"])
    memory._runs["1"].document["artifacts"] = [["a.png", "x"], {"name": "b.png"}]
    rows = sacred("ls", "-c", "id,tags,artifacts").out.splitlines()
    assert rows[-1] == " 1  good, best  a.png, b.png"
    assert rows[-2].split() == ["2", NOTHING, NOTHING]
    assert sacred("ls").out.splitlines()[-1].endswith("  good, best")
    assert json.loads(sacred("ls", "-c", "tags", "--json").out)[-1] == {"tags": ["good", "best"]}


def test_much_of_everything_is_left_out_on_a_terminal_only(sacred, memory, terminal):
    config = {"big": {f"k{number}": number for number in range(200)}}
    series = [make_series(f"m{number}") for number in range(100)]
    put(memory, make_document("9", config=config, info=config), series)
    everything = sacred("show", "9").out
    assert all(f" {name} " in everything for name in ("big.k199", "m99"))
    terminal(100)
    shown = sacred("show", "9").out
    assert len(shown.splitlines()) < 250
    assert shown.count("and 140 more: sacred show 9 | less") == 2
    assert "and 60 more: sacred metrics 9" in shown


def test_ls_of_a_query_that_makes_no_sense(sacred):
    answer = sacred("ls", "config.rate <")
    assert answer.code == 2
    assert answer.err.startswith("Error: ")
    assert "^" in answer.err


def test_ls_in_json(sacred):
    runs = json.loads(sacred("ls", "--json").out)
    assert [run["id"] for run in runs] == ["4", "3", "2", "1"]
    assert list(runs[0]) == [
        *("id", "status", "experiment", "command", "start_time", "stop_time", "duration"),
        *("config", "result", "metrics", "tags", "notes"),
    ]
    assert runs[3]["metrics"]["loss"] == {
        "count": 3,
        "last": 0.25,
        "last_step": 2,
        "min": 0.25,
        "max": 1.0,
        "mean": 1.75 / 3,
    }
    assert runs[3]["duration"] == 60.0
    assert runs[3]["start_time"].endswith("+00:00")
    assert json.loads(sacred("ls", "--json", "-c", "id,config.rate", "id == 2").out) == [
        {"id": "2", "config.rate": 0.2}
    ]


def test_ls_of_several_experiments(sacred, memory):
    memory._runs["4"].document["experiment"]["name"] = "other"
    memory._runs["4"].document["config"] = {"rate": 0.1, "depth": 3}
    memory._runs["4"].document["tags"] = ["good", "best"]
    header, row, *_ = sacred("ls").out.splitlines()
    assert "experiment.name" in header or "experiment" in header
    assert "depth" not in header, "what only one experiment has tells nothing about its runs"
    assert row.endswith("good, best")


def test_ls_of_ids_that_are_no_numbers(sacred, memory):
    for run_id, start in (("zzz", "2020-01-01T00:00:00"), ("aaa", "2030-01-01T00:00:00")):
        run = memory._runs["1"]
        memory._runs[run_id] = type(run)(run.document | {"id": run_id, "start_time": start})
    ids = [row.split()[0] for row in sacred("ls").out.splitlines()[1:]]
    assert (ids[0], ids[-1]) == ("aaa", "zzz")


def test_watch_needs_a_terminal(sacred):
    assert sacred("ls", "--watch") == (2, "", "Error: --watch needs a terminal\n")


# --- show


def test_show(sacred):
    out = sacred("show", "1").out
    for part in (
        "digits \N{EN DASH} run 1 ──",
        " COMPLETED\n",
        "  command  main with rate=0.1\n",
        "  result   0.5\n",
        "  comment  a try\n",
        "  took     1 min 0 s\n",
        "  host     lovelace, x, Python 3.11.7\n",
        "  program  /home/ada/train.py\n",
        "config\n  rate            0.1\n  optimizer.kind  'sgd'\n",
        "artifacts\n  model.pt     7 bytes\n",
        "output\n  one\n  two\n  three\n",
    ):
        assert part in out
    assert re.search(r"^  loss     █▄?.▁ +0.25 +0.25 +1.0 +0.583333 +2 +3$", out, re.MULTILINE), out


def test_show_of_a_failed_run(sacred):
    out = sacred("show", "3").out
    assert "traceback\n  Traceback (most recent call last):\n  ValueError: " in out
    assert "\x1b" not in out


def test_show_alone_is_the_last_one(sacred):
    assert sacred("show").out == sacred("show", "4").out == sacred("show", "last").out
    assert "run 3" in sacred("show", "last~1").out


def test_show_in_json(sacred):
    run = json.loads(sacred("show", "1", "--json").out)
    assert (run["id"], run["config"]["rate"], run["duration"]) == ("1", 0.1, 60.0)
    assert run["metrics"]["val.acc"]["max"] == 0.75
    assert {file["name"] for file in run["files"] if file["kind"] == "artifact"} == {
        "model.pt",
        "plots/a.png",
        "plots/b.png",
    }


def test_a_run_that_is_not_there(sacred):
    assert sacred("show", "99") == (1, "", "Error: There is no run 99 in here; the last one is 4\n")


# --- logs


def test_logs(sacred):
    assert sacred("logs", "1").out == "one\ntwo\nthree\n"
    assert sacred("logs", "1", "--tail", "2").out == "two\nthree\n"
    assert sacred("logs", "3").out == "red\\x07\n"
    assert sacred("logs").out == ""
    assert json.loads(sacred("logs", "1", "--json").out)["output"] == "one\ntwo\nthree\n"


def test_raw_logs(sacred):
    assert sacred("logs", "3", "--raw").out == "\x1b[31mred\x1b[0m\x07\n"
    assert sacred("logs", "3", "--raw", "-f").out == "\x1b[31mred\x1b[0m\x07\n"


def test_following_a_run_that_has_ended(sacred):
    pytest.importorskip("numpy")
    assert sacred("logs", "1", "-f") == (0, "one\ntwo\nthree\n", "run 1: COMPLETED\n")
    assert sacred("logs", "1", "-f", "-n", "1").out == "three\n"


def test_escape_sequences_that_come_in_pieces():
    from sacred.cli.logs import _Lines

    text = "a\x1b[31mred\x1b[0m\r\nb\x1b]0;title\x07c\x1b]8;;x\x1b\\d\x9b1me\x1b"
    for size in range(1, 20):
        lines = _Lines(by_line=False)
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        written = "".join([*map(lines.take, pieces), lines.finish()])
        assert written == "ared\nbcde\\x1b", size


def test_progress_bars_that_come_in_pieces():
    from sacred.cli.logs import _Lines

    lines, live = _Lines(), _Lines(by_line=False)
    pieces = ["10%\r", "20%", "\r\n", "done\n", "x" * 100_000, "y"]
    assert "".join([*map(lines.take, pieces), lines.finish()]) == "20%\ndone\n" + "x" * 100_000 + "y"
    assert "".join([*map(live.take, pieces[:4]), live.finish()]) == "10%\n20%\ndone\n"


# --- metrics


def test_metrics(sacred):
    header, *rows = sacred("metrics", "1").out.splitlines()
    assert header.split() == ["metric", "last", "min", "max", "mean", "step", "points"]
    assert rows[1].split() == ["val.acc", "0.75", "0.5", "0.75", "0.625", "1", "2"]
    assert sacred("metrics", "4") == (0, "", "run 4 has no metrics\n")


def test_points(sacred):
    rows = [row.split()[:2] for row in sacred("metrics", "1", "loss").out.splitlines()]
    assert rows == [["step", "value"], ["0", "1.0"], ["1", "0.5"], ["2", "0.25"]]
    assert [
        row.split()[0] for row in sacred("metrics", "1", "loss", "val.acc", "-n", "1").out.splitlines()
    ] == [
        "metric",
        "loss",
        "val.acc",
    ]
    assert sacred("metrics", "1", "los").err == 'Error: Run 1 has no metric "los"; did you mean "loss"?\n'


def test_points_as_csv(sacred):
    rows = list(csv.reader(StringIO(sacred("metrics", "1", "--csv").out)))
    assert rows[0] == ["metric", "step", "value", "time"]
    assert rows[1] == ["loss", "0", "1.0", "1970-01-01T00:16:40+00:00"]
    assert len(rows) == 6


def test_metrics_in_json(sacred):
    assert json.loads(sacred("metrics", "1", "--json").out)["loss"]["last"] == 0.25
    points = json.loads(sacred("metrics", "1", "val.acc", "--json").out)
    assert points[1] == {"metric": "val.acc", "step": 1, "value": 0.75, "time": "1970-01-01T00:16:41+00:00"}


# --- plot


def test_plot(sacred, terminal):
    terminal(60)
    first, *rows = sacred("plot", "1", "2", "-m", "loss").out.splitlines()
    assert first == "loss  ━A━ run 1  ━B━ run 2"
    assert rows[-1].strip() == "step"
    assert "A" in "".join(rows)
    terminal(60, coloured=True)


def test_plot_of_what_is_not_there(sacred):
    assert sacred("plot", "1").err == "Error: Name a metric with -m: run 1 has loss, val.acc\n"
    assert sacred("plot", "1", "-m", "los").err == 'Error: Run 1 has no metric "los"; did you mean "loss"?\n'
    assert sacred("plot", "4").err == "Error: Run 4 has no metrics\n"
    answer = sacred("plot", "2", "1", "-m", "val.acc")
    assert (answer.code, answer.err) == (0, "Warning: run 2 has no metric val.acc\n")


def test_plot_of_no_numbers(sacred, memory):
    series = memory._runs["2"].series["loss"]
    memory._runs["2"].series["loss"] = type(series)("loss", [0, 1], ["a", float("nan")], [0.0, 1.0])
    assert sacred("plot", "2").err == 'Error: Metric "loss" of run 2 has no number\n'
    memory._runs["2"].series["loss"] = type(series)("loss", [0, 1], [-1.0, 0.0], [0.0, 1.0])
    assert sacred("plot", "2", "--log").err == 'Error: Metric "loss" of run 2 has no number above zero\n'


def test_plot_in_json(sacred):
    assert json.loads(sacred("plot", "2", "--json").out) == [
        {"label": "loss", "metric": "loss", "points": [[0.0, 2.0], [1.0, 1.0]]}
    ]
    over = json.loads(sacred("plot", "2", "--json", "--over", "wall").out)
    assert over[0]["points"] == [[1000.0, 2.0], [1001.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.png", b"\x89PNG"), ("x.svg", b"<?xml"), ("x.html", b"<!doctype html>"), ("x.pdf", b"%PDF")],
)
@pytest.mark.usefixtures("nasty")
def test_pictures(sacred, tmp_path, name, start):
    pytest.importorskip("matplotlib")
    path = tmp_path / name
    assert sacred("plot", "66", "-o", str(path), "--log", "--over", "wall") == (0, "", f"wrote {path}\n")
    content = path.read_bytes()
    assert content.startswith(start)
    assert b"\x1b" not in content or name.endswith((".png", ".pdf"))
    assert sacred("plot", "66", "-o", str(tmp_path / "no" / name)).code == 1


# --- diff


def test_diff(sacred):
    out = sacred("diff", "1", "2", "--output").out
    assert re.search(r"^  rate +0.1 +0.2$", out, re.MULTILINE)
    assert re.search(r"^  optimizer.kind +'sgd' +'adam'$", out, re.MULTILINE)
    assert "  -two\n  -three\n  +zwei\n" in out
    assert "the same: experiment, packages, git, host" in out
    assert "the same" in sacred("diff", "1", "1").out


def test_diff_in_json(sacred):
    found = json.loads(sacred("diff", "1", "2", "--json").out)
    assert (found["left"], found["right"]) == ("1", "2")
    assert {"path": "rate", "kind": "changed", "left": 0.1, "right": 0.2} in found["config"]
    assert "texts" not in found
    assert "+zwei" in json.loads(sacred("diff", "1", "2", "--json", "--output").out)["texts"]["output"]
