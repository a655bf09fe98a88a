"""The chart of a team's requests a day, as shapes: bars, lines and labels, from either side. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from citycore.language import Language
from hackathon.contest.api_keys.model import DayOfUse

#: Of the picture, in its own units; text keeps its size when the picture grows with its window.
WIDTH, HEIGHT = 480, 230
TOP, BOTTOM = 24, 200
#: Room for the numbers beside the scale.
MARGIN = 56
#: Where the quota is within so much of the highest bar, the scale reaches up to it.
QUOTA_NEAR = 3
BAR_SHARE = 0.72
STEPS = (1, 2, 5)
#: Not more lines than these above the ground.
LINES_MAX = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """What passed, and on top of it what a limit refused; lengths in units of the picture."""

    day: DayOfUse
    x: float
    width: float
    passed_y: float
    passed: float
    refused_y: float
    refused: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A label at a place; ``anchor`` as SVG says it."""

    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """``quota_y`` is None where the quota is far above all bars: then it is told beside the chart."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    bars: tuple[Bar, ...]
    lines: tuple[Mark, ...]
    days: tuple[Mark, ...]
    quota_y: float | None


def draw(days: Sequence[DayOfUse], quota: int, language: Language) -> Chart:
    """Time runs as the language is read: in Arabic from right to left."""
    is_rtl = language == "ar"
    highest = max((day.requests + day.limited for day in days), default=0)
    is_near = 0 < quota <= highest * QUOTA_NEAR
    reached = max(highest, quota if is_near else 0)
    step = _step(reached)
    lines = max(1, math.ceil(reached / step))
    top = step * lines
    left, right = (0.0, float(WIDTH - MARGIN)) if is_rtl else (float(MARGIN), float(WIDTH))
    return Chart(
        WIDTH,
        HEIGHT,
        left,
        right,
        BOTTOM,
        tuple(_bars(days, left, right, top, is_rtl=is_rtl)),
        tuple(_lines(step, lines, is_rtl=is_rtl)),
        tuple(_day_marks(days, left, right, is_rtl=is_rtl)),
        _y(quota, top) if is_near else None,
    )


def _step(highest: int) -> int:
    """The smallest of 1, 2, 5, 10, … of which few reach the highest."""
    size = 1
    while True:
        for factor in STEPS:
            if size * factor * LINES_MAX >= highest:
                return size * factor
        size *= 10


def _y(number: int, top: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * number / top, 2)


def _bars(days: Sequence[DayOfUse], left: float, right: float, top: int, *, is_rtl: bool) -> Iterator[Bar]:
    slot = (right - left) / max(len(days), 1)
    for number, day in enumerate(days):
        place = len(days) - 1 - number if is_rtl else number
        passed_y, refused_y = _y(day.requests, top), _y(day.requests + day.limited, top)
        yield Bar(
            day,
            round(left + slot * (place + (1 - BAR_SHARE) / 2), 2),
            round(slot * BAR_SHARE, 2),
            passed_y,
            round(BOTTOM - passed_y, 2),
            refused_y,
            round(passed_y - refused_y, 2),
        )


def _lines(step: int, lines: int, *, is_rtl: bool) -> Iterator[Mark]:
    """The numbers of the scale, beside it."""
    x, anchor = (WIDTH - MARGIN + 6.0, "start") if is_rtl else (MARGIN - 6.0, "end")
    for number in range(lines + 1):
        yield Mark(x, _y(step * number, step * lines), f"{step * number:,}", anchor)


def _day_marks(days: Sequence[DayOfUse], left: float, right: float, *, is_rtl: bool) -> Iterator[Mark]:
    """The first and the last day, at their ends of the axis."""
    if not days:
        return
    first, last = (right, left) if is_rtl else (left, right)
    first_anchor, last_anchor = ("end", "start") if is_rtl else ("start", "end")
    yield Mark(first, HEIGHT - 8, _day(days[0].day), first_anchor)
    yield Mark(last, HEIGHT - 8, _day(days[-1].day), last_anchor)


def _day(day: date) -> str:
    return f"{day:%F}"
