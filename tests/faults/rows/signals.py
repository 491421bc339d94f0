"""Signals, more than anybody needs, and Ctrl-C where nobody expects it."""

from faults.fault import Fault

_STORM = """
def storm(number, count, pause=0.0005):
    "Start a program that sends this process signals; return its process."
    code = f'''
import os, time
for _ in range({count}):
    os.kill({os.getpid()}, {int(number)})
    time.sleep({pause})
'''
    nowhere = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-c", code], stdout=nowhere, stderr=nowhere)

handled = []
def handle(number, frame):
    handled.append(number)
    ex.current_run.log_scalar("handled", len(handled))
"""
_ALL = "everything is there"


def _storm(name):
    return Fault(
        f"a storm of {name}",
        does=f"{name} comes a thousand times, and its handler logs points",
        holds=_ALL,
        setup=_STORM + f"signal.signal(signal.{name}, handle)\n",
        body=f"""
        process = storm(signal.{name}, 1000)
        while process.poll() is None:
            talk(_run, 20)
            _run.info["at"] = facts["points"]
            time.sleep(0.001)
        """,
        options=("-b", "0.1"),
    )


def _interrupt(place, setup, body="pass", **more):
    return Fault(
        f"Ctrl-C in {place}",
        does=f"KeyboardInterrupt comes in {place}",
        holds="the run ends as INTERRUPTED",
        setup=setup,
        body=body,
        **{
            "codes": (1, 130, -2),
            "result": None,
            "states": ("INTERRUPTED",),
            "says": True,
            "told": ("Aborted",),
            **more,
        },
    )


_OBSERVER = """
class Interrupted(RunObserver):
    priority = 5
    def EVENT(self, **told):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
ex.observers.append(Interrupted())
"""

SIGNALS = [
    *map(_storm, ("SIGUSR1", "SIGALRM", "SIGCHLD", "SIGWINCH")),
    Fault(
        "a storm of SIGINT",
        does="Ctrl-C comes fifty times",
        holds="the run ends, and the record says how; what Python had not flushed for 50 ms may be lost",
        setup=_STORM,
        body="""
        tell()
        process = storm(signal.SIGINT, 50)
        while True:
            talk(_run, 20)
            time.sleep(0.001)
        """,
        codes=(1, 130, -2),
        result=None,
        states=("INTERRUPTED", "DEAD"),
        hears=False,
        says=True,
        loses=frozenset({"lines"}),
        quiet=False,
        shows=False,
    ),
    Fault(
        "a storm of SIGTERM",
        does="SIGTERM comes fifty times",
        holds="the second one is obeyed at once; what Python had not flushed for 50 ms is lost",
        setup=_STORM,
        body="""
        tell()
        process = storm(signal.SIGTERM, 50)
        while True:
            talk(_run, 20)
            time.sleep(0.001)
        """,
        codes=(143, -15),
        result=None,
        states=("INTERRUPTED", "DEAD"),
        hears=False,
        says=True,
        loses=frozenset({"lines"}),
        quiet=False,
        shows=False,
    ),
    _interrupt("`started_event`", _OBSERVER.replace("EVENT", "started_event"), hears=False),
    _interrupt(
        "`completed_event`", _OBSERVER.replace("EVENT", "completed_event"), states=("COMPLETED",), told=()
    ),
    _interrupt(
        "the last heartbeat",
        _OBSERVER.replace("EVENT", "heartbeat_event"),
        options=("-b", "1000"),
        states=("COMPLETED",),
        told=(),
    ),
    _interrupt(
        "a filter",
        """
def interrupted(text):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.2)
    return text
ex.captured_out_filter = interrupted
""",
        options=("-b", "1000"),
        states=("COMPLETED", "INTERRUPTED"),
        told=(),
        loses=frozenset({"lines"}),
        hears=False,
    ),
    _interrupt(
        "a hook",
        "@ex.post_run_hook\ndef hook():\n    raise KeyboardInterrupt\n",
    ),
    _interrupt(
        "`print`",
        "",
        """
        sys.stdout.flush()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        while True:
            print("x" * 1000)
        """,
    ),
]
