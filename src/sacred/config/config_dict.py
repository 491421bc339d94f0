"""Configs given as a dictionary or a file."""

from collections.abc import Mapping
from typing import Any

from sacred.config.config_summary import ConfigSummary
from sacred.config.dogmatic import undogmatize
from sacred.config.keys import normalize_or_die
from sacred.config.namespace import Entries


class ConfigDict:
    """A config whose entries are the items of a dictionary.

    Args:
        d: the entries.
        label: where they come from, in words, for ``print_config``.

    Raises:
        ConfigKeyError: a key is not allowed.
    """

    def __init__(self, d: Mapping[str, Any], label: str = "add_config") -> None:
        self._conf = normalize_or_die(dict(d))
        self.label = label

    def __call__(
        self,
        fixed: Mapping[str, Any] | None = None,
        preset: Mapping[str, Any] | None = None,
        fallback: Mapping[str, Any] | None = None,  # noqa: ARG002 -- as for config functions
    ) -> ConfigSummary:
        """Return the entries, where ``fixed`` wins over them and they win over ``preset``."""
        entries = Entries(fixed)
        for key, value in undogmatize(self._conf).items():
            entries[key] = value
        summary = entries.summarize(self.label, preset)
        summary.compare(fixed or {})
        return summary

    def __repr__(self) -> str:
        return f"<ConfigDict {self.label}: {self._conf!r}>"
