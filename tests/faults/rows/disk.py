"""Disks that are full, folders that are gone or can't be written."""

from faults.fault import Fault

_FILL = """
def fill(leave=0):
    "Fill the disk up to so many bytes."
    with open("runs/filler", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
        if leave:
            file.truncate(file.tell() - leave)

def write_much(_run, count):
    "Log and print some 100 bytes a time."
    for _ in range(count):
        talk(_run, 1)
        print("x" * 80)
"""

DISK = [
    Fault(
        "a disk of 2 MiB is full",
        does="the disk of the run folder, of 2 MiB, fills up while the run logs and prints",
        holds="the first points are there, as many as fit; output stops before the disk is full",
        disk="size=2m",
        setup=_FILL,
        body="""
        while not os.path.exists(f"{_run.dir}/.room.tmp"):
            time.sleep(0.01)
        fill(100_000)
        write_much(_run, 20_000)
        """,
        options=("-b", "0.1"),
        told=(
            "Metrics can't be written",
            "can't be written now",
            "could not record the end",
            "failed at some point",
            "no longer captured",
        ),
        noted=(
            ("output", "later output was not captured"),
            ("metrics", "the journal"),
            ("record", "No space left"),
        ),
        loses=frozenset({"points", "lines"}),
    ),
    Fault(
        "a disk of 2 MiB is full at once",
        does="the same before the first heartbeat",
        holds="the first points are there; as the end could not be written, the record says DEAD",
        disk="size=2m",
        setup=_FILL,
        body="""
        fill(50_000)
        write_much(_run, 20_000)
        """,
        states=("DEAD",),
        told=(
            "Metrics can't be written",
            "can't be written now",
            "could not record the end",
            "failed at some point",
            "no longer captured",
        ),
        may_tell=("lacks environment.json", "lacks git.patch"),
        loses=frozenset({"points", "lines"}),
        hears=False,
    ),
    Fault(
        "a disk of 200 MiB is full",
        does="the disk of the run folder, of 200 MiB, fills up while the run logs and prints",
        holds="output stops while 16 MiB are free; all points are there",
        disk="size=200m",
        setup=_FILL,
        body="""
        fill(17 << 20)
        for _ in range(40):
            time.sleep(0.05)
            talk(_run, 1)
            print("x" * (100 << 10), flush=True)
        """,
        told=("no longer captured",),
        noted=(("output", "later output was not captured"),),
        loses=frozenset({"lines"}),
    ),
    Fault(
        "a full disk gets room again",
        does="the disk of the run folder is full for a while",
        holds="all points are there: what did not fit waited in memory",
        disk="size=40m",
        setup=_FILL,
        body="""
        fill()
        write_much(_run, 20_000)
        await_beats(_run)
        os.unlink("runs/filler")
        """,
        options=("-b", "0.1"),
        told=("Metrics can't be written", "can't be written now", "no longer captured"),
        noted=(("output", "later output was not captured"),),
        loses=frozenset({"lines"}),
    ),
    Fault(
        "no more files on the disk",
        does="the disk has room but takes no new files",
        holds="points and output are there; documents are written again once that is possible",
        disk="size=64m,nr_inodes=40",
        body="""
        taken = []
        try:
            while True:
                taken.append(f"runs/taken {len(taken)}")
                open(taken[-1], "w").close()
        except OSError:
            taken.pop()
        talk(_run)
        _run.info["new"] = 1
        await_beats(_run)
        for path in taken:
            os.unlink(path)
        """,
        options=("-b", "0.1"),
        told=("can't be written now",),
    ),
    Fault(
        "a quota",
        does="no file of the process may be larger than 256 KiB",
        holds="the first points and lines are there, as many as fit",
        is_measured=False,
        setup=_FILL,
        body="""
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, resource.RLIM_INFINITY))
        write_much(_run, 20_000)
        """,
        told=("Metrics can't be written", "no longer captured"),
        may_tell=("can't be written now", "could not record the end", "failed at some point"),
        noted=(("output", "later output was not captured"), ("metrics", "the journal")),
        loses=frozenset({"points", "lines"}),
    ),
    Fault(
        "the folder becomes read-only",
        does="the run's folder can't be written any more",
        holds="points and output go on, since their files are open; the end of the record is missing",
        obeys_modes=True,
        body="""
        os.chmod(_run.dir, 0o555)
        await_beats(_run)
        """,
        options=("-b", "0.1"),
        states=("DEAD",),
        told=("can't be written now", "could not record the end", "failed at some point"),
        may_tell=("lacks environment.json",),
        hears=False,
    ),
    Fault(
        "the folder is read-only for a while",
        does="the run's folder can't be written between two heartbeats",
        holds="everything is there",
        obeys_modes=True,
        body="""
        os.chmod(_run.dir, 0o555)
        await_beats(_run)
        os.chmod(_run.dir, 0o755)
        """,
        options=("-b", "0.1"),
        told=("can't be written now",),
    ),
    Fault(
        "the folder is deleted",
        does="somebody removes the run's folder",
        holds="other observers hear everything; a warning says that the record lacks its end",
        body="""
        import shutil
        shutil.rmtree("runs")
        await_beats(_run)
        """,
        options=("-b", "0.1"),
        told=("can't be written now", "could not record the end", "failed at some point"),
        loses=frozenset({"folder"}),
    ),
    Fault(
        "the working folder is deleted",
        does="the folder in which the run works is removed",
        holds="everything is there",
        body="""
        os.mkdir("gone")
        os.chdir("gone")
        os.rmdir("../gone")
        await_beats(_run)
        """,
        options=("-b", "0.1"),
    ),
    Fault(
        "nothing of the user's can be written",
        does="there are no home and no cache folder, and the store can't be made",
        holds="everything is there: the user's own observers need neither",
        environment={"HOME": "/proc/nothing", "SACRED_CACHE": "/proc/nothing", "XDG_CACHE_HOME": None},
    ),
    Fault(
        "an artifact can't be read",
        does="an artifact and a resource are missing, another one is a folder that can't be read",
        holds="they are noted",
        obeys_modes=True,
        body="""
        os.mkdir("closed", 0o000)
        _run.add_artifact("nowhere.txt")
        _run.add_resource("nothing.csv")
        _run.add_artifact("closed")
        """,
        told=('"nowhere.txt"', "nothing.csv", '"closed"'),
        noted=(("artifact", "No such file"), ("resource", "No such file"), ("artifact", "Permission denied")),
    ),
]
