"""SETTINGS: both spellings, wrong keys, lists that are appended to."""
# run:

import os

from kit import outcome, tell

import sacred
from sacred import SETTINGS, Experiment, host_info_gatherer
from sacred.settings import SETTINGS as same
from sacred.settings import SettingError

os.environ["COMPAT_VARIABLE"] = "value"
tell(same=[sacred.SETTINGS is SETTINGS, same is SETTINGS])
tell(
    defaults={
        key: value for key, value in SETTINGS.items() if key not in ("CONFIG", "HOST_INFO", "COMMAND_LINE")
    }
)
tell(
    keys=[
        key in SETTINGS.CONFIG
        for key in ("READ_ONLY_CONFIG", "NUMPY_RANDOM_LEGACY_API", "ENFORCE_STRING_KEYS")
    ]
)
tell(
    unknown=outcome(SETTINGS.__setitem__, "NOPE", 1),
    attribute=outcome(setattr, SETTINGS.CONFIG, "NOPE", 1),
    group=outcome(setattr, SETTINGS, "CONFIG", 3),
    reading=[outcome(lambda: SETTINGS["NOPE"]), outcome(lambda: SETTINGS.NOPE)],
    error=SettingError.__name__,
)
SETTINGS["CAPTURE_MODE"] = "no"
SETTINGS.HOST_INFO.CAPTURED_ENV.append("COMPAT_VARIABLE")
SETTINGS.HOST_INFO.INCLUDE_GPU_INFO = False


@host_info_gatherer("favourite")
def favourite():
    return "blue"


ex = Experiment("settings", additional_host_info=[favourite])
run = ex.main(lambda: None) and ex.run()
tell(
    env=run.host_info["ENV"],
    own=run.host_info["favourite"],
    mode=SETTINGS.CAPTURE_MODE,
    level=run.capture_mode,
)
