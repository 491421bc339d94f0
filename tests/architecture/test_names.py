"""Every public name of 0.8.7 can be imported from its old place, or a later issue brings it."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = json.loads(Path(__file__).with_name("compat_names.json").read_text(encoding="utf-8"))

# Modules that later issues bring; a name that appears earlier must leave this table.
PENDING_MODULES = {
    "sacred.observers.gcs_observer": "remote stores: Google Cloud Storage",
    "sacred.observers.mongo": "remote stores: MongoDB",
    "sacred.observers.queue": "observers that retry in a thread of their own",
    "sacred.observers.s3_observer": "remote stores: S3",
    "sacred.observers.slack": "notifications",
    "sacred.observers.sql": "remote stores: SQL",
    "sacred.observers.sql_bases": "remote stores: SQL",
    "sacred.observers.telegram_obs": "notifications",
    "sacred.observers.tinydb_hashfs": "remote stores: TinyDB",
    "sacred.observers.tinydb_hashfs.bases": "remote stores: TinyDB",
    "sacred.observers.tinydb_hashfs.tinydb_hashfs": "remote stores: TinyDB",
}
PENDING_NAMES = {
    "sacred.observers": {
        "GoogleCloudStorageObserver",
        "MongoObserver",
        "QueueObserver",
        "QueuedMongoObserver",
        "S3Observer",
        "SlackObserver",
        "SqlObserver",
        "TelegramObserver",
        "TinyDbObserver",
        "TinyDbReader",
    },
}
# `sacred` alone must offer these without a further import
SUBMODULES = [
    *("arg_parser", "commandline_options", "commands", "config", "dependencies", "experiment", "host_info"),
    *(
        "ingredient",
        "initialize",
        "metrics_logger",
        "observers",
        "optional",
        "randomness",
        "run",
        "serializer",
    ),
    *("settings", "stdout_capturing", "stflow", "utils"),
]


def expected(module):
    return set(NAMES[module]) - PENDING_NAMES.get(module, set())


@pytest.mark.parametrize("module", sorted(set(NAMES) - set(PENDING_MODULES)))
def test_names_are_where_they_were(module):
    found = importlib.import_module(module)
    missing = [name for name in sorted(expected(module)) if not hasattr(found, name)]
    assert not missing, f"{module} lacks {missing}"


@pytest.mark.parametrize("module", sorted(set(NAMES) - set(PENDING_MODULES)))
def test_names_can_be_imported_from_there(module):
    names = ", ".join(sorted(expected(module)))
    if names:
        exec(f"from {module} import {names}", {})  # noqa: S102  the statement as users write it


def test_the_tables_are_up_to_date():
    for module in PENDING_MODULES:
        assert module in NAMES
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(module)
    for module, names in PENDING_NAMES.items():
        assert names <= set(NAMES[module])
        here = [name for name in names if hasattr(importlib.import_module(module), name)]
        assert not here, f"{module} has {here} by now: take them out of the table"


@pytest.mark.parametrize("module", ["sacred", "sacred.config", "sacred.observers"])
def test_all_lists_what_is_there(module):
    found = importlib.import_module(module)
    assert [name for name in found.__all__ if not hasattr(found, name)] == []
    assert set(found.__all__) <= set(dir(found))


def test_submodules_are_attributes_of_the_package_alone():
    program = "import sacred\n" + "".join(f"sacred.{name}.__name__\n" for name in SUBMODULES)
    program += (
        "sacred.config.config_scope.ConfigScope; sacred.observers.base.RunObserver; print(sacred.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout[0].isdigit()


def test_other_attributes_are_missing():
    import sacred

    with pytest.raises(AttributeError, match="module 'sacred' has no attribute 'nothing'"):
        _ = sacred.nothing
    with pytest.raises(ImportError, match="nothing"):
        from sacred import nothing  # noqa: F401
    with pytest.raises(AttributeError):
        _ = sacred.__wrapped__


def test_a_broken_submodule_says_what_is_wrong(monkeypatch):
    """Not that the package has no such attribute."""
    import sacred

    monkeypatch.delitem(sys.modules, "sacred.pytee", raising=False)
    monkeypatch.delattr(sacred, "pytee", raising=False)
    monkeypatch.setitem(sys.modules, "sacred.collect.output.tee", None)
    with pytest.raises(ModuleNotFoundError, match=r"sacred\.collect\.output\.tee"):
        _ = sacred.pytee


def test_the_very_same_objects():
    import sacred.host_info
    import sacred.settings
    from sacred.collect.host.gatherer import host_info_gatherers

    assert sacred.host_info.host_info_gatherers is host_info_gatherers
    assert sacred.Experiment is sacred.experiment.Experiment
    assert sacred.run.Run is sacred.experiment.Run
    assert sacred.SETTINGS is sacred.settings.SETTINGS


def test_numpy_by_its_old_ways_only_when_asked_for():
    import numpy as np

    import sacred.config.custom_containers
    import sacred.serializer

    assert sacred.config.custom_containers.np is np
    assert sacred.serializer.np is np
    with pytest.raises(AttributeError):
        _ = sacred.serializer.nothing
