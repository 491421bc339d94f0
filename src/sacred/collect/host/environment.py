"""The environment variables that the user chose to record."""

import os
from collections.abc import Iterable

from sacred.support.masking import mask_url


def read_environment(names: Iterable[str]) -> dict[str, str]:
    """Return those variables that are set; user names and passwords in URLs are removed."""
    return {name: mask_url(os.environ[name]) for name in names if name in os.environ}
