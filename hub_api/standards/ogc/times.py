"""Instants and intervals as OGC API writes them: RFC 3339, open sides as two dots, and a day by its date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from citycore.clock import CITY_ZONE, MICROSECOND, day_end, day_start
from citycore.intervals import parse_instant
from hub_api.standards.durations import read_duration
from hub_api.standards.ogc.errors import refused

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
RESOLUTION = MICROSECOND
CHARACTERS_MAX = 80
OPEN = frozenset({"..", ""})
#: RFC 3339, also without its seconds, as Environmental Data Retrieval has it in its own examples; no other form of ISO 8601.
INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+ -]\d{2}:\d{2})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Window:
    """``[start, end]``, both included; open sides are None."""

    start: datetime | None
    end: datetime | None

    @property
    def is_reversed(self) -> bool:
        """Whether nothing can lie in it."""
        return self.start is not None and self.end is not None and self.start > self.end

    @property
    def after_end(self) -> datetime | None:
        """The end of the same as a half-open interval."""
        return None if self.end is None else self.end + RESOLUTION


def read_moment(parameter: str, text: str) -> tuple[datetime, datetime]:
    """The first and the last instant of an instant (the same) or of a local day of the city."""
    try:
        if DATE.fullmatch(text) is not None:
            day = date.fromisoformat(text)
            return day_start(day, CITY_ZONE), day_end(day, CITY_ZONE) - RESOLUTION
        if len(text) > CHARACTERS_MAX or INSTANT.fullmatch(text) is None:
            raise refused(parameter, "not_a_time", found=text)
        moment = parse_instant(text.upper())
        if not 1 < moment.year < 9999:  # as far as an answer can say
            raise refused(parameter, "not_a_time", found=text)
    except (ValueError, OverflowError):
        raise refused(parameter, "not_a_time", found=text) from None
    return moment, moment


def read_window(text: str) -> Window:
    """``datetime``: an instant, a day, or an interval of two of them of which one may be open."""
    parts = text.split("/")
    if len(text) > CHARACTERS_MAX or len(parts) > 2 or all(part in OPEN for part in parts):  # start/end
        raise refused("datetime", "not_a_window", found=text)
    if len(parts) == 1:
        return Window(*read_moment("datetime", text))
    start, end = parts
    # Not in the text of Part 1 any more, but OGC's suite of tests still asks so: a beginning and how long.
    duration = read_duration(end) if start not in OPEN else None
    if duration is not None:
        begun = read_moment("datetime", start)[0]
        return Window(begun, duration.after(begun))
    return Window(
        None if start in OPEN else read_moment("datetime", start)[0],
        None if end in OPEN else read_moment("datetime", end)[1],
    )


def text_of(moment: datetime) -> str:
    """RFC 3339 in UTC, with as many decimals as it has."""
    return moment.isoformat().replace("+00:00", "Z")
