"""The model of the processor."""

from functools import cache

_HEAD_BYTES = 8192  # the first core says it; the kernel needs milliseconds to describe hundreds
_FIELDS = ("model name", "Model", "Hardware", "cpu model", "cpu")  # x86, ARM boards, MIPS, POWER


@cache
def read_cpu(cpuinfo: str = "/proc/cpuinfo") -> str:
    """Return the model of the processor, or at least its architecture.

    Args:
        cpuinfo: where Linux describes the processor.
    """
    try:
        with open(cpuinfo, "rb", buffering=0) as file:
            text = file.read(_HEAD_BYTES).decode(errors="replace")
    except OSError:
        text = ""
    fields = {
        name.strip(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())
    }
    named = (fields[name] for name in _FIELDS if fields.get(name))
    return next(named, "") or _ask_platform()


def _ask_platform() -> str:
    import platform

    return platform.processor() or platform.machine()
