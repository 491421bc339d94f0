"""Which process of a distributed program this is, by the variables that launchers set."""

import pytest

from recording import make_experiment
from sacred import SETTINGS
from sacred.errors import SettingError
from sacred.run.ranks import find_rank

TORCHRUN = {
    "RANK": "3",
    "LOCAL_RANK": "1",
    "WORLD_SIZE": "8",
    "LOCAL_WORLD_SIZE": "2",
    "MASTER_ADDR": "lovelace",
    "MASTER_PORT": "29500",
    "TORCHELASTIC_RUN_ID": "mine",
    "TORCHELASTIC_RESTART_COUNT": "0",
}
SLURM = {
    "SLURM_PROCID": "2",
    "SLURM_NTASKS": "4",
    "SLURM_STEP_NUM_TASKS": "4",
    "SLURM_JOB_ID": "17",
    "SLURM_STEP_ID": "0",
}
OPEN_MPI = {
    "OMPI_COMM_WORLD_RANK": "5",
    "OMPI_COMM_WORLD_SIZE": "6",
    "PMIX_NAMESPACE": "a@1",
    "PMIX_RANK": "5",
}
MPICH = {"PMI_RANK": "1", "PMI_SIZE": "2", "PMI_PORT": "lovelace:4711"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (TORCHRUN, (3, 8, "torchrun")),
        (SLURM, (2, 4, "slurm")),
        (OPEN_MPI, (5, 6, "openmpi")),
        (MPICH, (1, 2, "pmi")),
        ({"PMIX_RANK": "1", "PMIX_NAMESPACE": "slurm.17.0"}, (1, None, "pmix")),
        ({**SLURM, "PMIX_RANK": "2", "PMIX_NAMESPACE": "slurm.17.0"}, (2, 4, "pmix")),
        ({**SLURM, **TORCHRUN}, (3, 8, "torchrun")),  # each task of the step is an agent of torchrun
        ({**SLURM, **MPICH}, (1, 2, "pmi")),  # the task is a proxy of mpiexec
    ],
)
def test_launchers(environment, expected):
    assert find_rank(environment)[:3] == expected


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"RANK": "1"},  # a name that anybody may use
        {"RANK": "1", "WORLD_SIZE": "4"},
        {**TORCHRUN, "RANK": "0", "WORLD_SIZE": "1"},
        {**TORCHRUN, "RANK": "first"},
        {**SLURM, "SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0"},
        {name: value for name, value in SLURM.items() if name != "SLURM_STEP_ID"},  # a batch script
        {**SLURM, "SLURM_STEP_ID": "4294967291"},  # likewise
        {"SLURM_PROCID": "0", "SLURM_JOB_ID": "17", "SLURM_STEP_ID": "0"},
        {"PMI_RANK": "0", "PMI_SIZE": "1"},
    ],
)
def test_a_single_process(environment):
    assert find_rank(environment) is None


def test_jobs_differ_in_what_launchers_say_of_them():
    job = find_rank(TORCHRUN).job
    assert find_rank({**TORCHRUN, "RANK": "0", "LOCAL_RANK": "0"}).job == job
    for name, value in [("TORCHELASTIC_RESTART_COUNT", "1"), ("MASTER_PORT", "1"), ("SLURM_JOB_ID", "1")]:
        assert find_rank({**TORCHRUN, name: value}).job != job


def test_an_unknown_mode_is_an_error(monkeypatch):
    for name, value in TORCHRUN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(SETTINGS, "DISTRIBUTED", "joined")
    ex = make_experiment()
    ex.main(lambda: None)
    with pytest.raises(SettingError, match=r"Unknown value 'joined' .* join"):
        ex.run()
