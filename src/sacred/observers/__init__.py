"""To where a run is told: one module per kind of observer, loaded when its name is used."""

from typing import TYPE_CHECKING

from sacred.plugins.registry import make_lazy

if TYPE_CHECKING:
    from sacred.observers.base import RunObserver
    from sacred.observers.file_storage import FileStorageObserver

__all__ = ["FileStorageObserver", "RunObserver"]

__getattr__, __dir__ = make_lazy(
    __name__,
    {
        "RunObserver": "sacred.observers.base:RunObserver",
        "FileStorageObserver": "sacred.observers.file_storage:FileStorageObserver",
    },
)
