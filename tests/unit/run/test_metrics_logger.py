"""Logged points: steps, values of every kind, many threads, in memory and in a run folder."""

import enum
import errno
import logging
import math
import os
import signal
import threading
import warnings
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.folder import journal as journal_module
from sacred.folder import journal_files
from sacred.folder.journal_files import find_journals
from sacred.folder.journal_reader import read_points
from sacred.run import metrics_logger
from sacred.run.metrics_logger import MetricsLogger, linearize_metrics


def log_all(*points, folder=None):
    logger = MetricsLogger()
    if folder is not None:
        logger.settle(str(folder))
    for point in points:
        logger.log_scalar_metric(*point)
    logger.close()
    return logger.get_last_metrics()


def steps_of(*steps, folder=None):
    points = [("m", 0) if step is None else ("m", 0, step) for step in steps]
    return [entry.step for entry in log_all(*points, folder=folder)]


def values_in(folder, name=None):
    return [point.value for point in read_points(str(folder)) if name in (None, point.name)]


@pytest.fixture(params=["memory", "map", "file"])
def folder(request, tmp_path, monkeypatch):
    """Where points go: to memory; to a journal that is a map; to one that is written."""
    if request.param == "file":
        monkeypatch.setattr(journal_module, "can_map", lambda _folder: False)
    return None if request.param == "memory" else tmp_path


@pytest.mark.parametrize(
    ("given_steps", "expected"),
    [
        ((None, None, None), [0, 1, 2]),
        ((10, None, None), [10, 11, 12]),
        ((5, 3, None), [5, 3, 4]),
        ((0.5, None), [0.5, 1.5]),
        ((-4, None), [-4, -3]),
        ((2**70, None), [2**70, 2**70 + 1]),
        ((None, "epoch 1", None), [0, "epoch 1", 1]),
        (("x", None), ["x", 0]),
        ((np.int64(10), None), [10, 11]),
        ((np.float32(0.5), None), [0.5, 1.5]),
    ],
)
def test_steps(given_steps, expected, folder):
    assert steps_of(*given_steps, folder=folder) == expected


def test_steps_of_other_types_become_python_numbers(folder):
    level = enum.IntEnum("Level", ["LOW"]).LOW
    steps = steps_of(np.int64(1), np.float32(2), True, level, folder=folder)
    assert steps == [1, 2.0, 1, 1]
    assert [type(step) for step in steps] == [int, float, int, int]


def test_every_metric_counts_for_itself(folder):
    points = [("a", 1), ("b", 2), ("a", 3), ("b", 4, 10), ("b", 5), ("a", 6)]
    entries = log_all(*points, folder=folder)
    assert [(entry.name, entry.step, entry.value) for entry in entries] == [
        ("a", 0, 1),
        ("b", 0, 2),
        ("a", 1, 3),
        ("b", 10, 4),
        ("b", 11, 5),
        ("a", 2, 6),
    ]


class Tensor:
    """Looks like a scalar of torch."""

    ndim = 0

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (0.5, 0.5),
        (True, True),
        (2**80, 2**80),
        ("text", "text"),
        (None, None),
        ([1, 2], [1, 2]),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (np.float32(0.5), 0.5),
        (np.int8(-3), -3),
        (np.bool_(True), True),
        (np.longdouble(1.5), 1.5),
        (np.array(1.5), 1.5),
        (Tensor(2.5), 2.5),
        (Tensor(True), True),
        (False, False),
        (-0.0, -0.0),
        (-(2**63), -(2**63)),
        ({"a": [None]}, {"a": [None]}),
    ],
)
def test_values(value, expected, folder):
    (entry,) = log_all(("m", value), folder=folder)
    assert repr(entry.value) == repr(expected)
    assert type(entry.value) is type(expected)


def test_nan_stays_nan(folder):
    entries = log_all(("m", math.nan), ("m", np.float64("nan")), folder=folder)
    assert all(math.isnan(entry.value) for entry in entries)


def test_arrays_are_kept():
    array = np.arange(3)
    (entry,) = log_all(("m", array))
    assert entry.value is array


def test_points_are_handed_out_once():
    logger = MetricsLogger()
    logger.log_scalar_metric("m", 1)
    assert len(logger.get_last_metrics()) == 1
    assert logger.get_last_metrics() == []
    logger.log_scalar_metric("m", 2)
    assert [entry.step for entry in logger.get_last_metrics()] == [1]


def test_timestamps_are_naive_utc_and_in_order():
    before = datetime.now(UTC).replace(tzinfo=None)
    moments = [entry.timestamp for entry in log_all(*[("m", i) for i in range(50)])]
    assert all(moment.tzinfo is None for moment in moments)
    assert before <= moments[0]
    assert moments == sorted(moments)
    assert moments[-1] <= datetime.now(UTC).replace(tzinfo=None)


def test_threads_lose_no_point_and_share_no_step():
    logger = MetricsLogger()
    taken = []
    threads = [
        threading.Thread(target=lambda: [logger.log_scalar_metric("m", i) for i in range(500)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken += logger.get_last_metrics()
    taken += logger.get_last_metrics()
    assert sorted(entry.step for entry in taken) == list(range(2000))  # two at once may change places


names = st.sampled_from(["a", "b", "c.d"])


@given(st.lists(st.tuples(names, st.integers() | st.floats(allow_nan=False), st.none() | st.integers())))
def test_linearized_metrics_have_all_points_in_order(points):
    series = linearize_metrics(log_all(*points))
    for name, columns in series.items():
        assert columns["name"] == name
        own = [(value, step) for metric, value, step in points if metric == name]
        assert columns["values"] == [value for value, _ in own]
        assert len(columns["steps"]) == len(columns["timestamps"]) == len(own)
        expected = 0
        for (_, step), actual in zip(own, columns["steps"], strict=True):
            assert actual == (expected if step is None else step)
            expected = actual + 1
    assert set(series) == {name for name, _, _ in points}


def test_a_list_is_kept_as_it_was(folder):
    value = [1]
    logger = MetricsLogger()
    if folder is not None:
        logger.settle(str(folder))
    logger.log_scalar_metric("m", value)
    value.append(2)
    logger.close()
    assert logger.get_last_metrics()[0].value == [1]


@pytest.mark.parametrize(
    ("name", "text"), [(3, "3"), (("a", 1), "('a', 1)"), (np.str_("m"), "m"), ([1], "[1]")]
)
def test_names_become_text(name, text, folder):
    entries = log_all((name, 1), (text, 2), folder=folder)
    assert [(entry.name, entry.step) for entry in entries] == [(text, 0), (text, 1)]
    assert type(entries[0].name) is str


def test_points_after_the_end_are_one_warning(caplog, folder):
    logger = MetricsLogger()
    if folder is not None:
        logger.settle(str(folder))
    logger.log_scalar_metric("m", 1)
    logger.close()
    for _ in range(2):
        logger.log_scalar_metric("late", 2)
    assert [entry.value for entry in logger.get_last_metrics()] == [1]
    assert [record.getMessage() for record in caplog.records] == [
        'The run has ended: points of metric "late" are not recorded'
    ]


# --- in a run folder ---------------------------------------------------------------------------------------


@pytest.fixture
def logger(tmp_path):
    logger = MetricsLogger()
    logger.settle(str(tmp_path))
    yield logger
    logger.close()


def test_a_point_is_in_the_file_when_the_call_returns(logger, tmp_path):
    for number, value in enumerate([0.5, 3, True, "odd", [1], np.float32(2), 2**80]):
        logger.log_scalar_metric("m", value)
        assert len(values_in(tmp_path)) == number + 1
    assert values_in(tmp_path) == [0.5, 3, True, "odd", [1], 2.0, 2**80]


def test_a_run_in_the_folder_of_an_earlier_one_begins_anew(tmp_path):
    log_all(("old", 1), ("old", "odd"), folder=tmp_path)
    log_all(folder=tmp_path)
    assert os.listdir(tmp_path) == []
    log_all(("new", 2), folder=tmp_path)
    assert [point.name for point in read_points(str(tmp_path))] == ["new"]


def test_without_points_there_are_no_files(logger, tmp_path):
    logger.sync()
    assert logger.get_last_metrics() == []
    logger.close()
    assert os.listdir(tmp_path) == []


def test_what_waited_in_memory_is_in_the_file_first(tmp_path):
    logger = MetricsLogger()
    before = [0.0, "odd", 2]
    for value in before:
        logger.log_scalar_metric("m", value)
    logger.settle(str(tmp_path))
    assert values_in(tmp_path) == before
    logger.log_scalar_metric("m", 3.0)
    logger.close()
    points = list(read_points(str(tmp_path)))
    assert [(point.step, point.value) for point in points] == list(enumerate([*before, 3.0]))
    assert [point.time for point in points] == sorted(point.time for point in points)
    assert [entry.value for entry in logger.get_last_metrics()] == [*before, 3.0]


def test_new_points_are_handed_out_once_from_the_file(logger):
    seen = []
    for value in range(3000):
        logger.log_scalar_metric("m", float(value))
        if value % 700 == 0:
            seen += logger.get_last_metrics()
    seen += logger.get_last_metrics()
    assert [entry.value for entry in seen] == [float(value) for value in range(3000)]
    assert all(entry.timestamp.tzinfo is None for entry in seen)
    logger.log_scalar_metric("m", -1)
    logger.close()
    assert [entry.value for entry in logger.get_last_metrics()] == [-1]
    assert logger.get_last_metrics() == []


def test_points_are_counted(folder, tmp_path):
    logger = MetricsLogger()
    logger.log_scalar_metric("m", 1)
    logger.log_scalar_metric("m", "odd")
    assert logger.count == 2
    if folder is not None:
        logger.settle(str(folder))
    for value in (0.5, 2**70, "odd", 1):
        logger.log_scalar_metric("m", value)
        logger.log_scalar_metric("new" + str(value), value, 2**40)
    assert logger.count == 10
    logger.close()
    assert logger.count == 10
    logger.get_last_metrics()
    assert logger.count == 10


def test_threads_share_no_step_and_lose_no_point_in_the_file(logger, tmp_path):
    """While the journal grows, names come, and others read."""
    taken = []

    def log(own):
        for number in range(1000):
            logger.log_scalar_metric("shared", float(own))
            logger.log_scalar_metric(f"own {own}", number if number % 50 else str(number))

    threads = [threading.Thread(target=log, args=(own,)) for own in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken += logger.get_last_metrics()
        logger.sync()
    logger.close()
    taken += logger.get_last_metrics()
    points = list(read_points(str(tmp_path)))
    assert sorted(point.step for point in points if point.name == "shared") == list(range(8000))
    for own in range(8):
        expected = [number if number % 50 else str(number) for number in range(1000)]
        assert values_in(tmp_path, f"own {own}") == expected
    assert sorted((entry.name, entry.step) for entry in taken) == sorted((p.name, p.step) for p in points)
    assert logger.count == 16_000


def test_a_step_that_goes_on_after_a_given_one_in_threads(logger, tmp_path):
    logger.log_scalar_metric("m", 0.0, 100)
    threads = [
        threading.Thread(target=lambda: [logger.log_scalar_metric("m", 1.0) for _ in range(500)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    logger.close()
    assert sorted(point.step for point in read_points(str(tmp_path))) == list(range(100, 2101))


def test_discarded_points_are_kept_nowhere(tmp_path):
    logger = MetricsLogger()
    logger.log_scalar_metric("m", 1)
    logger.discard()
    logger.log_scalar_metric("m", 2)
    logger.close()
    assert logger.get_last_metrics() == []
    assert logger.lost == 0


# --- what can't be written ---------------------------------------------------------------------------------


def messages(caplog):
    return [record.getMessage() for record in caplog.records]


def test_points_wait_until_the_folder_can_be_written(tmp_path, caplog):
    folder = tmp_path / "later"
    logger = MetricsLogger()
    logger.settle(str(folder))
    for value in range(5):
        logger.log_scalar_metric("m", float(value))
    (message,) = messages(caplog)
    assert message == (
        f"Metrics can't be written to {folder} now: No such file or directory. "
        "They are kept in memory, and it is tried again every second"
    )
    assert logger.get_last_metrics() == []  # observers are told when it is written, or at the end
    assert logger.count == 5
    folder.mkdir()
    logger.sync()
    assert values_in(folder) == [0.0, 1.0, 2.0, 3.0, 4.0]
    logger.log_scalar_metric("m", 5.0)
    logger.close()
    assert values_in(folder) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert [entry.step for entry in logger.get_last_metrics()] == list(range(6))
    assert (logger.lost, logger.count, len(caplog.records)) == (0, 6, 1)


def test_what_can_never_be_written_is_counted_and_handed_out(tmp_path, caplog):
    logger = MetricsLogger()
    logger.settle(str(tmp_path / "never"))
    for value in (1.0, "odd"):
        logger.log_scalar_metric("m", value)
    logger.close()
    logger.sync()
    assert logger.lost == 2
    assert [entry.value for entry in logger.get_last_metrics()] == [1.0, "odd"]
    assert logger.get_last_metrics() == []
    assert len(caplog.records) == 1
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("failing", ["pwrite", "posix_fallocate"])
def test_a_disk_that_is_full_for_a_while(logger, tmp_path, monkeypatch, caplog, failing):
    """Names and odd values can't be written, or the journal can't grow; the order is kept."""
    monkeypatch.setattr(metrics_logger, "RETRY_SECONDS", 0.0)
    logger.log_scalar_metric("m", 0.0)
    real, is_full = getattr(os, failing), [True]

    def fail_while_full(*arguments):
        if is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    module = journal_files if failing == "pwrite" else journal_module
    monkeypatch.setattr(module.os, failing, fail_while_full)
    for value in range(1, 3000):
        logger.log_scalar_metric(f"m{value % 3}" if value > 2500 else "m", "odd" if value % 5 == 0 else value)
    assert logger.count == 3000
    assert len(values_in(tmp_path)) < 3000
    logger.sync()
    is_full.clear()
    logger.sync()
    logger.log_scalar_metric("m", 3000)
    logger.close()
    assert values_in(tmp_path) == [
        0.0,
        *("odd" if value % 5 == 0 else value for value in range(1, 3000)),
        3000,
    ]
    assert logger.count == 3001
    assert [text.partition(" now: ")[2][:23] for text in messages(caplog)] == ["No space left on device"]


def test_nothing_is_tried_for_a_second_after_a_failure(tmp_path, monkeypatch):
    tries = []
    monkeypatch.setattr(metrics_logger, "Journal", lambda *_a, **_k: tries.append(1) or os.stat("/gone"))
    logger = MetricsLogger()
    logger.settle(str(tmp_path))
    for value in range(100):
        logger.log_scalar_metric("m", value)
    assert len(tries) == 1
    logger.sync()
    logger.close()
    assert len(tries) == 3


def test_a_logging_handler_may_log_metrics_itself(tmp_path):
    """Its lock and the lock of the metrics are never held together: nothing waits for ever."""
    logger = MetricsLogger()
    handler_lock, is_held = threading.Lock(), threading.Event()

    class Handler(logging.Handler):
        def emit(self, _record):
            with handler_lock:
                logger.log_scalar_metric("warnings", 1)

    def warn_from_elsewhere():
        with handler_lock:
            is_held.set()
            for _ in range(200):
                logger.log_scalar_metric("other", 1)

    handler = Handler()
    logging.getLogger("sacred").addHandler(handler)
    try:
        thread = threading.Thread(target=warn_from_elsewhere)
        thread.start()
        is_held.wait()
        logger.settle(str(tmp_path / "gone"))
        logger.log_scalar_metric("m", 1)
        thread.join(20)
        assert not thread.is_alive()
    finally:
        logging.getLogger("sacred").removeHandler(handler)
    assert logger.count == 202


# --- signals and forks -------------------------------------------------------------------------------------


def test_a_signal_handler_that_logs_while_an_odd_value_is_written(logger, tmp_path):
    """Its point is written by the code that it interrupts, before that goes on."""

    class Interrupting:
        def __repr__(self):
            os.kill(os.getpid(), signal.SIGUSR1)
            return "interrupting"

    def handle(_number, _frame):
        logger.log_scalar_metric("handler", "odd too")
        logger.log_scalar_metric("handler", 1.5)

    before = signal.signal(signal.SIGUSR1, handle)
    try:
        logger.log_scalar_metric("m", Interrupting())
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert values_in(tmp_path, "handler") == ["odd too", 1.5]
    assert [point["py/repr"] for point in values_in(tmp_path, "m")] == ["interrupting"]


def fork(function):
    """Run a function in a forked child; return its exit code."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        code = 1
        try:
            function()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_forked_child_has_files_of_its_own(logger, tmp_path):
    for value in range(10):
        logger.log_scalar_metric("m", float(value))
    logger.log_scalar_metric("m", "odd")

    def log_in_child():
        for value in range(5):
            logger.log_scalar_metric("m", value)
        logger.log_scalar_metric("only here", "odd")
        assert fork(lambda: logger.log_scalar_metric("m", "grandchild")) == 0
        assert [entry.value for entry in logger.get_last_metrics()] == [0, 1, 2, 3, 4, "odd"]

    assert fork(log_in_child) == 0
    assert fork(lambda: None) == 0
    logger.log_scalar_metric("m", 10.0)
    new = [(entry.name, entry.value) for entry in logger.get_last_metrics()]  # also those of the children
    assert [value for name, value in new if type(value) is float] == [*map(float, range(11))]
    assert [value for name, value in new if type(value) is int] == list(range(5))
    assert [value for name, value in new if type(value) is str] == ["odd", "odd", "grandchild"]
    logger.close()
    assert logger.get_last_metrics() == []
    assert find_journals(str(tmp_path)) == [
        str(tmp_path / stem) for stem in ("metrics", "metrics.1", "metrics.2")
    ]
    points = list(read_points(str(tmp_path)))
    assert len(points) == 19
    child = [(point.step, point.value) for point in points if type(point.value) is int]
    assert child == [(11, 0), (12, 1), (13, 2), (14, 3), (15, 4)]
    assert [point.step for point in points if point.value in ("grandchild", 10.0)] == [16, 11]


def test_what_waits_in_the_parent_is_not_written_by_the_child(tmp_path):
    folder = tmp_path / "later"
    logger = MetricsLogger()
    logger.settle(str(folder))
    logger.log_scalar_metric("m", "parent")
    folder.mkdir()

    def log_in_child():
        logger.log_scalar_metric("m", "child")
        logger.sync()

    assert fork(log_in_child) == 0
    logger.close()
    assert sorted(values_in(folder)) == ["child", "parent"]


def test_before_a_folder_is_known_a_child_keeps_its_copy():
    logger = MetricsLogger()
    logger.log_scalar_metric("m", 1)

    def check():
        logger.log_scalar_metric("m", 2)
        assert [entry.value for entry in logger.get_last_metrics()] == [1, 2]

    assert fork(check) == 0
    assert [entry.value for entry in logger.get_last_metrics()] == [1]


def test_a_closed_logger_does_not_mind_forks(logger, tmp_path, caplog):
    logger.log_scalar_metric("m", 1)
    logger.close()
    assert fork(lambda: logger.log_scalar_metric("m", 2)) == 0
    assert values_in(tmp_path) == [1]


def test_forks_while_threads_log(logger, tmp_path):
    """No child inherits a lock that another thread holds."""
    end = threading.Event()

    def log(own):
        number = 0
        while not end.is_set():
            logger.log_scalar_metric(f"thread {own}", number if number % 3 else str(number))
            number += 1

    threads = [threading.Thread(target=log, args=(own,)) for own in range(3)]
    for thread in threads:
        thread.start()

    def log_in_child():
        signal.alarm(20)
        for number in range(3):
            logger.log_scalar_metric("child", number if number % 2 else str(number))

    try:
        assert [fork(log_in_child) for _ in range(20)] == [0] * 20
    finally:
        end.set()
        for thread in threads:
            thread.join()
    logger.close()
    assert values_in(tmp_path, "child").count(1) == 20
    for own in range(3):
        values = values_in(tmp_path, f"thread {own}")
        assert [int(value) for value in values] == list(range(len(values)))
