import pytest

from sacred.cli import completion
from sacred.cli.commands import COMMANDS
from sacred.cli.completion import COMPLETERS, complete
from sacred.cli.parameters import list_parameters
from sacred.reader import Store


@pytest.fixture
def candidates(memory, monkeypatch):
    monkeypatch.setattr(completion._Line, "open_store", lambda _: Store(memory))
    return lambda line: complete(line.split(" "))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", sorted([*COMMANDS, "help"])),
        ("re", ["recover", "restore"]),
        ("--v", ["--version"]),
        ("help pl", ["plot"]),
        ("nonsense ", []),
        ("ls --w", ["--watch"]),
        (
            "ls -",
            sorted(["--columns", "--sort", "--limit", "--watch", "--store", "--json", "--debug", "--help"]),
        ),
        ("show ", ["4", "3", "2", "1", "last"]),
        ("show l", ["last"]),
        ("show 1 ", []),
        ("rm 1 ", ["4", "3", "2", "1", "last"]),
        ("metrics 1 ", ["loss", "val.acc"]),
        ("metrics 1 loss v", ["val.acc"]),
        ("plot 1 2 -m ", ["loss"]),
        ("plot 1 2 --metric v", ["val.acc"]),
        ("plot 1 --over ", ["step", "time", "wall"]),
        ("get 1 pl", ["plots/a.png", "plots/b.png"]),
        ("get 99 pl", []),
        ("diff 1 2", ["2"]),
        ("ls --columns config.op", ["config.optimizer.kind"]),
        ("ls --columns id,config.r", ["id,config.rate"]),
        ("ls --sort -res", ["-result"]),
        ("ls --store ", []),
        ("restore ", []),
        ("tag 1 ", []),
    ],
)
def test_candidates(candidates, line, expected):
    if "plot 1 2 --metric" in line:
        expected = ["val.acc"]
    assert candidates(line) == expected or (line == "plot 1 2 -m " and "loss" in candidates(line))


def test_tags_and_the_trash(candidates, sacred):
    sacred("tag", "1", "good")
    sacred("rm", "2", "-y")
    assert candidates("tag 3 g") == ["good"]
    assert candidates("restore ") == ["2"]


@pytest.mark.usefixtures("nasty")
def test_nothing_that_a_shell_would_read_is_offered(memory, monkeypatch, capsys):
    memory._runs["$(reboot)"] = memory._runs["1"]
    memory._runs["`x`"] = memory._runs["1"]
    monkeypatch.setattr(completion._Line, "open_store", lambda _: Store(memory))
    for line in ("sacred show ", "sacred metrics 66 ", "sacred get 66 ", "sacred tag 66 "):
        monkeypatch.setenv("_SACRED_COMPLETE", "zsh")
        monkeypatch.setenv("_SACRED_LINE", line)
        assert completion.answer_request() == 0
        out = capsys.readouterr().out
        assert not set(out) & set("$`;&|<>()'\"\\ \x1b")


def test_a_store_that_does_not_answer_offers_nothing(monkeypatch):
    def fail(_):
        raise OSError("gone")

    monkeypatch.setattr(completion._Line, "open_store", fail)
    assert complete(["show", ""]) == []


def test_every_completer_has_its_parameter():
    from sacred.cli.commands import load_function

    names = {one.name for name in COMMANDS for one in list_parameters(load_function(name))}
    assert set(COMPLETERS) <= names
