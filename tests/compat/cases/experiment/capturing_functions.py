"""sacred.stdout_capturing by itself: every mode, nested, with errors, and the object that holds the text."""
# run:

import os
import sys

from kit import outcome, tell

from sacred import SETTINGS
from sacred.stdout_capturing import (
    CapturedStdout,
    flush,
    get_stdcapturer,
    no_tee,
    tee_output_fd,
    tee_output_python,
)

tell(
    capturers={
        mode: [each if isinstance(each, str) else each.__name__ for each in get_stdcapturer(mode)]
        for mode in ("fd", "sys", "no")
    },
    default=[SETTINGS.CAPTURE_MODE, get_stdcapturer()[0], get_stdcapturer(None)[0]],
    wrong=outcome(get_stdcapturer, "nope"),
)
with tee_output_python() as out:
    print("python out")
    print("python err", file=sys.stderr)
    inside = sys.stdout.isatty()
tell(python=[out.get(), type(out).__name__, isinstance(out, CapturedStdout), inside])
with tee_output_python() as out:
    print("one")
    first = out.get()
    print("two")
    second = out.get()
tell(parts=[first, second])
with tee_output_fd() as out:
    print("fd out")
    os.write(1, b"raw\n")
    flush()
text = out.get()
tell(fd=["raw" in text, isinstance(text, str)])
with no_tee() as out:
    print("not captured")
tell(no=[out.get(), isinstance(out, CapturedStdout)])
before = sys.stdout
try:
    with tee_output_python() as out:
        print("before the error")
        raise ValueError("inside")
except ValueError:
    pass
tell(restored=[sys.stdout is before, outcome(flush)])
with tee_output_python() as outer:
    print("outer")
    with tee_output_python() as inner:
        print("inner")
    print("outer again")
tell(nested=[inner.get(), outer.get()])
