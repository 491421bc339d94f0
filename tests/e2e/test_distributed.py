"""One program started many times, as torchrun, Slurm and MPI do: rank 0 makes the run, the others join it."""

import json
import os
import subprocess
import sys

import pytest

from recording import write_program
from sacred.folder.ranks import read_entries, read_rank_output
from sacred.folder.reader import read_metrics, read_output, read_run

PROGRAM = """\
    import os, signal, subprocess, sys, time
    from sacred import SETTINGS, Experiment
    from sacred.observers import FileStorageObserver, RunObserver

    class Teller(RunObserver):
        def started_event(self, **_):
            print("told", os.environ.get("RANK"), flush=True)

    SETTINGS.DISTRIBUTED = os.environ.get("MODE", "join")
    SETTINGS.DISTRIBUTED_WAIT = float(os.environ.get("WAIT", 100))
    ex = Experiment("distributed", save_git_info=False)
    if os.environ.get("STORE") != "default":
        ex.observers += [FileStorageObserver("runs"), Teller()]

    @ex.command
    def log(_run, _seed):
        for step in range(100):
            _run.log_scalar("loss", 1000 * _run.rank + step)
        print(f"rank {_run.rank} of run {_run._id} in {os.path.basename(_run.dir)}")
        return [_run._id, _run.config["seed"], _seed]

    @ex.command
    def fail(_run):
        if _run.rank == 1:
            raise ValueError("rank 1 fails")

    @ex.command
    def die(_run):
        if _run.rank == 1:
            for step in range(100):
                _run.log_scalar("loss", step)
            print("last words", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    @ex.command
    def nest(_run):
        if _run.rank == 1:
            subprocess.run([sys.executable, __file__, "log"], check=True)

    @ex.command
    def keep(_run):
        name = f"file{_run.rank}.txt"
        with open(name, "w") as file:
            file.write(str(_run.rank))
        _run.add_artifact(name)

    if __name__ == "__main__":
        results = [ex.run(name, options={"--loglevel": "ERROR"}).result for name in sys.argv[1:]]
        with open(f"results{os.environ.get('OWN_RANK', '')}.txt", "a") as file:
            print(results, file=file)
    """
LAUNCHER = """\
    import json, os, subprocess, sys
    environments = json.loads(sys.argv[1])
    processes = [subprocess.Popen(sys.argv[2:], env={**os.environ, **one}) for one in environments]
    print([process.wait() for process in processes], flush=True)
    """


def make_torchrun(rank, size):
    return {
        "RANK": rank,
        "LOCAL_RANK": rank,
        "WORLD_SIZE": size,
        "LOCAL_WORLD_SIZE": size,
        "MASTER_ADDR": "localhost",
        "MASTER_PORT": 29500,
        "TORCHELASTIC_RUN_ID": "none",
    }


def make_slurm(rank, size):
    return {
        "SLURM_PROCID": rank,
        "SLURM_NTASKS": size,
        "SLURM_STEP_NUM_TASKS": size,
        "SLURM_JOB_ID": 17,
        "SLURM_STEP_ID": 0,
    }


def make_openmpi(rank, size):
    return {"OMPI_COMM_WORLD_RANK": rank, "OMPI_COMM_WORLD_SIZE": size, "PMIX_NAMESPACE": "1234"}


def make_mpich(rank, size):
    return {"PMI_RANK": rank, "PMI_SIZE": size, "PMI_PORT": "localhost:1"}


VARIABLES = ("RANK", "WORLD", "LOCAL_", "MASTER_", "TORCH", "SLURM_", "OMPI_", "PMI", "SACRED_", "PYTEST_")


def launch(folder, make, *words, ranks=(2, 1, 0), size=3, prefix=(), **environment):
    """Start the program once for each rank, the last first, and return what the launcher says."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(VARIABLES)}
    program = write_program(folder, PROGRAM)
    launcher = write_program(folder, LAUNCHER, "launcher.py")
    (folder / ".git").mkdir(exist_ok=True)  # the default store is here
    own = [
        {**{name: str(value) for name, value in make(rank, size).items()}, "OWN_RANK": str(rank)}
        for rank in ranks
    ]
    return subprocess.run(
        [sys.executable, launcher, json.dumps(own), *prefix, sys.executable, program, *words],
        cwd=folder,
        env={**clean, "SACRED_CACHE": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )


def read_results(folder, rank):
    return [eval(line) for line in (folder / f"results{rank}.txt").read_text().splitlines()]  # noqa: S307 - ours


def list_runs(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.isdigit())


def read_values(folder):
    return next(one["values"] for one in read_metrics(str(folder)) if one["name"] == "loss")


@pytest.mark.parametrize("make", [make_torchrun, make_slurm, make_openmpi, make_mpich])
def test_rank_0_makes_the_run_and_the_others_join_it(tmp_path, make):
    done = launch(tmp_path, make, "log")
    assert done.stdout.endswith("[0, 0, 0]\n"), done.stderr
    assert not done.stderr
    assert list_runs(tmp_path / "runs") == ["1"]
    folder = tmp_path / "runs" / "1"
    values = read_values(folder)
    for rank in range(3):
        assert [value - 1000 * rank for value in values if value // 1000 == rank] == list(range(100))
    results = [read_results(tmp_path, rank) for rank in range(3)]
    assert results[0] == results[1] == results[2]  # the same id and the same seeds
    assert "rank 0 of run 1 in 1" in read_output(str(folder))
    for rank in (1, 2):
        assert read_rank_output(str(folder), rank) == f"rank {rank} of run 1 in 1\n"
    entries = read_entries(str(folder))
    assert [(rank, entry["status"]) for rank, entry in entries.items()] == [
        (1, "COMPLETED"),
        (2, "COMPLETED"),
    ]
    assert entries[1]["result"] == results[0][0][0]
    assert done.stdout.count("told") == 1  # the user's observers hear of the run from rank 0 alone
    meta = read_run(str(folder))["meta"]["distributed"]
    assert (meta["rank"], meta["size"]) == (0, 3)


def test_each_launch_makes_a_run_of_its_own_with_a_seed_of_its_own(tmp_path):
    for _ in range(2):
        launch(tmp_path, make_torchrun, "log")
    assert list_runs(tmp_path / "runs") == ["1", "2"]
    (first,), (second,) = read_results(tmp_path, 2)
    assert (first[0], second[0]) == ("1", "2")
    assert first[1] != second[1]


def test_the_runs_of_one_program_belong_together_one_by_one(tmp_path):
    launch(tmp_path, make_torchrun, "log", "keep", "log")
    assert list_runs(tmp_path / "runs") == ["1", "2", "3"]
    results = read_results(tmp_path, 1)[0]
    assert [results[0][0], results[2][0]] == ["1", "3"]
    assert results[0][1] != results[2][1]
    assert [(tmp_path / "runs" / "2" / f"file{rank}.txt").read_text() for rank in range(3)] == ["0", "1", "2"]


def test_a_shell_between_launcher_and_program(tmp_path):
    done = launch(tmp_path, make_torchrun, "log", prefix=("/bin/sh", "-c", '"$0" "$@"; exit $?'), WAIT="20")
    assert done.stdout.endswith("[0, 0, 0]\n"), done.stderr
    assert not done.stderr
    assert len(read_values(tmp_path / "runs" / "1")) == 300


def test_the_default_store(tmp_path):
    launch(tmp_path, make_torchrun, "log", STORE="default")
    assert list_runs(tmp_path / ".sacred") == ["1"]
    assert len(read_values(tmp_path / ".sacred" / "1")) == 300
    assert (tmp_path / ".sacred" / ".gitignore").exists()


def test_beside_makes_a_run_of_each(tmp_path):
    launch(tmp_path, make_slurm, "log", MODE="beside")
    assert list_runs(tmp_path / "runs") == ["1", "2", "3"]
    found = [read_run(str(tmp_path / "runs" / name)) for name in ("1", "2", "3")]
    assert sorted(one["meta"]["distributed"]["rank"] for one in found) == [0, 1, 2]
    assert len({one["meta"]["distributed"]["job"] for one in found}) == 1
    assert len({one["result"][1] for one in found}) == 1


def test_ignore_makes_runs_that_know_nothing_of_each_other(tmp_path):
    launch(tmp_path, make_slurm, "log", MODE="ignore")
    found = [read_run(str(tmp_path / "runs" / name)) for name in ("1", "2", "3")]
    assert not any("distributed" in one["meta"] for one in found)
    assert len({one["result"][1] for one in found}) == 3


def make_batch(rank, size):
    return {"SLURM_PROCID": 0, "SLURM_NTASKS": size, "SLURM_JOB_ID": 17}


def make_single_task(rank, size):
    return {"SLURM_PROCID": 0, "SLURM_NTASKS": 1, "SLURM_JOB_ID": 17, "SLURM_STEP_ID": 0}


@pytest.mark.parametrize("make", [make_batch, make_single_task])
def test_a_batch_script_is_not_distributed(tmp_path, make):
    launch(tmp_path, make, "log", ranks=(0, 0))
    assert list_runs(tmp_path / "runs") == ["1", "2"]
    found = [read_run(str(tmp_path / "runs" / name)) for name in ("1", "2")]
    assert not any("distributed" in one["meta"] for one in found)


def test_a_failing_rank_says_so_in_a_file_of_its_own(tmp_path):
    done = launch(tmp_path, make_torchrun, "fail")
    assert done.stdout.endswith("[0, 1, 0]\n")
    folder = str(tmp_path / "runs" / "1")
    entry = read_entries(folder)[1]
    assert entry["status"] == "FAILED"
    assert "ValueError: rank 1 fails" in entry["fail_trace"][-1]
    assert read_run(folder)["status"] == "COMPLETED"


def test_a_killed_rank_loses_nothing(tmp_path):
    done = launch(tmp_path, make_torchrun, "die")
    assert done.stdout.endswith("[0, -9, 0]\n")
    folder = tmp_path / "runs" / "1"
    assert read_values(folder) == list(range(100))
    assert read_rank_output(str(folder), 1) == "last words\n"
    entry = read_entries(str(folder))[1]
    assert (entry["status"], "stop_time" in entry) == ("RUNNING", False)


def test_what_a_rank_starts_is_a_run_of_its_own(tmp_path):
    done = launch(tmp_path, make_torchrun, "nest")
    assert done.stdout.endswith("[0, 0, 0]\n"), done.stderr
    assert list_runs(tmp_path / "runs") == ["1", "2"]
    assert read_run(str(tmp_path / "runs" / "2"))["command"] == "log"
    assert len(read_values(tmp_path / "runs" / "2")) == 100


def test_without_rank_0_the_others_go_on_in_the_spool(tmp_path):
    done = launch(tmp_path, make_torchrun, "log", ranks=(2, 1), WAIT="0.2")
    assert done.stdout.endswith("[0, 0]\n"), done.stderr
    assert list_runs(tmp_path / "runs") == []
    spooled = sorted((tmp_path / "cache" / "spool").iterdir())
    assert [len(read_values(path)) for path in spooled] == [100, 100]
