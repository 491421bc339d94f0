"""Calling what may hang."""

import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def call_within(function: Callable[[], Answer], limit_seconds: float, name: str = "sacred-limited") -> Answer:
    """Call a function in a thread of its own; when it takes too long, leave it there.

    Args:
        function: called without arguments.
        limit_seconds: how long it may take.
        name: of the thread.

    Raises:
        TimeoutError: it took too long.
        BaseException: whatever it raises.
    """
    outcome: list[Answer] = []
    error: list[BaseException] = []

    def call() -> None:
        try:
            outcome.append(function())
        except BaseException as raised:  # noqa: BLE001 - raised again by the caller
            error.append(raised)

    thread = threading.Thread(target=call, daemon=True, name=name)
    thread.start()
    thread.join(limit_seconds)
    if error:
        raise error[0]
    if not outcome:
        raise TimeoutError(f"it took more than {limit_seconds:g} s")
    return outcome[0]
