"""What a candidate is: something that learns from a panel and then answers for any origin.

Candidates of other packages are found by entry points of the group ``falaj.forecasting``; each names a function
that takes the :class:`forecasting.settings.ForecastSettings` and gives a :class:`Learner`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from forecasting.model import FallbackReason, Panel, Prediction

BASELINE = "seasonal_naive_168"
COMBINATION = "combination"
WEEK_HOURS = 168
DAY_HOURS = 24

Origins = Mapping[int, Sequence[datetime]]


class CandidateFailed(Exception):
    """A candidate has no usable answer; ``reason`` says why."""

    def __init__(self, reason: FallbackReason, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}" if detail else str(reason))


class Fitted(Protocol):
    """What was learned; can be pickled."""

    def predict(self, panel: Panel, origins: Origins, horizon_hours: int) -> Mapping[int, Prediction]:
        """By key one row for each of its origins. It uses nothing of the panel that was not complete at the origin.

        A series that it cannot answer for is left out; an origin that it cannot answer for is a row of NaN.
        """
        ...


def beside_of(fitted: Mapping[str, Fitted]) -> tuple[str, ...]:
    """Which other properties any of them looks at (``beside``, where it has one): an issue reads these and no others."""
    return tuple(sorted({code for one in fitted.values() for code in getattr(one, "beside", ())}))


class Learner(Protocol):
    """A way to forecast. ``name`` is what is published.

    ``knows_days``: whether it tells holidays and the days of Ramadan from others; on such days only those that do
    are asked. ``refit_days``: how often it is fitted again within a backtest.
    """

    @property
    def name(self) -> str: ...

    @property
    def knows_days(self) -> bool: ...

    @property
    def refit_days(self) -> int: ...

    def fit(self, panel: Panel, until: datetime) -> Fitted:
        """Learn from what was complete at ``until`` and nothing else; :class:`CandidateFailed` if it cannot."""
        ...
