"""Whatever a record says: what the reader shows of it does not fail, loses nothing, and harms nobody."""

import html
import json
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sacred.model.series import Series
from sacred.reader import Store
from sacred.reader.views import View
from sacred.stores.memory import KeptRun, MemoryStore
from sacred.support.printable import make_printable
from sacred.testing import samples

TEXTS = st.sampled_from(samples.ODD_TEXTS) | st.text(max_size=8)
NUMBERS = st.sampled_from(samples.ODD_NUMBERS) | st.integers() | st.floats() | st.booleans() | st.none()
KEYS = st.sampled_from(
    [*samples.ODD_KEYS, "rate", "items", "seed", "py/object", "py/tuple", "py/reduce", "last"]
)
VALUES = st.recursive(
    TEXTS | NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
ROOTS = (
    *(
        "status",
        "experiment",
        "command",
        "host",
        "meta",
        "config",
        "info",
        "result",
        "fail_trace",
        "tags",
        "notes",
    ),
    *("start_time", "stop_time", "heartbeat", "artifacts", "resources", "recorder"),
)
MOMENTS = st.sampled_from(
    ["2026-01-01T00:00:00", "2026-01-01T00:00:01.5+02:00", "0001-01-01", "9999-12-31", "x"]
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        root: (MOMENTS | VALUES)
        if root.endswith(("time", "beat"))
        else (VALUES | st.dictionaries(KEYS, VALUES, max_size=4))
        for root in ROOTS
    },
)
SERIES = st.lists(st.tuples(NUMBERS | TEXTS, NUMBERS | TEXTS, st.floats()), max_size=5)


def make_store(documents, points=(), output=b""):
    memory = MemoryStore("anywhere")
    for number, document in enumerate(documents, 1):
        columns = [[point[place] for point in points] for place in range(3)]
        run_id = str(number)
        series = {name: Series(name, *columns) for name in ("loss", "<b>\x1b[2J", "system.cpu")}
        memory._runs[run_id] = KeptRun({**document, "id": run_id}, series if points else {}, output)
    return Store(memory)


def is_harmless(text):
    return text == "\n".join(map(make_printable, text.split("\n")))


@settings(deadline=None, max_examples=40)
@given(st.lists(DOCUMENTS, min_size=1, max_size=3), SERIES, st.binary(max_size=20))
def test_any_records_can_be_shown(documents, points, output):
    store = make_store(documents, points, output)
    for run in store:
        assert is_harmless(repr(run))
        page = run._repr_html_()
        check_page(page)
        assert str(run.config) is not None
        assert run.duration is None or run.duration.days > -(10**7)
        assert run.output is not None
        list(run.tags)
        json.dumps(run.compare(store[1]).to_dict(), default=str)
        for event in run.follow():
            assert repr(event)
            break
    runs = store.runs()
    assert is_harmless(repr(runs))
    check_page(runs._repr_html_())


def check_page(page):
    """Only our own elements are in it, and nothing that a terminal or a browser obeys."""
    body = page.split("</style>", 1)[1]
    elements = set(re.findall(r"</?([a-zA-Z!?][a-z0-9]*)", body))
    assert elements <= {
        *(
            "div",
            "span",
            "b",
            "table",
            "tr",
            "td",
            "th",
            "details",
            "summary",
            "pre",
            "svg",
            "polyline",
            "circle",
        )
    }
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", body)


@settings(deadline=None, max_examples=40)
@given(st.lists(DOCUMENTS, min_size=1, max_size=4), SERIES)
def test_any_records_make_frames(documents, points):
    runs = make_store(documents, points).runs()
    table = runs.to_dict()
    frame = runs.to_pandas()
    assert list(frame.columns) == list(table)
    assert len(frame) == len(documents)
    assert runs.to_polars().height == len(documents)
    for run in runs:
        assert run.metrics.to_pandas() is not None
        assert len(run.metrics.to_pandas(long=True)) == 2 * len(points)


@settings(deadline=None)
@given(SERIES)
def test_points_are_what_was_logged(points):
    (run,) = make_store([{}], points)
    if not points:
        return
    metric = run.metrics["loss"]
    assert [repr(point[:2]) for point in metric.to_list()] == [repr(point[:2]) for point in points]
    assert len(metric.values) == len(metric.steps) == len(metric.timestamps) == len(points)
    for logged, read in zip(points, metric.values.tolist(), strict=True):
        assert logged[1] == read or logged[1] != logged[1]


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_views_hold_what_the_record_says(entries):
    view = View(entries, "config")
    assert list(view) == list(entries)
    for key in entries:
        assert key in view
        _ = view[key]
        if key.isidentifier() and not hasattr(View, key):
            assert repr(getattr(view, key)) == repr(view[key])
    assert sys.getsizeof(view.to_dict())
    with pytest.raises(AttributeError):
        _ = view.surely_not_there


def test_the_check_of_pages_finds_something():
    with pytest.raises(AssertionError):
        check_page("</style><script>")
    with pytest.raises(AssertionError):
        check_page("</style>\x1b")
    check_page("</style>" + html.escape("<script>"))
