"""A Jupyter kernel as notebooks use one: cells go in, and what they show comes out."""

import os
import re
from typing import NamedTuple

from jupyter_client.manager import start_new_kernel

_SECONDS = 60
_OF_TESTS = frozenset({"PYTEST_CURRENT_TEST", "JPY_SESSION_NAME"})
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


class Shown(NamedTuple):
    """What a cell shows.

    Attributes:
        stdout: the text it prints.
        stderr: what goes to standard error, such as the log.
        value: of its last line, as text.
        error: the traceback, if there is one.
        displayed: what it displays, as text.
    """

    stdout: str
    stderr: str
    value: str
    error: str
    displayed: list[str]


class Kernel:
    """A kernel of its own process, on the loopback interface.

    Args:
        folder: in which it works.
        environment: additional variables.
    """

    def __init__(self, folder, **environment):
        # under pytest ipykernel leaves out what it does with the descriptors everywhere else
        own = {name: value for name, value in os.environ.items() if name not in _OF_TESTS}
        self._manager, self._client = start_new_kernel(
            kernel_name="python3", cwd=str(folder), startup_timeout=_SECONDS, env={**own, **environment}
        )

    def execute(self, code, cell_id=None):
        """Execute a cell, and return what it shows; front ends send its id as well."""
        return self.collect(self.start(code, cell_id))

    def start(self, code, cell_id=None):
        """Send a cell, and return the number of the request."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        metadata = {} if cell_id is None else {"cellId": cell_id}
        message = self._client.session.msg("execute_request", content, metadata=metadata)
        self._client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def iter_messages(self, request):
        """Yield what the kernel publishes about a request until it is done."""
        while True:
            message = self._client.get_iopub_msg(timeout=_SECONDS)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return
            yield message["msg_type"], message["content"]

    def collect(self, request, messages=None):
        """Wait until a request is done, and return what it shows."""
        texts = {"stdout": "", "stderr": ""}
        value, error, displayed = "", "", []
        for kind, content in messages or self.iter_messages(request):
            if kind == "stream":
                texts[content["name"]] += content["text"]
            elif kind == "execute_result":
                value = content["data"]["text/plain"]
            elif kind == "display_data":
                displayed.append(content["data"]["text/plain"])
            elif kind == "error":
                error = _COLOURS.sub("", "\n".join(content["traceback"]))
        return Shown(texts["stdout"], texts["stderr"], value, error, displayed)

    def read_streams(self, request, *wanted):
        """Wait until a request is done and some texts were shown: those of child processes may come later."""
        texts, is_done = {"stdout": "", "stderr": ""}, False
        while not (is_done and all(text in "".join(texts.values()) for text in wanted)):
            message = self._client.get_iopub_msg(timeout=_SECONDS)
            if message["msg_type"] == "stream":
                texts[message["content"]["name"]] += message["content"]["text"]
            is_mine = message["parent_header"].get("msg_id") == request
            is_done |= is_mine and message["content"].get("execution_state") == "idle"
        return texts

    def interrupt(self):
        self._manager.interrupt_kernel()

    def is_alive(self):
        return self._manager.is_alive()

    def stop(self):
        """End the process as closing a notebook does."""
        self._client.stop_channels()
        self._manager.shutdown_kernel()
        self._manager.cleanup_resources()
        self._manager.context.destroy()
