"""The container that the process runs in, by the marks that container engines leave."""

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from sacred.support.proc import read_text

_SERVICE_ACCOUNT = "var/run/secrets/kubernetes.io/serviceaccount/namespace"
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def describe_container(variables: Mapping[str, str], root: str = "/") -> dict[str, Any] | None:
    """Return kind, id and image of the container, as far as they can be seen; None outside one.

    Args:
        variables: environment variables.
        root: where the marks are looked for.
    """
    kind = _find_kind(variables, root)
    if kind is None:
        return None
    image = variables.get("APPTAINER_CONTAINER") or variables.get("SINGULARITY_CONTAINER")
    facts = {"kind": kind, "id": _find_id(root), "image": image or _read_podman_image(root)}
    if "KUBERNETES_SERVICE_HOST" in variables:
        facts["pod"] = variables.get("POD_NAME") or variables.get("HOSTNAME")
        facts["namespace"] = variables.get("POD_NAMESPACE") or read_text(os.path.join(root, _SERVICE_ACCOUNT))
    return facts


def _find_kind(variables: Mapping[str, str], root: str) -> str | None:
    def has(mark: str) -> bool:
        return os.path.exists(os.path.join(root, mark))

    if has(".singularity.d") or "APPTAINER_CONTAINER" in variables or "SINGULARITY_CONTAINER" in variables:
        return "apptainer" if "APPTAINER_CONTAINER" in variables else "singularity"
    if "KUBERNETES_SERVICE_HOST" in variables:
        return "kubernetes"
    if has(".dockerenv"):
        return "docker"
    if has("run/.containerenv"):
        return "podman"
    # systemd-nspawn, lxc and others follow https://systemd.io/CONTAINER_INTERFACE
    return variables.get("container") or read_text(os.path.join(root, "run/systemd/container")) or None


@cache  # no process changes its container, and the tables are long
def _find_id(root: str) -> str | None:
    """Return the id, which is in paths of control groups, or of files that the engine mounts."""
    for name in ("proc/self/cgroup", "proc/self/mountinfo"):
        text = read_text(os.path.join(root, name)) or ""
        for line in text.splitlines():
            if "cgroup" not in name and "/containers/" not in line and "/overlay-containers/" not in line:
                continue
            found = _ID.search(line)
            if found:
                return found.group()
    return None


def _read_podman_image(root: str) -> str | None:
    text = read_text(os.path.join(root, "run/.containerenv")) or ""
    found = re.search(r'^image="([^"]*)"', text, re.MULTILINE)
    return found.group(1) if found else None
