"""One tree of errors.

::

    Exception
    ├── SacredError                     something is wrong with the experiment or how it was called
    │   ├── SettingError                a setting that does not exist, or a value it can't take
    │   ├── ConfigError                 names the entries that are wrong
    │   │   ├── ConfigAddedError        an update for an entry that nothing uses
    │   │   └── InvalidConfigError      (and ValueError) an entry with a value it can't have
    │   │       └── ConfigKeyError      (and KeyError) a name that no entry may have, or that nobody knows
    │   ├── MissingConfigError          a function lacks values that no config gives
    │   ├── NamedConfigNotFoundError
    │   ├── CommandNotFoundError        (and KeyError)
    │   ├── NoCommandError              (and RuntimeError) no command was named, and there is no main
    │   ├── CircularDependencyError     ingredients that need each other
    │   ├── SignatureError              (and TypeError) a captured function called with wrong arguments
    │   ├── ReadOnlyError               (and TypeError) an attempt to change the configuration of a run
    │   ├── NotRunningError             (and RuntimeError, AttributeError) only a running run can do it
    │   ├── InteractiveError            (and RuntimeError) no source file to record
    │   ├── SourceError                 (and ValueError) a source file or package that can't be recorded
    │   ├── StoreError                  a place for records that can't be used
    │   │   ├── IdTakenError            (and FileExistsError) another run has the id
    │   │   └── RunNotFoundError        (and KeyError) a store has no such run, or several that are meant
    │   ├── EntryNotFoundError          (and KeyError, AttributeError) a record has no such entry or file
    │   ├── QueryError                  a query that can't be answered
    │   │   └── QuerySyntaxError        (and ValueError) a query that can't be read
    │   └── UsageError                  a command line that can't be understood
    ├── SacredInterrupt                 ends a run with a status of its own
    │   └── TimeoutInterrupt            ... ``TIMED_OUT``
    └── ObserverError                   an observer could not do its work

Errors hold facts; the command line decides how they look. The arguments ``print_traceback``,
``filter_traceback`` and ``print_usage`` are Sacred 0.8's and say what the command line should show.
"""

import reprlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sacred.support.text import format_close, format_place


class SacredError(Exception):
    """The root of the errors that the package raises.

    Args:
        message: what is wrong, and where one can tell, what to do.
        print_traceback: show where the error was raised.
        filter_traceback: ``"default"`` leaves out the package's own frames unless only those are left,
            ``"always"`` leaves them out, ``"never"`` shows all.
        print_usage: show how the experiment is called.
    """

    def __init__(
        self,
        message: str,
        print_traceback: bool = True,
        filter_traceback: str = "default",
        print_usage: bool = False,
    ) -> None:
        super().__init__(message)
        self.print_traceback = print_traceback
        self.filter_traceback = filter_traceback
        self.print_usage = print_usage

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would quote it

    def __reduce__(self) -> tuple[Any, ...]:
        # worker processes send errors back, and some constructors make the message of other facts
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(cls: type[SacredError], args: tuple[Any, ...], facts: Mapping[str, Any]) -> SacredError:
    error = cls.__new__(cls, *args)
    error.args = args  # an OSError has none before its constructor ran
    error.__dict__.update(facts)
    return error


class SettingError(SacredError):
    """A setting that does not exist, or a value that it can't take."""


class UsageError(SacredError):
    """A command line that can't be understood."""

    def __init__(self, message: str) -> None:
        super().__init__(message, print_traceback=False, print_usage=True)


class NoCommandError(SacredError, RuntimeError):
    """Nothing to run: no command was named, and there is no main function."""


class NotRunningError(SacredError, RuntimeError, AttributeError):
    """Something was asked of a run that is not under way.

    An AttributeError as in Sacred 0.8, so that ``hasattr(ex, "info")`` and tools that look objects over work.
    """


class InteractiveError(SacredError, RuntimeError):
    """An experiment was made where there is no source file, or no name for it."""


class SourceError(SacredError, ValueError):
    """A source file or package that can't be recorded."""


class StoreError(SacredError):
    """A folder or service that was chosen for the record can't be used; the run does not start."""

    def __init__(self, message: str) -> None:
        super().__init__(message, print_traceback=False)


class IdTakenError(StoreError, FileExistsError):
    """The id that was asked for a run belongs to another one already."""


class RunNotFoundError(StoreError, KeyError):
    """A store has no run of an id, or several runs that it may mean."""


class EntryNotFoundError(SacredError, KeyError, AttributeError):
    """The record of a run has no entry, metric or file of a name."""

    def __init__(self, message: str) -> None:
        super().__init__(message, print_traceback=False)


class QueryError(SacredError):
    """A query that can't be answered."""


class QuerySyntaxError(QueryError, ValueError):
    """A query that can't be read: the ``reason``, and at which ``position`` of the ``query``."""

    def __init__(self, reason: str, query: str = "", position: int = 0) -> None:
        super().__init__(f"{reason}\n{format_place(query, position)}", print_traceback=False)
        self.reason, self.query, self.position = reason, query, position


class ConfigError(SacredError):
    """Something is wrong with configuration entries.

    Args:
        message: what is wrong.
        conflicting_configs: dotted paths of the entries.
        print_conflicting_configs: name them in the message.
        config: the whole configuration, for the values of these entries in the message; a run fills it in.
    """

    def __init__(
        self,
        message: str,
        conflicting_configs: str | Iterable[str] = (),
        print_conflicting_configs: bool = True,
        print_traceback: bool = True,
        filter_traceback: str = "default",
        print_usage: bool = False,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, print_traceback, filter_traceback, print_usage)
        self.conflicting_configs = as_names(conflicting_configs)
        self.print_conflicting_configs = print_conflicting_configs
        self.config = dict(config or {})

    def __str__(self) -> str:
        text = Exception.__str__(self)  # a KeyError would show its message in quotation marks
        if self.print_conflicting_configs and self.conflicting_configs:
            text += f" ({', '.join(map(self._show, self.conflicting_configs))})"
        return text

    def _show(self, path: str) -> str:
        value: Any = self.config
        for name in path.split("."):
            if not isinstance(value, Mapping) or name not in value:
                return path
            value = value[name]
        return f"{path}={reprlib.repr(value)}"


class InvalidConfigError(ConfigError, ValueError):
    """An entry has a value that it can't have; for the user's own checks as well."""


class ConfigKeyError(InvalidConfigError, KeyError):
    """A name that no entry may have, or that nobody knows.

    Args:
        message: what is wrong.
        key: the name.
    """

    def __init__(self, message: str, key: object = None) -> None:
        super().__init__(message, print_traceback=False)
        self.key = key


class ConfigAddedError(ConfigError):
    """An update names an entry that no config has and no captured function takes.

    Args:
        conflicting_configs: dotted paths of the entries.
        message: what is wrong.
        captured_args: the names that captured functions take, for suggestions.
        print_suggestions: name entries that are spelled nearly alike.
    """

    SPECIAL_ARGS = frozenset({"_log", "_config", "_seed", "__doc__", "config_filename", "_run"})

    def __init__(
        self,
        conflicting_configs: str | Iterable[str],
        message: str = "Added new config entry that is not used anywhere",
        captured_args: Collection[str] = (),
        print_conflicting_configs: bool = True,
        print_traceback: bool = False,
        filter_traceback: str = "default",
        print_usage: bool = False,
        print_suggestions: bool = True,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            message,
            conflicting_configs,
            print_conflicting_configs,
            print_traceback,
            filter_traceback,
            print_usage,
            config,
        )
        self.captured_args = frozenset(captured_args)
        self.print_suggestions = print_suggestions

    def _show(self, path: str) -> str:
        return path  # its value is what the user has just typed

    def __str__(self) -> str:
        text = super().__str__()
        if not self.print_suggestions:
            return text
        known = self.captured_args.union(_iter_paths(self.config)) - self.SPECIAL_ARGS
        known -= set(self.conflicting_configs)
        for path in self.conflicting_configs:
            close = format_close(path, known)
            if close:
                text += f"\n  {path}{close}"
        return text


class MissingConfigError(SacredError):
    """A function needs values that neither a config nor the call gives.

    Args:
        message: what is wrong.
        missing_configs: names of the missing entries.
    """

    def __init__(
        self,
        message: str = "Configuration values are missing:",
        missing_configs: str | Iterable[str] = (),
        print_traceback: bool = False,
        filter_traceback: str = "default",
        print_usage: bool = True,
    ) -> None:
        super().__init__(message, print_traceback, filter_traceback, print_usage)
        self.missing_configs = as_names(missing_configs)

    def __str__(self) -> str:
        return " ".join(
            [super().__str__(), str(list(self.missing_configs))]
            if self.missing_configs
            else [super().__str__()]
        )


class NamedConfigNotFoundError(SacredError):
    """No named config, and no config file, has this name.

    Args:
        named_config: the name that was asked for.
        available_named_configs: the names that there are.
    """

    def __init__(
        self,
        named_config: str,
        message: str = "Named config not found:",
        available_named_configs: Collection[str] = (),
        print_traceback: bool = False,
        filter_traceback: str = "default",
        print_usage: bool = False,
    ) -> None:
        super().__init__(message, print_traceback, filter_traceback, print_usage)
        self.named_config = named_config
        self.available_named_configs = tuple(available_named_configs)

    def __str__(self) -> str:
        available = ", ".join(self.available_named_configs) or "none"
        close = format_close(self.named_config, self.available_named_configs)
        return f'{super().__str__()} "{self.named_config}"{close}\n  Available named configs: {available}'


class CommandNotFoundError(SacredError, KeyError):
    """The experiment has no command of this name.

    Args:
        command: the name that was asked for.
        available_commands: the names that there are.
    """

    def __init__(self, command: str, available_commands: Collection[str] = ()) -> None:
        close = format_close(command, available_commands)
        available = ", ".join(available_commands) or "none"
        super().__init__(
            f'Command "{command}" not found{close}\n  Available commands: {available}', print_traceback=False
        )
        self.command = command
        self.available_commands = tuple(available_commands)


class CircularDependencyError(SacredError):
    """Ingredients need each other in a circle.

    Args:
        message: what is wrong.
        ingredients: the ingredients on the circle, in order.
    """

    def __init__(
        self,
        message: str = "Circular dependency detected:",
        ingredients: Iterable[Any] | None = None,
        print_traceback: bool = True,
        filter_traceback: str = "default",
        print_usage: bool = False,
    ) -> None:
        super().__init__(message, print_traceback, filter_traceback, print_usage)
        self.__ingredients__ = tuple(ingredients or ())

    def __str__(self) -> str:
        circle = "->".join(
            str(getattr(ingredient, "path", ingredient)) for ingredient in self.__ingredients__
        )
        return f"{super().__str__()} {circle}".rstrip()


class SignatureError(SacredError, TypeError):
    """A captured function was called with wrong arguments."""

    def __init__(
        self,
        message: str,
        print_traceback: bool = True,
        filter_traceback: str = "always",
        print_usage: bool = False,
    ) -> None:
        super().__init__(message, print_traceback, filter_traceback, print_usage)


class ReadOnlyError(SacredError, TypeError):
    """A captured function tried to change the configuration that it was given."""

    def __init__(self, message: str) -> None:
        super().__init__(message, filter_traceback="always")


class SacredInterrupt(Exception):  # noqa: N818 -- 0.8's name
    """Raise a subclass to end a run with the status in its ``STATUS``."""

    STATUS = "INTERRUPTED"


class TimeoutInterrupt(SacredInterrupt):
    """Ends a run that took too long; its status is ``TIMED_OUT``."""

    STATUS = "TIMED_OUT"


class ObserverError(Exception):
    """An observer could not do its work; the run goes on without it."""


def as_names(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return one name or several as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


def _iter_paths(config: Mapping[str, Any], prefix: str = "") -> Iterable[str]:
    for key, value in config.items():
        path = f"{prefix}{key}"
        yield path
        if isinstance(value, dict):
            yield from _iter_paths(value, path + ".")
