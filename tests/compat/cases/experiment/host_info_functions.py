"""sacred.host_info: gatherers of the project's own in every spelling, hidden ones, and what is gathered."""
# run:

import os

from kit import outcome, tell

import sacred
from sacred import SETTINGS, Experiment
from sacred.host_info import (
    HostInfoGetter,
    IgnoreHostInfo,
    check_additional_host_info,
    get_host_info,
    host_info_gatherer,
    host_info_gatherers,
    host_info_getter,
)

os.environ["COMPAT_COLOUR"] = "blue"


@host_info_gatherer(name="gathered")
def gathered():
    """Gathered by decorator."""
    return {"a": [1, 2]}


@host_info_gatherer("ignored")
def ignored():
    raise IgnoreHostInfo


@host_info_gatherer("number")
def number():
    return 5


SETTINGS.HOST_INFO.CAPTURED_ENV = ["COMPAT_COLOUR", "COMPAT_ABSENT"]
info = get_host_info([gathered, ignored, number])
tell(
    same=[
        sacred.host_info_gatherer is host_info_gatherer,
        type(gathered).__name__,
        isinstance(gathered, HostInfoGetter),
    ],
    names=[gathered.name, gathered(), number()],
    ignored=outcome(ignored),
    gathered=[info.get("gathered"), "ignored" in info, info["number"]],
    env=info["ENV"],
    keys=sorted(set(info) - {"gpu", "gpus"}),
    kinds={key: type(info[key]).__name__ for key in ("hostname", "os", "python_version", "cpu", "ENV")},
    os_length=len(info["os"]),
    known=sorted(set(host_info_gatherers) - {"gpu", "gpus"}),
    plain=sorted(set(get_host_info()) - {"gpu", "gpus"}),
    none=sorted(set(get_host_info(None)) - {"gpu", "gpus"}),
    conflict=outcome(check_additional_host_info, [host_info_gatherer("os")(lambda: 1)]),
    twice=outcome(check_additional_host_info, [gathered, number]),
)
found = outcome(host_info_getter, lambda: 1, name="old_way")
tell(old=["returns" in found, outcome(host_info_getter(name="old_too"), lambda: 2).keys() == {"returns"}])
old = get_host_info()
tell(registered=[old.get("old_way"), old.get("old_too")])
SETTINGS.HOST_INFO.INCLUDE_CPU_INFO = False
SETTINGS.HOST_INFO.INCLUDE_GPU_INFO = False
tell(without=sorted(set(get_host_info()) - {"old_way", "old_too", "gpu", "gpus"}))


def broken():
    raise ValueError("broken")


ex = Experiment("hosted", additional_host_info=[gathered])
ex.main(lambda _run: [_run.host_info["gathered"], _run.host_info["ENV"]])
tell(run=ex.run().result)
bad = Experiment("broken", additional_host_info=[host_info_gatherer("broken")(broken)])
bad.main(lambda: 1)
tell(broken=outcome(lambda: bad.run().result))
