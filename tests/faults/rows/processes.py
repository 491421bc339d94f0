"""Forks in odd places, threads that go on, ends that come early."""

from faults.fault import Fault

_FORK = """
import warnings
warnings.filterwarnings("ignore", message=".*multi-threaded.*", category=DeprecationWarning)

def fork(leave=lambda: os._exit(0)):
    "Fork a child that logs, prints and leaves; wait for it."
    process = os.fork()
    if process:
        code = os.waitpid(process, 0)[1]
        if code:
            tell(child=code)
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(30)
    sys.stdout.write("child\\n")
    sys.stdout.flush()
    leave()
"""
_ALL = "everything is there"


def _fork(place, setup="", body="pass", **more):
    return Fault(
        f"a fork in {place}",
        does=f"a child is forked in {place}; it prints and leaves",
        holds=_ALL,
        setup=_FORK + setup,
        body=body,
        **more,
    )


PROCESSES = [
    _fork(
        "a hook", "@ex.pre_run_hook\ndef hook():\n    fork()\n\n@ex.post_run_hook\ndef after():\n    fork()\n"
    ),
    _fork(
        "a config hook",
        "@ex.config_hook\ndef hook(config, command_name, logger):\n    fork()\n    return {}\n",
    ),
    _fork(
        "a filter",
        "def filtered(text):\n    fork()\n    return text\nex.captured_out_filter = filtered\n",
        body="await_beats(_run)",
        options=("-b", "0.1"),
    ),
    _fork(
        "an observer",
        """
class Forking(RunObserver):
    priority = 30
    def __getattribute__(self, name):
        if name.endswith("event"):
            fork()
        return super().__getattribute__(name)
ex.observers.append(Forking())
""",
        body="await_beats(_run)",
        options=("-b", "0.1"),
    ),
    _fork(
        "a signal handler",
        """
def handle(*_):
    fork()
    if again:
        signal.setitimer(signal.ITIMER_REAL, 0.01)  # not before: a slow machine would do nothing else
again = [True]
signal.signal(signal.SIGALRM, handle)
""",
        body="""
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        for _ in range(20):
            talk(_run, 50)
            time.sleep(0.01)
        again.clear()
        signal.setitimer(signal.ITIMER_REAL, 0)
        """,
    ),
    _fork(
        "the middle of another thread's print",
        body="""
        end = threading.Event()
        def work():
            while not end.is_set():
                sys.stdout.write("thread\\n")
                sys.stderr.write("thread\\n")
                logging.getLogger("other").debug("thread")
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads: thread.start()
        for _ in range(30):
            fork()
        end.set()
        for thread in threads: thread.join()
        """,
    ),
    _fork("a thread", body="thread = threading.Thread(target=fork)\nthread.start()\nthread.join()"),
    Fault(
        "a child that leaves as the program does",
        does="a forked child leaves by `sys.exit`, another one by an error, another one returns from main",
        holds="the parent's run has everything; no child ends it",
        setup=_FORK,
        body="""
        fork(sys.exit)
        process = os.fork()
        if not process:
            raise ValueError("of a child")
        os.waitpid(process, 0)
        process = os.fork()
        if not process:
            os.close(100)
            _facts = os.open(os.devnull, os.O_RDWR)
            os.dup2(_facts, 100)
            return 43
        os.waitpid(process, 0)
        """,
        says=True,
    ),
    Fault(
        "`os._exit`",
        does="the program leaves without a word to anybody",
        holds="everything is there; the record says DEAD",
        body="sys.stdout.flush()\nos._exit(3)",
        codes=(3,),
        result=None,
        states=("DEAD",),
        hears=False,
    ),
    Fault(
        "`sys.exit` in threads",
        does="threads call `sys.exit`, or end by an error",
        holds=_ALL,
        body="""
        def fail():
            raise ValueError("of a thread")
        for target in (sys.exit, fail):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
        """,
        says=True,
    ),
    Fault(
        "a thread that goes on after the end",
        does="a thread logs, prints and adds files while the run ends, and after that",
        holds="everything up to the end is there; a warning says that the rest is not",
        body="""
        started = threading.Event()
        def work():
            number = 0
            while number < 1500:
                _run.log_scalar("thread", number)
                sys.stdout.write("thread\\n")
                sys.stderr.write("thread\\n")
                _run.info["thread"] = number
                if number % 300 == 0:
                    with open("artifact", "w") as file:
                        file.write(str(number))
                    _run.add_artifact("artifact")
                number += 1
                started.set()
                time.sleep(0.001)
        threading.Thread(target=work).start()
        started.wait()
        """,
        told=("The run has ended: points",),
    ),
    Fault(
        "daemon threads at the end of the program",
        does="daemon threads log, print and use the logger until Python stops them",
        holds=_ALL,
        setup="logging.getLogger('sacred').setLevel('ERROR')",
        body="""
        def work():
            while True:
                _run.log_scalar("thread", 1)
                sys.stdout.write("thread\\n")
                logging.getLogger("other").debug("thread")
        for _ in range(4):
            threading.Thread(target=work, daemon=True).start()
        """,
        codes=(0, -6),  # Python itself aborts where a thread is just printing
        says=True,
    ),
    Fault(
        "logging when Python ends",
        does="functions that `atexit` calls log, print, and add to the run",
        holds="a warning says that it is too late",
        body="""
        import atexit
        def late():
            print("late")
            _log.error("late")
            _run.log_scalar("late", 1)
            _run.info["late"] = 1
            _run.add_artifact("facts")
        atexit.register(late)
        """,
        told=("main - late", "The run has ended"),
    ),
]
