"""What processes and machine use: real processes, control groups in a folder, a stand-in for NVML."""

import os
import subprocess
import sys
import threading
import types
from contextlib import contextmanager

import pytest

from sacred.collect.usage import gpus, sampler, tree
from sacred.collect.usage.container import Container
from sacred.collect.usage.gpus import Gpus
from sacred.collect.usage.machine import Machine
from sacred.collect.usage.processes import _ask_psutil, _read_proc
from sacred.collect.usage.reading import AbsentError, Reading
from sacred.collect.usage.sampler import Sampler
from sacred.folder.journal_files import find_type

psutil = pytest.importorskip("psutil")
# of Python 3.12 and later, about any thread
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
MIB = 1 << 20


@contextmanager
def child(program, *arguments):
    """A process that has done its work when the block begins, and ends with it."""
    said = f"{program}\nprint('done', flush=True)\ninput()"
    command = [sys.executable, "-c", said, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "done\n"
        yield process
        process.communicate("\n")


# --- process tree ------------------------------------------------------------------------------------------


def test_a_child_counts_while_it_lives_and_after_it_was_waited_for():
    machine = Machine()
    before = machine.read()
    with child("import time\nwhile time.process_time() < 0.5: pass"):
        during = machine.read()
    after = machine.read()
    assert during.values["system.processes"] == before.values["system.processes"] + 1
    assert after.values["system.processes"] == before.values["system.processes"]
    burnt = [
        each.rates["system.cpu.tree"].part - before.rates["system.cpu.tree"].part for each in (during, after)
    ]
    assert all(seconds >= 0.4 for seconds in burnt)  # the kernel counts in hundredths, and not at once


def test_a_child_that_nobody_saw_counts_when_it_was_waited_for():
    machine = Machine()
    before = machine.read().rates["system.cpu.tree"].part
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.5: pass"], check=True)
    assert machine.read().rates["system.cpu.tree"].part - before >= 0.4


def test_children_of_children_count():
    machine = Machine()
    inner = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()'], stdin=0)"
    with child(inner) as outer:
        machine.read()
        pids = {each.pid for each in psutil.Process(outer.pid).children()}
        assert pids
        assert {os.getpid(), outer.pid, *pids} <= machine.tree.pids


def test_what_a_child_wrote_counts(tmp_path):
    if find_type(os.stat(tmp_path).st_dev) not in {"ext4", "xfs", "overlay"}:
        pytest.skip("the kernel counts no bytes of this file system")
    machine = Machine()
    before = machine.read().counters["system.disk.written"]
    program = (
        f"import os, sys\nwith open(sys.argv[1], 'wb') as file: file.write(bytes({8 * MIB})); os.fsync(file)"
    )
    with child(program, str(tmp_path / "data")):
        during = machine.read().counters["system.disk.written"]
    after = machine.read().counters["system.disk.written"]
    assert during - before >= 8 * MIB
    assert 8 * MIB <= after - before < 16 * MIB


def test_psutil_tells_the_same_of_processes_where_there_is_no_proc():
    def read(uses):
        return {use.pid: use for use in uses}

    with child("import time\nwhile time.process_time() < 0.1: pass") as process:
        ours, theirs = read(_read_proc(os.getpid())), read(_ask_psutil(psutil, os.getpid()))
    assert set(ours) == set(theirs) == {os.getpid(), process.pid}
    assert ours[process.pid].seconds == pytest.approx(theirs[process.pid].seconds)
    assert ours[process.pid].rss == pytest.approx(theirs[process.pid].rss, rel=0.2)


def test_memory_of_the_tree():
    machine = Machine()
    before = machine.read().values["system.memory.rss"]
    with child(f"data = b'x' * {32 * MIB}"):
        for _ in range(1000):  # where the first reading took long, some samples after it have no PSS
            values = machine.read().values
            if "system.memory.pss" in values:
                break
    assert values["system.memory.rss"] - before >= 32 * MIB
    assert 32 * MIB <= values["system.memory.pss"] <= values["system.memory.rss"]


def test_proportional_memory_that_takes_long_is_read_rarely(monkeypatch):
    machine = Machine()
    monkeypatch.setattr(tree, "_PSS_SECONDS", 1e-9)
    assert "system.memory.pss" in machine.read().values
    assert "system.memory.pss" not in machine.read().values
    monkeypatch.setattr(tree, "_PSS_SECONDS", 1e9)
    machine = Machine()
    assert "system.memory.pss" in machine.read().values
    assert "system.memory.pss" in machine.read().values


# --- machine and container ---------------------------------------------------------------------------------


def test_the_machine():
    reading = Machine().read()
    assert not reading.failures
    busy, total = reading.rates["system.cpu.machine"]
    assert 0 < busy < total
    assert 0 < reading.values["system.memory.available"] <= psutil.virtual_memory().total
    assert {"system.network.received", "system.network.sent"} <= set(reading.counters)


def test_a_part_that_fails_is_noted_and_hinders_no_other(monkeypatch):
    machine = Machine()

    def fail(*_arguments, **_options):
        raise PermissionError("no entry")

    monkeypatch.setattr(psutil, "net_io_counters", fail)
    reading = machine.read()
    assert reading.failures == {"system.network": "PermissionError: no entry"}
    assert "system.swap.used" in reading.values


def make_group(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(f"{text}\n", "ascii")


@pytest.fixture
def container(tmp_path):
    def make(membership):
        (tmp_path / "membership").write_text(membership, "ascii")
        return Container(str(tmp_path / "membership"), str(tmp_path / "groups"))

    return make


def test_control_groups_version_2(tmp_path, container):
    root = tmp_path / "groups"
    make_group(root, cgroup__controllers="cpu memory")
    make_group(root / "pod", memory__max=1000, memory__current=700, memory__stat="anon 1\ninactive_file 100")
    make_group(root / "pod", cpu__max="150000 100000")
    make_group(root / "pod/main", memory__max="max", memory__current=500, cpu__max="max 100000")
    found = container("0::/pod/main\n")
    assert found.read_memory() == (600, 1000)
    assert found.read_core_limit() == 1.5


def test_control_groups_version_1(tmp_path, container):
    root = tmp_path / "groups"
    memory = {"memory__limit_in_bytes": 1000, "memory__usage_in_bytes": 800}
    make_group(root / "memory/job", **memory, memory__stat="cache 5\ntotal_inactive_file 300")
    make_group(root / "memory", memory__limit_in_bytes=2**63 - 4096, memory__usage_in_bytes=9)
    make_group(root / "cpu,cpuacct")
    make_group(root / "cpu/job", cpu__cfs_quota_us=50000, cpu__cfs_period_us=100000)
    make_group(root / "cpu", cpu__cfs_quota_us=-1, cpu__cfs_period_us=100000)
    found = container("9:memory:/job\n3:cpu,cpuacct:/job\n0::/\n")
    assert found.read_memory() == (500, 1000)
    assert found.read_core_limit() == 0.5


def test_in_a_container_only_the_root_of_its_groups_can_be_seen(tmp_path, container):
    make_group(tmp_path / "groups", cgroup__controllers="", memory__max=9, memory__current=4, memory__stat="")
    assert container("0::/../../docker/0123\n").read_memory() == (4, 9)


def test_without_limits_nothing_is_said(container):
    found = container("0::/\n")
    assert found.read_memory() is None
    assert found.read_core_limit() is None


def test_the_limit_counts_for_what_is_available(monkeypatch):
    monkeypatch.setattr(Container, "read_memory", lambda _: (600, 1000))
    values = Machine().read().values
    assert values["system.memory.available"] == 400
    assert values["system.memory.container"] == 600
    assert values["system.memory.limit"] == 1000


# --- graphics processors -----------------------------------------------------------------------------------


class NVMLError(Exception):
    pass


class NotSupportedError(NVMLError):
    pass


@pytest.fixture
def nvml(monkeypatch):
    """NVML as nvidia-ml-py shows it, with one processor."""
    module = types.ModuleType("pynvml")
    module.NVMLError, module.NVMLError_NotSupported, module.NVML_TEMPERATURE_GPU = (
        NVMLError,
        NotSupportedError,
        0,
    )
    module.processes = []
    module.nvmlInit = module.nvmlShutdown = lambda: None
    module.nvmlDeviceGetCount = lambda: 1
    module.nvmlDeviceGetHandleByIndex = lambda index: index
    module.nvmlDeviceGetUtilizationRates = lambda _: types.SimpleNamespace(gpu=37)
    module.nvmlDeviceGetMemoryInfo = lambda _: types.SimpleNamespace(used=5 * MIB)
    module.nvmlDeviceGetTemperature = lambda _handle, _sensor: 61
    module.nvmlDeviceGetPowerUsage = lambda _: 71500
    module.nvmlDeviceGetComputeRunningProcesses = lambda _: module.processes
    monkeypatch.setitem(sys.modules, "pynvml", module)
    monkeypatch.setattr(gpus, "has_device", lambda: True)
    return module


def test_a_graphics_processor(nvml):
    assert Gpus(frozenset).read().values == {
        "system.gpu.0.utilization": 37,
        "system.gpu.0.memory": 5 * MIB,
        "system.gpu.0.temperature": 61,
        "system.gpu.0.power": 71.5,
    }


def test_memory_of_the_tree_counts_from_the_first_time_that_it_has_any(nvml):
    found = Gpus(lambda: frozenset({11, 12}))
    name = "system.gpu.0.tree_memory"
    nvml.processes = [types.SimpleNamespace(pid=99, usedGpuMemory=1)]
    assert name not in found.read().values
    nvml.processes += [
        types.SimpleNamespace(pid=pid, usedGpuMemory=used) for pid, used in ((11, 30), (12, None))
    ]
    assert found.read().values[name] == 30
    nvml.processes = []
    assert found.read().values[name] == 0


def test_what_a_processor_does_not_support_is_left_out_and_what_fails_is_noted(nvml):
    def refuse(*_):
        raise NotSupportedError

    def fail(*_):
        raise NVMLError("GPU is lost")

    nvml.nvmlDeviceGetPowerUsage = refuse
    reading = Gpus(frozenset).read()
    assert not reading.failures
    assert "system.gpu.0.power" not in reading.values
    nvml.nvmlDeviceGetMemoryInfo = fail
    reading = Gpus(frozenset).read()
    assert reading.failures == {"system.gpu.0": "NVMLError: GPU is lost"}
    assert reading.values["system.gpu.0.temperature"] == 61


def test_a_machine_without_processors_does_not_load_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)
    monkeypatch.setattr(gpus, "_DEVICES", ())
    with pytest.raises(AbsentError):
        Gpus(frozenset)


def test_the_names_of_the_real_package():
    real = pytest.importorskip("pynvml")
    for name in ("Init", "Shutdown", "DeviceGetCount", "DeviceGetHandleByIndex", "DeviceGetUtilizationRates"):
        assert callable(getattr(real, f"nvml{name}"))
    for name in ("MemoryInfo", "Temperature", "PowerUsage", "ComputeRunningProcesses"):
        assert callable(getattr(real, f"nvmlDeviceGet{name}"))
    assert issubclass(real.NVMLError_NotSupported, real.NVMLError)
    assert isinstance(real.NVML_TEMPERATURE_GPU, int)


# --- the thread --------------------------------------------------------------------------------------------


class Listening:
    """A run that listens."""

    def __init__(self, interval=3600.0):
        self.interval = interval
        self.begun, self.taken, self.failures = [], [], []
        self.has_sample = threading.Event()
        self.is_abandoned = False

    def begin(self, reading):
        self.begun.append(reading)

    def take(self, reading):
        self.taken.append(reading)
        self.has_sample.set()

    def fail(self, part, reason):
        self.failures.append((part, reason))

    def abandon(self):
        self.is_abandoned = True


class Clock:
    """A source whose reading can be held up."""

    def __init__(self):
        self.may_read = threading.Event()
        self.may_read.set()
        self.is_closed = threading.Event()

    def read(self):
        self.may_read.wait(60)
        return Reading(0.0)

    def close(self):
        self.is_closed.set()


@pytest.fixture
def make_sampler(monkeypatch):
    monkeypatch.setattr(sampler, "_samplers", [])
    return lambda open_source: Sampler("test", open_source)


def leave(sampling, listening, seconds=60.0):
    return sampling.remove(listening, sampling.ask_last(listening), seconds)


def test_a_sample_at_once_and_one_at_the_end(make_sampler):
    clock, listening = Clock(), Listening()
    sampling = make_sampler(lambda: clock)
    sampling.add(listening)
    assert listening.has_sample.wait(60)
    assert len(listening.begun) == len(listening.taken) == 1
    assert leave(sampling, listening)
    assert len(listening.taken) == 2
    assert clock.is_closed.wait(60)


def test_several_runs_share_one_thread(make_sampler):
    sources = []

    def open_source():
        sources.append(Clock())
        return sources[-1]

    sampling = make_sampler(open_source)
    outer, inner = Listening(), Listening()
    for listening in (outer, inner):
        sampling.add(listening)
        assert listening.has_sample.wait(60)
    assert leave(sampling, inner)
    assert len([thread for thread in threading.enumerate() if thread.name == "sacred-test"]) == 1
    inner_has = len(inner.taken)
    assert leave(sampling, outer)
    assert len(inner.taken) == inner_has
    assert len(sources) == 1
    assert sources[0].is_closed.wait(60)


def test_a_run_after_the_last_one_has_samples_again(make_sampler):
    sampling = make_sampler(Clock)
    for _ in range(3):
        listening = Listening()
        sampling.add(listening)
        assert listening.has_sample.wait(60)
        assert leave(sampling, listening)


def test_who_hangs_keeps_one_run_waiting_and_none_after_it(make_sampler):
    clock, first, second, third = Clock(), Listening(), Listening(), Listening()
    sampling = make_sampler(lambda: clock)
    sampling.add(first)
    assert first.has_sample.wait(60)
    clock.may_read.clear()
    assert not leave(sampling, first, 0.01)
    sampling.add(second)
    assert not leave(sampling, second, threading.TIMEOUT_MAX)  # would hang
    clock.may_read.set()
    sampling.add(third)
    assert third.has_sample.wait(60)
    assert leave(sampling, third)


def test_what_is_not_there_is_no_failure_and_what_is_broken_is_one(make_sampler):
    def open_source(error):
        raise error

    for error, expected in (
        (AbsentError(), []),
        (ImportError("psutil"), []),
        (NVMLError("driver"), [("test", "NVMLError: driver")]),
    ):
        listening = Listening()
        sampling = make_sampler(lambda error=error: open_source(error))
        sampling.add(listening)
        assert leave(sampling, listening)
        assert listening.failures == expected


def test_samples_that_cost_much_become_rare(make_sampler):
    sampling = make_sampler(Clock)
    sampling._listeners = [Listening(10.0), Listening(30.0)]
    assert sampling._find_pause(0.001) == 10.0
    assert sampling._find_pause(0.2) == pytest.approx(100.0)  # 0.2 % of a core


def test_a_forked_child_takes_no_samples_and_can_have_a_run_of_its_own(make_sampler):
    clock, listening = Clock(), Listening()
    sampling = make_sampler(lambda: clock)
    sampling.add(listening)
    assert listening.has_sample.wait(60)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            assert listening.is_abandoned
            assert threading.active_count() == 1
            own = Listening()
            sampling.add(own)
            assert own.has_sample.wait(60)
            assert leave(sampling, own)
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0
    assert not listening.is_abandoned
    assert leave(sampling, listening)


def test_a_fork_does_not_wait_for_ever_for_what_hangs(make_sampler, monkeypatch):
    monkeypatch.setattr(sampler, "_FORK_SECONDS", 0.01)
    clock, listening = Clock(), Listening()
    clock.may_read.clear()
    sampling = make_sampler(lambda: clock)
    sampling.add(listening)
    for _ in range(2):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    clock.may_read.set()
    assert listening.has_sample.wait(60)
    assert leave(sampling, listening)
