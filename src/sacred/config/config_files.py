"""Configurations in files: JSON, YAML and pickles."""

# os.path: abspath keeps symbolic links, and pathlib is slow where every run passes

import json
import logging
import os
from collections.abc import Callable, Mapping
from typing import IO, Any

from sacred.config.keys import normalize_or_die
from sacred.errors import ConfigError
from sacred.model.serialize import describe_type, flatten, restore
from sacred.plugins.extras import MissingExtraError, require

_logger = logging.getLogger("sacred")
_NAMES = ("py/type", "py/function")  # as jsonpickle writes them
_OBJECTS = ("py/object", "py/reduce")


class Handler:
    """How one kind of file is read and written.

    Args:
        load: reads an open file.
        dump: writes a value to an open file.
        mode: what is added to the mode of opening: ``"b"`` for binary files.
    """

    def __init__(
        self, load: Callable[[IO[Any]], Any], dump: Callable[[Any, IO[Any]], None], mode: str
    ) -> None:
        self.load = load
        self.dump = dump
        self.mode = mode


def _warn_of_loss(path: str, value: Any) -> None:
    _logger.warning(
        'Config entry "%s" is a %s, which the file can\'t hold: only its type and repr are saved',
        path,
        describe_type(value),
    )


def _load_json(file: IO[Any]) -> Any:
    return _revive(restore(json.load(file)))


def _revive(value: Any) -> Any:
    """Return a value with the classes, functions and objects that 0.8 wrote into JSON.

    As with pickles: a file that configures a run is the user's own code. Records are read without this.
    """
    if isinstance(value, list):
        return [_revive(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and not value.keys().isdisjoint(_NAMES):
        import pkgutil

        return pkgutil.resolve_name(*value.values())
    if not value.keys().isdisjoint(_OBJECTS):
        return require("jsonpickle", "A config file with Python objects").Unpickler(keys=True).restore(value)
    return {key: _revive(item) for key, item in value.items()}


def _dump_json(config: Any, file: IO[Any]) -> None:
    json.dump(flatten(config, _warn_of_loss), file, sort_keys=True, indent=2)


def _load_pickle(file: IO[Any]) -> Any:
    import pickle

    # a file that the user names to configure a run is the user's own code, as the script is; records are
    # never unpickled
    return pickle.load(file)  # noqa: S301


def _dump_pickle(config: Any, file: IO[Any]) -> None:
    import pickle

    pickle.dump(config, file)


def load_yaml(filename: IO[Any]) -> Any:
    """Read an open YAML file."""
    yaml = require("yaml", "A YAML config file")
    return yaml.load(filename, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _dump_yaml(config: Any, file: IO[Any]) -> None:
    require("yaml", "A YAML config file").safe_dump(
        flatten(config, _warn_of_loss), file, default_flow_style=False
    )


yaml_extensions = (".yaml", ".yml")
yaml_handler = Handler(load_yaml, _dump_yaml, "")

HANDLER_BY_EXT: dict[str, Handler] = {
    ".json": Handler(_load_json, _dump_json, ""),
    ".pickle": Handler(_load_pickle, _dump_pickle, "b"),
    **dict.fromkeys(yaml_extensions, yaml_handler),
}


class ConfigFileError(ConfigError, ValueError):
    """A config file can't be read or written."""

    def __init__(self, message: str) -> None:
        super().__init__(message, print_traceback=False)


class MissingConfigFileError(ConfigFileError, FileNotFoundError):
    """A config file is not there."""


def get_handler(filename: str | os.PathLike[str]) -> Handler:
    """Return how a file of this name is read and written.

    Raises:
        ConfigFileError: (also a ValueError) its ending is none that is known.
    """
    extension = os.path.splitext(os.fspath(filename))[1]
    handler = HANDLER_BY_EXT.get(extension.lower())
    if handler is None:
        raise ConfigFileError(
            f'Configuration file "{filename}" has invalid or unsupported extension "{extension}". '
            f"Known are {', '.join(HANDLER_BY_EXT)}"
        )
    return handler


def load_config_file(filename: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a configuration from a ``.json``, ``.yaml``, ``.yml`` or ``.pickle`` file.

    Raises:
        MissingConfigFileError: (also a FileNotFoundError) it is not there.
        ConfigFileError: (also a ValueError) it can't be read, or holds no dictionary.
        MissingExtraError: a YAML file, and PyYAML is not installed.
    """
    handler = get_handler(filename)
    try:
        with open(filename, "r" + handler.mode, encoding=None if handler.mode else "utf-8") as file:
            content = handler.load(file)
    except MissingExtraError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        kind = MissingConfigFileError if isinstance(error, FileNotFoundError) else ConfigFileError
        raise kind(f'Can\'t read the configuration file "{filename}": {reason}') from error
    if not isinstance(content, Mapping):
        raise ConfigFileError(
            f'The configuration file "{filename}" holds no dictionary, but {type(content).__name__}'
        )
    _refuse_descriptions(content, filename, "")
    normal: dict[str, Any] = normalize_or_die(dict(content))
    return normal


def _refuse_descriptions(content: Mapping[str, Any], filename: Any, prefix: str) -> None:
    for key, value in content.items():
        if isinstance(value, Mapping) and "py/repr" in value:
            raise ConfigFileError(
                f'The configuration file "{filename}" has no value for the entry "{prefix}{key}", '
                f"only a description ({value['py/repr']}): JSON and YAML can't hold such an object"
            )
        if isinstance(value, Mapping):
            _refuse_descriptions(value, filename, f"{prefix}{key}.")


def save_config_file(config: Mapping[str, Any], filename: str | os.PathLike[str]) -> None:
    """Write a configuration into a file that :func:`load_config_file` reads.

    Raises:
        ConfigFileError: (also a ValueError) the name has an ending that is not known.
        OSError: the file can't be written.
    """
    handler = get_handler(filename)
    with open(filename, "w" + handler.mode, encoding=None if handler.mode else "utf-8") as file:
        handler.dump(dict(config), file)
