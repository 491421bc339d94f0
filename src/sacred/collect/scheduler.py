"""The job of a cluster's scheduler, and the launcher of several processes, by their environment variables."""

from collections.abc import Mapping
from typing import Any

_SCHEDULERS: dict[str, dict[str, str]] = {
    "slurm": {
        "job_id": "SLURM_JOB_ID",
        "job_name": "SLURM_JOB_NAME",
        "array_job_id": "SLURM_ARRAY_JOB_ID",
        "array_task_id": "SLURM_ARRAY_TASK_ID",
        "step_id": "SLURM_STEP_ID",
        "queue": "SLURM_JOB_PARTITION",
        "account": "SLURM_JOB_ACCOUNT",
        "cluster": "SLURM_CLUSTER_NAME",
        "nodes": "SLURM_JOB_NODELIST",
        "node_count": "SLURM_JOB_NUM_NODES",
        "node": "SLURMD_NODENAME",
        "tasks": "SLURM_NTASKS",
        "task": "SLURM_PROCID",
        "cores_per_task": "SLURM_CPUS_PER_TASK",
        "memory": "SLURM_MEM_PER_NODE",
        "gpus": "SLURM_JOB_GPUS",
        "submit_host": "SLURM_SUBMIT_HOST",
        "submit_folder": "SLURM_SUBMIT_DIR",
        "restarts": "SLURM_RESTART_COUNT",
    },
    "pbs": {
        "job_id": "PBS_JOBID",
        "job_name": "PBS_JOBNAME",
        "array_task_id": "PBS_ARRAY_INDEX",
        "queue": "PBS_QUEUE",
        "nodes_file": "PBS_NODEFILE",
        "node_count": "PBS_NUM_NODES",
        "submit_host": "PBS_O_HOST",
        "submit_folder": "PBS_O_WORKDIR",
    },
    "lsf": {
        "job_id": "LSB_JOBID",
        "job_name": "LSB_JOBNAME",
        "array_task_id": "LSB_JOBINDEX",
        "queue": "LSB_QUEUE",
        "nodes": "LSB_MCPU_HOSTS",
        "submit_host": "LSB_SUB_HOST",
        "submit_folder": "LS_SUBCWD",
    },
    "sge": {
        "job_id": "JOB_ID",
        "job_name": "JOB_NAME",
        "array_task_id": "SGE_TASK_ID",
        "queue": "QUEUE",
        "nodes_file": "PE_HOSTFILE",
        "node_count": "NHOSTS",
        "tasks": "NSLOTS",
        "submit_host": "SGE_O_HOST",
        "submit_folder": "SGE_O_WORKDIR",
    },
}
# without these, other programs set variables of the same names
_MARKS = {"slurm": "SLURM_JOB_ID", "pbs": "PBS_JOBID", "lsf": "LSB_JOBID", "sge": "SGE_ROOT"}
_LAUNCHERS: dict[str, dict[str, str]] = {
    "torchrun": {
        "rank": "RANK",
        "world_size": "WORLD_SIZE",
        "local_rank": "LOCAL_RANK",
        "local_world_size": "LOCAL_WORLD_SIZE",
        "group_rank": "GROUP_RANK",
        "master_address": "MASTER_ADDR",
        "master_port": "MASTER_PORT",
        "run_id": "TORCHELASTIC_RUN_ID",
        "restarts": "TORCHELASTIC_RESTART_COUNT",
    },
    "openmpi": {
        "rank": "OMPI_COMM_WORLD_RANK",
        "world_size": "OMPI_COMM_WORLD_SIZE",
        "local_rank": "OMPI_COMM_WORLD_LOCAL_RANK",
        "local_world_size": "OMPI_COMM_WORLD_LOCAL_SIZE",
    },
    "mpi": {"rank": "PMI_RANK", "world_size": "PMI_SIZE", "local_rank": "MPI_LOCALRANKID"},
    "slurm": {
        "rank": "SLURM_PROCID",
        "world_size": "SLURM_NTASKS",
        "local_rank": "SLURM_LOCALID",
        "group_rank": "SLURM_NODEID",
    },
}


def describe_scheduler(variables: Mapping[str, str]) -> dict[str, Any] | None:
    """Return kind, job and nodes as the scheduler gives them, as text; None outside a job."""
    for kind, mark in _MARKS.items():
        if variables.get(mark):
            return {"kind": kind} | _pick(variables, _SCHEDULERS[kind])
    return None


def describe_launcher(variables: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the place of this process among those that were started together; None for a single one."""
    for kind, names in _LAUNCHERS.items():
        if variables.get(names["rank"]) and variables.get(names["world_size"]):
            picked = _pick(variables, names)
            return {"kind": kind} | {
                key: int(text) if text.isdigit() else text for key, text in picked.items()
            }
    return None


def _pick(variables: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {key: variables[name] for key, name in names.items() if variables.get(name)}
