"""Waiting for the server of a file system, before a run starts."""

import logging
import os
import threading
import time

from sacred.errors import StoreError

LOGGER = logging.getLogger("sacred")

START_SECONDS = 60.0
"""How long a run waits for a server before it starts."""

_QUIET_SECONDS = 2.0


def await_server(folder: str) -> None:
    """Wait until the file system of a folder answers.

    A thread asks it: who waits in the system itself for a server can't be interrupted by Ctrl-C.

    Args:
        folder: absolute; it need not exist.

    Raises:
        StoreError: it did not answer within a minute.
    """
    asking = threading.Thread(target=os.path.exists, args=[folder], daemon=True, name="sacred-question")
    asking.start()
    asking.join(_QUIET_SECONDS)
    if not asking.is_alive():
        return
    LOGGER.warning(
        "The file system of %s does not answer. The run starts when it does (Ctrl-C gives up)", folder
    )
    end = time.monotonic() + START_SECONDS
    while asking.is_alive():
        asking.join(_QUIET_SECONDS)
        if time.monotonic() > end:
            raise StoreError(f'The file system of "{folder}" does not answer, so the run did not start.')
