"""Tables of counts with their totals, and what somebody who reads releases of one can work out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from casework.statistics.model import BoolArray, FloatArray, IntArray


def with_totals(counts: IntArray) -> IntArray:
    """A table of one or two dimensions with one more row and column, which hold the sums."""
    table = np.asarray(counts, np.int64)
    if table.ndim not in {1, 2} or not table.size or (table < 0).any():
        raise ValueError("a table is one or two dimensions of counts")
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def sums(shape: tuple[int, ...]) -> FloatArray:
    """Of a table with totals: a row for each sum, whose product with the cells is 0."""
    cells = np.arange(int(np.prod(shape))).reshape(shape)
    rows = [
        line for axis in range(len(shape)) for line in np.moveaxis(cells, axis, -1).reshape(-1, shape[axis])
    ]
    matrix = np.zeros((len(rows), cells.size))
    for row, line in zip(matrix, rows, strict=True):
        row[line[:-1]], row[line[-1]] = 1, -1
    return matrix


@dataclass(frozen=True, slots=True, eq=False)
class Released:
    """A table with its totals as it was or is to be released: cells that are ``hidden`` are not printed."""

    cells: IntArray
    hidden: BoolArray

    def printed(self) -> list[int | None]:
        """Cell by cell, row by row; None where nothing is printed."""
        pairs = zip(self.cells.ravel().tolist(), self.hidden.ravel().tolist(), strict=True)
        return [None if is_hidden else count for count, is_hidden in pairs]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What must stay uncertain: a cell of a release, or the difference of a cell between two releases.

    ``parts`` are the places of its cells among the cells of all releases, with their signs. ``cell`` is the cell of
    the last release on which it depends whether the target counts: hidden cells only; None counts always.
    """

    parts: tuple[tuple[int, int], ...]
    cell: int | None = None


class Releases:
    """Earlier releases of a table and one that is to come, as one system of unknowns.

    An unknown is how far a cell is from its true count. ``is_growing`` says that everybody knows that later counts
    include earlier ones, so that no cell ever falls.
    """

    def __init__(self, earlier: Sequence[Released], new: IntArray, *, is_growing: bool) -> None:
        self.tables = [*(one.cells for one in earlier), new]
        self.earlier_hidden = np.concatenate(
            [*(one.hidden.ravel() for one in earlier), np.empty(0, np.bool_)]
        )
        self.counts = np.concatenate([table.ravel() for table in self.tables])
        self.size = new.size
        self.first_new = len(self.counts) - self.size
        self.sums = np.kron(np.eye(len(self.tables)), sums(new.shape))
        self.is_growing = is_growing

    def targets(self, cell_min: int) -> list[Target]:
        cells = [Target(((int(place), 1),)) for place in np.flatnonzero(self.earlier_hidden)]
        cells += [Target(((self.first_new + cell, 1),), cell) for cell in range(self.size)]
        return cells + self.small_differences(cell_min)

    def small_differences(self, cell_min: int) -> list[Target]:
        """Cells that a few people changed since an earlier release."""
        new = self.counts[self.first_new :]
        return [
            Target(((self.first_new + int(cell), 1), (start + int(cell), -1)))
            for start in range(0, self.first_new, self.size)
            for cell in np.flatnonzero(small(np.abs(new - self.counts[start : start + self.size]), cell_min))
        ]

    def growth(self) -> tuple[FloatArray, FloatArray]:
        """Rows over the unknowns and how far each may fall: no cell falls from a release to the next."""
        if not self.is_growing or not self.first_new:
            return np.zeros((0, len(self.counts))), np.zeros(0)
        step = np.eye(self.first_new, len(self.counts), self.size) - np.eye(self.first_new, len(self.counts))
        return step, -(step @ self.counts)

    def is_hidden(self, new: BoolArray) -> BoolArray:
        return np.concatenate([self.earlier_hidden, new.ravel()]).astype(np.bool_)


def small(cells: IntArray, cell_min: int) -> BoolArray:
    """Counts so small that somebody could be recognised; nobody is in a cell of 0."""
    return (cells > 0) & (cells < cell_min)
