"""NVidia graphics processors, as their management library describes them: extra ``system``, without CUDA."""

from typing import Any


def read_devices() -> dict[str, Any] | None:
    """Return driver, CUDA version and devices; None without a driver or the package ``nvidia-ml-py``."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    try:
        count = pynvml.nvmlDeviceGetCount()
        return {
            "driver_version": _to_text(pynvml.nvmlSystemGetDriverVersion()),
            "cuda_version": _ask(pynvml, "nvmlSystemGetCudaDriverVersion_v2"),
            "devices": [
                _describe(pynvml, pynvml.nvmlDeviceGetHandleByIndex(index)) for index in range(count)
            ],
        }
    finally:
        pynvml.nvmlShutdown()


def _describe(pynvml: Any, handle: Any) -> dict[str, Any]:
    memory = _ask(pynvml, "nvmlDeviceGetMemoryInfo", handle)
    pci = _ask(pynvml, "nvmlDeviceGetPciInfo", handle)
    capability = _ask(pynvml, "nvmlDeviceGetCudaComputeCapability", handle)
    mode = _ask(pynvml, "nvmlDeviceGetMigMode", handle)
    power = _ask(pynvml, "nvmlDeviceGetEnforcedPowerLimit", handle)
    return {
        "model": _to_text(_ask(pynvml, "nvmlDeviceGetName", handle)),
        "uuid": _to_text(_ask(pynvml, "nvmlDeviceGetUUID", handle)),
        "pci_bus": _to_text(getattr(pci, "busId", None)),
        "memory_bytes": getattr(memory, "total", None),
        "compute_capability": ".".join(map(str, capability)) if capability else None,
        "multi_instance": bool(mode[0]) if mode else None,
        "power_limit_watts": power / 1000 if power else None,
    }


def _ask(pynvml: Any, function: str, *arguments: Any) -> Any:
    """Return what the library says; None where the device, or an old library, has no such fact."""
    try:
        return getattr(pynvml, function)(*arguments)
    except (pynvml.NVMLError, AttributeError):
        return None


def _to_text(value: Any) -> str | None:
    if value is None:
        return None
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
