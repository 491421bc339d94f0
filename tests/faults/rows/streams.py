"""Standard streams that are closed, replaced, broken or never read."""

from faults.fault import Fault

_OWN = """
class Own:
    "No more than what `print` asks for."
    def write(self, text):
        pass

class Broken:
    def write(self, text):
        raise OSError("broken")
    def flush(self):
        raise RuntimeError("broken, too")
    def isatty(self):
        raise ValueError("broken, three")
    def fileno(self):
        raise KeyError("broken, four")
    @property
    def encoding(self):
        raise RuntimeError("broken, five")
"""
_ALL = "everything is there"
_SILENT = "everything that Python can still print is there"


def _replace(what, does, where, code, **more):
    place = {"before": {"setup": _OWN + code}, "during": {"setup": _OWN, "body": code}}[where]
    return Fault(f"{what}, {where} the run", does=does, **{"holds": _ALL, **place, **more})


STREAMS = [
    Fault(
        "all three are closed at the start",
        does="the program is started without standard input, output and error",
        holds=_SILENT,
        redirection="<&- >&- 2>&-",
    ),
    Fault(
        "standard output is closed at the start",
        does="the program is started without standard output",
        holds=_SILENT,
        redirection=">&-",
    ),
    Fault(
        "standard error is closed at the start",
        does="the program is started without standard error",
        holds=_ALL,
        redirection="2>&-",
    ),
    Fault(
        "standard input is closed at the start",
        does="the program is started without standard input",
        holds=_ALL,
        redirection="<&-",
    ),
    Fault(
        "the terminal is full",
        does="nothing can be written to where the output goes (/dev/full)",
        holds=_ALL,
        redirection=">/dev/full 2>&1",
        codes=(0, 120),
    ),
    Fault(
        "nobody reads",
        does="output goes to a pipe that gets full, whose reader leaves after three seconds without reading",
        holds="the run goes on, and waits at its end until the reader reads or leaves",
        redirection="| sleep 3",
        body="""
        for _ in range(100):
            sys.stdout.write("x" * 10_000 + "\\n")
        """,
    ),
    Fault(
        "the reader goes away",
        does="output goes to a pipe whose reader has gone",
        holds=_ALL,
        redirection="| true",
    ),
    _replace(
        "standard output is text in memory",
        "the program puts an `io.StringIO` in place of `sys.stdout`",
        "before",
        "import io\nsys.stdout = io.StringIO()",
        shows=False,
    ),
    _replace(
        "standard output is text in memory",
        "the program puts an `io.StringIO` in place of `sys.stdout`",
        "during",
        "import io\nsys.stdout = io.StringIO()",
        shows=False,
        holds="what goes there is the program's, the rest is there",
        loses=frozenset({"lines"}),
    ),
    _replace("there is no standard output", "`sys.stdout` is None", "before", "sys.stdout = None"),
    _replace("there is no standard output", "`sys.stdout` is None", "during", "sys.stdout = None"),
    _replace(
        "standard output is an object with `write` only",
        "`sys.stdout` has neither `flush` nor `fileno` nor `encoding`",
        "before",
        "sys.stdout = Own()",
        shows=False,
        codes=(0, 120),
        says=True,
    ),
    _replace(
        "standard output is an object with `write` only",
        "`sys.stdout` has neither `flush` nor `fileno` nor `encoding`",
        "during",
        "sys.stdout = Own()",
        shows=False,
        holds="what goes there is the program's, the rest is there",
        loses=frozenset({"lines"}),
        codes=(0, 120),
        says=True,
    ),
    _replace(
        "standard error is an object that raises",
        "every method of `sys.stderr` raises",
        "before",
        "sys.stderr = Broken()",
        codes=(0, 120),
    ),
    _replace(
        "standard error is an object that raises",
        "every method of `sys.stderr` raises",
        "during",
        "sys.stderr = Broken()",
        codes=(0, 120),
    ),
    _replace(
        "standard output is closed",
        "the program closes `sys.stdout` and takes another one",
        "during",
        "import io\nsys.stdout.close()\nsys.stdout = io.StringIO()",
        shows=False,
        holds="what came before is there",
        loses=frozenset({"lines"}),
    ),
    _replace(
        "descriptor 1 is closed",
        "the program closes the descriptor, and opens a file that gets its number",
        "during",
        "sys.stdout.flush()\nos.close(1)\nos.open('other', os.O_WRONLY | os.O_CREAT)",
        shows=False,
        holds="what came before is there, and the other file is left alone",
        loses=frozenset({"lines"}),
    ),
    _replace(
        "descriptors 1 and 2 are closed",
        "the program closes both descriptors as daemons do",
        "during",
        "sys.stdout.flush()\nos.close(1)\nos.close(2)\nsys.stdout = sys.stderr = None",
        holds="what came before is there",
        codes=(0, 120),
    ),
    Fault(
        "text that is no text",
        does="lone surrogates and bytes that are no UTF-8 are printed",
        holds=_ALL,
        body="""
        sys.stdout.reconfigure(errors="surrogateescape")
        print("\\udcff\\udcfe")
        sys.stdout.flush()
        os.write(1, b"\\xff\\xfe\\n")
        """,
    ),
    Fault(
        "a logging handler that raises",
        does="a handler of the program's raises at each record, and `logging.raiseExceptions` is on",
        holds=_ALL,
        body="""
        class Raising(logging.Handler):
            def emit(self, record):
                raise RuntimeError("not mine")
        logging.getLogger().addHandler(Raising())
        """,
        codes=(0,),
    ),
]
