"""Evaluating several configs in order."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sacred.config.config_summary import ConfigSummary
from sacred.config.elements import split_elements
from sacred.config.keys import normalize_or_die
from sacred.config.namespace import fill_in
from sacred.errors import InvalidConfigError
from sacred.support.dotted import iter_prefixes, iterate_flattened

Config = Callable[..., ConfigSummary]
"""Anything callable as ``config(fixed=, preset=, fallback=)`` that returns a :class:`ConfigSummary`."""


def chain_evaluate_config_scopes(
    config_scopes: Iterable[Config],
    fixed: Mapping[str, Any] | None = None,
    preset: Mapping[str, Any] | None = None,
    fallback: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], list[ConfigSummary]]:
    """Evaluate configs in order; return the entries, and a list with the summary of all.

    The arguments are those of :func:`evaluate_chain`; the two parts are Sacred 0.8's form of its result.
    """
    total = evaluate_chain(config_scopes, fixed, preset, fallback)
    return dict(total), [total]


def evaluate_chain(
    config_scopes: Iterable[Config],
    fixed: Mapping[str, Any] | None = None,
    preset: Mapping[str, Any] | None = None,
    fallback: Mapping[str, Any] | None = None,
) -> ConfigSummary:
    """Evaluate configs in order, each seeing the entries of those before it.

    Args:
        config_scopes: config functions, dictionaries, or callables of the user's own.
        fixed: nested updates that win over every config.
        preset: entries that are there before the first config.
        fallback: entries of ingredients, which parameters may come from.

    Returns:
        The entries of all, and what ``fixed`` added to them or changed in them.
    """
    fixed = fixed or {}
    total = ConfigSummary()
    total.update(preset or {})
    for config in config_scopes:
        result = config(fixed=fixed, preset=dict(total), fallback=fallback)
        entries = dict(result) if result.layers else fill_in(result, total)
        total.clear()
        total.update(entries)
        _take_over(total, config, result, fixed)
    _add_updates(total, fixed)
    total.compare(fixed)
    return total


def _take_over(total: ConfigSummary, config: Config, result: ConfigSummary, fixed: Mapping[str, Any]) -> None:
    total.proposed.update(result.proposed if hasattr(result, "proposed") else {})
    total.ignored_fallbacks |= set(result.ignored_fallbacks)
    for path, doc in result.docs.items():
        total.docs.setdefault(path, doc)
    if result.layers:
        total.layers += result.layers
        return
    # a callable of the user's own: all it says is what it returns
    total.layers.append((getattr(config, "__name__", type(config).__name__), result))
    if fixed:
        for path, value in iterate_flattened(result):
            if path not in result.added:
                total.proposed.setdefault(path, value)  # it may but repeat what it was given
        # what it calls added it does not know, but another config may
        unknown = {above for path in result.added for above in iter_prefixes(path)}
        total.modified |= result.modified - unknown
        total.typechanged.update(result.typechanged)


def _add_updates(total: ConfigSummary, fixed: Mapping[str, Any]) -> None:
    """Add what no config assigned."""
    for name, value in split_elements(fixed)[0].items():
        if name not in total:
            total[name] = normalize_or_die(value)
    _check_elements(total, fixed, "")


def _check_elements(config: Mapping[str, Any], fixed: Mapping[str, Any], prefix: str) -> None:
    whole, elements = split_elements(fixed)
    for name, updates in elements.items():
        if name not in config:
            path = f"{prefix}{name}"
            raise InvalidConfigError(
                f"Can't set {path}{next(iter(updates))}: there is no entry {path!r}", print_traceback=False
            )
    for name, value in whole.items():
        if isinstance(value, dict) and isinstance(config.get(name), dict):
            _check_elements(config[name], value, f"{prefix}{name}.")
