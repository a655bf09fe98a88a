"""Why no assignment is possible: read from one in which the fewest judges are missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hackathon.contest.judging.grid import Grid
from hackathon.contest.judging.model import SubmissionId
from hackathon.contest.judging.programme import FloatArray, IntArray
from hackathon.contest.judging.shortage import Constraint, Shortage


def lacking_judges(grid: Grid, chosen: FloatArray, missing: IntArray) -> list[Shortage]:
    """Entries with too few judges without a conflict, then groups for whom capacity is too small.

    ``chosen`` and ``missing`` are an assignment with the fewest judges missing, by pair and by entry.
    """
    lacking = np.maximum(0, grid.wanted - np.bincount(grid.entry_of, minlength=len(grid.entries)))
    shortages = [
        Shortage(Constraint.CONFLICTS, _names(grid, lacking == judges), int(judges))
        for judges in np.unique(lacking[lacking > 0])
    ]
    every_pair = np.ones(len(chosen), dtype=np.bool_)
    crowded = _competing(grid, chosen, missing - lacking, every_pair)
    return shortages + [Shortage(Constraint.CAPACITY, names, judges) for names, judges in crowded]


def lacking_experts(grid: Grid, chosen: FloatArray, missing: IntArray) -> list[Shortage]:
    """By track the entries that no expert may judge, then those that compete for too few."""
    experts = np.bincount(grid.entry_of[grid.is_expert], minlength=len(grid.entries))
    without = (missing > 0) & (experts == 0)
    groups = [without & (grid.track_of == track) for track in np.unique(grid.track_of[without])]
    crowded = _competing(grid, chosen, np.where(without, 0, missing), grid.is_expert)
    found = [*((_names(grid, group), _judges_for(grid, missing[group])) for group in groups), *crowded]
    return [Shortage(Constraint.EXPERTISE, names, judges) for names, judges in found]


def _names(grid: Grid, entries: NDArray[np.bool_]) -> tuple[SubmissionId, ...]:
    return tuple(grid.entries[number] for number in np.flatnonzero(entries))


def _competing(
    grid: Grid, chosen: FloatArray, missing: IntArray, counts: NDArray[np.bool_]
) -> Iterator[tuple[tuple[SubmissionId, ...], int]]:
    """Groups of entries that share judges who cannot take more, each with the judges that are missing."""
    groups: list[NDArray[np.bool_]] = []
    for entry in np.flatnonzero(missing > 0):
        group = _group_of(grid, int(entry), chosen.astype(np.bool_), counts)
        apart = [other for other in groups if not (other & group).any()]
        groups = [*apart, np.logical_or.reduce([group, *(g for g in groups if (g & group).any())])]
    for group in groups:
        yield _names(grid, group), _judges_for(grid, missing[group])


def _judges_for(grid: Grid, missing: IntArray) -> int:
    """How many judges fill so many empty seats by entry, if each takes as many as the busiest there is."""
    largest = max(1, int(grid.ceiling.max(initial=1)))
    return max(int(missing.max()), -(-int(missing.sum()) // largest))


def _group_of(
    grid: Grid, entry: int, chosen: NDArray[np.bool_], counts: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Entries that ``entry`` competes with: those of the judges it could have, and so on."""
    group = np.zeros(len(grid.entries), dtype=np.bool_)
    group[entry] = True
    while True:
        judges = np.zeros(len(grid.judges), dtype=np.bool_)
        judges[grid.judge_of[counts & ~chosen & group[grid.entry_of]]] = True
        grown = group.copy()
        grown[grid.entry_of[chosen & counts & judges[grid.judge_of]]] = True
        if (grown == group).all():
            return group
        group = grown
