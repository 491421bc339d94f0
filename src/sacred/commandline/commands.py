"""The commands that every experiment has: they show or save, and are not recorded themselves."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sacred.errors import InvalidConfigError, SacredError
from sacred.support.terminal import RED, get_width, paint, wants_colour

# A run of the user's own command needs none of it: `config_text` loads when something is shown.
if TYPE_CHECKING:
    from sacred.commandline.config_text import ConfigEntry, Modifications, PathEntry


class ConfiguredRun(Protocol):
    """What the commands need of a run."""

    config: dict[str, Any]
    experiment_info: dict[str, Any]

    @property
    def config_modifications(self) -> "Modifications":
        """What updates changed."""
        ...


class HasNamedConfigs(Protocol):
    """What :func:`print_named_configs` needs of an experiment."""

    def gather_named_configs(self) -> Iterable[tuple[str, Any]]:
        """Yield named configs by name."""
        ...


class Logger(Protocol):
    """What :func:`save_config` needs of a logger."""

    def info(self, msg: str, *args: Any) -> None:
        """Log a line."""
        ...


def __getattr__(name: str) -> Any:
    """Make 0.8's ``PRINTER`` when somebody asks for it: pprint is slow to load."""
    if name != "PRINTER":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import pprint

    return pprint.PrettyPrinter()


def print_config(_run: ConfiguredRun) -> None:
    """Print the configuration, where it comes from, and exit."""
    from sacred.collect.secrets import mask_config
    from sacred.commandline.config_text import format_config

    config = mask_config(_run.config)[0]
    text = format_config(config, _run.config_modifications, wants_colour(), get_width())
    sys.stdout.write(text + "\n")
    # told only now: below the values they are easier to understand
    faults: Sequence[Exception] = getattr(_run, "config_faults", ())
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InvalidConfigError("\n".join(map(str, faults)), print_traceback=False)


def print_dependencies(_run: ConfiguredRun) -> None:
    """Print the packages, source files and repositories in use, and exit."""
    info = _run.experiment_info
    sections = {
        "Dependencies:": [_format_dependency(dependency) for dependency in info["dependencies"]],
        "Sources:": [f"  {name:<43}  {digest}" for name, digest in info["sources"]],
        "Version Control:": [_format_repository(repository) for repository in info["repositories"]],
    }
    for heading, lines in sections.items():
        if lines or heading != "Version Control:":
            sys.stdout.write("\n".join([heading, *lines]) + "\n\n")


def print_named_configs(ingredient: HasNamedConfigs) -> Callable[[], None]:
    """Make the command that lists the named configs of an experiment."""

    def print_named_configs() -> None:
        """Print the named configs and exit."""
        from sacred.commandline.config_text import format_named_configs

        text = format_named_configs(dict(ingredient.gather_named_configs()), wants_colour())
        sys.stdout.write(text + "\n")

    return print_named_configs


def save_config(_config: Mapping[str, Any], _log: Logger, config_filename: str = "config.json") -> None:
    """Save the configuration in a file, by default config.json.

    ``with config_filename=FILE`` names another; its ending (.json, .yaml, .pickle) says in which form.
    """
    from sacred.config.config_files import save_config_file

    config = {key: value for key, value in _config.items() if key != "config_filename"}
    _log.info('Saving config to "%s"', config_filename)
    try:
        save_config_file(config, config_filename)
    except OSError as error:
        message = f'The configuration can\'t be saved in "{config_filename}": {error.strerror or error}'
        raise SacredError(message, print_traceback=False) from error


def _format_dependency(dependency: str) -> str:
    name, _, version = dependency.partition("==")
    return f"  {name:<20} == {version}"


def _format_repository(repository: Mapping[str, Any]) -> str:
    from sacred.support.masking import mask_url

    mark = "M" if repository["dirty"] else " "
    text = f"{mark} {mask_url(repository['url']):<43}  {repository['commit']}"
    return paint(text, RED, wants_colour()) if repository["dirty"] else text


def _format_config(cfg: Mapping[str, Any], config_mods: "Modifications") -> str:
    """Return a configuration as text with colours, as 0.8's function of this name."""
    from sacred.commandline.config_text import format_config

    return format_config(cfg, config_mods, coloured=True)


def _format_entry(indent: int, entry: "ConfigEntry | PathEntry") -> str:
    """Return an entry as text with colours, as 0.8's function of this name."""
    from sacred.commandline.config_text import format_entry

    return format_entry(indent, entry, coloured=True)
