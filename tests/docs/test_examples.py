"""Every example does what it says, as a program of its own in an empty folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def run(tmp_path):
    """Call an example; returns what it printed, and what stands on standard error."""

    def call(example, *arguments, code=0):
        command = [sys.executable, str(EXAMPLES / example), *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout, done.stderr

    return call


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_example_has_a_test():
    tested = Path(__file__).read_text(encoding="utf-8")
    missing = [path.name for path in EXAMPLES.glob("*.py") if f'run("{path.name}"' not in tested]
    assert not missing


def test_every_example_names_only_commands_that_exist():
    for path in EXAMPLES.glob("*.py"):
        lines = path.read_text(encoding="utf-8").split('"""')[1].splitlines()
        commands = [line.split() for line in lines if line.startswith("    python ")]
        assert commands, f"{path.name} doesn't say how to try it"
        assert all(words[1] == f"examples/{path.name}" for words in commands)


def test_hello(run):
    assert run("hello.py")[0] == "Hello, world!\n"
    assert run("hello.py", "with", "name=Ada")[0] == "Hello, Ada!\n"


def test_typed_config(run):
    out, _ = run("typed_config.py", "with", "optimizer.rate=1")
    assert out == "10 epochs, 32 images a step, sgd at 1.0\n"
    _, err = run("typed_config.py", "with", "epochs=many", code=1)
    assert "Config entry \"epochs\": expected int, got 'many' (str)" in err
    _, err = run("typed_config.py", "with", "data.batch_size=0", code=1)
    assert 'Config entry "data.batch_size": expected int' in err
    out, _ = run("typed_config.py", "print_config")
    assert "# step size" in out
    assert "# images in one step" in out


@pytest.mark.parametrize(
    ("updates", "printed"),
    [
        ([], "layers [64], 0 weights between them, rate 0.1, 60000 images\n"),
        (["deep"], f"layers {[32] * 8}, 7168 weights between them, rate 0.1, 60000 images\n"),
        (
            ["large", "slow"],
            "layers [512, 512, 256], 393216 weights between them, rate 0.001, 60000 images\n",
        ),
        (["data.tiny", "rate=0.5"], "layers [64], 0 weights between them, rate 0.5, 100 images\n"),
        (
            [str(EXAMPLES / "large.json")],
            "layers [512, 512, 256], 393216 weights between them, rate 0.01, 60000 images\n",
        ),
    ],
)
def test_named_configs(run, updates, printed):
    assert run("named_configs.py", *(["with", *updates] if updates else []))[0] == printed


def test_named_configs_are_listed(run):
    out, err = run("named_configs.py", "print_named_configs")
    assert "  deep                               # Eight layers of the same width." in out
    assert "data.tiny" in out
    assert "WARNING" not in err


def test_custom_observer(run, tmp_path):
    run("custom_observer.py", "with", "rate=0.5", "seed=1")
    run("custom_observer.py", "with", "rate=0.25", "steps=1", "seed=2")
    header, first, second = (tmp_path / "results.csv").read_text(encoding="utf-8").splitlines()
    assert header == "started,rate,steps,seed,loss,result"
    assert first.split(",")[1:] == ["0.5", "10", "1", "0.0009765625", "0.0009765625"]
    assert second.split(",")[1:] == ["0.25", "1", "2", "0.75", "0.75"]


def test_command_line_option(run, tmp_path):
    out, _ = run("command_line_option.py", "--tag", "baseline", "--limit", "2", "-F", "runs")
    assert out == "step 0\nstep 1\ntags: ['baseline']\n"
    assert read(tmp_path / "runs" / "1" / "run.json")["meta"]["tags"] == ["baseline"]
    assert "Keep this word with the record." in run("command_line_option.py", "--help")[0]
    assert "leaves nothing to do" in run("command_line_option.py", "--limit", "0", code=1)[1]


def test_list_elements(run):
    assert run("list_elements.py")[0] == "dense(256) -> dense(128) -> dense(32)\n32 outputs\n"
    out, _ = run("list_elements.py", "with", "layers[2].size=64")
    assert out == "dense(256) -> dense(128) -> dense(64)\n64 outputs\n"
    out, _ = run("list_elements.py", "with", "layers[0].kind=conv", "layers[-1].size=10")
    assert out == "conv(256) -> dense(128) -> dense(10)\n10 outputs\n"
    assert "the list has 3 elements" in run("list_elements.py", "with", "layers[7].size=1", code=1)[1]


def test_workers(run, tmp_path):
    results = []
    for number in (1, 2):
        run("workers.py", "-F", "runs", "with", "seed=1", "points=1000")
        record = tmp_path / "runs" / str(number)
        output = (record / "cout.txt").read_text(encoding="utf-8")
        shares = {line.split()[2] for line in output.splitlines() if line.startswith("task ")}
        assert len(shares) > 1, "all tasks drew the same points"
        results.append(read(record / "run.json")["result"])
    assert results[0] == results[1]
    assert 3 < results[0] < 3.3


def test_digits_leaves_a_complete_record(run, tmp_path):
    run("digits.py", "-F", "runs", "-c", "a comment", "with", "small", "seed=7")
    record = tmp_path / "runs" / "1"
    entry, config, metrics = (read(record / f"{name}.json") for name in ("run", "config", "metrics"))
    assert entry["status"] == "COMPLETED"
    assert entry["result"] > 0.85
    assert entry["artifacts"] == ["model.joblib"]
    assert (record / "model.joblib").stat().st_size > 1000
    (resource,) = entry["resources"]
    assert resource[0] == str(EXAMPLES / "digits_split.json")
    assert (tmp_path / resource[1]).read_text("utf-8") == (EXAMPLES / "digits_split.json").read_text("utf-8")
    ((name, source),) = entry["experiment"]["sources"]
    assert (tmp_path / "runs" / source).read_text("utf-8") == (EXAMPLES / name).read_text("utf-8")
    assert {"numpy", "scikit-learn", "tqdm"} <= {
        package.split("==")[0] for package in entry["experiment"]["dependencies"]
    }
    assert config["data"] == {"split": "digits_split.json", "noise": 0.0}
    assert (config["hidden"], config["epochs"]) == ([16], 5)
    steps = 5 * -(-1437 // 32)
    assert metrics["train.loss"]["steps"] == list(range(steps))
    assert metrics["test.accuracy"]["steps"] == [1, 2, 3, 4, 5]
    assert metrics["test.accuracy"]["values"][-1] == entry["result"]
    assert sum(read(record / "info.json")["mistakes"].values()) == round((1 - entry["result"]) * 360)


def test_digits_output_has_one_state_of_the_progress_bar(run, tmp_path):
    run("digits.py", "-F", "runs", "with", "small")
    output = (tmp_path / "runs" / "1" / "cout.txt").read_text(encoding="utf-8")
    assert "\r" not in output
    assert output.count("/225 steps") == 1
    assert "| 225/225 steps" in output


def test_digits_repeats_itself_from_its_seed(run, tmp_path):
    for _ in range(2):
        run("digits.py", "-F", "runs", "with", "small", "data.noisy", "epochs=1", "seed=3")
    first, second = (read(tmp_path / "runs" / number / "metrics.json") for number in "12")
    assert {name: series["values"] for name, series in first.items()} == {
        name: series["values"] for name, series in second.items()
    }


def test_digits_evaluates_a_model_of_an_earlier_run(run, tmp_path):
    run("digits.py", "-F", "runs", "with", "small")
    out, err = run("digits.py", "-F", "runs", "evaluate", "with", "model=runs/1/model.joblib")
    assert "taken for" in out
    assert "WARNING" not in err
    trained, evaluated = (read(tmp_path / "runs" / number / "run.json") for number in "12")
    assert evaluated["result"] == trained["result"]
    assert [Path(original).name for original, _ in evaluated["resources"]] == [
        "digits_split.json",
        "model.joblib",
    ]


def test_show_record(run, tmp_path):
    run("digits.py", "-F", "runs", "-c", "a comment", "with", "small", "seed=7")
    out, _ = run("show_record.py", "runs")
    lines = out.splitlines()
    assert lines[0].startswith("━━ digits, run 1 ━")
    assert lines[0].endswith(" COMPLETED ━━")
    assert max(map(len, lines)) <= 80
    assert "\033" not in out
    for part in (
        "  command         main with small seed=7",
        "  comment         a comment",
        "  epochs          5",
        "  artifact        model.joblib",
        "  resource        digits_split.json",
        "  source          digits.py",
    ):
        assert part in out
    (curve,) = [line for line in lines if line.startswith("  test.accuracy ")]
    assert curve.split()[1] == "5"
    assert curve.rstrip().endswith("█")


def test_show_record_of_runs_that_failed_or_were_queued(run, tmp_path):
    script = tmp_path / "fails.py"
    script.write_text(
        "from sacred import Experiment\n"
        "ex = Experiment()\n"
        "@ex.automain\n"
        "def main():\n"
        "    raise ValueError('no luck')\n"
    )
    for options in (["-F", "runs"], ["-F", "runs", "-q"]):
        subprocess.run([sys.executable, script, *options], cwd=tmp_path, capture_output=True, check=False)
    out, _ = run("show_record.py", "runs", "1")
    assert " FAILED ━━" in out
    assert "ValueError: no luck" in out
    out, _ = run("show_record.py", "runs")
    assert " QUEUED ━━" in out
    assert "started         not yet" in out


def test_show_record_of_a_run_that_is_not_there(run, tmp_path):
    run("hello.py", "-F", "runs")
    run("hello.py", "-F", "runs")
    _, err = run("show_record.py", "runs", "99", code=1)
    assert err == 'There is no run "99" in "runs"; there are 1, 2.\n'
    _, err = run("show_record.py", "nowhere", "99", code=1)
    assert err == 'There is no run "99" in "nowhere".\n'


def test_show_record_of_an_empty_folder(run, tmp_path):
    assert "There is no run" in run("show_record.py", str(tmp_path), code=1)[1]
