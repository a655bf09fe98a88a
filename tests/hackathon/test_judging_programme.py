"""Whole answers, also where the linear programme's corner is a fraction."""

from __future__ import annotations

import numpy as np

from hackathon.judging.programme import Programme


def triangle(lower: float, costs: tuple[float, float, float]) -> Programme:
    """Three columns; every two of them add up to at least ``lower`` and at most 1."""
    programme = Programme()
    columns = programme.add_columns(np.array(costs), 1)
    rows = programme.add_rows(np.full(3, lower), 1)
    for row, (one, other) in zip(rows, ((0, 1), (1, 2), (0, 2)), strict=True):
        programme.put(np.array([row, row]), columns[[one, other]])
    return programme


def test_a_fraction_is_branched_on():
    """Three halves would cost -4.5; the best whole answer takes the dearest column alone."""
    values = triangle(0, (-2, -3, -4)).solve()
    assert values is not None
    assert values.tolist() == [0, 0, 1]


def test_no_whole_answer_is_no_answer():
    assert triangle(1, (1, 1, 1)).solve() is None


def test_rows_that_contradict_each_other():
    programme = Programme()
    column = programme.add_columns(np.array([1.0]), 1)
    for bounds in ((1, 1), (0, 0)):
        row = programme.add_rows(np.array([bounds[0]]), np.array([bounds[1]]))
        programme.put(row, column)
    assert programme.solve() is None
