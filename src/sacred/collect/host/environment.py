"""The environment variables that the user chose to record."""

import os
from collections.abc import Iterable

from sacred.collect.secrets import make_masking


def read_environment(names: Iterable[str]) -> dict[str, str]:
    """Return those variables that are set; secrets, and user names and passwords in URLs, are masked."""
    found = {name: os.environ[name] for name in names if name in os.environ}
    return make_masking(os.environ).mask_value(found) if found else {}
