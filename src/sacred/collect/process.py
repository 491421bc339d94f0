"""The process that runs the experiment: how it was started, by whom, with which Python, where on earth."""

import os
import sys
import time
from collections.abc import Mapping
from typing import Any


def describe_process() -> dict[str, Any]:
    """Return command line, working folder and the like; what a system does not have is None."""
    return {
        "argv": [str(word) for word in sys.argv],
        "command_line": [str(word) for word in sys.orig_argv],
        "cwd": _find_cwd(),
        "pid": os.getpid(),
        "parent_pid": os.getppid(),
        "uid": os.getuid() if hasattr(os, "getuid") else None,
        "gid": os.getgid() if hasattr(os, "getgid") else None,
        "umask": _read_umask(),
    }


def describe_python() -> dict[str, Any]:
    """Return the interpreter and the environment that it is in."""
    in_environment = sys.prefix != sys.base_prefix
    return {
        "version": sys.version,
        "implementation": sys.implementation.name,
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "virtual_environment": sys.prefix if in_environment else os.environ.get("VIRTUAL_ENV"),
        "conda_environment": os.environ.get("CONDA_DEFAULT_ENV"),
        "conda_prefix": os.environ.get("CONDA_PREFIX"),
        "flags": {
            name: getattr(sys.flags, name)
            for name in ("optimize", "dev_mode", "utf8_mode", "isolated", "hash_randomization")
        },
        "path": list(sys.path),
    }


def describe_locale() -> dict[str, Any]:
    """Return language, encodings and time zone."""
    moment = time.localtime()
    return {
        "language": next(filter(None, map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), None),
        "file_system_encoding": sys.getfilesystemencoding(),
        "stdout_encoding": getattr(sys.stdout, "encoding", None),
        "time_zone": moment.tm_zone,
        "utc_offset_seconds": moment.tm_gmtoff,
    }


def find_user(variables: Mapping[str, str]) -> str | None:
    """Return the name of the user that the environment variables tell."""
    names = ("LOGNAME", "USER", "LNAME", "USERNAME")
    return next(filter(None, map(variables.get, names)), None)


def look_up_user() -> str | None:
    """Return the name that the system has; it may take long where a directory on the network has it."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError, OSError):  # a container may have a number and no name
        return None


def _find_cwd() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # somebody removed it
        return None


def _read_umask() -> str | None:
    """Return the mask in octal digits; os.umask would change it for all threads to tell it."""
    from sacred.support.proc import read_text

    _, _, text = (read_text("/proc/self/status") or "").partition("\nUmask:")
    return next(iter(text.split(maxsplit=1)), None)
