"""The IPython shell of this process, be it a notebook's kernel or a terminal, without loading IPython."""

import sys
from collections.abc import Mapping
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """One execution of a cell.

    Attributes:
        key: the same whenever this cell is executed: its id if the front end tells it, else its text.
        number: which execution of the session it is.
    """

    key: str
    number: int


def find_shell() -> Any:
    """Return the shell, or None if there is none."""
    module = sys.modules.get("IPython")
    find = getattr(module, "get_ipython", None)
    return find() if find is not None else None


def find_cell() -> Cell | None:
    """Return the cell that is being executed; None outside of IPython."""
    shell = find_shell()
    if shell is None:
        return None
    history = shell.history_manager.input_hist_raw
    key = _find_cell_id(shell) or (history[-1] if history else "")
    return Cell(str(key), int(shell.execution_count))


def _find_cell_id(shell: Any) -> Any:
    find_request = getattr(shell, "get_parent", None)  # only kernels get requests
    request = find_request() if find_request is not None else None
    metadata = request.get("metadata") if isinstance(request, Mapping) else None
    return metadata.get("cellId") if isinstance(metadata, Mapping) else None


def name_cell(filename: str) -> str | None:
    """Return what IPython calls the cell with this file name, such as ``In[3]``; None if none has it."""
    find = getattr(getattr(find_shell(), "compile", None), "format_code_name", None)
    found = find(filename) if find is not None else None  # such as ("Cell", "In[3]")
    return str(found[1]) if found else None
