"""Facts about the machine, and gatherers that fail."""

import logging
import os
import platform
import subprocess
import sys
import time

import pytest

from sacred.collect.host import (
    HostInfoGetter,
    IgnoreHostInfo,
    check_additional_host_info,
    gatherer,
    get_host_info,
    host_info_gatherer,
    host_info_gatherers,
    host_info_getter,
)
from sacred.collect.host.cpu import read_cpu
from sacred.collect.host.gpu import GpuError, read_gpus
from sacred.errors import SacredError
from sacred.settings import SETTINGS


@pytest.fixture(autouse=True)
def forget():
    """Let every test gather anew, and leave no gatherer behind."""
    gatherer._gather_constant.cache_clear()
    gatherer._gather_gpus.cache_clear()
    yield
    gatherer._gather_constant.cache_clear()
    gatherer._gather_gpus.cache_clear()
    host_info_gatherers.clear()


@pytest.fixture
def make_nvidia_smi(tmp_path, monkeypatch):
    def make(text):
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return make


def test_the_usual_facts(monkeypatch):
    monkeypatch.setenv("PATH", "")
    info = get_host_info()
    assert info == {
        "hostname": platform.node(),
        "os": [platform.system(), platform.platform()],
        "python_version": platform.python_version(),
        "cpu": info["cpu"],
        "gpu": [],
        "ENV": {},
    }
    assert info["cpu"]


def test_facts_that_are_not_wanted_are_none(monkeypatch):
    monkeypatch.setitem(SETTINGS.HOST_INFO, "INCLUDE_CPU_INFO", False)
    monkeypatch.setitem(SETTINGS.HOST_INFO, "INCLUDE_GPU_INFO", False)
    info = get_host_info()
    assert (info["cpu"], info["gpu"], info["gpus"]) == (None, None, None)


def test_chosen_variables_are_recorded_without_secrets(monkeypatch):
    monkeypatch.setitem(SETTINGS.HOST_INFO, "CAPTURED_ENV", ["SET_ONE", "DATABASE", "NOT_SET"])
    monkeypatch.setenv("SET_ONE", "v")
    monkeypatch.setenv("DATABASE", "mongodb://user:secret@host/db")
    assert get_host_info()["ENV"] == {"SET_ONE": "v", "DATABASE": "mongodb://host/db"}


def test_changing_the_facts_of_one_run_leaves_those_of_the_next():
    get_host_info()["os"].append("changed")
    assert len(get_host_info()["os"]) == 2


def test_gatherers_of_an_experiment_come_first():
    @host_info_gatherer("my key")
    def mine():
        return {"v": 1}

    assert isinstance(mine, HostInfoGetter)
    assert mine() == mine.get_info() == {"v": 1}
    assert mine.name == "my key"
    info = get_host_info([mine])
    assert next(iter(info)) == "my key"
    assert info["my key"] == {"v": 1}
    assert "my key" not in get_host_info()


def test_gatherers_of_the_old_spelling_belong_to_every_experiment():
    @host_info_getter
    def temperature():
        return 7

    @host_info_getter(name="named")
    def other():
        return 8

    assert (temperature(), other()) == (7, 8)
    assert list(host_info_gatherers) == ["temperature", "named"]
    assert get_host_info()["temperature"] == 7
    assert get_host_info()["named"] == 8


def test_gatherers_are_called_for_every_run():
    calls = []
    counter = host_info_gatherer("count")(lambda: calls.append(1) or len(calls))
    assert [get_host_info([counter])["count"] for _ in range(3)] == [1, 2, 3]


def test_a_gatherer_can_have_nothing_to_say():
    def nothing():
        raise IgnoreHostInfo

    assert "silent" not in get_host_info([host_info_gatherer("silent")(nothing)])


def test_a_gatherer_that_fails_is_noted(caplog):
    def fail():
        raise ValueError("boom")

    with caplog.at_level(logging.WARNING):
        info = get_host_info([host_info_gatherer("mine")(fail)])
    assert info["mine"] == "<failed: ValueError: boom>"
    assert info["hostname"]
    assert [record.getMessage() for record in caplog.records] == [
        'The host info "mine" is missing: ValueError: boom'
    ]


def test_a_gatherer_that_hangs_is_left_behind(caplog, monkeypatch):
    monkeypatch.setattr(gatherer, "LIMIT_SECONDS", 0.05)
    start = time.monotonic()
    info = get_host_info([host_info_gatherer("slow")(lambda: time.sleep(0.5))])
    assert time.monotonic() - start < 0.4
    assert info["slow"] == "<no answer: it took more than 0.05 s>"
    assert len(caplog.records) == 1


def test_keys_of_built_in_facts_are_taken():
    own = host_info_gatherer("cpu")(lambda: "mine")
    with pytest.raises(SacredError, match=r'"cpu".*hostname, os, python_version, cpu'):
        get_host_info([own])


def test_what_is_no_gatherer_is_refused():
    with pytest.raises(SacredError, match="decorate it with @host_info_gatherer"):
        check_additional_host_info([lambda: 3])


def test_graphics_processors(make_nvidia_smi):
    make_nvidia_smi(
        'echo "$@" > "$(dirname "$0")/arguments"\n'
        "echo '470.1, Tesla T4, 15109, Enabled'\n"
        "echo '470.1, Tesla T5, [N/A], Disabled'"
    )
    first = {"model": "Tesla T4", "total_memory": 15109, "persistence_mode": True}
    second = {"model": "Tesla T5", "total_memory": None, "persistence_mode": False}
    info = get_host_info()
    assert info["gpus"] == {"driver_version": "470.1", "gpus": [first, second]}
    assert info["gpu"] == [first, second]


def test_nvidia_smi_is_asked_once_in_a_process(make_nvidia_smi, tmp_path):
    make_nvidia_smi(f"echo x >> {tmp_path}/calls; echo '1, A, 2, Enabled'")
    get_host_info()
    get_host_info()
    assert (tmp_path / "calls").read_text() == "x\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "echo 'NVIDIA-SMI has failed: no driver'; exit 9",
            "nvidia-smi failed: NVIDIA-SMI has failed: no driver",
        ),
        ("exit 3", "nvidia-smi failed: 3"),
        ("exec sleep 20", "nvidia-smi did not answer"),
    ],
)
def test_an_nvidia_smi_that_fails_is_noted(make_nvidia_smi, monkeypatch, caplog, text, message):
    monkeypatch.setattr("sacred.collect.host.gpu.LIMIT_SECONDS", 0.2)
    make_nvidia_smi(text)
    with pytest.raises(GpuError, match=message):
        read_gpus()
    info = get_host_info()
    assert info["gpu"] == info["gpus"]
    assert info["gpu"].startswith(f"<failed: GpuError: {message}")
    assert len(caplog.records) == 1


def test_an_nvidia_smi_for_another_machine_is_noted(tmp_path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    program.write_bytes(b"\x7fELF nonsense")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GpuError, match="can't be started"):
        read_gpus()


@pytest.mark.parametrize(
    ("text", "model"),
    [
        (
            "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Some CPU @ 3 GHz\n\nprocessor\t: 1\n",
            "Some CPU @ 3 GHz",
        ),
        ("processor\t: 0\nBogoMIPS\t: 108\nHardware\t: BCM2711\n", "BCM2711"),
        ("", platform.processor() or platform.machine()),
    ],
)
def test_cpu_models(tmp_path, text, model):
    described = tmp_path / "cpuinfo"
    described.write_text(text)
    assert read_cpu(str(described)) == model
    assert read_cpu(str(tmp_path / "missing"))


def test_gathering_starts_no_process_and_loads_little():
    program = (
        "import sys; from sacred.collect.host import get_host_info; get_host_info();"
        "print([m for m in ('subprocess', 'platform', 'socket', 'shutil') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": ""},
    )
    assert result.stdout == "[]\n"
