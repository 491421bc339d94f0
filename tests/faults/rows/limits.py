"""What a process may have, and what it is started with."""

from faults.fault import Fault

# only the system may set its clock: this is between it and the program
_CLOCK = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *found) {
    int result = syscall(SYS_clock_gettime, id, found);
    if (id == CLOCK_REALTIME && access("clock is set back", F_OK) == 0) found->tv_sec -= 86400;
    return result;
}
"""

LIMITS = [
    Fault(
        "too many open files",
        does="the process can't open another file for a while",
        holds="points and output are there; documents are written as soon as that is possible",
        body="""
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        taken = []
        try:
            while True:
                taken.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        talk(_run)
        _run.log_scalar("new", 1)
        _run.info["new"] = 1
        await_beats(_run)
        for descriptor in taken:
            os.close(descriptor)
        """,
        options=("-b", "0.1"),
        told=("can't be written now",),
    ),
    Fault(
        "too many open files to the end",
        does="the process can't open another file, and never closes any",
        holds="points, output and the end of the record are there",
        body="""
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        try:
            while True:
                os.open("/dev/null", os.O_RDONLY)
        except OSError:
            pass
        await_beats(_run)
        """,
        options=("-b", "0.1"),
        told=("can't be written now",),
    ),
    Fault(
        "too little memory",
        does="the program uses up the memory that it may have, and catches the error",
        holds="everything is there",
        body="""
        with open("/proc/self/statm") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + (48 << 20), resource.RLIM_INFINITY))
        hog = []
        try:
            while True:
                hog.append(bytearray(1 << 20))
        except MemoryError:
            pass
        try:
            while True:
                hog.append(bytearray(1 << 12))
        except MemoryError:
            pass
        time.sleep(0.3)  # a heartbeat, most likely
        del hog
        """,
        options=("-b", "0.1"),
        may_tell=("can't be written now", "A heartbeat failed"),
    ),
    Fault(
        "memory used up to the end",
        does="the program holds all the memory that it may have until it ends",
        holds="everything is there",
        body="""
        with open("/proc/self/statm") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + (8 << 20), resource.RLIM_INFINITY))
        global hog
        hog = []
        try:
            while True:
                hog.append(bytearray(1 << 20))
        except MemoryError:
            pass
        """,
        options=("-b", "0.1"),
        may_tell=("can't be written now", "A heartbeat failed"),
    ),
    Fault(
        "no more threads",
        does="no thread can be started, from before the run on",
        holds="everything is there; output is captured as Python prints it",
        head="threading.stack_size(1 << 44)",
        told=("has no heartbeats before its end",),
    ),
    Fault(
        "the recursion limit",
        does="the program logs and prints deep down, until Python lets it go no deeper",
        holds="everything is there",
        body="""
        def dive(depth):
            _run.log_scalar("depth", depth)
            _run.log_scalar(f"depth {depth}", str(depth))
            sys.stdout.write("deep\\n")
            _run.info["depth"] = depth
            dive(depth + 1)
        for start in range(4):
            try:
                [dive, lambda depth: dive(depth)][start % 2](start)
            except RecursionError:
                pass
        """,
    ),
    Fault(
        "the clock is set back",
        does="the system's clock jumps back by a day while the run is on",
        holds="everything is there, in its order",
        preload=_CLOCK,
        body="""
        before = time.time()
        open("clock is set back", "w").close()
        assert time.time() < before - 80_000
        await_beats(_run)
        """,
        options=("-b", "0.1"),
    ),
    Fault(
        "a process that was stopped",
        does="the process is stopped (SIGSTOP) for longer than several heartbeats, and goes on",
        holds="everything is there",
        body="""
        script = f"(kill -STOP {os.getpid()}; sleep 1; kill -CONT {os.getpid()}) &"
        subprocess.run(["sh", "-c", script], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_beats(_run)
        """,
        options=("-b", "0.1"),
    ),
    Fault(
        "plain locale",
        does="the locale is C, without UTF-8, and names have other letters",
        holds="everything is there",
        environment={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LANG": None},
        body="""
        _run.log_scalar("na\\u00efve", 1)
        _run.info["\\u20ac"] = "\\u20ac \\udcff"
        with open(b"f\\xc3\\xbcr.txt", "w") as file:
            file.write("text")
        _run.add_artifact(os.fsdecode(b"f\\xc3\\xbcr.txt"))
        """,
    ),
    Fault(
        "an odd umask",
        does="new files may not be written by anybody, their owner included",
        holds="everything is there",
        obeys_modes=True,
        is_measured=False,
        body="os.umask(0o377)",
        options=("-b", "0.1"),
    ),
    Fault(
        "warnings are errors",
        does="Python is told to make errors of all warnings",
        holds="everything is there",
        environment={"PYTHONWARNINGS": "error"},
        body="""
        with open("file", "w") as file:
            file.write("text")
        _run.add_artifact("file")
        """,
    ),
    Fault(
        "no garbage collection",
        does="the program switches the collector off",
        holds="everything is there",
        body="""
        import gc
        gc.disable()
        """,
    ),
]
