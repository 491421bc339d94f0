"""environment.json and git.patch: what is in the folder of a run, however it goes."""

import json
import os
import signal
import subprocess
import sys

import pytest

from sacred.support.masking import MASK

PROGRAM = """
import os, sys, time
from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver, RunObserver

SETTINGS.CONFIG.SECRETS = ["licence"]
ex = Experiment("further")
{setup}

@ex.config
def configuration():
    rate = 0.1
    licence = "none"

@ex.automain
def main(_run, rate, licence):
    {body}
"""


def git(folder, *arguments):
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def project(tmp_path):
    """A repository with an experiment, a module that it imports late, and changes."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    git(folder, "remote", "add", "origin", "https://ada:geheimnis@example.org/project.git")
    (folder / "helper.py").write_text("value = 1\n")
    (folder / ".gitignore").write_text("__pycache__\n")
    (folder / "notes.txt").write_text("first\n")
    write_program(folder)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    (folder / "notes.txt").write_text("second\n")
    (folder / "new.py").write_text("value = 2\n")
    return folder


def write_program(folder, body="import helper", setup=""):
    (folder / "train.py").write_text(PROGRAM.format(body=body, setup=setup))


def run(folder, *words, code=0, **variables):
    variables = {name: value for name, value in variables.items() if value is not None}
    command = [sys.executable, "train.py", "-F", "runs", *words]
    environment = {**os.environ, **variables}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def read(folder, name="environment.json", run_id=1):
    return json.loads((folder / "runs" / str(run_id) / name).read_text())


def test_a_dirty_tree_in_a_container_under_torchrun(project, tmp_path):
    variables = {
        "APPTAINER_CONTAINER": "/images/torch.sif",
        "SLURM_JOB_ID": "4711",
        "SLURM_JOB_NODELIST": "n[1-2]",
    }
    variables |= {"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "1"}
    variables |= {
        "MASTER_ADDR": "n1",
        "MASTER_PORT": "29500",
        "CUDA_VISIBLE_DEVICES": "0",
        "HF_TOKEN": "hf_geheim",
    }
    run(project, "with", "rate=0.5", **variables)
    facts = read(project)
    assert facts["container"]["kind"] == "apptainer"
    assert facts["container"]["image"] == "/images/torch.sif"
    assert facts["scheduler"] == {"kind": "slurm", "job_id": "4711", "nodes": "n[1-2]"}
    assert facts["launcher"]["kind"] == "torchrun"
    assert facts["launcher"]["world_size"] == 1
    assert facts["variables"]["CUDA_VISIBLE_DEVICES"] == "0"
    assert facts["variables"]["HF_TOKEN"] == MASK
    assert facts["process"]["argv"][1:] == ["-F", "runs", "with", "rate=0.5"]
    assert facts["process"]["cwd"] == str(project)
    assert facts["process"]["uid"] == os.getuid()
    assert facts["python"]["executable"] == sys.executable
    assert facts["distributions"]["sacred"]
    assert facts["distributions"]["pytest"] == pytest.__version__
    assert facts["memory"]["total_bytes"] > 0
    assert facts["cpu"]["logical_cores"] == os.cpu_count()
    assert facts["file_system"]["free_bytes"] > 0
    (repository,) = facts["repositories"]
    assert repository["commit"] == git(project, "rev-parse", "HEAD").strip()
    assert (repository["branch"], repository["patch"]) == ("trunk", "git.patch")
    assert repository["remotes"] == {"origin": "https://example.org/project.git"}
    assert repository["untracked"] == ["new.py"]
    assert_patch_makes_the_same_tree(project, tmp_path)


def assert_patch_makes_the_same_tree(project, tmp_path):
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(project), str(clone))
    git(clone, "apply", str(project / "runs" / "1" / "git.patch"))
    for name in ("train.py", "helper.py", "notes.txt", "new.py"):
        assert (clone / name).read_bytes() == (project / name).read_bytes()


def test_sources_imported_by_the_run_are_in_its_record(project):
    run(project)
    sources = dict(read(project, "run.json")["experiment"]["sources"])
    assert set(sources) == {"train.py", "helper.py"}
    assert (project / "runs" / sources["helper.py"]).read_bytes() == (project / "helper.py").read_bytes()


def test_other_observers_hear_of_those_sources_if_they_want_to(project):
    setup = """
class Hears(RunObserver):
    def sources_event(self, base_dir, sources):
        print("heard", base_dir, [name for name, _ in sources])

class HearsNot:
    priority = 0

    def __getattr__(self, name):
        if name in ("sources_event", "basedir", "for_run", "reads_folder"):
            raise AttributeError(name)
        return lambda **_: None

ex.observers += [Hears(), HearsNot()]
"""
    write_program(project, setup=setup)
    done = run(project)
    assert f"heard {project} ['helper.py']" in done.stdout
    assert "left out" not in done.stderr


def test_without_git_info_there_is_none(project):
    write_program(project, setup="ex.save_git_info = False")
    (project / "train.py").write_text(
        (project / "train.py").read_text().replace('"further")', '"further", save_git_info=False)')
    )
    run(project)
    assert "repositories" not in read(project)
    assert not (project / "runs" / "1" / "git.patch").exists()


def test_it_can_be_switched_off(project):
    write_program(project, setup="SETTINGS.ENVIRONMENT.SAVE = SETTINGS.GIT.SAVE_PATCH = False")
    run(project)
    assert not {"environment.json", "git.patch"} & set(os.listdir(project / "runs" / "1"))
    write_program(project, setup="SETTINGS.ENVIRONMENT.SAVE = False")
    run(project)
    assert "git.patch" in os.listdir(project / "runs" / "2")
    assert "environment.json" not in os.listdir(project / "runs" / "2")


def test_a_second_folder_has_it_as_well(project):
    write_program(project, setup='ex.observers.append(FileStorageObserver("others"))')
    run(project)
    for name in ("environment.json", "git.patch"):
        assert (project / "others" / "1" / name).read_bytes() == (project / "runs" / "1" / name).read_bytes()


def test_what_main_changes_is_not_what_it_started_with(project):
    edit = 'open(__file__, "a").write("# la" "ter\\n")'
    body = 'sys.argv[:] = ["gone"]; os.environ["CUDA_X"] = "1"; os.chdir("/"); ' + edit
    write_program(project, body=body)
    run(project)
    facts = read(project)
    assert facts["process"]["argv"][0] == "train.py"
    assert facts["process"]["cwd"] == str(project)
    assert "CUDA_X" not in facts["variables"]
    assert b"# later" not in (project / "runs" / "1" / "git.patch").read_bytes()


def test_a_run_that_is_killed_early_has_it(project):
    body = """
    folder = _run.dir
    while not os.path.exists(os.path.join(folder, "environment.json")):
        time.sleep(0.01)
    os.kill(os.getpid(), 9)"""
    write_program(project, body=body)
    run(project, code=-signal.SIGKILL)
    assert read(project)["repositories"][0]["patch"] == "git.patch"
    assert (project / "runs" / "1" / "git.patch").exists()


def test_a_run_that_fails_has_it(project):
    write_program(project, body="1 / 0")
    run(project, code=1)
    assert read(project)["process"]["pid"]


def test_a_run_outside_a_repository_has_it_soon_and_starts_no_thread_for_it(tmp_path):
    threads = "import threading; assert 'sacred-facts' not in [t.name for t in threading.enumerate()]"
    write_program(tmp_path, body=f"{threads}; os.chdir('/'); os.environ['OMP_NUM_THREADS'] = '7'")
    run(tmp_path, OMP_NUM_THREADS="3")
    assert read(tmp_path)["process"]["cwd"] == str(tmp_path)
    assert read(tmp_path)["variables"]["OMP_NUM_THREADS"] == "3"
    assert read(tmp_path)["memory"]["total_bytes"] > 0
    write_program(
        tmp_path,
        body="""
    for _ in range(2000):
        if os.path.exists("runs/2/environment.json"):
            os.kill(os.getpid(), 9)
        time.sleep(0.01)""",
    )
    run(tmp_path, code=-signal.SIGKILL)
    assert read(tmp_path, run_id=2)["file_system"]["folder"] == str(tmp_path / "runs" / "2")


def test_a_gatherer_that_fails_or_hangs_is_noted(project):
    setup = """
from sacred.collect import environment
from sacred.collect.host import nvml
def fail(): raise ValueError("no memory")
def hang(): time.sleep(60)
environment.describe_memory, nvml.read_devices = fail, hang
environment._DRIVERS, environment.LIMIT_SECONDS = ["/"], 0.1
"""
    write_program(project, setup=setup)
    run(project)
    facts = read(project)
    assert "memory" not in facts
    assert facts["notes"]["memory"] == "ValueError: no memory"
    assert "more than 0.1 s" in facts["notes"]["gpu"]


def test_a_rest_that_is_not_known_at_the_end_is_told(project):
    setup = """
from sacred.collect import environment
from sacred.run import further
environment.describe_memory = lambda: time.sleep(60)
further.END_SECONDS = 0.2
"""
    write_program(project, setup=setup)
    run(project)
    facts = read(project)
    assert "0.2 seconds after the end" in facts["notes"]["rest"]
    assert facts["process"]["pid"]


def test_an_error_nobody_thought_of_is_noted_and_the_rest_is_kept(project):
    setup = """
from sacred.collect import environment
def fail(self): raise MemoryError("too little")
environment.EnvironmentFacts.gather_rest = fail
"""
    write_program(project, setup=setup)
    done = run(project)
    facts = read(project)
    assert facts["notes"]["rest"] == "MemoryError: too little"
    assert facts["process"]["pid"]
    assert "too little" not in done.stderr


def test_a_disk_that_does_not_take_it_is_told_once(project):
    setup = """
from sacred.run import further
def refuse(path, content, durable=True): raise OSError(28, "No space left on device")
further.write_atomically = refuse
"""
    write_program(project, setup=setup)
    done = run(project)
    assert done.stderr.count("No space left on device") == 1
    missing = read(project, "run.json")["missing"]
    assert [entry["name"] for entry in missing] == ["environment.json", "git.patch"]


def test_secrets_are_masked_and_the_function_gets_them(project):
    write_program(project, body='assert licence == "geheimnis7"')
    done = run(project, "with", "licence=geheimnis7", "rate=0.2")
    assert read(project, "config.json")["licence"] == MASK
    meta = read(project, "run.json")["meta"]
    assert meta["masked_config"] == ["licence"]
    assert meta["config_updates"] == {"licence": MASK, "rate": 0.2}
    assert meta["options"]["UPDATE"] == [f"licence={MASK}", "rate=0.2"]
    assert read(project)["process"]["argv"][-2:] == [f"licence={MASK}", "rate=0.2"]
    shown = subprocess.run(
        [sys.executable, "train.py", "print_config", "with", "licence=geheimnis7"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert MASK in shown
    assert "geheimnis7" not in shown + done.stderr
