"""Secrets that must not be written down."""

import re

_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")


def mask_url(url: str) -> str:
    """Remove user name and password from a URL."""
    return _USER_INFO.sub("", url)
