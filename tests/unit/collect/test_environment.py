"""The sections of environment.json: what each tells, and of what it knows that there is nothing to tell."""

import os
import subprocess
import sys
import types

import pytest

from sacred import SETTINGS
from sacred.collect import environment, machine
from sacred.collect.container import describe_container
from sacred.collect.environment import EnvironmentFacts
from sacred.collect.file_system import describe_file_system, find_mount
from sacred.collect.host.nvml import read_devices
from sacred.collect.late_sources import LateSources
from sacred.collect.machine import count_physical_cores, describe_cpu, describe_memory
from sacred.collect.packages import list_installed
from sacred.collect.process import describe_process, find_user, look_up_user
from sacred.collect.scheduler import describe_launcher, describe_scheduler
from sacred.collect.secrets import make_masking, mask_config, mask_facts
from sacred.support.limits import call_within
from sacred.support.proc import read_fields, read_number, read_text

DIGITS = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("marks", "variables", "kind"),
    [
        ({".dockerenv": ""}, {}, "docker"),
        ({"run/.containerenv": 'engine="podman-4"\nimage="docker.io/a:1"\n'}, {}, "podman"),
        ({".dockerenv": ""}, {"KUBERNETES_SERVICE_HOST": "1.2.3.4"}, "kubernetes"),
        ({".singularity.d/x": ""}, {"SINGULARITY_CONTAINER": "/a.sif"}, "singularity"),
        ({}, {"APPTAINER_CONTAINER": "/a.sif"}, "apptainer"),
        ({}, {"container": "lxc"}, "lxc"),
        ({"run/systemd/container": "systemd-nspawn\n"}, {}, "systemd-nspawn"),
    ],
)
def test_containers_by_their_marks(tmp_path, marks, variables, kind):
    make_files(tmp_path, marks)
    assert describe_container(variables, str(tmp_path))["kind"] == kind


def make_files(folder, contents):
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def test_no_container(tmp_path):
    assert describe_container({}, str(tmp_path)) is None


@pytest.mark.parametrize(
    "files",
    [
        {"proc/self/cgroup": f"0::/docker/{DIGITS}\n"},
        {"proc/self/cgroup": f"0::/system.slice/docker-{DIGITS}.scope\n"},
        {
            "proc/self/cgroup": "0::/\n",
            "proc/self/mountinfo": f"1 2 8:1 /{'f' * 64} / rw - x\n3 4 8:1 /x/containers/{DIGITS}/y /z\n",
        },
    ],
)
def test_id_and_image_of_a_container(tmp_path, files):
    make_files(tmp_path, {".dockerenv": "", **files})
    assert describe_container({}, str(tmp_path))["id"] == DIGITS


def test_pod_and_namespace(tmp_path):
    make_files(tmp_path, {"var/run/secrets/kubernetes.io/serviceaccount/namespace": "lab"})
    facts = describe_container({"KUBERNETES_SERVICE_HOST": "h", "HOSTNAME": "train-0"}, str(tmp_path))
    assert (facts["pod"], facts["namespace"]) == ("train-0", "lab")


@pytest.mark.parametrize(
    ("variables", "kind", "job"),
    [
        ({"SLURM_JOB_ID": "7", "SLURM_JOB_NODELIST": "n1"}, "slurm", "7"),
        ({"PBS_JOBID": "8.server"}, "pbs", "8.server"),
        ({"LSB_JOBID": "9"}, "lsf", "9"),
        ({"SGE_ROOT": "/sge", "JOB_ID": "10"}, "sge", "10"),
    ],
)
def test_schedulers(variables, kind, job):
    facts = describe_scheduler(variables)
    assert (facts["kind"], facts["job_id"]) == (kind, job)


def test_no_scheduler():
    assert describe_scheduler({"JOB_ID": "7", "QUEUE": "x"}) is None


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"RANK": "1", "WORLD_SIZE": "4", "MASTER_ADDR": "h"}, ("torchrun", 1, 4)),
        ({"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "3"}, ("openmpi", 2, 3)),
        ({"PMI_RANK": "0", "PMI_SIZE": "2"}, ("mpi", 0, 2)),
        ({"SLURM_PROCID": "0", "SLURM_NTASKS": "8"}, ("slurm", 0, 8)),
    ],
)
def test_launchers(variables, expected):
    facts = describe_launcher(variables)
    assert (facts["kind"], facts["rank"], facts["world_size"]) == expected


def test_no_launcher():
    assert describe_launcher({"RANK": "0"}) is None


def test_physical_cores_count_once(tmp_path):
    for number, siblings in enumerate(("0,2", "1,3", "0,2", "1,3")):
        make_files(tmp_path, {f"cpu{number}/topology/core_cpus_list": siblings})
    make_files(tmp_path, {"cpufreq/x": ""})
    assert count_physical_cores(str(tmp_path)) == 2
    assert count_physical_cores(str(tmp_path / "nowhere")) is None


@pytest.fixture
def _forgets_limits():
    limits = (machine._read_core_limit, machine._read_memory_limit)
    for limit in limits:
        limit.cache_clear()
    yield
    for limit in limits:
        limit.cache_clear()


@pytest.mark.usefixtures("_forgets_limits")
def test_limits_of_control_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "_GROUPS", str(tmp_path))
    groups = "0::/a/b\n"
    real = machine.read_text
    monkeypatch.setattr(
        machine, "read_text", lambda path: groups if path.endswith("self/cgroup") else real(path)
    )
    make_files(tmp_path, {"a/b/cpu.max": "max 100000", "a/cpu.max": "150000 100000"})
    make_files(tmp_path, {"a/b/memory.max": "max", "a/memory.max": "1024"})
    assert describe_cpu()["limit_cores"] == 1.5
    assert describe_memory()["limit_bytes"] == 1024


@pytest.mark.usefixtures("_forgets_limits")
def test_limits_of_the_first_version_of_control_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "_GROUPS", str(tmp_path))
    groups = "4:cpu,cpuacct:/a\n5:memory:/a\n6:devices:/a\n"
    real = machine.read_text
    monkeypatch.setattr(
        machine, "read_text", lambda path: groups if path.endswith("self/cgroup") else real(path)
    )
    make_files(
        tmp_path, {"cpu,cpuacct/a/cpu.cfs_quota_us": "50000", "cpu,cpuacct/a/cpu.cfs_period_us": "100000"}
    )
    make_files(tmp_path, {"memory/a/memory.limit_in_bytes": "2048"})
    make_files(tmp_path, {"memory/memory.limit_in_bytes": "9223372036854771712"})
    assert describe_cpu()["limit_cores"] == 0.5
    assert describe_memory()["limit_bytes"] == 2048


def test_small_files(tmp_path):
    make_files(tmp_path, {"fields": "a:\t1 kB\nodd\nb: x:y\n", "number": "12\n", "max": "max\n"})
    assert read_fields(str(tmp_path / "fields")) == {"a": "1 kB", "odd": "", "b": "x:y"}
    assert read_number(str(tmp_path / "number")) == 12
    assert read_number(str(tmp_path / "max")) is None
    assert read_text(str(tmp_path / "nowhere")) is None


def test_file_systems(tmp_path):
    table = tmp_path / "mountinfo"
    table.write_text(
        "1 2 8:1 / / rw - ext4 /dev/sda1 rw\n3 1 0:9 / /mnt/a\\040b rw shared:1 - nfs4 https://u:p@h/x rw\n"
    )
    expected = {"type": "nfs4", "source": "https://h/x", "mount_point": "/mnt/a b"}
    assert find_mount("0:9", str(table)) == expected
    assert find_mount("0:1", str(table)) is None
    assert find_mount("0:1", str(tmp_path / "nowhere")) is None
    assert describe_file_system(str(tmp_path))["total_bytes"] > 0


def test_the_process():
    facts = describe_process()
    assert facts["argv"] == sys.argv
    assert facts["pid"] == os.getpid()
    mask = os.umask(0)
    os.umask(mask)
    assert int(facts["umask"], 8) == mask
    assert find_user({"LOGNAME": "ada"}) == "ada"
    assert find_user({}) is None
    assert look_up_user()


def test_installed_distributions_by_the_names_of_their_folders(tmp_path, monkeypatch):
    first, second = tmp_path / "first", tmp_path / "second"
    for name in (
        "first/Some_Thing-2.0.dist-info",
        "second/some.thing-1.0.dist-info",
        "second/other-3.egg-info",
    ):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(first), str(second), str(tmp_path / "nowhere")])
    assert list_installed() == {"some-thing": "2.0", "other": "3"}


class FakeNvml(types.ModuleType):
    """A library whose device lacks some facts."""

    NVMLError = RuntimeError
    is_shut = False

    def __getattr__(self, name):
        answers = {
            "nvmlInit": None,
            "nvmlDeviceGetCount": 1,
            "nvmlSystemGetDriverVersion": b"550.1",
            "nvmlSystemGetCudaDriverVersion_v2": 12040,
            "nvmlDeviceGetHandleByIndex": 0,
            "nvmlDeviceGetName": "H100",
            "nvmlDeviceGetMemoryInfo": types.SimpleNamespace(total=80),
            "nvmlDeviceGetPciInfo": types.SimpleNamespace(busId=b"00:1"),
            "nvmlDeviceGetCudaComputeCapability": [9, 0],
            "nvmlDeviceGetEnforcedPowerLimit": 700_000,
        }
        if name == "nvmlShutdown":
            self.is_shut = True
            return lambda: None
        if name not in answers:
            raise AttributeError(name)
        return lambda *_: answers[name]


def test_graphics_processors(monkeypatch):
    library = FakeNvml("pynvml")
    monkeypatch.setitem(sys.modules, "pynvml", library)
    facts = read_devices()
    assert (facts["driver_version"], facts["cuda_version"]) == ("550.1", 12040)
    assert facts["devices"] == [
        {
            "model": "H100",
            "uuid": None,
            "pci_bus": "00:1",
            "memory_bytes": 80,
            "compute_capability": "9.0",
            "multi_instance": None,
            "power_limit_watts": 700.0,
        }
    ]
    assert library.is_shut


def test_no_graphics_processors(monkeypatch):
    library = FakeNvml("pynvml")

    def fail():
        raise RuntimeError("no driver")

    library.nvmlInit = fail
    monkeypatch.setitem(sys.modules, "pynvml", library)
    assert read_devices() is None
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert read_devices() is None


def test_variables_are_chosen_and_masked(monkeypatch):
    monkeypatch.setitem(SETTINGS.HOST_INFO, "CAPTURED_ENV", ["MINE"])
    variables = {"CUDA_HOME": "/cuda", "HF_TOKEN": "geheimnis", "MINE": "has geheimnis", "OTHER": "1"}
    facts = EnvironmentFacts(make_masking(variables), variables)
    facts.gather_rest()
    assert facts.sections["variables"] == {"CUDA_HOME": "/cuda", "HF_TOKEN": "***", "MINE": "has ***"}


def test_a_section_that_fails_is_a_note(monkeypatch):
    monkeypatch.setattr(environment, "list_installed", lambda: 1 / 0)
    facts = EnvironmentFacts(make_masking({}), {})
    facts.gather_rest()
    assert "ZeroDivisionError" in facts.sections["notes"]["distributions"]
    assert facts.sections["memory"]


def test_calls_have_limits():
    assert call_within(lambda: 1, 10) == 1
    with pytest.raises(ZeroDivisionError):
        call_within(lambda: 1 / 0, 10)
    forever = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with pytest.raises(TimeoutError):
        call_within(forever.wait, 0.01)
    forever.communicate(b"\n")


def test_late_sources(tmp_path, monkeypatch):
    (tmp_path / "early.py").write_text("")
    (tmp_path / "late.py").write_text("")
    late = LateSources({"base_dir": str(tmp_path), "sources": [("early.py", "x")]})
    assert late.find_new() == []
    for name in ("early", "late"):
        module = types.ModuleType(f"{name}_module_of_a_test")
        module.__file__ = str(tmp_path / f"{name}.py")
        monkeypatch.setitem(sys.modules, module.__name__, module)
    assert late.find_new() == [("late.py", "d41d8cd98f00b204e9800998ecf8427e")]
    assert late.find_new() == []
    monkeypatch.setitem(SETTINGS, "DISCOVER_SOURCES", "none")
    assert LateSources({"base_dir": str(tmp_path), "sources": []}).find_new() == []


def test_entries_are_masked_by_path_and_only_if_named(monkeypatch):
    config = {"token": "a", "db": {"password": "b", "host": "h"}, "list": [{"password": 1}], "password": None}
    assert mask_config(config) == (config, {})
    monkeypatch.setitem(SETTINGS.CONFIG, "SECRETS", ["db.password", "list"])
    masked, secrets = mask_config(config)
    assert masked == {"token": "a", "db": {"password": "***", "host": "h"}, "list": "***", "password": None}
    assert secrets == {"db.password": "b", "list": [{"password": 1}]}
    monkeypatch.setitem(SETTINGS.CONFIG, "SECRETS", ["password"])
    masked, secrets = mask_config(config)
    assert masked["list"] == [{"password": "***"}]
    assert sorted(secrets) == ["db.password", "list[0].password"]
    assert config["db"] == {"password": "b", "host": "h"}


def test_options_are_masked(monkeypatch):
    monkeypatch.setattr(os, "environ", {"MY_TOKEN": "geheimnis"})
    options = {
        "--token": "x",
        "--url": "x://u:p@h",
        "--force": False,
        "UPDATE": ["password=x"],
        "--comment": "geheimnis",
    }
    facts = {
        "config": {"a": 1},
        "meta_info": {"options": options, "comment": "geheimnis", "own": "geheimnis"},
    }
    meta = mask_facts(facts)["meta_info"]
    assert meta["options"] == {
        "--token": "***",
        "--url": "x://h",
        "--force": False,
        "UPDATE": ["password=***"],
        "--comment": "***",
    }
    assert meta["comment"] == "***"
    assert "masked_config" not in meta
    assert options["--token"] == "x"
