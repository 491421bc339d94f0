import inspect
from datetime import timedelta

import pytest

import sacred.observers
from sacred.observers import FileStorageObserver, RunObserver
from sacred.observers.base import td_format

EVENTS = {
    "queued_event": ["ex_info", "command", "host_info", "queue_time", "config", "meta_info", "_id"],
    "started_event": ["ex_info", "command", "host_info", "start_time", "config", "meta_info", "_id"],
    "heartbeat_event": ["info", "captured_out", "beat_time", "result"],
    "completed_event": ["stop_time", "result"],
    "interrupted_event": ["interrupt_time", "status"],
    "failed_event": ["fail_time", "fail_trace"],
    "resource_event": ["filename"],
    "artifact_event": ["name", "filename", "metadata", "content_type"],
    "log_metrics": ["metrics_by_name", "info"],
    "join": [],
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("cls", [RunObserver, FileStorageObserver])
def test_arguments_of_the_contract(cls, event):
    assert list(inspect.signature(getattr(cls, event)).parameters)[1:] == EVENTS[event]


@pytest.mark.parametrize("event", EVENTS)
def test_an_observer_does_nothing_by_default(event):
    assert getattr(RunObserver(), event)(**dict.fromkeys(EVENTS[event])) is None


def test_default_priority():
    assert RunObserver().priority == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than a second"),
        (0.9, "less than a second"),
        (61, "1 minute, 1 second"),
        (2 * 86400 + 3, "2 days, 3 seconds"),
    ],
)
def test_td_format(seconds, text):
    assert td_format(timedelta(seconds=seconds)) == text


def test_names_of_the_room():
    assert {"RunObserver", "FileStorageObserver"} <= set(dir(sacred.observers))
    assert sacred.observers.file_storage.FileStorageObserver is FileStorageObserver
    with pytest.raises(AttributeError, match="NoSuchObserver"):
        _ = sacred.observers.NoSuchObserver
