"""Facts about the machine, each from a gatherer of its own."""

from sacred.collect.host.gatherer import (
    HostInfoGetter,
    IgnoreHostInfo,
    check_additional_host_info,
    get_host_info,
    host_info_gatherer,
    host_info_gatherers,
    host_info_getter,
)

__all__ = [
    "HostInfoGetter",
    "IgnoreHostInfo",
    "check_additional_host_info",
    "get_host_info",
    "host_info_gatherer",
    "host_info_gatherers",
    "host_info_getter",
]
