"""The words of a command line, and what they ask for."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sacred.errors import UsageError
from sacred.plugins.options import CLIOption
from sacred.settings import SETTINGS
from sacred.support.text import find_close, format_close

# The environment variable by which a shell asks for candidates; see `completion`.
SHELL_VARIABLE = "_SACRED_COMPLETE"

# Options that have to be written out, so that `--com` stays short for `--comment` as it is in 0.8.
_NOT_ABBREVIATED = frozenset({"--completion"})
_BEGINS_LITERAL = ("[", "{", "(", "'", '"')


class Arguments(NamedTuple):
    """What a command line asks for.

    Attributes:
        command: the command to run, or to be helped with; None when none was named.
        updates: what stands after ``with``.
        options: every option by its long flag, and ``with``, ``UPDATE``, ``help``, ``COMMAND``; this is what
            ``meta_info["options"]`` gets.
    """

    command: str | None
    updates: list[str]
    options: dict[str, Any]

    @property
    def wants_help(self) -> bool:
        """Whether help was asked for instead of a run."""
        return bool(self.options["help"] or self.options.get("--help"))


def ensure_wellformed_argv(argv: Any) -> list[str]:
    """Return a command line, given as text or as words, as a list of words.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(argv, str):
        import shlex

        return shlex.split(argv)
    if not isinstance(argv, list | tuple):
        raise ValueError(f"argv must be str or list, but was {type(argv)}")  # noqa: TRY004  0.8 raises it
    wrong = [word for word in argv if not isinstance(word, str)]
    if wrong:
        raise ValueError(f"argv must be list of str but contained the following elements: {wrong}")
    return list(argv)


def get_default_options(options: Iterable[CLIOption]) -> dict[str, Any]:
    """Return every option by its long flag as it is when nobody gives it: False for flags, else None."""
    return {option.get_flag(): False if option.is_flag else None for option in options}


def normalise_options(
    given: Mapping[Any, Any], options: Sequence[CLIOption]
) -> tuple[dict[str, Any], list[str]]:
    """Return options that Python code gave under the names that they have, and what to warn of.

    Hyphens and underscores are the same. What is not known is kept: an option hook may know it.

    Args:
        given: values by long flags.
        options: the options that there are.
    """
    known = {_normalise(option.get_flag()): option.get_flag() for option in options}
    chosen: dict[str, Any] = {}
    warnings = []
    for name, value in given.items():
        flag = known.get(_normalise(name)) if isinstance(name, str) else None
        chosen[flag or name] = value
        if flag is None and value and str(name).startswith("--"):
            close = format_close(name, known.values())
            warnings.append(f'unknown option "{name}" is ignored{close}')
    return chosen, warnings


def parse_arguments(words: Sequence[str], options: Sequence[CLIOption]) -> Arguments:
    """Understand a command line, given without the program's name.

    Raises:
        UsageError: it names the word that is wrong.
    """
    reader = _Reader(words, options)
    values = get_default_options(options)
    values.update(reader.values)
    positional = reader.positional
    asks_help = positional[:1] == ["help"]
    command, updates = _read_help(positional[1:]) if asks_help else _read_command(positional)
    values.update({"with": bool(updates), "UPDATE": updates, "help": asks_help, "COMMAND": command})
    return Arguments(command, updates, values)


def get_config_updates(updates: Iterable[str] | None) -> tuple[dict[str, Any], list[str]]:
    """Part what stands after ``with`` into changed entries and names of named configs (or config files).

    Returns:
        The entries as nested dictionaries (``a.b=1`` is ``{"a": {"b": 1}}``), and the names in order.

    Raises:
        UsageError: an entry is given a value and entries of its own, or ``STRICT_PARSING`` forbids a value.
    """
    config_updates: dict[str, Any] = {}
    named_configs = []
    for update in updates or ():
        path, equals, source = update.partition("=")
        if equals and not path.strip():
            raise UsageError(f'"{update}" has no entry before "="')
        if equals:
            _set_entry(config_updates, path.strip(), _convert_update(path, source.strip()))
        elif update:
            named_configs.append(update)
    return config_updates, named_configs


def find_broken_literals(updates: Iterable[str]) -> list[str]:
    """Return the updates whose value begins like a list, dictionary or quoted text but is only plain text."""
    broken = []
    for update in updates:
        source = update.partition("=")[2].strip()
        if source.startswith(_BEGINS_LITERAL) and _convert_value(source) == source:
            broken.append(update)
    return broken


def _convert_value(value: str) -> Any:
    """Return the Python literal that a text is, else the text."""
    import ast

    try:
        literal = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        if SETTINGS.COMMAND_LINE.STRICT_PARSING:
            raise UsageError(
                f"{value!r} is no Python literal, and SETTINGS.COMMAND_LINE.STRICT_PARSING asks for one;"
                f' text needs quotes of its own: "{value!r}"'
            ) from None
        return value
    return value if literal is ... else literal


def _convert_update(path: str, source: str) -> Any:
    try:
        return _convert_value(source)
    except UsageError as error:
        raise UsageError(f"{path}={source}: {error}") from None


def _set_entry(entries: dict[str, Any], path: str, value: Any) -> None:
    """Set an entry by its dotted path; unlike the tool in ``support``, refuse to go into a value."""
    *parents, last = path.split(".")
    level = entries
    for depth, parent in enumerate(parents, start=1):
        level = level.setdefault(parent, {})
        if not isinstance(level, dict):
            raise UsageError(f'"{".".join(parents[:depth])}" is given a value, and so is "{path}" in it')
    level[last] = value


def _read_help(words: Sequence[str]) -> tuple[str | None, list[str]]:
    if len(words) > 1:
        raise UsageError(f'unexpected word "{words[1]}" after "help {words[0]}"')
    return (words[0] if words else None), []


def _read_command(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the command and the updates of ``[COMMAND] [with UPDATE...]``."""
    if not words:
        return None, []
    command, rest = (None, words) if words[0] == "with" else (words[0], words[1:])
    if command and "=" in command:
        raise UsageError(f'put "with" before configuration updates: with {command}')
    if rest and rest[0] != "with":
        raise UsageError(_explain_missing_with(command or "", rest))
    if rest and len(rest) == 1:
        raise UsageError('"with" needs a configuration update, a named config or a config file after it')
    _check_spaces(rest[1:])
    return command, list(rest[1:])


def _explain_missing_with(command: str, rest: Sequence[str]) -> str:
    words = " ".join(rest)
    if find_close(command, ["with"]):
        return f'unexpected word "{rest[0]}" after "{command}"; did you mean "with {words}"?'
    if find_close(rest[0], ["with"]) and len(rest) > 1:
        return f'unexpected word "{rest[0]}"; did you mean "{command} with {" ".join(rest[1:])}"?'
    hint = f'put "with" before configuration updates: {command} with {words}'
    return hint if "=" in rest[0] else f'unexpected word "{rest[0]}" after "{command}"; {hint}'


def _check_spaces(updates: Sequence[str]) -> None:
    """Refuse ``a = 1``, which comes as three words; but ``a=`` alone gives an empty text."""
    for index, word in enumerate(updates):
        if word.startswith("=") and index:
            words = updates[index - 1 : index + (2 if word == "=" else 1)]
            raise UsageError(f'"{" ".join(words)}": no spaces around "=", write {"".join(words)}')


class _Reader:
    """Goes through the words once; parts options and their values from the other words."""

    def __init__(self, words: Iterable[str], options: Sequence[CLIOption]) -> None:
        self.options = options
        self.values: dict[str, Any] = {}
        self.positional: list[str] = []
        self._rest = deque(words)
        while self._rest:
            self._read_word(self._rest.popleft())

    def _read_word(self, word: str) -> None:
        if word == "--":
            self.positional += self._rest
            self._rest.clear()
        elif word.startswith("--"):
            self._read_long(word)
        elif word.startswith("-") and word != "-":
            self._read_short(word)
        else:
            self.positional.append(word)

    def _read_long(self, word: str) -> None:
        name, equals, value = word.partition("=")
        option = find_option(name, self.options)
        if option.is_flag and equals:
            raise UsageError(f'option "{option.get_flag()}" takes no value, but is given "{value}"')
        self._set(option, value if equals else None)

    def _read_short(self, word: str) -> None:
        letters = word[1:]
        while letters:
            option = self._find_short("-" + letters[0], word)
            letters = letters[1:]
            if option.is_flag:
                self._set(option, None)
            else:
                self._set(option, letters or None)
                break

    def _find_short(self, flag: str, word: str) -> CLIOption:
        found = [option for option in self.options if option.get_short_flag() == flag]
        if len(found) == 1:
            return found[0]
        place = f' in "{word}"' if word != flag else ""
        if found:
            raise UsageError(f'option "{flag}"{place} is ambiguous: {_enumerate_flags(found)}')
        meant_long = any(_matches("-" + word, option) for option in self.options)
        hint = f'; did you mean "-{word}"?' if meant_long else ""
        raise UsageError(f'unknown option "{flag}"{place}{hint}')

    def _set(self, option: CLIOption, value: str | None) -> None:
        flag = option.get_flag()
        if option.is_flag:
            self.values[flag] = True
            return
        if flag in self.values:
            raise UsageError(f'option "{flag}" is given twice')
        if value is None:
            value = self._take_value(flag)
        if value == "" and not option.may_be_empty:
            raise UsageError(f'option "{flag}" needs a value, but is given an empty text')
        self.values[flag] = value

    def _take_value(self, flag: str) -> str:
        if not self._rest or self._rest[0] == "--":
            raise UsageError(f'option "{flag}" needs a value')
        value = self._rest.popleft()
        if self._is_option(value):
            raise UsageError(
                f'option "{flag}" needs a value, but is followed by the option "{value}" '
                f"(if that is the value: {flag}={value})"
            )
        return value

    def _is_option(self, word: str) -> bool:
        name = _normalise(word.partition("=")[0])
        return any(name == _normalise(option.get_flag()) for option in self.options) or any(
            word == option.get_short_flag() for option in self.options
        )


def find_option(name: str, options: Iterable[CLIOption]) -> CLIOption:
    """Return the option with this long flag, or the only one whose flag begins so.

    Hyphens and underscores are the same.

    Raises:
        UsageError: there is none, or there are several.
    """
    options = list(options)
    exact = [option for option in options if _normalise(option.get_flag()) == _normalise(name)]
    found = exact or [option for option in options if _matches(name, option)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f'option "{name}" is ambiguous: {_enumerate_flags(found)}')
    close = format_close(name, [option.get_flag() for option in options])
    raise UsageError(f'unknown option "{name}"{close}')


def _matches(name: str, option: CLIOption) -> bool:
    flag, start = _normalise(option.get_flag()), _normalise(name)
    may_abbreviate = flag not in _NOT_ABBREVIATED and len(start) > len("--")
    return flag == start or (may_abbreviate and flag.startswith(start))


def _normalise(flag: str) -> str:
    return flag.replace("_", "-")


def _enumerate_flags(options: Iterable[CLIOption]) -> str:
    return " or ".join(f'"{option.get_flag()}"' for option in options)
