import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.commandline.completion import complete, make_script, split_line
from sacred.commandline.options import gather_options
from sacred.errors import UsageError

STANDIN = Path(__file__).with_name("standin.py")
OPTIONS = gather_options()
COMMANDS = ["train", "print_config", "data.stats"]
NAMED = ["tiny", "data.small"]
KEYS = ["epochs", "model.rate", "model.layers"]


def candidates(line):
    words = split_line(line)
    return complete(words, len(words) - 1, COMMANDS, OPTIONS, NAMED, KEYS)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", ["data.stats", "help", "print_config", "train", "with"]),
        ("tr", ["train"]),
        ("-u tr", ["train"]),
        ("xyz", []),
        ("help ", ["data.stats", "print_config", "train"]),
        ("help train ", []),
        ("train ", ["with"]),
        ("train w", ["with"]),
        ("with ", ["data.small", "epochs=", "model.layers=", "model.rate=", "tiny"]),
        ("train with mo", ["model.layers=", "model.rate="]),
        ("with epochs=3 e", []),
        ("with tiny t", []),
        ("with model.rate=", []),
        ("with model.rate=0", []),
        ("--lo", ["--loglevel="]),
        ("with --lo", ["--loglevel="]),
        ("--loglevel ", ["CRITICAL", "DEBUG", "ERROR", "INFO", "WARNING"]),
        ("--logl D", ["DEBUG"]),
        ("--loglevel=D", ["--loglevel=DEBUG"]),
        ("-l I", ["INFO"]),
        ("-pdl I", ["INFO"]),
        ("-lI", []),
        ("-C ", ["fd", "no", "sys"]),
        ("--capture=s", ["--capture=sys"]),
        ("--completion ", ["bash", "fish", "zsh"]),
        ("--name ", []),
        ("--name x tr", ["train"]),
        ("-n tr", []),
        ("--nope tr", ["train"]),
        ("-y tr", ["train"]),
        ("--debug tr", ["train"]),
        ("--name=x tr", ["train"]),
    ],
)
def test_candidates(line, expected):
    assert candidates(line) == expected


def test_a_hyphen_offers_every_flag():
    offered = candidates("-")
    assert {"--debug", "-d", "--name=", "-n", "--completion="} <= set(offered)
    assert candidates("--") == [flag for flag in offered if flag.startswith("--")]


def test_an_index_behind_the_words_is_a_new_word():
    assert complete(["help"], 1, COMMANDS, OPTIONS, NAMED, KEYS) == ["data.stats", "print_config", "train"]


@given(
    st.lists(
        st.text(max_size=6) | st.sampled_from(["with", "-l", "--name", "--capture=", "help"]), max_size=5
    )
)
def test_candidates_always_continue_the_word(words):
    index = max(len(words) - 1, 0)
    found = complete(words, index, COMMANDS, OPTIONS, NAMED, KEYS)
    assert found == sorted(found)
    assert all(candidate.startswith(words[index] if words else "") for candidate in found)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a ", ["a", ""]),
        ("a 'b c", ["a", "b c"]),
        ('a "b c ', ["a", "b c "]),
        ("a b\\ ", ["a", "b "]),
        ("a b\\", ["a", "b\\"]),
        ('a "b\\', ["a", '"b\\', ""]),
    ],
)
def test_half_typed_lines_are_split(line, words):
    assert split_line(line) == words


def test_there_are_scripts_for_three_shells(monkeypatch, tmp_path):
    program = tmp_path / "my train.py"
    monkeypatch.setattr("sys.argv", [str(program)])
    for shell in ("bash", "zsh", "fish", "/usr/bin/bash"):
        script = make_script(shell)
        assert shlex.quote(str(program.resolve())) in script
        assert not {"@PATH@", "@NAME@"} & set(script.split())
    with pytest.raises(UsageError, match='not "tcsh"'):
        make_script("tcsh")


# --- with real shells


@pytest.fixture
def program(tmp_path):
    """A folder with the stand-in as an executable, and files around it."""
    main = tmp_path / "main.py"
    main.write_text(f"#!{sys.executable}\n{STANDIN.read_text()}")
    main.chmod(0o755)
    (tmp_path / "other.py").write_text("open('started', 'w')\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "main.py").write_text("open('started', 'w')\n")
    (tmp_path / "afile.json").write_text("{}")
    return main


def environment(**extra):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "TERM": "xterm", "PS1": "$ ", **extra}


def save_script(program, shell):
    """Have the program print its script into a file, and return that."""
    script = program.with_name(f"completion.{shell}")
    with script.open("w") as file:
        subprocess.run(
            [sys.executable, str(program), "--completion", shell], stdout=file, check=True, timeout=60
        )
    return script


def need(shell):
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"{shell} is not installed")
    return path


def press_tab(command, setup, line, expected, program):
    """Type a line and Tab in an interactive shell until the screen shows what is expected."""
    child, descriptor = pty.fork()
    if child == 0:
        os.chdir(program.parent)
        os.execvpe(command[0], command, environment(NOISE="1"))  # noqa: S606
    try:
        os.write(descriptor, f"{setup}; echo rea''dy\n".encode())
        screen = read_until(descriptor, "ready")
        os.write(descriptor, f"{line}\t".encode())
        return screen + read_until(descriptor, expected)
    finally:
        os.close(descriptor)
        os.waitpid(child, 0)


def read_until(descriptor, expected, patience=20.0):
    screen = ""
    deadline = time.monotonic() + patience
    while expected not in screen and time.monotonic() < deadline:
        if select.select([descriptor], [], [], 0.1)[0]:
            screen += os.read(descriptor, 4096).decode(errors="replace")
    return screen


TYPED = [
    ("./main.py print_c", "print_config"),
    ("main.py print_c", "print_config"),
    ("python main.py print_c", "print_config"),
    ("python -u ./main.py with model.r", "model.rate="),
    ("./main.py --loglevel=D", "--loglevel=DEBUG"),
    ("./main.py --capture s", "--capture sys"),
    ("./main.py with data.s", "data.small"),
    ("./main.py with af", "afile.json"),
    ("python oth", "other.py"),
]


@pytest.mark.parametrize(("line", "expected"), TYPED)
def test_bash(program, line, expected):
    shell = need("bash")
    script = save_script(program, "bash")
    setup = f"PATH=.:$PATH; source {script.name}"
    screen = press_tab([shell, "--norc", "--noprofile"], setup, line, expected, program)
    assert expected in screen, screen


@pytest.mark.parametrize(("line", "expected"), TYPED)
def test_zsh(program, line, expected):
    shell = need("zsh")
    script = save_script(program, "zsh")
    setup = f"autoload -Uz compinit; compinit -u -D; PATH=$PWD:$PATH; source ./{script.name}"
    screen = press_tab([shell, "-f"], setup, line, expected, program)
    assert expected in screen, screen


@pytest.mark.parametrize(("line", "expected"), TYPED)
def test_fish(program, line, expected):
    shell = need("fish")
    script = save_script(program, "fish")
    code = f"set -x PATH $PWD $PATH; source {script.name}; complete -C {shlex.quote(line)}"
    done = subprocess.run(
        [shell, "-N", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=program.parent,
        env=environment(NOISE="1"),
    )
    assert expected.split()[-1] in done.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("python main.py help ", 6),
        ("python other.py ", 0),
        ("python elsewhere/main.py ", 0),
        ("elsewhere/main.py ", 0),
    ],
)
def test_programs_that_are_not_registered_are_never_started(program, line, count):
    shell = need("bash")
    script = save_script(program, "bash")
    words = f"COMP_WORDS=({line} ''); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_LINE='{line}'"
    tab = "COMP_POINT=${#COMP_LINE}; __sacred_complete; echo ${#COMPREPLY[@]}"
    code = f"source {script.name}; {words}; {tab}"
    (program.parent / "elsewhere" / "main.py").chmod(0o755)
    done = subprocess.run(
        [shell, "--norc", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=program.parent,
        env=environment(),
    )
    assert done.stdout == f"{count}\n"
    assert not (program.parent / "started").exists()


def test_a_config_that_fails_offers_the_rest(program, capsys, monkeypatch):
    from sacred.commandline.main import run_commandline
    from unit.commandline.standin import StandIn

    class Failing(StandIn):
        def gather_config_keys(self):
            raise ValueError("a bad config")

    monkeypatch.setenv("_SACRED_COMPLETE", "bash")
    monkeypatch.setenv("_SACRED_LINE", "A=1 python3 -u main.py train with ")
    with pytest.raises(SystemExit) as caught:
        run_commandline(Failing(), "p")
    assert caught.value.code is None
    assert capsys.readouterr() == ("\x1fdata.small\n\x1ftiny\n", "")
    assert "_SACRED_LINE" not in os.environ
