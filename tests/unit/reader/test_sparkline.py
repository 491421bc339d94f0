"""The course of a metric as a small drawing."""

import math
import re

import numpy as np
import pytest

from sacred.reader.sparkline import HEIGHT, WIDTH, draw


def read_points(svg):
    (line,) = re.findall(r'points="([^"]+)"', svg)
    return [tuple(map(float, pair.split(","))) for pair in line.split()]


@pytest.mark.parametrize("make", [list, np.array], ids=["list", "array"])
def test_a_line(make):
    points = read_points(draw(make([0.0, 1.0, 0.5])))
    assert points == [(3, HEIGHT - 3), (WIDTH / 2, 3), (WIDTH - 3, HEIGHT / 2)]


@pytest.mark.parametrize("make", [list, np.array], ids=["list", "array"])
def test_peaks_of_many_points_stay(make):
    values = [0.0] * 100_000
    values[77_777], values[33_333] = 1.0, -1.0
    points = read_points(draw(make(values)))
    assert len(points) < 200
    heights = [y for _, y in points]
    assert (min(heights), max(heights)) == (3, HEIGHT - 3)
    assert points == sorted(points)
    assert points[-1][0] == WIDTH - 3


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [math.nan, math.inf],
        ["a", "b"],
        [None, 1],
        [10**400, 1],
        np.array([]),
        np.array([math.nan, 1.0]),
    ],
    ids=str,
)
def test_nothing_to_draw(values):
    assert draw(values) == ""


@pytest.mark.parametrize("values", [[2, 2, 2], [True, True], [1e308, 1e308], np.array([7, 7])], ids=str)
def test_a_flat_line_is_in_the_middle(values):
    assert {y for _, y in read_points(draw(values))} == {HEIGHT / 2}


def test_values_that_are_no_numbers_are_gaps():
    assert len(read_points(draw([1.0, None, "x", math.nan, 2.0]))) == 2
    assert len(read_points(draw(np.array([1.0, math.nan, math.inf, 2.0])))) == 2
    assert len(read_points(draw([-1e308, 1e308]))) == 2
