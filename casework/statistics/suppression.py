"""Which cells of a table are not printed, so that nobody can work out a small count.

Hiding the small cells alone is no protection: totals give them back. Other cells are hidden with them, as few as
possible, until each hidden count could be any value of a range of at least ``cell_min``; so could each difference of a
few people between this release and an earlier one of the same table. Source: M. Fischetti and J. J. Salazar, "Models
and algorithms for optimizing cell suppression in tabular data with linear constraints" (2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from casework.statistics.disclosure import unprotected
from casework.statistics.errors import TooMuchAtOnce
from casework.statistics.model import BoolArray, FloatArray, IntArray
from casework.statistics.settings import StatisticsSettings
from casework.statistics.silence import silence
from casework.statistics.tables import Released, Releases, Target, small, with_totals

#: How far from the fewest hidden cells a solution may be, as a share.
GAP = 0.1
#: A total says more than a cell.
TOTAL_COST = 3.0


def protect(
    counts: IntArray,
    settings: StatisticsSettings,
    earlier: Sequence[Released] = (),
    *,
    is_growing: bool = True,
) -> Released | None:
    """The table with totals, and what of it is hidden; None where it cannot be protected and is withheld whole.

    ``earlier`` are the releases of the same table before, the oldest first.
    """
    cells = with_totals(counts)
    if cells.size > settings.table_cells_max:
        raise TooMuchAtOnce(limit=settings.table_cells_max)
    if len(earlier) > settings.earlier_releases_max:
        raise TooMuchAtOnce(limit=settings.earlier_releases_max)
    if any(one.cells.shape != cells.shape for one in earlier):
        raise ValueError("releases of one table have one shape")
    releases = Releases(earlier, cells, is_growing=is_growing)
    hidden = _hidden(releases, small(cells, settings.cell_min).ravel(), settings)
    return None if hidden is None else Released(cells, hidden.reshape(cells.shape))


def audit(
    table: Released,
    settings: StatisticsSettings,
    earlier: Sequence[Released] = (),
    *,
    is_growing: bool = True,
) -> int:
    """How many hidden counts and small differences can be told more exactly than they may; 0 of what :func:`protect`
    gives.
    """
    releases = Releases(earlier, table.cells, is_growing=is_growing)
    targets = releases.targets(settings.cell_min)
    printed = small(table.cells, settings.cell_min) & ~table.hidden
    return int(printed.sum()) + len(unprotected(releases, table.hidden, targets, settings.cell_min))


def _hidden(releases: Releases, must: BoolArray, settings: StatisticsSettings) -> BoolArray | None:
    """The solver is only given the targets that something betrays, and asked again until nothing does."""
    targets = releases.targets(settings.cell_min)
    # A release says from how many answers it is, so the sum of all cells is always printed.
    hidden: BoolArray | None = None if must[-1] else must
    model: list[Target] = []
    for _ in range(settings.solver_rounds_max):
        if hidden is None or not (wrong := unprotected(releases, hidden, targets, settings.cell_min)):
            return hidden
        model += wrong
        hidden = _solved(releases, must, model, settings)
    return None


def _solved(
    releases: Releases, must: BoolArray, targets: Sequence[Target], settings: StatisticsSettings
) -> BoolArray | None:
    """The cells of least cost to hide. Columns: for each cell of the new table whether it is hidden, then for each
    target two worlds that agree with all that is printed, as distances from the true one, in which the target lies
    far enough apart.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_diag, csr_array, hstack, vstack

    world, worlds = _World(releases, settings.cell_min), 2 * len(targets)
    size = releases.size
    left = csr_array((worlds * world.equations.shape[0], size))
    sums = hstack([left, block_diag([world.equations] * worlds)])
    room = hstack([vstack([world.by_hidden] * worlds), block_diag([world.by_distance] * worlds)])
    parts: list[Any] = [
        LinearConstraint(sums, 0, 0),
        LinearConstraint(room, -np.inf, np.tile(world.room, worlds)),
        LinearConstraint(*_apart(releases, targets, settings.cell_min)),
    ]
    distances = len(releases.counts)
    bounds = Bounds(
        np.concatenate([must.astype(np.float64), np.tile(world.lower, worlds)]),
        np.concatenate([np.ones(size - 1), [0], np.tile(world.upper, worlds)]),
    )
    with silence():
        answer = milp(
            np.concatenate([_costs(releases), np.zeros(worlds * distances)]),
            integrality=np.concatenate([np.ones(size), np.zeros(worlds * distances)]),
            bounds=bounds,
            constraints=parts,
            options={"time_limit": settings.solver_seconds_max, "mip_rel_gap": GAP},
        )
    return None if answer.x is None else answer.x[:size] > 0.5


class _World:
    """The rules for one world: sums hold, printed cells are as they are, and no cell falls that cannot."""

    def __init__(self, releases: Releases, cell_min: int) -> None:
        from scipy.sparse import csr_array, vstack

        size, first, total = releases.size, releases.first_new, len(releases.counts)
        counts = releases.counts.astype(np.float64)
        is_free = releases.is_hidden(np.ones(size, np.bool_))
        # Nothing needs to move further than the target has to.
        self.upper: FloatArray = np.where(is_free, cell_min, 0.0)
        self.lower: FloatArray = np.where(is_free, -np.minimum(counts, cell_min), 0.0)
        self.equations = csr_array(releases.sums)
        growth, fall = releases.growth()
        new = np.eye(size, total, first)
        up, down = np.diag(self.upper[first:]), np.diag(-self.lower[first:])
        # Distance ≤ most × hidden, −distance ≤ most × hidden, −growth ≤ −fall.
        self.by_distance = csr_array(vstack([csr_array(new), csr_array(-new), csr_array(-growth)]))
        self.by_hidden = csr_array(vstack([csr_array(-up), csr_array(-down), csr_array((len(growth), size))]))
        self.room: FloatArray = np.concatenate([np.zeros(2 * size), -fall])


def _apart(releases: Releases, targets: Sequence[Target], width_min: int) -> tuple[Any, FloatArray, float]:
    """For each target: upper world less lower world ≥ width, or ≥ width × hidden where only hidden cells count."""
    from scipy.sparse import lil_array

    size, total = releases.size, len(releases.counts)
    matrix = lil_array((len(targets), size + 2 * len(targets) * total))
    least = np.zeros(len(targets))
    for row, target in enumerate(targets):
        upper = size + 2 * row * total
        for cell, sign in target.parts:
            matrix[row, upper + cell] = sign
            matrix[row, upper + total + cell] = -sign
        if target.cell is None:
            least[row] = width_min
        else:
            matrix[row, target.cell] = -width_min
    return matrix.tocsr(), least, np.inf


def _costs(releases: Releases) -> FloatArray:
    """What is lost with each cell: large counts and totals more."""
    shape = releases.tables[-1].shape
    factors = np.ones(shape)
    for axis, length in enumerate(shape):
        np.moveaxis(factors, axis, 0)[length - 1] *= TOTAL_COST
    costs: FloatArray = factors.ravel() * (1 + np.log1p(releases.counts[releases.first_new :]))
    return costs
