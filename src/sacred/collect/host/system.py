"""Name, operating system and Python of the machine."""

import os
import sys


def read_hostname() -> str:
    """Return the machine's name."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    import platform

    return platform.node()


def read_os() -> list[str]:
    """Return the system's name and its full description, as the module ``platform`` gives them."""
    if os.name == "posix" and os.uname().sysname == "Linux":
        return ["Linux", _describe_linux()]
    import platform

    return [platform.system(), platform.platform()]


def _describe_linux() -> str:
    """Return the text of ``platform.platform()``, which starts a process to find the same (4 ms)."""
    system = os.uname()
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (ValueError, OSError):  # another C library
        name, version = "", ""
    library = ["with", name + version] if name else []
    text = "-".join([system.sysname, system.release, system.machine, *library])
    return text.replace(" ", "_").replace("/", "-")


def read_python_version() -> str:
    """Return the version of Python, as ``3.11.7``."""
    return sys.version.partition(" ")[0]
