"""What the version of a package looks like (PEP 440)."""

import re

# [N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]
PEP440_VERSION_PATTERN = re.compile(
    r"^(\d+!)?\d+(\.\d+)*((a|b|c|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9]+([._-][a-z0-9]+)*)?$",
    re.IGNORECASE,
)


def check_version(version: str) -> str:
    """Return the version if it is one.

    Raises:
        ValueError: it is none.
        TypeError: it is no text.
    """
    if not PEP440_VERSION_PATTERN.match(version):
        raise ValueError(f'Invalid Version: "{version}"')
    return version
