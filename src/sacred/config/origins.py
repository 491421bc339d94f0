"""Where each configuration entry comes from."""

from collections.abc import Iterable, Mapping
from typing import Any

from sacred.config.containers import is_different

Layer = tuple[str, Mapping[str, Any]]
"""A label, such as ``cfg (main.py:12)``, and the nested values that it set."""


def find_origins(config: Mapping[str, Any], layers: Iterable[Layer]) -> dict[str, str]:
    """Return ``{dotted path: label}`` for every leaf: the last layer that has the value it ended with.

    Args:
        config: the final entries.
        layers: what was set, in order.
    """
    origins: dict[str, str] = {}
    for label, values in layers:
        _mark(config, values, label, "", origins)
    return origins


def _mark(config: Any, values: Mapping[str, Any], label: str, prefix: str, origins: dict[str, str]) -> None:
    for key, value in values.items():
        path = f"{prefix}{key}"
        if "[" in str(key):  # an element: the update is known by its own path, and the list by its name
            origins[path] = label
            origins[f"{prefix}{key.split('[')[0]}"] = label
            continue
        if key not in config:
            continue
        if isinstance(value, dict) and value and isinstance(config[key], dict):
            _mark(config[key], value, label, path + ".", origins)
        elif path not in origins or not is_different(config[key], value):
            origins[path] = label
