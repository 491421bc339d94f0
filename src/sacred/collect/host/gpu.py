"""NVidia graphics processors, as nvidia-smi describes them."""

import os
from typing import Any

LIMIT_SECONDS = 2.0
_QUERY = "driver_version,name,memory.total,persistence_mode"


class GpuError(Exception):
    """nvidia-smi is there but gave no answer; the message says why."""


def read_gpus() -> dict[str, Any] | None:
    """Return driver and processors in the form of 0.8's ``gpus``; None on a machine without nvidia-smi.

    Returns:
        ``{"driver_version": text, "gpus": [{"model": text, "total_memory": MiB, "persistence_mode": bool}]}``

    Raises:
        GpuError: nvidia-smi failed, or did not answer within 2 seconds.
    """
    program = _find_program("nvidia-smi")
    return None if program is None else _parse(_ask(program))


def _find_program(name: str) -> str | None:
    # not shutil.which: importing shutil would cost more than the rest of the host info
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None


def _ask(program: str) -> str:
    import subprocess

    command = [program, f"--query-gpu={_QUERY}", "--format=csv,noheader,nounits"]
    try:
        result = subprocess.run(  # noqa: S603 - our own arguments
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GpuError(f"nvidia-smi did not answer within {LIMIT_SECONDS:g} s") from None
    except OSError as error:
        raise GpuError(f"nvidia-smi can't be started ({error.strerror})") from None
    if result.returncode:
        lines = (result.stdout + result.stderr).strip().splitlines()
        raise GpuError(f"nvidia-smi failed: {lines[0] if lines else result.returncode}")
    return result.stdout


def _parse(table: str) -> dict[str, Any]:
    rows = [[cell.strip() for cell in line.split(",")] for line in table.splitlines() if line.count(",") == 3]
    gpus = [
        {
            "model": model,
            "total_memory": int(memory) if memory.isdigit() else None,
            "persistence_mode": mode == "Enabled",
        }
        for _, model, memory, mode in rows
    ]
    return {"driver_version": rows[0][0] if rows else None, "gpus": gpus}
