"""What may be a configuration entry: the rules for keys, and the plain form of values."""

import re
from typing import Any

from sacred.errors import ConfigKeyError, InvalidConfigError
from sacred.settings import SETTINGS
from sacred.support.copies import normalize_numpy

PYTHON_IDENTIFIER = re.compile(r"^[a-zA-Z_][_a-zA-Z0-9]*$")

# the marks with which jsonpickle (https://jsonpickle.github.io) writes objects into JSON
_JSONPICKLE_PREFIXES = ("py/", "json://")

_PLAIN = frozenset({str, int, float, bool, type(None)})


def assert_is_valid_key(key: Any) -> None:
    """Check a key against the rules in ``SETTINGS.CONFIG.ENFORCE_*``.

    Raises:
        ConfigKeyError: (also a KeyError) it breaks one of them.
    """
    if type(key) is str and key.isidentifier() and key.isascii():
        return  # nearly every key: no rule forbids it
    rules = SETTINGS.CONFIG
    if rules.ENFORCE_KEYS_MONGO_COMPATIBLE and isinstance(key, str) and ("." in key or key.startswith("$")):
        raise ConfigKeyError(f'Invalid key "{key}". Config-keys cannot contain "." or start with "$"', key)
    if (
        rules.ENFORCE_KEYS_JSONPICKLE_COMPATIBLE
        and isinstance(key, str)
        and key.startswith(_JSONPICKLE_PREFIXES)
    ):
        raise ConfigKeyError(
            f'Invalid key "{key}". Config-keys cannot be one of the reserved jsonpickle tags '
            '(they start with "py/" or "json://")',
            key,
        )
    if rules.ENFORCE_STRING_KEYS and not isinstance(key, str):
        raise ConfigKeyError(f'Invalid key "{key}". Config-keys have to be strings, but was {type(key)}', key)
    if rules.ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS and not (
        isinstance(key, str) and PYTHON_IDENTIFIER.match(key)
    ):
        raise ConfigKeyError(f'Key "{key}" is not a valid python identifier', key)
    if rules.ENFORCE_KEYS_NO_EQUALS and isinstance(key, str) and "=" in key:
        raise ConfigKeyError(f'Invalid key "{key}". Config keys may not contain an equals sign ("=").', key)


def normalize_or_die(obj: Any) -> Any:
    """Return ``obj`` with plain dictionaries and lists, numpy scalars as Python values, and checked keys.

    Other objects (arrays, sets, instances) are kept as they are.

    Raises:
        ConfigKeyError: a key is not allowed.
        InvalidConfigError: a container holds itself.
    """
    try:
        return _normalize(obj)
    except RecursionError:
        raise InvalidConfigError("a configuration value is nested too deeply, or holds itself") from None


def _normalize(obj: Any) -> Any:
    if type(obj) in _PLAIN:
        return obj
    if isinstance(obj, dict):
        normal = {}
        for key, value in obj.items():
            assert_is_valid_key(key)
            normal[key] = value if type(value) in _PLAIN else _normalize(value)
        return normal
    if isinstance(obj, list | tuple):
        return [_normalize(value) for value in obj]
    return normalize_numpy(obj)
