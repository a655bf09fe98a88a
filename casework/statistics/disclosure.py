"""What can be worked out of a table although cells are hidden: the exact range of each, by linear programming."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from casework.statistics.model import BoolArray, FloatArray
from casework.statistics.tables import Releases, Target

#: What solvers call whole is within this of it.
WITHIN = 1e-6
#: Unknowns of one call of the solver.
UNKNOWNS_MAX = 20_000


def widths(releases: Releases, new_hidden: BoolArray, targets: Sequence[Target]) -> FloatArray:
    """For each target, how far apart the smallest and the largest value are that agree with all that is printed."""
    is_unknown = releases.is_hidden(new_hidden)
    unknown = np.flatnonzero(is_unknown)
    found = np.zeros(len(targets))
    if not len(unknown):
        return found
    place_of = np.full(len(is_unknown), -1)
    place_of[unknown] = np.arange(len(unknown))
    goals = np.zeros((len(targets), len(unknown)))
    for goal, target in zip(goals, targets, strict=True):
        for cell, sign in target.parts:
            if is_unknown[cell]:
                goal[place_of[cell]] += sign
    sought = np.flatnonzero(goals.any(axis=1))
    step = max(1, UNKNOWNS_MAX // len(unknown))
    for start in range(0, len(sought), step):
        part = sought[start : start + step]
        found[part] = _largest(releases, unknown, goals[part]) + _largest(releases, unknown, -goals[part])
    return found


def unprotected(
    releases: Releases, new_hidden: BoolArray, targets: Sequence[Target], width_min: int
) -> list[Target]:
    """Targets that can be told more exactly than they may."""
    flat = new_hidden.ravel()
    counting = [target for target in targets if target.cell is None or flat[target.cell]]
    found = widths(releases, new_hidden, counting)
    return [target for target, width in zip(counting, found, strict=True) if width < width_min - WITHIN]


def _largest(releases: Releases, unknown: Any, goals: FloatArray) -> FloatArray:
    """Of each goal its largest value over the unknowns. One programme of as many independent parts as goals."""
    from scipy.optimize import linprog
    from scipy.sparse import block_diag, csr_array

    counts = releases.counts[unknown].astype(np.float64)
    # Without a printed total nothing bounds the cells; a bound beyond all counts keeps the programme finite.
    beyond = 2.0 * releases.counts.max() + 100
    equations = csr_array(releases.sums[:, unknown])
    rows, fall = releases.growth()
    times = len(goals)
    solved = linprog(
        -goals.ravel(),
        A_eq=block_diag([equations] * times, format="csr"),
        b_eq=np.zeros(times * equations.shape[0]),
        A_ub=block_diag([csr_array(-rows[:, unknown])] * times, format="csr") if len(rows) else None,
        b_ub=np.tile(-fall, times) if len(rows) else None,
        bounds=np.column_stack([np.tile(-counts, times), np.full(times * len(counts), beyond)]),
        method="highs",
    )
    if solved.x is None:
        raise RuntimeError(f"HiGHS gave no range: {solved.message}")
    ends: FloatArray = (goals * solved.x.reshape(goals.shape)).sum(axis=1)
    return ends
