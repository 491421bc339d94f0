"""The result of evaluating configs: the entries, and what updates changed in them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sacred.config.dogmatic import is_different, simplify_type, type_changed
from sacred.config.elements import get_element, iter_enclosing, split_element_key
from sacred.config.origins import Layer, find_origins
from sacred.support.dotted import iter_prefixes

_NOTHING = object()


class ConfigSummary(dict[str, Any]):
    """Configuration entries, with what is known about them.

    Attributes:
        added: dotted paths of updates that no config has an entry for.
        modified: paths of entries that updates changed, with all their parents.
        typechanged: ``{path: (type before, type now)}``.
        ignored_fallbacks: entries of ingredients that a config tried to overwrite.
        docs: ``{path: documentation}``, from comments.
        proposed: ``{path: value}`` that configs have for updated entries.
        layers: ``(label, entries)`` of each config in order.
        labels: better words for labels, such as "command line" for "config_updates".
        parts: ``(prefix, final entries, layers)`` of each ingredient, from which ``origins`` is made.
    """

    def __init__(
        self,
        added: Iterable[str] = (),
        modified: Iterable[str] = (),
        typechanged: Mapping[str, tuple[type, type]] | Iterable[Any] = (),
        ignored_fallbacks: Iterable[str] = (),
        docs: Mapping[str, str] | Iterable[Any] = (),
    ) -> None:
        super().__init__()
        self.added = set(added)
        self.modified = set(modified)
        self.typechanged = dict(typechanged)
        self.ignored_fallbacks = set(ignored_fallbacks)
        self.docs = dict(docs)
        self.proposed: dict[str, Any] = {}
        self.layers: list[Layer] = []
        self.labels: dict[str, str] = {}
        self.parts: list[tuple[str, Mapping[str, Any], list[Layer]]] = []
        self.ensure_coherence()

    @property
    def origins(self) -> dict[str, str]:
        """``{path: which config, file or update the value comes from}``, worked out when asked for."""
        return {
            prefix + path: self.labels.get(label, label)
            for prefix, config, layers in self.parts
            for path, label in find_origins(config, layers).items()
        }

    def update_from(self, config_mod: "ConfigSummary", path: str = "") -> None:
        """Take over what ``config_mod`` knows, for entries below ``path``."""
        above = f"{path}." if path else ""
        self.added |= {above + entry for entry in config_mod.added}
        self.modified |= {above + entry for entry in config_mod.modified}
        self.typechanged.update({above + key: types for key, types in config_mod.typechanged.items()})
        self.ignored_fallbacks |= {above + entry for entry in config_mod.ignored_fallbacks}
        for key, doc in config_mod.docs.items():
            self.docs.setdefault(above + key, doc)
        self.parts += [(above + place, config, layers) for place, config, layers in config_mod.parts]
        if path and (config_mod.added or config_mod.modified or config_mod.typechanged):
            self.modified |= set(iter_prefixes(path))

    def ensure_coherence(self) -> None:
        """Count the parents of changed entries as modified, and each entry as one thing only."""
        for path in (*self.added, *self.typechanged, *self.modified):
            if "." in path or path.endswith("]"):
                self.modified |= {above for above in iter_enclosing(path) if above != path}
        self.modified -= self.added | self.typechanged.keys()

    def compare(self, fixed: Mapping[str, Any]) -> None:
        """Work out from ``proposed`` what the updates ``fixed`` added, modified, and changed in type."""
        self._compare_level(fixed, "", {})
        self.ensure_coherence()

    def _compare_level(self, fixed: Mapping[str, Any], prefix: str, proposed: Mapping[str, Any]) -> None:
        for key, value in fixed.items():
            path = f"{prefix}{key}"
            old = self._find_proposed(key, prefix, proposed)
            if isinstance(value, dict) and value:
                if old is not _NOTHING and old is not None and not isinstance(old, dict):
                    self.typechanged[path] = (simplify_type(old), dict)
                self._compare_level(value, path + ".", old if isinstance(old, dict) else {})
            elif old is _NOTHING:
                self.added.add(path)
            else:
                self._compare_leaf(path, old, value)

    def _find_proposed(self, key: Any, prefix: str, proposed: Mapping[str, Any]) -> Any:
        parts = split_element_key(key)
        name, indices = parts or (key, "")
        value = self.proposed.get(f"{prefix}{name}", proposed.get(name, _NOTHING))
        return get_element(value, indices, _NOTHING)

    def _compare_leaf(self, path: str, old: Any, new: Any) -> None:
        if isinstance(old, dict) and isinstance(new, dict):
            return  # an empty dictionary changes nothing
        if type_changed(old, new):
            self.typechanged[path] = (simplify_type(old), simplify_type(new))
        elif is_different(old, new):
            self.modified.add(path)
