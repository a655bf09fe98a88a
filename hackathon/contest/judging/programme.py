"""A linear programme in whole numbers, solved exactly with HiGHS.

Assignments are flows, and the corners of a flow problem are whole: mostly the linear programme alone
is the answer, and its prices prove that there is no better one. Rules that cross (organisations and
experts) can make it fractional; then only columns whose price leaves them a chance are branched on.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

INFEASIBLE: Final = 2
WHOLE_WITHIN: Final = 1e-6
#: How far from the best a branched answer may be, as a share of it: below every difference that counts.
GAP: Final = 1e-9


class Programme:
    """Columns with a cost and an upper bound (the lower is 0), and rows with two bounds."""

    def __init__(self) -> None:
        self._costs: list[FloatArray] = []
        self._uppers: list[FloatArray] = []
        self._members: list[tuple[IntArray, IntArray, FloatArray]] = []
        self._bounds: list[tuple[FloatArray, FloatArray]] = []
        self._column_count = 0
        self._row_count = 0

    def add_columns(self, costs: FloatArray, upper: ArrayLike) -> IntArray:
        """New columns; their numbers."""
        self._costs.append(costs)
        self._uppers.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), costs.shape))
        first = self._column_count
        self._column_count += len(costs)
        return np.arange(first, self._column_count)

    def add_rows(self, lower: ArrayLike, upper: ArrayLike) -> IntArray:
        """New rows, empty at first; their numbers."""
        low, high = np.broadcast_arrays(np.asarray(lower, np.float64), np.asarray(upper, np.float64))
        self._bounds.append((np.atleast_1d(low), np.atleast_1d(high)))
        first = self._row_count
        self._row_count += len(self._bounds[-1][0])
        return np.arange(first, self._row_count)

    def put(self, rows: IntArray, columns: IntArray, coefficient: ArrayLike = 1.0) -> None:
        """The coefficient of each column in the row beside it."""
        coefficients = np.broadcast_to(np.asarray(coefficient, np.float64), rows.shape)
        self._members.append((rows, columns, coefficients))

    def solve(self) -> FloatArray | None:
        """The values of the columns at the least cost; None if the rows contradict each other."""
        if self._column_count == 0:
            lower, upper = self._row_bounds()
            return np.empty(0) if (lower <= 0).all() and (upper >= 0).all() else None
        relaxed = self._relaxed()
        if relaxed.status == INFEASIBLE:
            return None
        if relaxed.x is None:
            raise RuntimeError(f"HiGHS gave no answer: {relaxed.message}")
        values: FloatArray = np.rint(relaxed.x)
        if np.abs(values - relaxed.x).max(initial=0.0) <= WHOLE_WITHIN:
            return values
        return self._branched(relaxed)

    def _relaxed(self) -> Any:
        from scipy.optimize import linprog
        from scipy.sparse import vstack

        matrix, (lower, upper) = self._matrix(), self._row_bounds()
        equal = lower == upper
        above, below = ~equal & np.isfinite(upper), ~equal & np.isfinite(lower)
        return linprog(
            np.concatenate(self._costs),
            A_ub=vstack([matrix[above], -matrix[below]]),
            b_ub=np.concatenate([upper[above], -lower[below]]),
            A_eq=matrix[equal],
            b_eq=upper[equal],
            bounds=np.column_stack([np.zeros(self._column_count), np.concatenate(self._uppers)]),
            method="highs-ds",
        )

    def _branched(self, relaxed: Any) -> FloatArray | None:
        """Branch on columns whose price is within a margin of the bound, and widen it until that is proof.

        An answer with a column left out costs more than bound + margin, so one within it is the best.
        """
        prices = relaxed.lower.marginals
        margin = 1.0
        while True:
            kept = prices <= margin
            answer = self._whole(kept)
            if kept.all() or (answer.x is not None and answer.fun - relaxed.fun <= margin):
                return None if answer.x is None else np.rint(answer.x)
            margin *= 4

    def _whole(self, kept: NDArray[np.bool_]) -> Any:
        from scipy.optimize import Bounds, LinearConstraint, milp

        return milp(
            np.concatenate(self._costs),
            integrality=np.ones(self._column_count),
            bounds=Bounds(0, np.where(kept, np.concatenate(self._uppers), 0.0)),
            constraints=LinearConstraint(self._matrix(), *self._row_bounds()),
            options={"mip_rel_gap": GAP},
        )

    def _matrix(self) -> Any:
        from scipy.sparse import csr_array

        rows, columns, coefficients = (np.concatenate(part) for part in zip(*self._members, strict=True))
        return csr_array((coefficients, (rows, columns)), shape=(self._row_count, self._column_count))

    def _row_bounds(self) -> tuple[FloatArray, FloatArray]:
        lower, upper = (np.concatenate(side) for side in zip(*self._bounds, strict=True))
        return lower, upper
