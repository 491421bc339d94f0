"""Keeping the folders that TensorFlow's summary writers are made for.

``tf`` is a global of this module: TensorFlow in its form of version 1, loaded when it is first used. Tests
may set it to a stand-in.
"""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sacred.plugins.extras import get_tensorflow, require
from sacred.stflow.internal import Owner, start_listening, stop_listening

if TYPE_CHECKING:
    from sacred.experiment import Experiment

__all__ = ["LogFileWriter"]

tf: Any  # by __getattr__, until it is loaded or set


def __getattr__(name: str) -> Any:
    if name != "tf":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return _load_tensorflow()
    except ImportError:
        return None


def _load_tensorflow() -> Any:
    loaded = globals().get("tf")
    if loaded is None:
        require("tensorflow", "LogFileWriter")
        loaded = globals()["tf"] = get_tensorflow()
    return loaded


class LogFileWriter(ContextDecorator):
    """Keep the folder of each TensorFlow summary writer in ``info["tensorflow"]["logdirs"]``.

    It decorates a function, or is a context manager, and works on what is called below it: ``FileWriter`` of
    TensorFlow 1 (``tf.compat.v1.summary.FileWriter`` in version 2) and ``tf.summary.create_file_writer``.
    TensorFlow is imported when the first function so decorated is called.

    Args:
        experiment: the experiment; when a writer is made, it must have a run.

    Raises:
        MissingExtraError: (an ImportError, when the block is entered) TensorFlow is not installed.
    """

    def __init__(self, experiment: "Experiment") -> None:
        self.experiment = experiment
        self._entered: list[list[_Listener]] = []

    def __enter__(self) -> None:
        listeners = [_Listener(*function, self.experiment) for function in _find_functions()]
        for listener in listeners:
            start_listening(listener.owner, listener.name, listener)
        self._entered.append(listeners)

    def __exit__(self, *_: object) -> None:
        for listener in self._entered.pop():
            stop_listening(listener.owner, listener.name, listener)


def _find_functions() -> Iterator[tuple[Owner, str, int]]:
    """Yield what makes writers: its owner, its name there, and the place of ``logdir`` in a call."""
    tensorflow = _load_tensorflow()
    yield tensorflow.summary.FileWriter, "__init__", 1
    for summary in _find_summary_modules():
        yield summary, "create_file_writer", 0


def _find_summary_modules() -> list[ModuleType]:
    """Return all the modules in which TensorFlow 2 has ``create_file_writer``."""
    if "tensorflow" not in sys.modules:
        return []
    with suppress(ImportError):
        # once somebody imports it by this name, `tensorflow.summary` is another module than before
        importlib.import_module("tensorflow.summary")
    return [
        module
        for name, module in tuple(sys.modules.items())
        if name.startswith("tensorflow.") and name.endswith(".summary")
        if hasattr(module, "create_file_writer")
    ]


@dataclass(frozen=True)
class _Listener:
    """Keeps the folder of a writer once it is made; nested blocks of one experiment have equal ones."""

    owner: Owner
    name: str
    place: int
    experiment: "Experiment"

    def __call__(self, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        writer = original(*args, **kwargs)
        folders = [kwargs["logdir"]] if "logdir" in kwargs else args[self.place : self.place + 1]
        kept = self.experiment.info.setdefault("tensorflow", {}).setdefault("logdirs", [])
        kept.extend(os.fspath(folder) if isinstance(folder, os.PathLike) else folder for folder in folders)
        return writer
