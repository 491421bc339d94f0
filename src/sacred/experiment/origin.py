"""Where in the user's code an experiment or ingredient is made."""

# os.path: abspath keeps symbolic links, and pathlib is slow where every run passes

import os
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from sacred.support.files import name_code

if TYPE_CHECKING:
    from sacred.experiment.additions import Additions


class Origin(NamedTuple):
    """Where an experiment or ingredient is made.

    Attributes:
        main_file: absolute path of the file; None in an interactive session.
        base_dir: absolute path of its folder, or the working directory.
        module: name of the module.
        doc: the module's docstring.
        line: ``file.py:12``, for messages.
    """

    main_file: str | None
    base_dir: str
    module: str
    doc: str | None
    line: str

    def make_additions(self) -> "Additions | None":
        """Return what knows of cells that are executed again; None outside of a session of IPython."""
        if self.main_file is not None or "IPython" not in sys.modules:
            return None
        from sacred.experiment.additions import Additions

        return Additions()


def find_origin(made: object) -> Origin:
    """Find the code that is making an object: the nearest caller that is no constructor of the object itself.

    So an experiment class of the user's own, written in another module, doesn't hide the script.

    Args:
        made: the object whose ``__init__`` is running.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 -- inspect.currentframe is slow to load
    while frame is not None and (_is_ours(frame) or _is_constructor_of(frame, made)):
        frame = frame.f_back
    names: dict[str, Any] = frame.f_globals if frame is not None else {}
    filename = names.get("__file__")
    main_file = os.path.abspath(filename) if filename and os.path.isfile(filename) else None
    base_dir = os.path.dirname(main_file) if main_file else os.getcwd()
    return Origin(
        main_file, base_dir, names.get("__name__", "__main__"), names.get("__doc__"), describe_caller()
    )


def describe_caller() -> str:
    """Return ``file.py:12``, or ``In[3]:12``, of the nearest caller outside this package."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 -- inspect.currentframe is slow to load
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    if frame is None:
        return "?"
    return f"{name_code(frame.f_code.co_filename)}:{frame.f_lineno}"


def _is_ours(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__", "")
    return bool(name == "sacred" or name.startswith("sacred."))


def _is_constructor_of(frame: FrameType, made: object) -> bool:
    code = frame.f_code
    return (
        code.co_name == "__init__"
        and code.co_argcount > 0
        and frame.f_locals.get(code.co_varnames[0]) is made
    )
