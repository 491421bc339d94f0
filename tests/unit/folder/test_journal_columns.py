"""Points as columns: the same as point by point, with numpy and without it, in every state of a journal."""

import random
import subprocess
import sys

import numpy as np
import pytest

from sacred.folder.journal import Journal, Point
from sacred.folder.journal_columns import read_columns
from sacred.folder.journal_reader import read_points

TIME = 1_700_000_000.0
VALUES = (0.5, float("nan"), -0.0, 3, -(2**63), 2**63, True, False, None, "text", [1, {"x": None}])


@pytest.fixture(params=["numpy", "plain"])
def library(request, monkeypatch):
    if request.param == "plain":
        monkeypatch.setitem(sys.modules, "numpy", None)
    return request.param


def write(folder, points, *, is_child=False):
    journal = Journal(str(folder), is_child=is_child)
    numbers = {}
    for point in points:
        if point.name not in numbers:
            numbers[point.name] = journal.add_name(point.name)
        journal.append(point, numbers[point.name])
    journal.close()
    return journal.stem


def expect(folder):
    """The points of each metric, one by one."""
    found = {}
    for name, step, time, value in read_points(str(folder)):
        found.setdefault(name, []).append((step, time, value))
    return found


def list_points(columns):
    def to_list(column):
        return column.tolist() if hasattr(column, "tolist") else list(column)

    return {
        name: list(zip(*(map(to_list, (one.steps, one.times, one.values))), strict=True))
        for name, one in columns.items()
    }


def check(folder):
    columns = read_columns(str(folder))
    # repr: NaN is equal to itself, 1 not to 1.0 or True
    assert repr(list_points(columns)) == repr(expect(folder))
    return columns


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("seed", range(12))
def test_random_points(tmp_path, seed):
    chance = random.Random(seed)
    names = ["loss", "acc", "odd name\n"][: chance.randrange(1, 4)]
    steps = (0, 1, -5, 2**31, 2**40, 1.5, None)
    for number in range(chance.randrange(1, 3)):
        points = [
            Point(
                chance.choice(names), chance.choice(steps), TIME + place + 0.5 * number, chance.choice(VALUES)
            )
            for place in range(chance.randrange(60))
        ]
        write(tmp_path, points, is_child=bool(number))
    check(tmp_path)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("seed", range(6))
def test_damaged_bytes(tmp_path, seed):
    chance = random.Random(seed)
    points = [Point("m" * (1 + place % 3), place, TIME + place, VALUES[place % 7]) for place in range(50)]
    stem = write(tmp_path, points)
    for extension in ("journal", "names", "side"):
        path = tmp_path / f"{stem}.{extension}"
        if path.exists():
            data = bytearray(path.read_bytes())
            for _ in range(10):
                data[chance.randrange(len(data))] = chance.randrange(256)
            path.write_bytes(data[: len(data) - chance.randrange(20)])
    check(tmp_path)


def test_columns_have_one_type_where_all_are_of_it(tmp_path, library):
    points = [Point(name, place, TIME, value) for place in range(3) for name, value in _make_values(place)]
    write(tmp_path, points)
    columns = check(tmp_path)
    assert list(columns) == ["float", "integer", "bool", "mixed"]
    if library == "numpy":
        kinds = [getattr(one.values, "dtype", list) for one in columns.values()]
        assert kinds == [np.float64, np.int64, np.bool_, list]
        assert columns["mixed"].steps.dtype == np.int64


def _make_values(place):
    mixed = 1.5 if place else 1
    return [("float", place / 2), ("integer", place), ("bool", place > 1), ("mixed", mixed)]


@pytest.mark.usefixtures("library")
def test_journals_are_put_together_by_time(tmp_path):
    write(tmp_path, [Point("m", place, TIME + place, 1.0) for place in (0, 4, 2)])  # their own order stays
    write(tmp_path, [Point("m", place, TIME + place, 2.0) for place in (1, 3, 5)], is_child=True)
    write(tmp_path, [Point("first", 0, TIME - 1, 3.0)], is_child=True)
    columns = check(tmp_path)
    assert list(columns) == ["first", "m"]
    assert list(columns["m"].steps) == [0, 1, 3, 4, 2, 5]


@pytest.mark.usefixtures("library")
def test_nothing(tmp_path):
    assert read_columns(str(tmp_path)) == read_columns(str(tmp_path / "gone")) == {}
    (tmp_path / "metrics.journal").write_bytes(b"sacred")
    assert read_columns(str(tmp_path)) == {}


def test_without_a_journal_numpy_is_not_loaded(tmp_path):
    code = (
        "import sys; from sacred.folder.journal_columns import read_columns; "
        "print(read_columns(sys.argv[1]), 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout == "{} False\n"


def test_very_many_metrics(tmp_path):
    write(tmp_path, [Point(f"m{place % 3000}", place, TIME + place, 0.5) for place in range(9000)])
    assert len(check(tmp_path)) == 3000
