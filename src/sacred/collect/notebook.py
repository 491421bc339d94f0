"""The cells of a notebook, or of an IPython session: the source of what is made in them.

All that were executed so far are kept, in the order of execution: executed once more, they lead to the same
state. The notebook's file would not do: it may not be saved, its cells may have been executed in another
order, and most kernels don't know where it is.
"""

import atexit
import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sacred.support.files import write_atomically
from sacred.support.ipython import find_shell

_DEFAULT_NAME = "cells.py"
_folders: dict[int, str] = {}  # by process: a forked one must not remove its parent's


def keep_cells() -> str | None:
    """Write the cells executed so far to a file, and return its path; None outside of IPython.

    It is in a temporary folder of this process, from which observers take it as any other source.
    """
    shell = find_shell()
    if shell is None:
        return None
    text = format_cells(_get_history(shell))
    with contextlib.suppress(OSError):  # the run goes on without
        path = os.path.join(_find_folder(), find_name(shell.user_ns, os.environ))
        if _read(path) != text:
            write_atomically(path, text, durable=False)
        return path
    return None


def format_cells(history: Sequence[str]) -> str:
    """Return cells as one text, each below its number; editors show it as cells again.

    Args:
        history: the cells by number; the first one has the number 0.
    """
    return "\n\n".join(_iter_cells(history))


def _iter_cells(history: Sequence[str]) -> Iterator[str]:
    for number, code in enumerate(history):
        if code.strip():
            yield f"# In[{number}]:\n\n{code.strip()}\n"


def find_name(names: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """Return a name for the file: that of the notebook if the front end tells it.

    Args:
        names: global names of the session, where Visual Studio Code puts it.
        environment: where Jupyter puts it.
    """
    notebook = names.get("__vsc_ipynb_file__") or environment.get("JPY_SESSION_NAME") or ""
    stem, extension = os.path.splitext(os.path.basename(str(notebook).replace("\\", "/")))
    return f"{stem}.py" if stem and extension == ".ipynb" else _DEFAULT_NAME


def _get_history(shell: Any) -> list[str]:
    """Return the cells as Python code: IPython has replaced its own syntax (``%magic``, ``!command``)."""
    return list(getattr(shell.history_manager, "input_hist_parsed", ()))


def _find_folder() -> str:
    process = os.getpid()
    if not os.path.isdir(_folders.get(process, "")):
        import tempfile

        _folders[process] = tempfile.mkdtemp(prefix="sacred-cells-")
        atexit.register(_remove_folder, process)
    return _folders[process]


def _remove_folder(process: int) -> None:
    if os.getpid() == process:
        import shutil

        shutil.rmtree(_folders[process], ignore_errors=True)


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return None
