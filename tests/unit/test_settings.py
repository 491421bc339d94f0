"""``SETTINGS``: keys are fixed, values are the user's."""

import copy
import pickle
import subprocess
import sys

import pytest

import sacred
from sacred.settings import SETTINGS, FrozenKeyMunch, SettingError


@pytest.fixture
def munch():
    return FrozenKeyMunch({"MODE": "fd", "GROUP": {"A": 1, "B": [1]}, "LEVEL": {"DEEP": {"X": 1}}})


def test_items_and_attributes_are_the_same(munch):
    assert munch.MODE == munch["MODE"] == "fd"
    munch["MODE"] = "sys"
    assert munch.MODE == "sys"
    munch.GROUP.A = 5
    assert munch["GROUP"]["A"] == 5
    munch.GROUP.B.append(2)
    assert munch["GROUP"]["B"] == [1, 2]


@pytest.mark.parametrize("group", ["", "GROUP"])
def test_unknown_keys_are_refused(munch, group):
    target = munch[group] if group else munch
    with pytest.raises(SettingError, match=r"Unknown setting: NEW\. Possible keys are: "):
        target.NEW = 1
    with pytest.raises(SettingError, match="Unknown setting: NEW"):
        target["NEW"] = 1
    with pytest.raises(SettingError, match="Unknown setting: NEW"):
        target.update({"NEW": 1})
    with pytest.raises(SettingError, match="Unknown setting: NEW"):
        target.update(NEW=1)
    with pytest.raises(AttributeError, match="Unknown setting: NEW"):
        _ = target.NEW
    with pytest.raises(KeyError):
        _ = target["NEW"]
    assert "NEW" not in target
    assert not hasattr(target, "NEW")


@pytest.mark.parametrize("value", [1, None, "x", [1]])
def test_a_group_is_not_replaced_by_a_plain_value(munch, value):
    with pytest.raises(SettingError, match="it is a nested setting"):
        munch.GROUP = value
    with pytest.raises(SettingError, match="it is a nested setting"):
        munch["LEVEL"]["DEEP"] = value
    assert munch.GROUP.A == 1


def test_a_mapping_updates_a_group(munch):
    group = munch.GROUP
    munch.GROUP = {"A": 2}
    assert munch.GROUP is group
    assert munch.GROUP == {"A": 2, "B": [1]}
    munch.update({"MODE": "no", "LEVEL": {"DEEP": {"X": 7}}})
    assert (munch.MODE, munch.LEVEL.DEEP.X) == ("no", 7)
    with pytest.raises(SettingError, match="Unknown setting: C"):
        munch.GROUP = {"C": 1}


def test_nothing_is_removed(munch):
    for remove in (
        lambda: munch.pop("MODE"),
        munch.clear,
        munch.popitem,
        lambda: munch.__delitem__("MODE"),
        lambda: munch.__delattr__("MODE"),
        lambda: munch.setdefault("NEW", 1),
        lambda: munch.__ior__({"NEW": 1}),
    ):
        with pytest.raises(SettingError):
            remove()
    assert set(munch) == {"MODE", "GROUP", "LEVEL"}
    assert munch.setdefault("MODE", "x") == "fd"


def test_copies_have_the_same_rules(munch):
    for twin in (copy.deepcopy(munch), pickle.loads(pickle.dumps(munch))):
        assert twin == munch
        twin.GROUP.A = 9
        assert munch.GROUP.A == 1
        with pytest.raises(SettingError):
            twin.NEW = 1
        with pytest.raises(SettingError):
            twin.GROUP = 1


def test_the_documented_settings_and_their_defaults():
    code = "import json; from sacred import SETTINGS; print(json.dumps(SETTINGS))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    import json

    settings = json.loads(done.stdout)
    patterns = settings["CONFIG"].pop("IGNORED_COMMENTS")
    assert {"^pylint:", "^noinspection"} <= set(patterns)
    assert {"token", "password", "api_key"} <= set(settings["SECRETS"].pop("NAMES"))
    assert "pad_token" in settings.pop("SECRETS")["EXCEPTIONS"]
    assert "CUDA_*" in settings["ENVIRONMENT"].pop("VARIABLES")
    assert settings.pop("ENVIRONMENT") == {"SAVE": True}
    assert ".env" in settings["GIT"].pop("NEVER_SAVED")
    limits = {"MOST_PATCH_BYTES": 10_000_000, "MOST_FILE_BYTES": 1_000_000, "MOST_UNTRACKED": 1000}
    assert settings.pop("GIT") == {"SAVE_PATCH": True, **limits}
    assert settings.pop("SYSTEM_METRICS") == {"ENABLED": True, "INTERVAL": 10.0, "GPU": True}
    assert settings == {
        "CONFIG": {
            "ENFORCE_KEYS_MONGO_COMPATIBLE": True,
            "ENFORCE_KEYS_JSONPICKLE_COMPATIBLE": True,
            "ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS": False,
            "ENFORCE_STRING_KEYS": False,
            "ENFORCE_KEYS_NO_EQUALS": True,
            "READ_ONLY_CONFIG": True,
            "NUMPY_RANDOM_LEGACY_API": False,
            "SECRETS": [],
        },
        "HOST_INFO": {"INCLUDE_GPU_INFO": True, "INCLUDE_CPU_INFO": True, "CAPTURED_ENV": []},
        "COMMAND_LINE": {"STRICT_PARSING": False, "SHOW_DISABLED_OPTIONS": True},
        "CAPTURE_MODE": "fd",
        "DISCOVER_DEPENDENCIES": "imported",
        "DISCOVER_SOURCES": "imported",
        "DEFAULT_BEAT_INTERVAL": 10.0,
        "DEFAULT_STORE": "auto",
        "ARTIFACTS": {"VERSIONS": 10, "VERSION_BYTES": 1 << 30},
        "NETWORK_FOLDERS": "auto",
        "DISTRIBUTED": "join",
        "DISTRIBUTED_WAIT": 60.0,
    }


def test_there_is_one_object():
    assert sacred.SETTINGS is SETTINGS is sacred.settings.SETTINGS


def test_monkeypatching(monkeypatch):
    """Pytest's monkeypatch is how users change settings in tests."""
    with monkeypatch.context() as patch:
        patch.setitem(SETTINGS, "CAPTURE_MODE", "no")
        patch.setattr(SETTINGS.CONFIG, "READ_ONLY_CONFIG", False)
        assert SETTINGS.CAPTURE_MODE == "no"
    assert SETTINGS.CAPTURE_MODE == "fd"
    assert SETTINGS.CONFIG.READ_ONLY_CONFIG is True
