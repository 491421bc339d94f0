"""Mode ``fd``: real processes, real descriptors, a real terminal."""

import os
import select
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

PRELUDE = """
import os, signal, subprocess, sys, time
from sacred.collect.output import get_stdcapturer, start_capture, tee_output_fd
RESULT = sys.argv[1]
def keep(text):
    with open(RESULT, "a", encoding="utf-8", newline="", errors="surrogateescape") as file:
        file.write(text)
"""


@pytest.fixture(autouse=True)
def usual_buffering(monkeypatch):
    """Leave Python its buffers, whatever the tests themselves run with."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


@pytest.fixture
def program(tmp_path):
    """Write a program, and return the command that runs it with the path of the file for its findings."""

    def write(body):
        path = tmp_path / "program.py"
        path.write_text(PRELUDE + textwrap.dedent(body))
        return [sys.executable, str(path), str(tmp_path / "result")]

    return write


@pytest.fixture
def result(tmp_path):
    """Read what a program kept."""
    return lambda: (tmp_path / "result").read_bytes().decode()


def run(command, stderr=subprocess.STDOUT, **kwargs):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, timeout=60, check=False, **kwargs)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done


def test_everything_that_is_written_is_captured_and_passed_on(program, result):
    command = program("""
        print("before")
        with tee_output_fd() as out:
            print("python", flush=True)
            os.write(1, b"raw\\n")
            os.system("echo child")
            subprocess.run([sys.executable, "-c", "print('grandchild')"])
            print("error", file=sys.stderr, flush=True)
            os.write(2, b"raw error\\n")
            print("not flushed")
        assert out.closed
        keep(out.get())
        keep(out.get())
        print("after")
    """)
    expected = "python\nraw\nchild\ngrandchild\nerror\nraw error\nnot flushed\n"
    assert run(command).stdout.decode() == f"before\n{expected}after\n"
    assert result() == expected


def test_both_targets_get_their_own(program, result):
    command = program("""
        with tee_output_fd() as out:
            for i in range(3):
                print("out", i, flush=True)
                keep(out.get())
                print("err", i, file=sys.stderr)
                keep(out.get())
        keep(out.get())
    """)
    done = run(command, stderr=subprocess.PIPE)
    assert done.stdout == b"out 0\nout 1\nout 2\n"
    assert done.stderr == b"err 0\nerr 1\nerr 2\n"
    assert result() == "out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\n"


def test_text_arrives_while_the_block_runs(program):
    command = program("""
        with tee_output_fd():
            print("now")
            sys.stdin.readline()
    """)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        ready, _, _ = select.select([process.stdout], [], [], 20)
        assert ready, "output waits for the end of the block"
        assert process.stdout.readline() == b"now\n"
        process.communicate(b"\n", timeout=20)


def test_get_returns_what_is_new(program, result):
    command = program("""
        with tee_output_fd() as out:
            print("one"); out.flush(); keep(repr(out.get()))
            out.flush(); keep(repr(out.get()))
            print("two"); out.flush(); keep(repr(out.get()))
            print("three")
        keep(repr(out.get())); out.finalize(); out.flush(); keep(repr(out.get()))
    """)
    run(command)
    assert result() == r"'one\n''''two\n''three\n'''"


def test_characters_in_pieces_and_bytes_that_are_no_text(program, result):
    command = program("""
        with tee_output_fd() as out:
            os.write(1, "a\\u20ac".encode()[:2]); keep(out.get())
            os.write(1, "\\u20ac\\n".encode()[1:]); keep(out.get())
            os.write(1, b"x\\r\\ny\\rz\\b\\xff\\n")
        keep(out.get())
    """)
    run(command)
    assert result() == "a\u20ac\nx\r\ny\rz\b\ufffd\n"


def test_characters_in_pieces_on_two_targets(program, result):
    command = program("""
        with tee_output_fd() as out:
            os.write(1, "\\u20ac".encode()[:2]); keep(out.get())
            os.write(2, b"E"); keep(out.get())
            os.write(1, "\\u20ac".encode()[2:])
        keep(out.get())
    """)
    run(command, stderr=subprocess.PIPE)
    assert result() == "E\u20ac"


def test_ten_megabytes_in_constant_memory(program, result):
    command = program("""
        import resource
        line = "x" * 999 + "\\n"
        with tee_output_fd() as out:
            sys.stdout.write(line)
            out.flush(); total = len(out.get())
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for i in range(10_000):
                sys.stdout.write(line)
            sys.stdout.flush()
            time.sleep(0.1)
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        total += len(out.get())
        keep(f"{total} {grown < 5_000}")
    """)
    done = run(command)
    assert len(done.stdout) == 10_001_000
    assert result() == "10001000 True"


def test_output_of_c_code(program, result):
    command = program("""
        import ctypes
        library = ctypes.CDLL(None)
        with tee_output_fd() as out:
            library.printf(b"from C\\n")
        keep(out.get())
        with tee_output_fd() as out:
            library.write(1, b"C holds the interpreter\\n" * 50_000, 24 * 50_000)
        keep(str(len(out.get())))
    """)
    assert run(command).stdout.startswith(b"from C\n")
    assert result() == "from C\n1200000"


def test_forked_children_and_many_processes(program, result):
    command = program("""
        import multiprocessing, warnings
        warnings.simplefilter("ignore")
        def work(i):
            for k in range(500):
                print("line", i, k)
        with tee_output_fd() as out:
            context = multiprocessing.get_context("fork")
            for _ in range(10):
                workers = [context.Process(target=work, args=(i,)) for i in range(4)]
                for worker in workers: worker.start()
                for k in range(500): print("line parent", k)
                for worker in workers: worker.join()
        keep(str(len(out.get().splitlines())))
    """)
    assert len(run(command).stdout.splitlines()) == 25_000
    assert result() == "25000"


def test_a_child_that_leaves_the_block_harms_nothing(program, result):
    command = program("""
        import warnings
        warnings.simplefilter("ignore")
        with tee_output_fd() as out:
            print("parent", flush=True)
            pid = os.fork()
            if pid == 0:
                print("child")
                sys.exit(0)
            os.waitpid(pid, 0)
            print("parent again")
        keep(out.get())
    """)
    assert run(command).stdout == b"parent\nchild\nparent again\n"
    assert result() == "parent\nchild\nparent again\n"


def test_a_reader_that_goes_away_ends_only_the_passing_on(program, result):
    command = program("""
        with tee_output_fd() as out:
            print("first", flush=True)
            time.sleep(0.3)
            for i in range(20_000):
                print("more", i)
        keep(str(len(out.get().splitlines())))
        os._exit(0)
    """)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"first\n"
        process.stdout.close()
        assert process.wait(30) == 0, process.stderr.read()
    assert result() == "20001"


def test_the_capture_ends_with_its_block_not_with_a_surviving_child(program, result):
    command = program("""
        with tee_output_fd() as out:
            child = subprocess.Popen(["sleep", "20"])
            start = time.monotonic()
        keep(str(time.monotonic() - start < 5))
        child.kill(); child.wait()
    """)
    run(command)
    assert result() == "True"


def test_errors_pass_through_and_leave_the_descriptors_as_they_were(program, result):
    command = program("""
        before = os.fstat(1), os.fstat(2), sorted(os.listdir("/proc/self/fd"))
        try:
            with tee_output_fd() as out:
                print("text")
                raise ValueError("mine")
        except ValueError as error:
            keep(str(error) + out.get())
        del out
        keep(str(before == (os.fstat(1), os.fstat(2), sorted(os.listdir("/proc/self/fd")))))
    """)
    run(command)
    assert result() == "minetext\nTrue"


def test_a_capture_within_a_capture(program, result):
    command = program("""
        mode, outer_capture = get_stdcapturer("fd")
        with outer_capture() as outer:
            print("a")
            inner_mode, inner_capture = get_stdcapturer("fd")
            with inner_capture() as inner, tee_output_fd() as innermost:
                print("b")
            print("c")
        keep(mode + inner_mode + repr((outer.get(), inner.get(), innermost.get())))
    """)
    run(command)
    assert result() == r"fdfd('a\nb\nc\n', 'b\n', 'b\n')"


@pytest.mark.parametrize(
    ("change", "stream"),
    [
        ("os.close(1)", "stderr"),
        ("os.close(2)", "stdout"),
        ("sys.stdout = None", "stderr"),
        ("sys.stderr = open(os.devnull, 'w')", "stdout"),
        ("sys.stderr = open(os.devnull, 'w')", "stderr"),
    ],
)
def test_without_the_usual_streams_python_output_is_taken(program, result, change, stream):
    command = program(f"""
        {change}
        mode, capture = get_stdcapturer("fd")
        with capture() as out, tee_output_fd() as inner:
            print("text", file=sys.{stream})
        text = out.get()
        assert text == inner.get()
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        os.dup2(1, 2)
        keep(mode + repr(text))
    """)
    run(command, stderr=subprocess.PIPE)
    assert result() == r"sys'text\n'"


@pytest.mark.parametrize("mode", ["fd", "sys"])
def test_without_a_place_for_the_file_nothing_is_captured(program, result, mode):
    command = program(f"""
        from sacred.support import spool
        from sacred.collect.output import start_capture
        def refuse(folder): raise PermissionError(13, "Permission denied")
        spool._open_unlinked_in = refuse
        capture = start_capture("{mode}")
        print("text")
        capture.stop()
        keep(capture.mode + ": " + capture.gap)
    """)
    assert run(command).stdout == b"text\n"
    assert result() == "no: there is no place for it: Permission denied"


def test_a_file_system_without_nameless_files(program, result, tmp_path):
    folder = tmp_path / "spool"
    folder.mkdir()
    command = program("""
        del os.O_TMPFILE
        with tee_output_fd() as out:
            print("text", flush=True)
            keep(str(os.listdir(os.environ["TMPDIR"])))
        keep(out.get())
    """)
    run(command, env={**os.environ, "TMPDIR": str(folder)})
    assert result() == "[]text\n"


def test_a_disk_that_fills_up_gives_the_output_back(program, result):
    command = program("""
        import sacred.collect.output.descriptor as descriptor
        descriptor.ROOM_INTERVAL_SECONDS = 0
        with tee_output_fd() as out:
            print("one", flush=True)
            time.sleep(0.2)
            descriptor.LEAST_ROOM_BYTES = 1 << 70
            descriptor.LEAST_SHARE = 1
            time.sleep(0.2)
            print("two", flush=True)
        keep(out.get())
    """)
    done = run(command)
    assert done.stdout.decode().splitlines() == [
        "one",
        "Output is no longer captured: the disk is nearly full",
        "two",
    ]
    assert result().startswith("one\n")
    assert "two" not in result()


def test_a_child_that_empties_standard_output_loses_only_that(program, result):
    command = program("""
        with tee_output_fd() as out:
            print("lost or not", flush=True)
            time.sleep(0.2)
            out.get()
            os.system("echo new > /dev/stdout")
            time.sleep(0.2)
            print("later", flush=True)
        keep(out.get())
    """)
    assert run(command).stdout == b"lost or not\nnew\nlater\n"
    assert result() == "new\nlater\n"


def test_a_program_that_ends_inside_the_block_loses_nothing(program):
    command = program("""
        import threading
        def work():
            capture = tee_output_fd()
            capture.__enter__()
            print("from a thread that is cut off")
            started.set()
            time.sleep(60)
            capture.__exit__(None, None, None)
        started = threading.Event()
        threading.Thread(target=work, daemon=True).start()
        started.wait()
    """)
    assert run(command).stdout == b"from a thread that is cut off\n"


def test_nothing_heavy_is_loaded(result, tmp_path):
    body = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from sacred.collect.output import tee_output_fd\n"
        "with tee_output_fd() as out: print('x')\n"
        "heavy = {'ctypes', 'tempfile', 'subprocess', 'shutil'} & set(sys.modules)\n"
        f"open({str(tmp_path / 'result')!r}, 'w').write(out.get() + repr(heavy))"
    )
    run([sys.executable, "-S", "-c", body])
    assert result() == "x\nset()"


def read_terminal(leader):
    """Return everything that is shown until the other end is closed."""
    parts = []
    while True:
        try:
            data = os.read(leader, 65536)
        except OSError:
            break
        if not data:
            break
        parts.append(data)
    return b"".join(parts).decode()


@pytest.fixture
def terminal():
    """A pseudo terminal of 33 lines and 111 columns."""
    import fcntl
    import pty
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 111, 0, 0))
    yield leader, follower
    os.close(leader)


def test_streams_still_answer_for_the_terminal(program, result, terminal):
    leader, follower = terminal
    command = program("""
        import shutil
        def look():
            return [sys.stdout.isatty(), sys.stderr.isatty(), sys.stdout.fileno(), sys.stderr.fileno(),
                    tuple(os.get_terminal_size()), tuple(os.get_terminal_size(2))]
        before = look(), os.get_terminal_size, dict(vars(sys.stdout))
        with tee_output_fd() as out:
            inside = look()
            mode_inside = os.isatty(1)
            print("no line end", end="")
            time.sleep(0.3)
        after = look(), os.get_terminal_size, dict(vars(sys.stdout))
        keep(repr((before == after, inside, mode_inside, out.get())))
    """)
    process = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    ready, _, _ = select.select([leader], [], [], 20)
    assert ready
    assert os.read(leader, 100) == b"no line end"
    assert read_terminal(leader) == ""
    assert process.wait(20) == 0
    assert result() == "(True, [True, True, 1, 2, (111, 33), (111, 33)], False, 'no line end')"


def test_only_standard_error_on_a_terminal(program, result, terminal):
    leader, follower = terminal
    command = program("""
        with tee_output_fd() as out:
            keep(repr((sys.stdout.isatty(), sys.stderr.isatty())))
            print("out", flush=True)
            print("err", file=sys.stderr)
        keep(out.get())
    """)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower)
    os.close(follower)
    assert read_terminal(leader) == "err\r\n"
    assert process.communicate(timeout=20)[0] == b"out\n"
    assert result() == "(False, True)out\nerr\n"


def test_what_reached_the_terminal_before_a_kill_is_there(program):
    command = program("""
        with tee_output_fd():
            print("shown", flush=True)
            time.sleep(0.5)
            os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == b"shown\n"


def test_an_interrupt_ends_the_capture_in_order(program, result):
    command = program("""
        try:
            with tee_output_fd() as out:
                print("ready", flush=True)
                time.sleep(30)
        except KeyboardInterrupt:
            print("interrupted")
        keep(out.get())
    """)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[0] == b"interrupted\n"
    assert result() == "ready\n"


def test_the_tee_program(tmp_path):
    command = [sys.executable, "-m", "sacred.pytee"]
    assert run(command, input=b"abc\ndef").stdout == b"abc\ndef"
    files = [str(tmp_path / "one"), str(tmp_path / "two")]
    assert run([*command, *files], input=b"x" * 200_000).stdout == b"x" * 200_000
    assert [len((tmp_path / name).read_bytes()) for name in ("one", "two")] == [200_000, 200_000]
    failed = subprocess.run([*command, "/nowhere/x", files[0]], input=b"y", capture_output=True, check=False)
    assert (failed.returncode, failed.stdout) == (1, b"y")
    assert b"/nowhere/x: No such file" in failed.stderr
    assert (tmp_path / "one").read_bytes() == b"y"


# --- files that get a name ----------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["pass", "del os.O_TMPFILE"])
def test_it_moves_into_a_folder(program, tmp_path, change):
    (tmp_path / "run").mkdir()
    command = program(f"""
        {change}
        capture = start_capture("fd", {str(tmp_path)!r})
        print("before", flush=True)
        child = subprocess.Popen("read line; echo child; read line; echo child again",
                                 shell=True, stdin=subprocess.PIPE, bufsize=0)
        capture.settle([{str(tmp_path / "run" / "cout.txt")!r}])
        assert os.path.samestat(os.fstat(1), os.stat({str(tmp_path / "run" / "cout.txt")!r}))
        print("after", flush=True)
        child.stdin.write(b"\\n")
        time.sleep(0.3)
        print("later", flush=True)
        child.stdin.write(b"\\n")
        child.wait()
        capture.stop()
    """)
    expected = "before\nafter\nchild\nlater\nchild again\n"
    assert run(command).stdout.decode() == expected
    assert (tmp_path / "run" / "cout.txt").read_text() == expected
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["cout.txt"]


def test_two_targets_have_three_files(program, tmp_path):
    names = [str(tmp_path / name) for name in ("cout.txt", "stdout.raw", "stderr.raw")]
    command = program(f"""
        capture = start_capture("fd", {str(tmp_path)!r})
        assert len(capture.spools) == 3 and capture.merged is capture.spools[0]
        capture.settle({names})
        print("out")
        print("err", file=sys.stderr)
        capture.stop()
    """)
    done = run(command, stderr=subprocess.PIPE)
    assert (done.stdout, done.stderr) == (b"out\n", b"err\n")
    assert [Path(name).read_bytes() for name in names] == [b"", b"out\n", b"err\n"]


def test_a_child_that_outlives_the_capture_writes_to_the_file(program, tmp_path):
    command = program(f"""
        capture = start_capture("fd", {str(tmp_path)!r})
        capture.settle([{str(tmp_path / "cout.txt")!r}])
        subprocess.Popen("sleep 0.5; echo late", shell=True)
        capture.stop()
    """)
    run(command)
    deadline = time.monotonic() + 20
    while "late" not in (tmp_path / "cout.txt").read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (tmp_path / "cout.txt").read_text() == "late\n"


# --- where output goes besides ------------------------------------------------------------------------------


def test_a_reader_that_does_not_read_stops_nothing(program, result):
    command = program("""
        capture = start_capture("fd")
        print("x" * 1_000_000, flush=True)
        time.sleep(0.5)
        print("waits in Python's buffer")
        ticks = []
        capture.on_tick = lambda: ticks.append(1)
        time.sleep(0.5)
        keep(str((capture.spools[0].get_size(), len(ticks) > 0)))
        capture.stop()
    """)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        deadline = time.monotonic() + 20
        while not os.path.exists(command[-1]) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert result() == "(1000026, True)"
        assert len(process.stdout.read()) == 1_000_026
        assert process.wait(20) == 0


@pytest.mark.parametrize("mode", ["wb", "ab"])
@pytest.mark.parametrize("size", [10, 5_000_000])
def test_a_file_gets_everything(program, tmp_path, mode, size):
    command = program(f"""
        with tee_output_fd():
            sys.stdout.write("x" * {size})
            time.sleep(0.2)
            sys.stdout.write("y" * {size})
    """)
    (tmp_path / "log").write_bytes(b"earlier\n")
    with open(tmp_path / "log", mode) as file:
        subprocess.run(command, stdout=file, timeout=60, check=True)
    earlier = b"earlier\n" if mode == "ab" else b""
    assert (tmp_path / "log").read_bytes() == earlier + b"x" * size + b"y" * size


def test_a_socket_gets_everything(program):
    import socket

    command = program("""
        with tee_output_fd():
            print("x" * 1_000_000)
    """)
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(command, stdout=theirs)
    theirs.close()
    received = 0
    while data := ours.recv(65536):
        received += len(data)
    ours.close()
    assert process.wait(20) == 0
    assert received == 1_000_001


def test_leaving_at_once_shows_the_last_lines(program):
    command = program("""
        capture = start_capture("fd")
        print("last", flush=True)
        if os.fork() == 0:
            os._exit(0)
        os.wait()
        os._exit(3)
    """)
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (3, b"last\n")


def test_a_fork_does_not_write_what_waits_twice(program, result):
    command = program("""
        import warnings
        warnings.simplefilter("ignore")
        with tee_output_fd() as out:
            print("once")
            if os.fork() == 0:
                sys.stdout.flush()
                os._exit(0)
            os.wait()
        keep(out.get())
    """)
    assert run(command).stdout == b"once\n"
    assert result() == "once\n"


# --- runs within runs, and beside each other ----------------------------------------------------------------


def test_what_an_inner_capture_has_is_a_range_of_the_outer_one(program, result):
    command = program("""
        outer = start_capture("fd")
        print("outer")
        inner = start_capture("fd")
        spool, start = inner.outer
        os.system("echo child of the inner one")
        innermost = start_capture("fd")
        assert innermost.outer == (spool, start + 23)
        innermost.stop(); inner.stop()
        assert spool is outer.merged
        keep(os.pread(spool.descriptor, 100, start).decode())
        outer.stop()
    """)
    run(command)
    assert result() == "child of the inner one\n"


def test_two_targets_and_a_capture_within(program, result):
    command = program("""
        with tee_output_fd() as outer:
            print("a")
            with tee_output_fd() as inner:
                print("b", file=sys.stderr)
                os.system("echo c")
            print("d")
        keep(repr((outer.get(), inner.get())))
    """)
    run(command, stderr=subprocess.PIPE)
    assert result() == r"('a\nb\nc\nd\n', 'b\nc\n')" or result() == r"('a\nc\nb\nd\n', 'c\nb\n')"


def test_captures_beside_each_other_have_their_own(program, result):
    command = program("""
        import contextvars, threading
        texts, barrier = {}, threading.Barrier(3)
        def work(name):
            with tee_output_fd() as out:
                barrier.wait()
                for i in range(500):
                    print(name, i)
                barrier.wait()
            texts[name] = out.get()
        threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
        with tee_output_fd() as owner:
            for thread in threads: thread.start()
            barrier.wait(); barrier.wait()
            threading.Thread(target=print, args=("of nobody",)).start()
            for thread in threads: thread.join()
        for name in "ab":
            assert texts[name] == "".join(f"{name} {i}\\n" for i in range(500)), texts[name][:200]
        keep(str(len(owner.get().splitlines())))
    """)
    run(command)
    assert result() == "1001"


# --- prompts and debuggers ----------------------------------------------------------------------------------


class Terminal:
    """A person at a terminal."""

    def __init__(self, leader):
        self.leader = leader
        self.shown = ""

    def wait_for(self, text):
        """Wait until a text is shown after those before, and return what was shown between."""
        while text not in self.shown:
            ready, _, _ = select.select([self.leader], [], [], 20)
            assert ready, f"{text!r} is not shown, but {self.shown!r}"
            self.shown += os.read(self.leader, 65536).decode()
        between, _, self.shown = self.shown.partition(text)
        return between

    def type(self, text):
        os.write(self.leader, text.encode())


@pytest.fixture
def at_terminal(program, terminal):
    """Run a program on a terminal."""
    leader, follower = terminal
    processes = []

    def start(body, **environment):
        options = {"stdin": follower, "stdout": follower, "stderr": follower, "start_new_session": True}
        processes.append(subprocess.Popen(program(body), env={**os.environ, **environment}, **options))
        os.close(follower)
        return Terminal(leader), processes[0]

    yield start
    for process in processes:
        process.kill()
        process.wait()


def test_a_prompt_is_shown_at_once_and_kept(at_terminal, result):
    user, process = at_terminal("""
        with tee_output_fd() as out:
            print("question follows")
            answer = input("name? ")
            print("hello", answer)
            os.system("echo child")
        keep(out.get())
    """)
    assert user.wait_for("question follows\r\nname? ") == ""
    user.type("Ada\n")
    assert user.wait_for("hello Ada\r\nchild\r\n") == "Ada\r\n"
    assert process.wait(20) == 0
    assert user.shown == ""
    assert result() == "question follows\nname? \nhello Ada\nchild\n"


def test_while_it_is_asked_descriptors_are_the_terminal(at_terminal, result):
    user, process = at_terminal("""
        class Prompt:
            def __str__(self):
                keep(str((os.isatty(1), os.isatty(2))))
                return "ready? "
        with tee_output_fd() as out:
            try:
                input(Prompt())
            except EOFError:
                keep(str((os.isatty(1), os.isatty(2))))
    """)
    user.wait_for("ready? ")
    user.type("\x04")
    assert process.wait(20) == 0
    assert result().startswith("(True, True)")
    assert result().endswith("(False, False)")


def test_pdb_stops_in_the_users_line_and_everything_is_kept(at_terminal, result):
    user, process = at_terminal("""
        with tee_output_fd() as out:
            value = 41
            breakpoint()
            value += 1
            print("value is", value)
            time.sleep(0.2)
        keep(out.get())
    """)
    user.wait_for("-> value += 1\r\n(Pdb) ")
    user.type("p value\n")
    user.wait_for("41\r\n(Pdb) ")
    user.type("c\n")
    user.wait_for("value is 42\r\n")
    assert process.wait(20) == 0
    assert "(Pdb) \n41\n(Pdb) \nvalue is 42\n" in result()


SCREEN_DEBUGGER = """
import bdb, os, sys
class Screen(bdb.Bdb):
    def user_line(self, frame):
        os.write(1, b"screen %d %d> " % (os.isatty(1), frame.f_lineno - frame.f_code.co_firstlineno))
        line = sys.stdin.readline()
        self.set_continue() if line.startswith("c") else self.set_next(frame)
def set_trace():
    Screen().set_trace(sys._getframe().f_back)
"""


@pytest.mark.parametrize("call", ["breakpoint()", "screen_debugger.set_trace(); time.sleep(0.3)"])
def test_a_debugger_with_a_screen_has_the_terminal_until_it_lets_go(at_terminal, result, tmp_path, call):
    (tmp_path / "screen_debugger.py").write_text(SCREEN_DEBUGGER)
    user, process = at_terminal(
        f"""
        import screen_debugger
        def work():
            {call}
            print("one")
            print("two", flush=True)
            time.sleep(0.5)
            print("after")
        with tee_output_fd() as out:
            print("before")
            work()
        keep(out.get())
    """,
        PYTHONBREAKPOINT="screen_debugger.set_trace",
    )
    user.wait_for("before\r\nscreen 1 2> ")  # the line after breakpoint()
    user.type("n\n")
    user.wait_for("one\r\nscreen 1 3> ")
    user.type("c\n")
    user.wait_for("two\r\nafter\r\n")
    assert process.wait(20) == 0
    assert result().startswith("before\n")
    assert result().endswith("after\n")
    assert "one" not in result()


def test_who_keeps_a_function_of_ours_can_go_on_using_it(at_terminal, result):
    user, process = at_terminal("""
        with tee_output_fd() as out:
            ask, get_size, leave = input, os.get_terminal_size, os._exit
        print("first")
        ask("name? ")
        print(tuple(get_size()), tuple(get_size(2)), flush=True)
        keep(out.get())
        leave(3)
    """)
    user.wait_for("first\r\nname? ")
    user.type("Ada\n")
    user.wait_for("(111, 33) (111, 33)\r\n")
    assert process.wait(20) == 3
    assert result() == ""


def test_a_run_that_ends_while_somebody_is_asked(at_terminal, result):
    user, process = at_terminal("""
        import threading
        with tee_output_fd() as out:
            threading.Thread(target=lambda: print("hello", input("name? "), flush=True)).start()
            time.sleep(0.5)
            print("shown at the terminal only")
        print("over", os.isatty(1), flush=True)
        keep(out.get())
    """)
    user.wait_for("name? ")
    user.wait_for("shown at the terminal only\r\nover True\r\n")
    user.type("Ada\n")
    user.wait_for("hello Ada\r\n")
    assert process.wait(20) == 0
    assert result() == ""


def test_nothing_of_ours_is_left_afterwards(at_terminal, result):
    _, process = at_terminal("""
        import builtins
        def look():
            return (builtins.input, sys.breakpointhook, os._exit, os.get_terminal_size,
                    sys.stdout._CHUNK_SIZE, dict(vars(sys.stdout)), dict(vars(sys.stderr)))
        before = look()
        with tee_output_fd():
            inside = look()
        keep(str((before == look(), [a == b for a, b in zip(before, inside)])))
    """)
    assert process.wait(20) == 0
    assert result() == f"(True, {[False] * 7})"
