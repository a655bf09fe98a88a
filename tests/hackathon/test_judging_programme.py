"""Whole answers, also where the linear programme's corner is a fraction."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.contest.judging.programme import Programme


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


def test_a_dear_column_is_branched_on_too_where_it_is_the_best():
    """Three halves cost 15 and leave the last column a price of 3, yet whole it is 18 against 20."""
    programme = Programme()
    columns = programme.add_columns(np.array([10.0, 10, 10, 18]), 1)
    rows = programme.add_rows(np.ones(3), np.inf)
    for row, members in zip(rows, ((0, 1, 3), (1, 2, 3), (0, 2, 3)), strict=True):
        programme.put(np.array([row] * 3), columns[list(members)])
    values = programme.solve()
    assert values is not None
    assert values.tolist() == [0, 0, 0, 1]


def test_no_whole_answer_is_no_answer():
    assert triangle(1, (1, 1, 1)).solve() is None


def test_rows_that_contradict_each_other():
    programme = Programme()
    column = programme.add_columns(np.array([1.0]), 1)
    for bounds in ((1, 1), (0, 0)):
        row = programme.add_rows(np.array([bounds[0]]), np.array([bounds[1]]))
        programme.put(row, column)
    assert programme.solve() is None


ROWS = st.lists(
    st.tuples(st.sets(st.integers(0, 4), min_size=1), st.integers(0, 1), st.integers(1, 2)),
    min_size=2,
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=5, max_size=5), ROWS)
def test_the_answer_is_the_best_of_all(costs, rows):
    """Compared with all 32 of them."""
    programme = Programme()
    columns = programme.add_columns(np.array(costs, dtype=np.float64), 1)
    for members, lower, upper in rows:
        row = programme.add_rows(np.array([lower]), np.array([upper]))
        programme.put(np.repeat(row, len(members)), columns[sorted(members)])
    allowed = [
        values
        for values in product((0, 1), repeat=5)
        if all(lower <= sum(values[column] for column in members) <= upper for members, lower, upper in rows)
    ]
    found = programme.solve()
    if not allowed:
        assert found is None
    else:
        assert found is not None
        assert tuple(found) in allowed
        assert np.dot(costs, found) == min(np.dot(costs, values) for values in allowed)
