"""Which file an experiment belongs to, however it is made."""

import json

import pytest

from recording import run_program, write_program

SHOW = """
import json
info = ex.get_experiment_info()
sources = [name for name, _ in info["sources"]]
print(json.dumps([ex.path, info["base_dir"], info["mainfile"], sources, ex.doc]))
"""


def show(folder, text, **options):
    done = run_program(folder, text + SHOW, **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_script_is_the_main_file(tmp_path):
    text = '"""What it does."""\nfrom sacred import Experiment\nex = Experiment(save_git_info=False)\n'
    assert show(tmp_path, text) == [
        "program",
        str(tmp_path),
        "program.py",
        ["program.py"],
        "What it does.",
    ]


def test_a_class_of_another_module_does_not_hide_the_script(tmp_path):
    write_program(
        tmp_path,
        """
        from sacred import Experiment

        class Middle(Experiment):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, save_git_info=False, **kwargs)

        class Mine(Middle):
            def __init__(myself, name=None):
                super().__init__(name)
        """,
        "lib.py",
    )
    path, base_dir, main_file, sources, _ = show(tmp_path, "from lib import Mine\nex = Mine()\n")
    assert (path, base_dir, main_file) == ("program", str(tmp_path), "program.py")
    assert sources == ["lib.py", "program.py"]


def test_a_function_that_makes_experiments_is_their_file(tmp_path):
    write_program(
        tmp_path,
        """
        from sacred import Experiment
        def make():
            return Experiment(save_git_info=False)
        """,
        "factory.py",
    )
    assert show(tmp_path, "import factory\nex = factory.make()\n")[:3] == [
        "factory",
        str(tmp_path),
        "factory.py",
    ]


@pytest.mark.parametrize("spelling", ['"."', '""', "pathlib.Path('.')", "None"])
def test_the_base_dir(tmp_path, spelling):
    (tmp_path / "scripts").mkdir()
    write_program(
        tmp_path / "scripts",
        "import pathlib\nfrom sacred import Experiment\n"
        f"ex = Experiment('x', base_dir={spelling}, save_git_info=False)",
        "inner.py",
    )
    text = "import sys\nsys.path.insert(0, 'scripts')\nfrom inner import ex\n"
    _, base_dir, main_file, sources, _ = show(tmp_path, text)
    if spelling in ("None", '""'):
        assert (base_dir, main_file, sources) == (str(tmp_path / "scripts"), "inner.py", ["inner.py"])
    else:
        assert (base_dir, main_file) == (str(tmp_path), "scripts/inner.py")
        assert sources == ["program.py", "scripts/inner.py"]


def run_text(folder, text, *words):
    import subprocess
    import sys

    return subprocess.run(
        [sys.executable, *words, *(["-c", text] if not words else [])],
        input=text if words else None,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("Experiment('x')", "Defining an experiment in interactive mode!"),
        ("Ingredient('x')", "Defining an experiment in interactive mode!"),
        ("Experiment()", "No main-file found. Are you running in interactive mode?"),
        ("Experiment(interactive=True)", "name is required in interactive mode"),
    ],
)
@pytest.mark.parametrize("words", [(), ("-",), ("-i", "-")], ids=["-c", "stdin", "shell"])
def test_where_there_is_no_file_it_has_to_be_allowed(tmp_path, made, message, words):
    done = run_text(tmp_path, f"from sacred import Experiment, Ingredient\nex = {made}\n", *words)
    assert message in done.stderr
    assert "InteractiveError" in done.stderr


@pytest.mark.parametrize("words", [(), ("-",)], ids=["-c", "stdin"])
def test_an_interactive_experiment_runs(tmp_path, words):
    text = """
from sacred import Experiment
from sacred.observers import FileStorageObserver
ex = Experiment("cell", interactive=True)
ex.observers.append(FileStorageObserver("runs"))
ex.add_config(a=3)
@ex.main
def main(a):
    return a
run = ex.run()
print(run.result, run.experiment_info["mainfile"], run.experiment_info["base_dir"])
"""
    done = run_text(tmp_path, text, *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"3 None {tmp_path}\n"
    record = json.loads((tmp_path / "runs" / "1" / "run.json").read_text())
    assert record["experiment"]["mainfile"] is None
    assert record["experiment"]["sources"] == []


def test_automain_of_a_command_line_program_runs(tmp_path):
    text = "from sacred import Experiment\nex = Experiment('x', interactive=True)\n"
    text += "@ex.automain\ndef main():\n    print('ran')\n"
    assert run_text(tmp_path, text).stdout == "ran\n"
    assert run_text(tmp_path, text + "\n", "-").stdout == "ran\n"


@pytest.mark.parametrize("decorator", ["wrapping", "ex.capture"])
def test_automain_over_another_decorator_runs(tmp_path, decorator):
    """A decorator's wrapper has the decorator's file, such as torch's ``no_grad``."""
    write_program(
        tmp_path,
        """
        import functools

        def wrapping(function):
            return functools.wraps(function)(lambda *args, **kwargs: function(*args, **kwargs))
        """,
        name="decorators.py",
    )
    text = "from decorators import wrapping\nfrom sacred import Experiment\nex = Experiment('x')\n"
    text += f"@ex.automain\n@{decorator}\ndef main():\n    print('ran')\n"
    assert run_program(tmp_path, text).stdout == "ran\n"
