"""A thread that calls a function at regular intervals."""

import threading
from collections.abc import Callable

SHORTEST_SECONDS = 0.01
"""No interval is shorter: 0 would keep a processor busy."""


class IntervalTimer(threading.Thread):
    """Call ``func`` every ``interval`` seconds until the event is set, and then once more.

    The thread is a daemon: it never keeps the process alive.
    """

    @classmethod
    def create(
        cls, func: Callable[[], object], interval: float = 10
    ) -> tuple[threading.Event, "IntervalTimer"]:
        """Return the event that stops the timer, and the timer, not yet started."""
        stop_event = threading.Event()
        return stop_event, cls(stop_event, func, interval)

    def __init__(self, event: threading.Event, func: Callable[[], object], interval: float = 10.0) -> None:
        super().__init__(daemon=True, name="sacred-heartbeat")
        self.stop_event = event
        self.func = func
        self.interval = interval

    def run(self) -> None:
        """Call the function each time the interval has passed, and at the end."""
        # in this order, since nothing is greater than NaN
        while not self.stop_event.wait(min(max(SHORTEST_SECONDS, self.interval), threading.TIMEOUT_MAX)):
            self.func()
        self.func()
