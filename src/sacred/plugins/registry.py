"""Names that load their module when they are first used."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def load(target: str) -> Any:
    """Return what ``"module:attribute"`` or ``"module"`` names."""
    module, _, attribute = target.partition(":")
    loaded = importlib.import_module(module)
    return getattr(loaded, attribute) if attribute else loaded


def get_inheritors(cls: type) -> set[type]:
    """Return all classes that are made from a class, at any distance."""
    children: set[type] = set(cls.__subclasses__())
    return children.union(*map(get_inheritors, children))


def make_lazy(
    module: str, targets: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return a module's ``__getattr__`` and ``__dir__`` (PEP 562) for names that load when used.

    Args:
        module: the ``__name__`` of the module that offers the names.
        targets: ``{name: "module:attribute" or "module"}``; names that are missing here are tried as
            submodules.
    """
    namespace = importlib.import_module(module).__dict__

    def get_attribute(name: str) -> Any:
        if name in targets:
            value = load(targets[name])
        elif name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        else:
            try:
                value = importlib.import_module(f"{module}.{name}")
            except ModuleNotFoundError as error:
                if error.name != f"{module}.{name}":
                    raise
                raise AttributeError(f"module {module!r} has no attribute {name!r}") from None
        namespace[name] = value
        return value

    def list_attributes() -> list[str]:
        return sorted({*namespace, *targets})

    return get_attribute, list_attributes
