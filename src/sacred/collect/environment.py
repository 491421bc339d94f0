"""``environment.json``: in what surroundings a run ran, section by section.

First comes what the experiment's own code may change (arguments, working folder, variables), then the rest,
while that code runs already.
"""

import os
import re
from collections.abc import Callable, Mapping
from fnmatch import translate
from functools import cache
from typing import TYPE_CHECKING, Any

from sacred.collect.container import describe_container
from sacred.collect.file_system import describe_file_system
from sacred.collect.host.cpu import read_cpu
from sacred.collect.machine import describe_cpu, describe_memory, read_boot_id
from sacred.collect.packages import list_installed
from sacred.collect.process import (
    describe_locale,
    describe_process,
    describe_python,
    find_user,
    look_up_user,
)
from sacred.collect.scheduler import describe_launcher, describe_scheduler
from sacred.settings import SETTINGS
from sacred.support.limits import call_within

if TYPE_CHECKING:
    from sacred.support.masking import Masking

LIMIT_SECONDS = 2.0
"""How long a directory of users, or a driver, may take."""

FORMAT = 1

# a driver for Linux, and the one that Windows lends to a Linux within it
_DRIVERS = ("/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/dxg")


class EnvironmentFacts:
    """Gathers the sections; one that fails is a note.

    Args:
        masking: knows secrets.
        variables: the environment when the run started.

    Attributes:
        sections: what was gathered so far, by name.
    """

    def __init__(self, masking: "Masking", variables: Mapping[str, str]) -> None:
        self.sections: dict[str, Any] = {"format": FORMAT}
        self._masking = masking
        self._variables = variables
        self._notes: dict[str, str] = {}

    def gather_start(self) -> None:
        """Gather what may be another thing once the experiment's code runs."""
        self._add("process", self._describe_process)
        self._add("python", describe_python)
        self._add("locale", describe_locale)
        self._add("user", lambda: find_user(self._variables) or _look_up_user())

    def gather_rest(self) -> None:
        """Gather what stays as it is."""
        self._add("variables", self._pick_variables)
        self._add("distributions", list_installed)
        self._add("container", lambda: describe_container(self._variables))
        self._add("scheduler", lambda: describe_scheduler(self._variables))
        self._add("launcher", lambda: describe_launcher(self._variables))
        self._add("boot_id", read_boot_id)
        self._add("memory", describe_memory)
        self._add("cpu", lambda: {"model": read_cpu()} | describe_cpu())
        if SETTINGS.HOST_INFO.INCLUDE_GPU_INFO:
            self._add("gpu", _describe_gpus)

    def add_repositories(self, describe: Callable[[], Any]) -> None:
        """Add what is known of the repositories."""
        self._add("repositories", lambda: self._masking.mask_value(describe()))

    def add_file_system(self, folder: str) -> None:
        """Add what the run folder is on."""
        self._add("file_system", lambda: describe_file_system(folder))

    def note(self, section: str, reason: str) -> None:
        """Say why a section is missing."""
        self._notes[section] = reason
        self.sections["notes"] = dict(self._notes)

    def _add(self, section: str, gather: Callable[[], Any]) -> None:
        try:
            found = gather()
        except Exception as error:  # noqa: BLE001 - a fact that is missing must not cost the others
            self.note(section, f"{type(error).__name__}: {error}")
        else:
            self.sections[section] = found

    def _describe_process(self) -> dict[str, Any]:
        facts = describe_process()
        for key in ("argv", "command_line"):
            facts[key] = self._masking.mask_words(facts[key])
        return facts

    def _pick_variables(self) -> dict[str, str]:
        patterns = [*SETTINGS.ENVIRONMENT.VARIABLES, *SETTINGS.HOST_INFO.CAPTURED_ENV]
        wanted = _compile(tuple(patterns))
        picked = {name: self._variables[name] for name in sorted(self._variables) if wanted.match(name)}
        return dict(self._masking.mask_value(picked))


@cache
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)) or "(?!)")


@cache
def _look_up_user() -> str | None:
    return call_within(look_up_user, LIMIT_SECONDS)


def _describe_gpus() -> dict[str, Any] | None:
    if not any(map(os.path.exists, _DRIVERS)):
        return None  # without asking the library, which takes 10 ms to load
    from sacred.collect.host.nvml import read_devices

    return call_within(read_devices, LIMIT_SECONDS)
