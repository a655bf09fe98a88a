"""The periods that a duration cuts a span into, for aggregates (ETSI GS CIM 009, 4.5.19.1). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub_api.serving.errors import invalid
from hub_api.standards.durations import Duration, read_duration

QUARTER_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Periods:
    """``[starts[n], starts[n + 1])``, the last one until ``end``."""

    starts: Sequence[datetime]
    end: datetime

    @property
    def are_quarters(self) -> bool:
        """Whether each begins and ends with a quarter of an hour."""
        return all(not _into_quarter(moment) for moment in (*self.starts, self.end))

    def of(self, number: int) -> tuple[datetime, datetime]:
        """Start and end of one, counted from 1."""
        return self.starts[number - 1], self.starts[number] if number < len(self.starts) else self.end


def duration_of(text: str) -> Duration:
    """``InvalidParameters`` for anything else than ISO 8601 as the standard has it."""
    found = read_duration(text)
    if found is None:
        raise invalid("aggrPeriodDuration", "ngsi_ld_duration")
    return found


def periods_of(start: datetime, end: datetime, duration: Duration, most: int) -> Periods:
    """Those of ``[start, end)``, which is not empty: from its beginning on, the last one as long as there is time left.

    A duration of nothing stands for the whole span.
    """
    if duration.is_nothing:
        return Periods((start,), end)
    starts: list[datetime] = []
    moment: datetime | None = start
    while moment is not None and moment < end:
        if len(starts) == most:
            raise invalid("aggrPeriodDuration", "ngsi_ld_periods", maximum=most)
        starts.append(moment)
        moment = duration.after(start, len(starts))
    return Periods(tuple(starts), end)


def _into_quarter(moment: datetime) -> float:
    return (moment.timestamp() % QUARTER_SECONDS) + moment.microsecond
