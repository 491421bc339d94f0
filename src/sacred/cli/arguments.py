"""Arguments that several commands have."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from sacred.cli.parameters import Argument, Option

RUN_HELP = "An id, the beginning of one, last, or last~2: the last but two."

RunArgument = Annotated[str, Argument(metavar="RUN", help=RUN_HELP)]
QueryArgument = Annotated[
    str | None,
    Argument(
        metavar="QUERY",
        help="Which runs, such as \"config.rate < 0.1 and status == 'COMPLETED'\". All without one.",
    ),
]


ColumnsOption = Annotated[
    list[str] | None,
    Option("--columns", "Show these fields, such as id,config.rate,metrics.loss.min.", "-c", "FIELD,…"),
]
SortOption = Annotated[
    list[str] | None,
    Option("--sort", "Sort by these fields, with - before a name the other way around.", "-s", "FIELD,…"),
]


def list_names(given: Sequence[str] | None) -> list[str]:
    """Return names that are given one by one, or with commas between them."""
    return [name for text in given or () for name in _split_names(text)]


def _split_names(text: str) -> Iterator[str]:
    """Yield names with commas between them; a comma in quotes or brackets parts nothing."""
    depth, quote, start = 0, "", 0
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "[(":
            depth += 1
        elif character in "])":
            depth -= 1
        elif character == "," and not depth:
            yield from _strip(text[start:index])
            start = index + 1
    yield from _strip(text[start:])


def _strip(text: str) -> Iterator[str]:
    if stripped := text.strip():
        yield stripped


def choose_run(store: Any, name: str) -> Any:
    """Return the run that a word means, loaded, so that what is wrong with it shows here."""
    run = store[name]
    run.document  # noqa: B018 - loads it
    return run
