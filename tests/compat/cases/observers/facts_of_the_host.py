"""host_info: what is always there, gatherers of the user's own, the environment, and what is switched off."""
# run: plain -F runs
# run: [COMPAT_USER=somebody] environment -F runs
# run: additional
# run: off
# run: ignored

import platform
import socket
import sys

from kit import outcome, tell

from sacred import SETTINGS, Experiment, host_info_gatherer
from sacred.host_info import HostInfoGetter, IgnoreHostInfo, get_host_info, host_info_getter

kind = sys.argv.pop(1)
additional = []
if kind == "environment":
    SETTINGS.HOST_INFO.CAPTURED_ENV.append("COMPAT_USER")
    SETTINGS.HOST_INFO.CAPTURED_ENV.append("NOT_SET_ANYWHERE")
elif kind == "off":
    SETTINGS.HOST_INFO.INCLUDE_GPU_INFO = False
    SETTINGS.HOST_INFO.INCLUDE_CPU_INFO = False
elif kind == "additional":

    @host_info_gatherer("cluster")
    def get_cluster():
        return {"node": 5, "name": "somewhere"}

    @host_info_gatherer(name="name")
    def get_name():
        return "replaced"

    additional = [get_cluster, get_name]
elif kind == "ignored":

    @host_info_gatherer("nothing")
    def get_nothing():
        raise IgnoreHostInfo("not here")

    additional = [get_nothing]

ex = Experiment("hosts", additional_host_info=additional)
ex.add_config(seed=1)


@ex.main
def main(_run):
    host = dict(_run.host_info)
    shown = set(host) - {"gpu"} if kind == "off" else set(host) - {"gpu", "gpus", "cpu"}  # of the machine
    tell(
        types={key: type(value).__name__ for key, value in host.items() if key in shown},
        same=[host["python_version"] == platform.python_version(), host["hostname"] == socket.gethostname()],
        system=[len(host["os"]), host["os"][0] == platform.system()],
        env=host["ENV"],
        added={key: host.get(key) for key in ("cluster", "name", "nothing")},
    )


ex.run_commandline()
if kind == "additional":
    tell(getters=[isinstance(one, HostInfoGetter) for one in additional], called=additional[0]())
    tell(gathered=len(get_host_info(additional)) - len(get_host_info()))
    tell(older=outcome(host_info_getter, lambda: 1, name="older").get("raises", "fine"))
    tell(
        same_name=outcome(Experiment, "x", additional_host_info=[get_cluster, get_cluster]).get(
            "raises", "fine"
        )
    )
