"""The exact step of an assignment: who judges what under all rules but that panels hang together."""

from __future__ import annotations

from typing import Final

import numpy as np

from hackathon.contest.judging.errors import JudgingAssignmentImpossible
from hackathon.contest.judging.grid import Grid
from hackathon.contest.judging.lacking import lacking_experts, lacking_judges
from hackathon.contest.judging.model import Pair
from hackathon.contest.judging.programme import FloatArray, IntArray, Programme

#: An unlimited number of something that is better avoided.
ANY: Final = np.inf


def staff(grid: Grid) -> list[Pair]:
    """New pairs, beside those that stay.

    Loads are as even as capacities allow, which can be written down beforehand. Where conflicts are in
    the way, they are as even as the rules allow: the sum of their squares is the least there is.
    Raises :class:`JudgingAssignmentImpossible`.
    """
    chosen = _with_ideal_loads(grid)
    if chosen is None:
        _check_possible(grid)
        chosen = _with_even_loads(grid, _fewest_exceptions(grid))
    return [grid.pair(int(number)) for number in np.flatnonzero(chosen)]


def ideal_loads(grid: Grid) -> tuple[IntArray, IntArray]:
    """The least and the most sheets of each judge, if loads are within one except where a limit is."""
    total = int(grid.kept.sum() + grid.wanted.sum())
    level = 0
    while level < grid.ceiling.max(initial=0) and _filled(grid, level + 1).sum() <= total:
        level += 1
    return _filled(grid, level), _filled(grid, level + 1)


def _filled(grid: Grid, level: int) -> IntArray:
    loads: IntArray = np.clip(level, grid.kept, grid.ceiling)
    return loads


def _with_ideal_loads(grid: Grid) -> FloatArray | None:
    programme = Programme()
    pairs = programme.add_columns(-grid.worth, 1)
    least, most = ideal_loads(grid)
    _add_wanted(programme, grid, pairs)
    _add_loads(programme, grid, pairs, least, most)
    _add_experts(programme, grid, pairs)
    _add_organisations(programme, grid, pairs)
    return _first(programme.solve(), pairs)


def _check_possible(grid: Grid) -> None:
    """Raises with what is missing, if even without even loads there is no assignment.

    As few seats as possible stay empty, and as few as possible of one entry: a second empty seat costs
    more than a first.
    """
    programme = Programme()
    pairs = programme.add_columns(np.zeros(len(grid.worth)), 1)
    entry_of, seats = _steps(np.zeros_like(grid.wanted), grid.wanted)
    dear = float(grid.wanted.sum()) * float(grid.wanted.max(initial=1))
    empty = programme.add_columns(2 * dear + 2 * seats - 1, 1)
    rows = _add_wanted(programme, grid, pairs)
    programme.put(rows[entry_of], empty)
    _add_loads(programme, grid, pairs, grid.kept, grid.ceiling)
    values = _solved(programme)
    if values[empty].any():
        missing = np.bincount(entry_of, values[empty], minlength=len(grid.entries)).astype(np.int64)
        raise JudgingAssignmentImpossible(lacking_judges(grid, values[pairs], missing))
    _check_experts(grid)


def _check_experts(grid: Grid) -> None:
    programme = Programme()
    pairs = programme.add_columns(np.zeros(len(grid.worth)), 1)
    missing = programme.add_columns(np.ones(len(grid.entries)), ANY)
    _add_wanted(programme, grid, pairs)
    _add_loads(programme, grid, pairs, grid.kept, grid.ceiling)
    programme.put(_add_experts(programme, grid, pairs), missing)
    values = _solved(programme)
    if values[missing].any():
        raise JudgingAssignmentImpossible(
            lacking_experts(grid, values[pairs], values[missing].astype(np.int64))
        )


def _fewest_exceptions(grid: Grid) -> int:
    """How often one organisation has to judge an entry twice."""
    programme = Programme()
    pairs = programme.add_columns(np.zeros(len(grid.worth)), 1)
    _add_wanted(programme, grid, pairs)
    _add_loads(programme, grid, pairs, grid.kept, grid.ceiling)
    _add_experts(programme, grid, pairs)
    exceptions = _add_organisations(programme, grid, pairs, exception_cost=1.0)
    return int(_solved(programme)[exceptions].sum())


def _with_even_loads(grid: Grid, exceptions_max: int) -> FloatArray:
    """A judge's n-th sheet costs 2n - 1: the sum is the square of the load, and dearer than all worth."""
    programme = Programme()
    pairs = programme.add_columns(-grid.worth, 1)
    judge_of_step, steps = _steps(grid.kept, grid.ceiling)
    dear = 2.0 * max(1.0, float(grid.wanted.sum()))
    step_columns = programme.add_columns(dear * (2 * steps - 1), 1)
    _add_wanted(programme, grid, pairs)
    rows = programme.add_rows(np.zeros(len(grid.judges)), 0)
    programme.put(rows[grid.judge_of], pairs)
    programme.put(rows[judge_of_step], step_columns, -1)
    _add_experts(programme, grid, pairs)
    exceptions = _add_organisations(programme, grid, pairs, exception_cost=0.0)
    bound = programme.add_rows(0, exceptions_max)
    programme.put(np.full(len(exceptions), bound[0]), exceptions)
    chosen = _first(_solved(programme), pairs)
    assert chosen is not None
    return chosen


def _steps(first: IntArray, last: IntArray) -> tuple[IntArray, FloatArray]:
    """For each place the numbers after ``first`` up to ``last``: places, numbers."""
    place_of = np.repeat(np.arange(len(first)), last - first)
    numbers = [np.arange(low + 1, high + 1) for low, high in zip(first, last, strict=True)]
    return place_of, np.concatenate([np.empty(0), *numbers])


def _add_wanted(programme: Programme, grid: Grid, pairs: IntArray) -> IntArray:
    rows = programme.add_rows(grid.wanted, grid.wanted)
    programme.put(rows[grid.entry_of], pairs)
    return rows


def _add_loads(programme: Programme, grid: Grid, pairs: IntArray, least: IntArray, most: IntArray) -> None:
    rows = programme.add_rows(least - grid.kept, most - grid.kept)
    programme.put(rows[grid.judge_of], pairs)


def _add_experts(programme: Programme, grid: Grid, pairs: IntArray) -> IntArray:
    rows = programme.add_rows(grid.wants_expert.astype(np.float64), ANY)
    programme.put(rows[grid.entry_of[grid.is_expert]], pairs[grid.is_expert])
    return rows


def _add_organisations(
    programme: Programme, grid: Grid, pairs: IntArray, exception_cost: float | None = None
) -> IntArray:
    """At most one judge of an organisation on an entry; with a cost, exceptions are columns."""
    member = grid.organisation[grid.judge_of] >= 0
    key = grid.entry_of[member] * grid.kept_organisations.shape[1] + grid.organisation[grid.judge_of[member]]
    keys, group, count = np.unique(key, return_inverse=True, return_counts=True)
    room = np.maximum(0, 1 - grid.kept_organisations.ravel()[keys])
    crowded = count > room
    rows = programme.add_rows(np.zeros(int(crowded.sum())), room[crowded])
    row_of_group = np.cumsum(crowded) - 1
    inside = crowded[group]
    programme.put(rows[row_of_group[group[inside]]], pairs[member][inside])
    if exception_cost is None:
        return np.empty(0, dtype=np.int64)
    exceptions = programme.add_columns(np.full(len(rows), exception_cost), count[crowded])
    programme.put(rows, exceptions, -1)
    return exceptions


def _solved(programme: Programme) -> FloatArray:
    values = programme.solve()
    assert values is not None, "what may be missing is a column, so there is always an answer"
    return values


def _first(values: FloatArray | None, columns: IntArray) -> FloatArray | None:
    return None if values is None else values[columns]
