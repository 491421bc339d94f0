"""Doing something to a module when it is imported, be that now or later."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

ModuleCallback = Callable[[ModuleType], None]


class _Watcher(importlib.abc.MetaPathFinder):
    """Finds nothing by itself: it lets the other finders do that, and wraps the loader they return."""

    def __init__(self) -> None:
        self.callbacks: dict[str, list[ModuleCallback]] = {}
        self.busy: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
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
            spec.loader = _Loader(spec.loader, self)
        return spec

    def announce(self, module: ModuleType) -> None:
        for callback in self.callbacks.get(module.__name__, ()):
            callback(module)


class _Loader(importlib.abc.Loader):
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
    if module is not None and not getattr(module.__spec__, "_initializing", False):
        callback(module)

    def forget() -> None:
        if callback in _watcher.callbacks.get(name, ()):
            _watcher.callbacks[name].remove(callback)

    return forget
