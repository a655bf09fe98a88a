"""What a nowcast is made from and what it is: frozen values over numpy arrays. Steps are quarters of an hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

QUARTER = timedelta(minutes=15)
DAY_QUARTERS = 96
#: Six hours.
HORIZON = 24
#: The blocks of the horizon, as (first, last) quarter ahead.
BLOCKS = ((1, 2), (3, 4), (5, 8), (9, 16), (17, 24))
#: Of each quarter ahead, the number of its block.
BLOCK_OF = np.repeat(np.arange(len(BLOCKS)), [last - first + 1 for first, last in BLOCKS])
#: The profile has a day for each day of the week, and one each for holidays, working days and weekends of Ramadan.
PROFILE_DAYS = 10
SLOTS = PROFILE_DAYS * DAY_QUARTERS
LEVELS = (80, 95)
PERSISTENCE, PROFILE, DECAY, TREES = "persistence", "profile", "decay_to_profile", "lightgbm"
#: The simplest first: it wins a tie.
MODELS = (PERSISTENCE, PROFILE, DECAY, TREES)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Datastreams of one property and zone: ``values`` has a row for each, a column for each quarter from ``start`` on.

    NaN is a quarter without a value; nothing is filled in. ``bounds`` are (lowest, highest) of each, infinite where there are none.
    """

    property_code: str
    zone: str
    keys: Sequence[int]
    start: datetime
    values: FloatArray
    bounds: FloatArray

    @property
    def end(self) -> datetime:
        """The end of the last quarter: where a nowcast starts."""
        return self.start + int(self.values.shape[1]) * QUARTER

    def rows(self, wanted: Sequence[int] | NDArray[np.intp]) -> Panel:
        """Some of its datastreams, by their places."""
        keys = [self.keys[place] for place in wanted]
        return Panel(
            self.property_code, self.zone, keys, self.start, self.values[wanted], self.bounds[wanted]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What is known of one datastream from its past.

    ``profile`` is its usual value (960: ten days of 96 quarters), ``spread`` how far it is usually off, by quarter of the day; ``decay``
    which part of a deviation is left so many quarters later. ``widths`` are half-widths of bands in units of ``spread``, by level and block.
    ``told`` has the figures of all candidates, as JSON.
    """

    model: str
    profile: FloatArray
    spread: FloatArray
    decay: FloatArray
    widths: Mapping[int, FloatArray]
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Nowcast:
    """Element n of each array belongs to the quarter that begins at ``origin`` + n quarters; 24 of them.

    ``factors`` widen or narrow the bands of the study by what came of them since: one for each level. ``seen`` counts quarters that were
    judged, ``inside`` those that lay in each band.
    """

    origin: datetime
    model: str
    median: FloatArray
    bands: Mapping[int, Band]
    factors: Mapping[int, float]
    seen: int
    inside: Mapping[int, int]
