"""Whether objects are pickled by name, or as a whole by cloudpickle (joblib, dask, ray)."""

import copyreg
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType


def is_sent_whole(module: str) -> bool:
    """Tell whether what a module defines is being pickled as a whole.

    cloudpickle does that with what the main program defines, which its workers can't import.
    """
    return module == "__main__" and is_cloudpickle_at_work()


def is_cloudpickle_at_work() -> bool:
    """Tell whether cloudpickle, or a copy of it in another package, called this.

    A pickler does not say who it is, but it is among the callers.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 -- inspect.currentframe is slow to load
    while frame is not None and "cloudpickle" not in frame.f_globals.get("__name__", ""):
        frame = frame.f_back
    return frame is not None


def reduce_whole(obj: object, state: dict[str, Any]) -> tuple[Any, ...]:
    """Return what ``__reduce__`` returns for an object that is made without arguments and then given a state.

    So functions can refer to the object, and the object to them.
    """
    return copyreg.__newobj__, (type(obj),), state  # type: ignore[attr-defined] # as object.__reduce_ex__ does
