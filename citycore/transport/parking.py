"""How full a car park is, and an estimate of the time to find a space. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

Method = Literal["random_search", "next_departure"]


class Search(NamedTuple):
    """An estimate in seconds, and how it was made: None where there is nothing to make it of."""

    seconds: float | None
    method: Method | None


def time_to_find(
    free: float | None, total: float | None, parked_minutes: float | None, seconds_per_space: float
) -> Search:
    """With f of c spaces free in no order, (c + 1) / (f + 1) are passed on average until the first free one.

    With none free the wait is for the next of c vehicles that leave after ``parked_minutes`` on average (Little's law).
    """
    if free is None or total is None or not 0 <= free <= total or total < 1:
        return Search(None, None)
    if free >= 1:
        return Search(seconds_per_space * (total + 1) / (free + 1), "random_search")
    if parked_minutes is None or parked_minutes <= 0:
        return Search(None, None)
    return Search(parked_minutes * 60 / total, "next_departure")


def mean_search(quarters: Sequence[Search]) -> Search:
    """Over quarters of an hour; the method of the longest decides what it is called, and one unknown makes it unknown."""
    known = [each for each in quarters if each.seconds is not None]
    if not known or len(known) < len(quarters):
        return Search(None, None)
    longest = max(known, key=lambda each: each.seconds or 0.0)
    return Search(math.fsum(each.seconds or 0.0 for each in known) / len(known), longest.method)
