"""Where each configuration entry comes from."""

from collections.abc import Iterable, Mapping
from typing import Any

from sacred.config.dogmatic import is_different

Layer = tuple[str, Mapping[str, Any]]
"""A label, such as ``cfg (main.py:12)``, and the nested values that it set."""


def find_origins(config: Mapping[str, Any], layers: Iterable[Layer]) -> dict[str, str]:
    """Return ``{dotted path: label}`` for every leaf: the last layer that set it.

    Args:
        config: the final entries.
        layers: what was set, in order; what wins over others comes after them.
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
        elif key in config and isinstance(value, dict) and value and isinstance(config[key], dict):
            _mark(config[key], value, label, path + ".", origins)
        elif key in config:
            origins[path] = label


def find_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of ``after`` that ``before`` has not, or has otherwise."""
    changes: dict[str, Any] = {}
    for key, value in after.items():
        present = before.get(key)
        if isinstance(value, dict) and isinstance(present, dict):
            inside = find_changes(present, value)
            if inside:
                changes[key] = inside
        elif key not in before or is_different(present, value):
            changes[key] = value
    return changes
