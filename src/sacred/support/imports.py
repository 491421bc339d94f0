"""Doing something to a module when it is imported, be that now or later."""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

ModuleCallback = Callable[[ModuleType], None]


class _Watcher:
    """A finder that finds nothing by itself: it lets the others do that, and wraps the loader they return.

    The base classes in ``importlib.abc`` add nothing to it, and take 5 ms to import.
    """

    def __init__(self) -> None:
        self.callbacks: dict[str, list[ModuleCallback]] = {}
        self.busy: set[str] = set()

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.callbacks or fullname in self.busy:
            return None
        self.busy.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        except (ImportError, ValueError):
            return None
        finally:
            self.busy.discard(fullname)
        if spec is not None and spec.loader is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(spec.loader, self)  # type: ignore[assignment]  # a loader by its methods
        return spec

    def announce(self, module: ModuleType) -> None:
        for callback in self.callbacks.get(module.__name__, ()):
            callback(module)


class _Loader:
    """A loader that calls back once its module is complete, and steps aside."""

    def __init__(self, loader: Any, watcher: _Watcher) -> None:
        self._loader = loader
        self._watcher = watcher

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._watcher.announce(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


_watcher = _Watcher()


def when_imported(name: str, callback: ModuleCallback) -> Callable[[], None]:
    """Call ``callback(module)`` now if the module is loaded, else as soon as somebody imports it.

    The callback must not raise: its error would be the importer's.

    Returns:
        A function that takes the request back.
    """
    _watcher.callbacks.setdefault(name, []).append(callback)
    if _watcher not in sys.meta_path:
        sys.meta_path.insert(0, _watcher)
    module = sys.modules.get(name)
    # users' tests put things without a __spec__ in the place of modules
    if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
        callback(module)

    def forget() -> None:
        if callback in _watcher.callbacks.get(name, ()):
            _watcher.callbacks[name].remove(callback)

    return forget
