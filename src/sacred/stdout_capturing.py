"""Door to :mod:`sacred.collect.output`, under the name that Sacred 0.8 had for it."""

from sacred.collect.output import (
    CapturedStdout,
    TeeingStreamProxy,
    flush,
    get_stdcapturer,
    no_tee,
    tee_output_fd,
    tee_output_python,
)

__all__ = [
    "CapturedStdout",
    "TeeingStreamProxy",
    "flush",
    "get_stdcapturer",
    "no_tee",
    "tee_output_fd",
    "tee_output_python",
]
