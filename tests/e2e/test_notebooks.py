"""Experiments in notebooks: cells are sent to a real kernel, as Jupyter does it."""

import json
import os
import re
import subprocess
import sys
import textwrap

import nbformat
import pytest
from nbclient import NotebookClient

from e2e.kernel import Kernel

EXPERIMENT = """\
from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment({name!r}, interactive=True, save_git_info=False)
ex.observers.append(FileStorageObserver({folder!r}))
"""
CONFIG = """\
@ex.config
def configuration():
    rate = 0.1  # how fast
    double = 2 * rate


@ex.named_config
def quick():
    rate = 10
"""
MAIN = """\
@ex.main
def main(rate, double, _log):
    print("rate is", rate)
    _log.info("double is %s", double)
    if rate < 0:
        raise ValueError("a rate below zero")
    return double
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    found = Kernel(tmp_path_factory.mktemp("notebook"))
    yield found
    found.stop()


@pytest.fixture
def new_kernel(tmp_path):
    kernels = []

    def start(**environment):
        kernels.append(Kernel(tmp_path, **environment))
        return kernels[-1]

    yield start
    for kernel in kernels:
        kernel.stop()


@pytest.fixture
def runs(tmp_path, kernel):
    """A folder of runs; the kernel has an experiment that is recorded there."""
    folder = tmp_path / "runs"
    execute(kernel, EXPERIMENT.format(name="shared", folder=str(folder)))
    return folder


def execute(kernel, code, cell_id=None):
    """Execute a cell that must not fail."""
    shown = kernel.execute(code, cell_id)
    assert not shown.error, shown.error
    return shown


def read_run(runs, number=1):
    return json.loads((runs / str(number) / "run.json").read_text())


def read_output(runs, number=1):
    return (runs / str(number) / "cout.txt").read_text()


def make_repository(folder):
    committing = ["-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "--allow-empty", "-m", "first"]
    for arguments in (["init", "-q"], committing):
        subprocess.run(["git", *arguments], cwd=folder, check=True)  # noqa: S607 -- the git that users use


def without_log(text):
    return "".join(line for line in text.splitlines(True) if not line.startswith(("INFO", "WARNING")))


# whole notebooks


def test_a_notebook_as_the_page_has_it(tmp_path, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    folder = str(tmp_path / "runs")
    cells = [EXPERIMENT.format(name="whole", folder=folder), CONFIG, "%pprint off", MAIN]
    cells += [
        'run = ex.run(config_updates={"rate": 0.5})\nrun.result',
        'ex.run(named_configs=["quick"]).result',
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    first, second = notebook.cells[-2:]
    assert [one["data"]["text/plain"] for one in first.outputs if one.output_type == "execute_result"] == [
        "1.0"
    ]
    assert [one["data"]["text/plain"] for one in second.outputs if one.output_type == "execute_result"] == [
        "20"
    ]
    experiment = read_run(tmp_path / "runs")["experiment"]
    [(name, stored)] = experiment["sources"]
    assert experiment["mainfile"] == name
    assert re.fullmatch(r"_sources/cells_[0-9a-f]{32}\.py", stored)
    text = (tmp_path / "runs" / stored).read_text()
    assert text.startswith(f"# In[1]:\n\n{cells[0]}")
    assert f"# In[2]:\n\n{CONFIG}" in text
    assert "# In[3]:\n\nget_ipython().run_line_magic('pprint', 'off')" in text
    assert text.endswith(f"# In[5]:\n\n{cells[4]}\n")  # the cell that starts the run is the last one
    later = read_run(tmp_path / "runs", 2)["experiment"]["sources"]
    assert "# In[6]:" in (tmp_path / "runs" / later[0][1]).read_text()
    assert not os.path.exists(os.path.join(experiment["base_dir"], name)), (
        "the kernel has left its file behind"
    )


def test_the_notebook_gives_the_source_its_name(tmp_path, new_kernel):
    kernel = new_kernel(JPY_SESSION_NAME="/elsewhere/analysis.ipynb")
    make_repository(tmp_path)
    (tmp_path / "helpers.py").write_text("HELP = 1\n")
    execute(kernel, "from sacred import Experiment, Ingredient")
    execute(kernel, "part = Ingredient('part', interactive=True)\npart.add_config(size=1)")
    execute(kernel, "ex = Experiment('named', ingredients=[part], interactive=True)")
    repositories = execute(kernel, "len(ex.get_experiment_info()['repositories'])").value
    assert repositories == "1"  # that of the working folder
    execute(kernel, "import helpers\ninfo = ex.get_experiment_info()")
    sources = execute(kernel, "[name.split('/')[-1] for name, _ in info['sources']]").value
    assert sorted(json.loads(sources.replace("'", '"'))) == ["analysis.py", "helpers.py"]  # each once
    execute(kernel, "__vsc_ipynb_file__ = '/x/other.ipynb'")  # as Visual Studio Code does
    assert execute(kernel, "ex.get_experiment_info()['mainfile']").value.endswith("/other.py'")


# running


def test_runs_again_and_again(kernel, runs):
    execute(kernel, CONFIG)
    execute(kernel, MAIN)
    shown = execute(kernel, "[ex.run(config_updates={'rate': rate}).result for rate in range(10)]")
    assert shown.value == str([2 * rate for rate in range(10)])
    assert [read_run(runs, number)["status"] for number in range(1, 11)] == ["COMPLETED"] * 10
    assert execute(kernel, "ex.run_commandline('x with rate=3 seed=5').config").value == (
        "{'rate': 3, 'double': 6, 'seed': 5}"
    )
    shown = execute(kernel, "ex.run('print_config').status")
    assert re.search(r"rate = 0\.1 .*# how fast.*← configuration \(In\[\d+\]:1\)", shown.stdout)
    assert shown.stdout.count("rate") == 1 + "double".count("rate")


def test_a_cell_that_is_executed_again_replaces_what_it_added(kernel, runs):
    first = """\
        @ex.config
        def configuration():
            size = 1
            old = True

        ex.add_config(added="old")

        @ex.pre_run_hook
        def hook():
            print("hook")

        @ex.capture
        def draw(_seed):
            return _seed
        """
    later = """\
        @ex.config
        def more(size):
            area = size ** 2

        @ex.capture
        def draw_later(_seed):
            return _seed

        @ex.main
        def main(_config):
            return [draw(), draw_later(), area_of()]

        @ex.capture
        def area_of(area):
            return area
        """
    execute(kernel, textwrap.dedent(first), "first")
    execute(kernel, textwrap.dedent(later), "later")
    before = execute(kernel, "kept = draw\nex.run(config_updates={'seed': 1}).result")
    edited = textwrap.dedent(first).replace("    old = True\n", "").replace('"old"', '"new"')
    execute(kernel, edited.replace("size = 1", "size = 3"), "first")
    shown = execute(kernel, "run = ex.run(config_updates={'seed': 1})\nrun.result")
    draws = [line.strip("[], ") for line in before.value.split(",")]
    assert shown.value == f"[{draws[0]}, {draws[1]}, 9]"  # the same seeds, though `draw` is a new function
    assert shown.stdout == "hook\n"
    config = execute(kernel, "sorted(run.config.items())").value
    assert config == "[('added', 'new'), ('area', 9), ('seed', 1), ('size', 3)]"
    assert execute(kernel, "kept.config['size']").value == "3"  # who has the old function can still call it


def test_named_configs_and_commands_can_be_defined_again(kernel, runs):
    execute(kernel, CONFIG)
    execute(kernel, MAIN)
    execute(kernel, CONFIG.replace("rate = 10", "rate = 20"))  # another cell, or one whose id nobody tells
    assert execute(kernel, "ex.run(named_configs=['quick']).result").value == "40"
    execute(kernel, MAIN.replace("return double", "return -double"))
    assert execute(kernel, "ex.run(named_configs=['quick']).result").value == "-40"
    twice = CONFIG[CONFIG.index("@ex.named") :]
    shown = kernel.execute(twice + twice)
    assert 'Configuration name "quick" already in use!' in shown.error


def test_several_experiments_and_a_run_within_a_run(kernel, runs):
    execute(kernel, "outer = Experiment('outer', interactive=True)\nouter.observers = list(ex.observers)")
    execute(kernel, "@ex.main\ndef inner():\n    print('inner')\n    return 1")
    execute(kernel, "@outer.main\ndef main():\n    print('outer')\n    return ex.run().result + 1")
    shown = execute(kernel, "outer.run().result")
    assert (shown.value, shown.stdout) == ("2", "outer\ninner\n")
    assert without_log(read_output(runs, 1)) == "outer\ninner\n"
    assert without_log(read_output(runs, 2)) == "inner\n"


# failures


def test_a_traceback_shows_cells_and_nothing_of_ours(kernel, runs):
    execute(kernel, CONFIG + "    if rate == 7:\n        raise TypeError('seven')\n")
    execute(kernel, MAIN)
    error = kernel.execute("ex.run(config_updates={'rate': -1})").error
    assert re.findall(r"^Cell In\[\d+\], line (\d+)", error, re.MULTILINE) == ["1", "6"]
    assert "sacred" not in error
    assert error.endswith("ValueError: a rate below zero")
    assert read_run(runs)["status"] == "FAILED"
    assert read_run(runs)["fail_trace"][-1] == "ValueError: a rate below zero\n"
    for code, line in {
        "ex.run(config_updates={'other': 1})": r"ConfigAddedError: Added new config entry .*\(other\)",
        "ex.run('absent')": r'CommandNotFoundError: Command "absent" not found.*',
        "ex.run(named_configs=['absent'])": r"NamedConfigNotFoundError: .*absent.*",
    }.items():
        error = kernel.execute(code).error
        assert re.search(f"^{line}", error, re.MULTILINE), error
        assert re.findall(r"^Cell In\[\d+\], line (\d+)", error, re.MULTILINE) == ["1"]
        assert "File" not in error


def test_a_fault_of_ours_is_shown_whole(kernel, runs):
    execute(kernel, MAIN.replace("rate, double, _log", "rate=1, double=2, _log=None"))
    shown = kernel.execute("ex.observers.append(object())\nex.run()")
    assert "sacred/" in shown.error


def test_interrupting_the_kernel_interrupts_the_run(kernel, runs):
    execute(kernel, "import time")
    execute(kernel, "@ex.main\ndef main():\n    print('started', flush=True)\n    time.sleep(600)")
    request = kernel.start("ex.run()")
    messages = kernel.iter_messages(request)
    for kind, content in messages:
        if kind == "stream" and "started" in content["text"]:
            break
    kernel.interrupt()
    shown = kernel.collect(request, messages)
    assert shown.error.endswith("KeyboardInterrupt: ")
    assert "sacred" not in shown.error
    assert read_run(runs)["status"] == "INTERRUPTED"
    assert execute(kernel, "ex.current_run.status").value == "'INTERRUPTED'"
    assert kernel.is_alive()


# output


def test_all_output_is_in_the_cell_and_in_the_record(kernel, runs):
    code = """\
        import logging, os, subprocess, sys

        @ex.main
        def main():
            print("printed")
            subprocess.run(["echo", "from a child"], check=True)
            print("printed later", file=sys.stderr)
            os.write(1, b"written\\n")
            logging.getLogger("module").warning("logged")
            os.system("echo to stderr >&2")
        """
    execute(kernel, textwrap.dedent(code))
    request = kernel.start("before = sys.stdout, sys.stderr, os.fstat(1), os.fstat(2)\nrun = ex.run()")
    shown = kernel.read_streams(request, "from a child\n", "written\n", "to stderr\n")
    assert sorted(shown["stdout"].splitlines()) == ["from a child", "printed", "written"]
    lines = ["printed", "from a child", "printed later", "written", "WARNING - module - logged", "to stderr"]
    assert [line for line in read_output(runs).splitlines() if not line.startswith("INFO")] == lines
    assert set(shown["stderr"].splitlines()) >= {"printed later", "WARNING - module - logged", "to stderr"}
    assert read_run(runs)["recorder"]["capture_mode"] == "fd"
    after = execute(kernel, "before == (sys.stdout, sys.stderr, os.fstat(1), os.fstat(2))")
    assert after.value == "True"
    assert execute(kernel, "print('outside')\nos.system('echo outside')").stdout.startswith("outside")
    assert "outside" not in execute(kernel, "run.captured_out").value


def test_output_is_shown_while_the_cell_runs(kernel, runs, tmp_path):
    execute(kernel, "import os, subprocess, time")
    go = tmp_path / "go"
    execute(
        kernel,
        f"@ex.main\ndef main():\n    print('one')\n    subprocess.run(['echo', 'two'])\n"
        f"    while not os.path.exists({str(go)!r}):\n        time.sleep(0.01)",
    )
    request = kernel.start("ex.run()")
    messages, seen = kernel.iter_messages(request), ""
    for kind, content in messages:
        seen += content["text"] if kind == "stream" else ""
        if "one\n" in seen and "two\n" in seen:
            break
    go.touch()
    assert not kernel.collect(request, messages).error


@pytest.mark.parametrize("mode", ["sys", "no"])
def test_other_modes_capture_less(kernel, runs, mode):
    execute(kernel, "import os\n@ex.main\ndef main():\n    print('one')\n    os.system('echo two')")
    shown = execute(kernel, f"ex.run(options={{'--capture': {mode!r}}}).status")
    assert "one" in shown.stdout
    assert without_log(read_output(runs)) == ("one\n" if mode == "sys" else "")


def test_what_a_worker_prints_that_outlives_its_run_is_shown_later(kernel, runs):
    code = """\
        import subprocess

        worker = None

        @ex.main
        def main(text, is_last):
            global worker
            if worker is None:
                worker = subprocess.Popen(["cat"], stdin=subprocess.PIPE, bufsize=0)
            worker.stdin.write(text.encode() + b"\\n")
            if is_last:
                worker.stdin.close()
                worker.wait()
        """
    execute(kernel, textwrap.dedent(code))
    execute(kernel, "ex.run(config_updates={'text': 'first', 'is_last': False})")
    request = kernel.start("ex.run(config_updates={'text': 'second', 'is_last': True})")
    kernel.read_streams(request, "second\n")
    assert "second\n" in read_output(runs, 2)


def test_capture_magic_and_display(kernel, runs):
    execute(kernel, "@ex.main\ndef main():\n    print('hidden')\n    display({'shown': 1})")
    shown = execute(kernel, "%%capture caught\nex.run()")
    assert (shown.stdout, shown.displayed) == ("", [])
    assert execute(kernel, "caught.stdout, len(caught.outputs)").value.startswith("('hidden\\n', ")
    assert without_log(read_output(runs)) == "hidden\n"
    assert execute(kernel, "ex.run()").displayed == ["{'shown': 1}"]


@pytest.mark.parametrize("module", ["tqdm", "tqdm.auto"])
def test_progress_bars(kernel, runs, module):
    execute(
        kernel, "import warnings\nwarnings.simplefilter('ignore')"
    )  # that there is no widget for tqdm.auto
    execute(
        kernel,
        f"from {module} import tqdm\nfrom sacred.utils import apply_backspaces_and_linefeeds\n"
        "ex.captured_out_filter = apply_backspaces_and_linefeeds\n"
        "@ex.main\ndef main():\n    return sum(tqdm(range(300), desc='bar'))",
    )
    shown = execute(kernel, "ex.run().result")
    assert shown.value == str(sum(range(300)))
    assert shown.stderr.count("bar:") > 1
    assert read_output(runs).count("bar:") == 1
    assert "300/300" in read_output(runs)


def test_rich_progress(kernel, runs):
    execute(kernel, "from rich.progress import track\n@ex.main\ndef main():\n    return sum(track(range(5)))")
    assert execute(kernel, "ex.run().result").value == "10"


# other processes


def test_workers_of_joblib_get_what_cells_define(kernel, runs):
    execute(kernel, CONFIG)
    code = """\
        from joblib import Parallel, delayed

        @ex.capture
        def work(task, rate):
            return task * rate

        @ex.main
        def main(rate):
            return Parallel(2)(delayed(lambda task: work(task) + 1)(task) for task in range(3))
        """
    execute(kernel, textwrap.dedent(code))
    assert execute(kernel, "ex.run(config_updates={'rate': 5}).result").value == "[1, 6, 11]"
    assert execute(kernel, "ex.run(config_updates={'rate': 7}).result").value == "[1, 8, 15]"
    execute(kernel, "from joblib.externals.loky import get_reusable_executor as get\nget().shutdown()")


# files beside the notebook


def test_a_script_that_is_run_from_a_cell(kernel, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from sacred import Experiment\n"
        "from sacred.observers import FileStorageObserver\n"
        f"ex = Experiment('scripted', save_git_info=False)\n"
        f"ex.observers.append(FileStorageObserver({str(tmp_path / 'runs')!r}))\n"
        "@ex.config\ndef configuration():\n    a = 1\n"
        "@ex.automain\ndef main(a):\n    print('a is', a)\n"
    )
    assert "a is 5" in execute(kernel, f"%run {script} with a=5").stdout
    execute(kernel, f"%cd -q {tmp_path}")
    assert "a is 6" in execute(kernel, "%run script.py with a=6").stdout
    assert read_run(tmp_path / "runs")["experiment"]["mainfile"] == "script.py"
    assert [name for name, _ in read_run(tmp_path / "runs", 2)["experiment"]["sources"]] == ["script.py"]


def test_a_module_that_is_reloaded(kernel, tmp_path):
    text = (
        "from sacred import Experiment\nex = Experiment('in_module', save_git_info=False)\n"
        "@ex.config\ndef configuration():\n    a = 1\n@ex.main\ndef main(a):\n    return a\n"
    )
    module = tmp_path / "reloaded_module.py"
    module.write_text(text)
    execute(kernel, f"import sys\nsys.dont_write_bytecode = True\nsys.path.insert(0, {str(tmp_path)!r})")
    execute(kernel, "%load_ext autoreload\n%autoreload 2\nimport reloaded_module")
    assert execute(kernel, "reloaded_module.ex.run(options={'--unobserved': True}).result").value == "1"
    module.write_text(text.replace("a = 1", "a = 22"))
    assert execute(kernel, "reloaded_module.ex.run(options={'--unobserved': True}).result").value == "22"


# without a notebook

SESSION = """\
from sacred import Experiment
ex = Experiment("session", interactive=True)
ex.add_config(rate=2)
main = ex.main(lambda rate: rate)
info = ex.get_experiment_info()
print("sources", [name.split("/")[-1] for name, _ in info["sources"]], info["mainfile"] is None)
print("result", ex.run(options={"--unobserved": True}).result)
"""


def test_the_shell_of_ipython(tmp_path):
    done = run_shell(
        ["-m", "IPython", "--simple-prompt", "--no-banner", "--HistoryManager.enabled=False"], tmp_path
    )
    assert "sources ['cells.py'] False" in done.stdout
    assert "result 2" in done.stdout


def test_the_shell_of_python(tmp_path):
    done = run_shell(["-i", "-q"], tmp_path, SESSION + "@ex.config\ndef rates():\n    rate = 3\n\n\n")
    assert "sources [] True" in done.stdout
    assert "result 2" in done.stdout
    if sys.version_info < (3, 13):  # later ones keep what is typed
        assert re.search(
            r"InvalidConfigError: The source of the config function 'rates' can't be found", done.stderr
        )
        assert "add_config" in done.stderr


def test_a_session_must_be_told_that_it_is_one(tmp_path):
    done = run_shell(["-i", "-q"], tmp_path, "from sacred import Experiment\nExperiment('x')\n")
    assert "InteractiveError: Defining an experiment in interactive mode!" in done.stderr
    assert "pass interactive=True" in done.stderr


def run_shell(arguments, folder, text=SESSION):
    environment = {**os.environ, "IPYTHONDIR": str(folder), "PYTHONSTARTUP": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command,
        input=text,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
