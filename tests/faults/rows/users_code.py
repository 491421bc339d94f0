"""Hooks, filters, gatherers and observers that raise."""

from faults.fault import Fault

_ALL = "everything is there"

_OBSERVER = """
class Failing(RunObserver):
    priority = 15  # between the two others
    def EVENT(self, **told):
        raise ERROR
ex.observers.append(Failing())
"""
_TOLD = {
    "completed_event": ("could not record the end", "failed at some point"),
    "join": ("An error occurred in the Failing", "failed at some point"),
}


def _observer(event, error="RuntimeError('no')"):
    name = error.partition("(")[0]
    return Fault(
        f"an observer raises {name} in {event}",
        does=f"an observer of the program's raises `{name}` in `{event}`",
        holds="it is left out from then on; the others hear everything",
        setup=_OBSERVER.replace("EVENT", event).replace("ERROR", error),
        body="""
        with open("file", "w") as file:
            file.write("text")
        _run.add_artifact("file")
        _run.add_resource("file")
        await_beats(_run)
        """,
        options=("-b", "0.1"),
        told=_TOLD.get(event, (f"An error occurred in the Failing during {event}", "failed at some point")),
        says=event == "completed_event",
    )


def _hook(kind):
    return Fault(
        f"a {kind} hook raises",
        does=f"a {kind} hook raises",
        holds="it is an error of the program's: the run is FAILED",
        setup=f"@ex.{kind}_run_hook\ndef hook():\n    raise ValueError('of a hook')\n",
        codes=(1,),
        result=None,
        states=("FAILED",),
        told=("Failed after",),
        says=True,
    )


USERS_CODE = [
    _hook("pre"),
    _hook("post"),
    *map(
        _observer,
        ("heartbeat_event", "log_metrics", "artifact_event", "resource_event", "completed_event", "join"),
    ),
    _observer("heartbeat_event", "SystemExit(5)"),
    _observer("log_metrics", "RecursionError('deep')"),
    _observer("artifact_event", "SystemExit(5)"),
    _observer("completed_event", "SystemExit(5)"),
    Fault(
        "a filter raises",
        does="the filter of the output raises",
        holds="output is kept unfiltered",
        setup="def failing(text):\n    raise RuntimeError('no')\nex.captured_out_filter = failing\n",
        body="await_beats(_run)",
        options=("-b", "0.1"),
        told=("captured_out_filter failed",),
    ),
    Fault(
        "a filter leaves",
        does="the filter of the output calls `sys.exit`",
        holds="output is kept unfiltered",
        setup="def failing(text):\n    sys.exit(5)\nex.captured_out_filter = failing\n",
        body="await_beats(_run)",
        options=("-b", "0.1"),
        told=("captured_out_filter failed",),
    ),
    Fault(
        "a filter returns no text",
        does="the filter of the output returns None",
        holds="output is kept unfiltered",
        setup="ex.captured_out_filter = lambda text: None\n",
        told=("captured_out_filter failed",),
    ),
    Fault(
        "a gatherer raises",
        does="a gatherer of host information raises, another one leaves by `sys.exit`",
        holds="that is noted in their place",
        setup="""
from sacred import host_info_gatherer
@host_info_gatherer("weather")
def weather():
    raise OSError("no window")
@host_info_gatherer("leaving")
def leaving():
    sys.exit("left")
ex.additional_host_info = [weather, leaving]
""",
        told=("no window", "left"),
    ),
    Fault(
        "the program fails",
        does="main raises an error",
        holds="everything is there; the record says FAILED, and has the traceback",
        body="raise ValueError('mine')",
        codes=(1,),
        result=None,
        states=("FAILED",),
        told=("Failed after",),
        says=True,
    ),
    Fault(
        "an error that can't be shown",
        does="main raises an error whose `__str__` and `__repr__` raise",
        holds="everything is there; the record says FAILED",
        body="""
        class Odd(Exception):
            def __str__(self):
                raise RuntimeError("no")
            __repr__ = __str__
        raise Odd
        """,
        codes=(1,),
        result=None,
        states=("FAILED",),
        told=("Failed after",),
        says=True,
    ),
    Fault(
        "the program changes what it was given",
        does="main changes the configuration, the info and the observers while others read them",
        holds=_ALL,
        body="""
        end = threading.Event()
        def work():
            number = 0
            while not end.is_set():
                _run.info[str(number % 1000)] = [number]
                _run.info.pop(str((number - 500) % 1000), None)
                number += 1
        thread = threading.Thread(target=work)
        thread.start()
        await_beats(_run)
        end.set()
        thread.join()
        """,
        options=("-b", "0.05"),
    ),
]
