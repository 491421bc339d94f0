"""Unknown settings, groups in place of values, values in place of groups, removals, copies."""
# run:

import copy

from kit import outcome, tell

from sacred import SETTINGS
from sacred.settings import SettingError

tell(
    item=outcome(SETTINGS.__setitem__, "UNKNOWN", 1),
    attribute=outcome(setattr, SETTINGS, "capture_mode", "no"),
    nested_item=outcome(SETTINGS["CONFIG"].__setitem__, "READONLY", 1),
    nested_attribute=outcome(setattr, SETTINGS.HOST_INFO, "NOPE", []),
    group_by_number=outcome(setattr, SETTINGS, "COMMAND_LINE", 1),
    group_by_none=outcome(SETTINGS.__setitem__, "CONFIG", None),
    group_by_dict=outcome(SETTINGS.__setitem__, "COMMAND_LINE", {"STRICT_PARSING": True}),
    strict=SETTINGS.COMMAND_LINE.STRICT_PARSING,
    kept="SHOW_DISABLED_OPTIONS" in SETTINGS.COMMAND_LINE,
    group_by_wrong_dict=outcome(SETTINGS.__setitem__, "COMMAND_LINE", {"NOPE": True}),
    update=outcome(SETTINGS.update, {"CAPTURE_MODE": "no"}),
    update_wrong=outcome(SETTINGS.update, {"NOPE": "no"}),
    mode=SETTINGS.CAPTURE_MODE,
    bases=[kind.__name__ for kind in SettingError.__mro__ if kind.__name__ == "Exception"],
    reading=[
        outcome(lambda: SETTINGS["NOPE"]),
        outcome(lambda: SETTINGS.CONFIG.NOPE),
        SETTINGS.get("NOPE", 5),
    ],
    is_dict=[isinstance(SETTINGS, dict), isinstance(SETTINGS.CONFIG, dict), "CONFIG" in SETTINGS],
    copied=copy.deepcopy(dict(SETTINGS.COMMAND_LINE)),
    comments=SETTINGS.CONFIG.IGNORED_COMMENTS[:1],
    keys=sorted(set(SETTINGS) - {"DEFAULT_STORE"}),
    config=sorted(SETTINGS.CONFIG),
    host=sorted(SETTINGS.HOST_INFO),
)
SETTINGS.HOST_INFO.CAPTURED_ENV += ["HOME_OF_NOBODY"]
SETTINGS["HOST_INFO"]["CAPTURED_ENV"].append("COMPAT_X")
tell(appended=SETTINGS.HOST_INFO.CAPTURED_ENV)
