"""Completion of a half typed command line, for bash, zsh and fish.

``main.py --completion SHELL`` prints code that teaches the shell. On each Tab that code starts the program
again with the line in environment variables, and the program answers with candidates instead of running.
"""

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from sacred.commandline.arguments import SHELL_VARIABLE, find_option
from sacred.commandline.options import CAPTURE_MODES, LOG_LEVELS, SHELLS
from sacred.commandline.shell_scripts import LINE_VARIABLE, MARK, SCRIPTS
from sacred.errors import UsageError
from sacred.plugins.options import CLIOption
from sacred.support.text import format_close

_VALUES = {"--capture": CAPTURE_MODES, "--loglevel": LOG_LEVELS, "--completion": SHELLS}


class CompletionTarget(Protocol):
    """What completion needs of an experiment."""

    @property
    def all_cli_options(self) -> Sequence[CLIOption]:
        """The options."""
        ...

    def gather_commands(self) -> Iterable[tuple[str, Callable[..., Any]]]:
        """Yield commands by name."""
        ...

    def gather_named_configs(self) -> Iterable[tuple[str, Any]]:
        """Yield named configs by name."""
        ...

    def gather_config_keys(self) -> Iterable[str]:
        """Return the dotted paths of all configuration entries."""
        ...


def make_script(shell: str) -> str:
    """Return the code that teaches a shell to complete this program's command line.

    Raises:
        UsageError: there is none for this shell.
    """
    name = Path(shell).name
    if name not in SCRIPTS:
        close = format_close(name, SHELLS)
        raise UsageError(f'--completion is for {", ".join(SHELLS)}, not "{shell}"{close}')
    program = Path(sys.argv[0]).resolve()
    return SCRIPTS[name].replace("@PATH@", _quote(str(program))).replace("@NAME@", _quote(program.name))


def answer_request(target: CompletionTarget) -> None:
    """Write the candidates for the line that a shell asks about, each on a line behind a mark.

    The mark parts them from what the program itself prints.
    """
    shell = os.environ.pop(SHELL_VARIABLE)
    words = _drop_program(split_line(os.environ.pop(LINE_VARIABLE, "")))
    candidates = complete(
        words,
        len(words) - 1,
        commands=[name for name, _ in target.gather_commands()],
        options=target.all_cli_options,
        named_configs=[name for name, _ in target.gather_named_configs()],
        config_keys=_gather_keys(target) if "with" in words[:-1] else (),
    )
    # "=" begins a new word in bash: it wants only what stands behind
    known = words[-1].rfind("=") + 1 if shell == "bash" else 0
    for candidate in candidates:
        sys.stdout.write(f"{MARK}{candidate[known:]}\n")
    sys.stdout.flush()


def complete(
    words: Sequence[str],
    index: int,
    commands: Collection[str],
    options: Sequence[CLIOption],
    named_configs: Collection[str],
    config_keys: Collection[str],
) -> list[str]:
    """Return what the word at ``index`` may become.

    Args:
        words: the command line without the program's name.
        index: position of the word being typed, which may be empty or at the end.
        commands: names of commands.
        options: the options.
        named_configs: names of named configs.
        config_keys: dotted paths of entries.

    Returns:
        Candidates in order; one that ends with ``=`` wants a value behind it.
    """
    current = words[index] if index < len(words) else ""
    positional, waiting = _read_before(words[:index], options)
    if waiting is not None:
        candidates: Iterable[str] = _VALUES.get(waiting.get_flag(), ())
    elif current.startswith("-"):
        candidates = _complete_option(current, options)
    elif "with" in positional:
        candidates = _complete_update(current, positional, named_configs, config_keys)
    else:
        candidates = _complete_command(positional, commands)
    return sorted(candidate for candidate in set(candidates) if candidate.startswith(current))


def split_line(line: str) -> list[str]:
    """Split a half typed command line into words; the last is the one being typed, perhaps empty."""
    import shlex

    for closing in ("", "\\", "'", '"'):
        try:
            words = shlex.split(line + closing)
        except ValueError:  # an open quote, or a backslash at the end
            continue
        is_between = closing == "" and (not line or line[-1].isspace()) and not line.endswith("\\ ")
        return [*words, ""] if is_between or not words else words
    return [*line.split(), ""]


def _read_before(words: Sequence[str], options: Sequence[CLIOption]) -> tuple[list[str], CLIOption | None]:
    """Return the words that are no options, and the option whose value comes next, if one is waiting."""
    positional: list[str] = []
    waiting: CLIOption | None = None
    for word in words:
        if waiting is not None:
            waiting = None
        elif word.startswith("-"):
            waiting = _find_waiting(word, options)
        else:
            positional.append(word)
    return positional, waiting


def _find_waiting(word: str, options: Sequence[CLIOption]) -> CLIOption | None:
    """Return the option that takes the next word as its value, if ``word`` ends with one that does."""
    if word.startswith("--"):
        try:
            option = find_option(word, options)
        except UsageError:  # unknown, or given with its value
            return None
        return None if option.is_flag else option
    by_letter = {option.get_short_flag(): option for option in options}
    for position, letter in enumerate(word[1:], start=1):
        option_or_none = by_letter.get("-" + letter)
        if option_or_none is None:
            return None
        if not option_or_none.is_flag:
            return option_or_none if position == len(word) - 1 else None
    return None


def _complete_option(current: str, options: Sequence[CLIOption]) -> Iterator[str]:
    flag, equals, _ = current.partition("=")
    if equals:
        yield from (f"{flag}={value}" for value in _VALUES.get(flag, ()))
        return
    for option in options:
        yield option.get_flag() + ("" if option.is_flag else "=")
        short = option.get_short_flag()
        if short and current == "-":
            yield short


def _complete_update(
    current: str, positional: Sequence[str], named_configs: Collection[str], config_keys: Collection[str]
) -> Iterator[str]:
    if "=" in current:
        return
    given = {word.partition("=")[0] for word in positional if "=" in word}
    yield from (f"{key}=" for key in config_keys if key not in given)
    yield from (name for name in named_configs if name not in positional)


def _complete_command(positional: Sequence[str], commands: Collection[str]) -> Iterator[str]:
    if not positional:
        yield from (*commands, "with", "help")
    elif positional == ["help"]:
        yield from commands
    elif len(positional) == 1:
        yield "with"


def _gather_keys(target: CompletionTarget) -> list[str]:
    """Return the experiment's entries; a config that fails, or prints, is not to disturb who is typing."""
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return list(target.gather_config_keys())
        except Exception:  # noqa: BLE001
            return []


def _drop_program(words: list[str]) -> list[str]:
    """Return the words behind the program's name, and behind the script's where Python is the program."""
    names = iter(range(len(words)))
    program = next((i for i in names if "=" not in words[i]), 0)
    if Path(words[program]).name.startswith("python"):
        program = next((i for i in names if not words[i].startswith("-")), program)
    return words[program + 1 :] or [""]


def _quote(text: str) -> str:
    import shlex

    return shlex.quote(text)
