"""On-time performance, headway adherence, excess wait, bunching and travel times: sums that add up, and their figures. Pure.

The formulas with their sources: docs/decisions/0035-transport.md. Times are seconds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from citycore.transport.model import Visit
from citycore.transport.settings import MeasureSettings

HOUR = timedelta(hours=1)


class Cell(NamedTuple):
    """Whose figures: of a route, direction and stop in the hour (labelled by its beginning) of the scheduled departures."""

    route: str
    direction: int
    stop: str
    is_timepoint: bool
    bucket_start: datetime


class Stretch(NamedTuple):
    """From one stop to the next, in the hour of the scheduled departures."""

    route: str
    direction: int
    from_stop: str
    to_stop: str
    bucket_start: datetime


@dataclass(slots=True)
class Tally:
    """Counts and sums of any group of departures; two of them add up to that of both groups."""

    scheduled_count: int = 0
    observed_count: int = 0
    #: Stated as cancelled.
    cancelled_count: int = 0
    #: Trips that begin there, and those of them that were seen nowhere.
    trip_count: int = 0
    missed_trip_count: int = 0
    early_count: int = 0
    on_time_count: int = 0
    late_count: int = 0
    lateness_sum: float = 0.0
    #: Headways between departures that followed one another,
    headway_count: int = 0
    bunched_count: int = 0
    #: actual less scheduled,
    deviation_sum: float = 0.0
    deviation_squares: float = 0.0
    #: as they were,
    actual_sum: float = 0.0
    actual_squares: float = 0.0
    #: and those of the schedule over the same time, in which cancelled trips count.
    planned_count: int = 0
    planned_sum: float = 0.0
    planned_squares: float = 0.0

    def add(self, other: Tally) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


@dataclass(slots=True)
class Travel:
    """Travel times over a stretch: as observed, each by itself, and as scheduled."""

    scheduled_count: int
    scheduled_sum: float
    seconds: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a tally says; None where nothing was there to say it of. Times are seconds, shares from 0 to 1."""

    observed_share: float | None
    missed_count: int
    on_time_share: float | None
    early_share: float | None
    late_share: float | None
    mean_lateness: float | None
    scheduled_headway: float | None
    headway_adherence: float | None
    mean_wait: float | None
    excess_wait: float | None
    bunched_share: float | None


def figures(tally: Tally) -> Figures:
    """Headway adherence is a coefficient of variation: 0 is perfect, and above 0.75 most vehicles are bunched (TCQSM)."""
    observed, headways = tally.observed_count, tally.headway_count
    wait = tally.actual_squares / (2.0 * tally.actual_sum) if tally.actual_sum > 0 else None
    planned = tally.planned_squares / (2.0 * tally.planned_sum) if tally.planned_sum > 0 else None
    scheduled = tally.planned_sum / tally.planned_count if tally.planned_count else None
    adherence = None
    if headways >= 2 and scheduled:
        spread = tally.deviation_squares - tally.deviation_sum**2 / headways
        adherence = math.sqrt(max(0.0, spread) / (headways - 1)) / scheduled
    return Figures(
        observed_share=_share(observed, tally.scheduled_count),
        missed_count=tally.scheduled_count - observed,
        on_time_share=_share(tally.on_time_count, observed),
        early_share=_share(tally.early_count, observed),
        late_share=_share(tally.late_count, observed),
        mean_lateness=_share(tally.lateness_sum, observed),
        scheduled_headway=scheduled,
        headway_adherence=adherence,
        mean_wait=wait,
        excess_wait=None if wait is None or planned is None else wait - planned,
        bunched_share=_share(tally.bunched_count, headways),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def tallies(visits: Iterable[Visit], settings: MeasureSettings) -> dict[Cell, Tally]:
    """The tallies of a service day from all scheduled stops of its trips."""
    found: dict[Cell, Tally] = defaultdict(Tally)
    by_stop: dict[tuple[str, int, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        _count(found[_cell(visit)], visit, settings)
        if not visit.is_last:
            by_stop[visit.route, visit.direction, visit.stop].append(visit)
    for some in by_stop.values():
        some.sort(key=lambda each: (each.scheduled_departure, each.trip))
        for run in _runs(some):
            _count_headways(found, run, settings)
    return dict(found)


def _cell(visit: Visit) -> Cell:
    return Cell(
        visit.route, visit.direction, visit.stop, visit.is_timepoint, hour_of(visit.scheduled_departure)
    )


def hour_of(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


def lateness_of(visit: Visit) -> float | None:
    """Of the departure, at the last stop of the arrival; early is below zero. None for what was not seen."""
    scheduled = visit.scheduled_arrival if visit.is_last else visit.scheduled_departure
    seen = visit.arrival if visit.is_last else visit.departure
    return None if seen is None else (seen - scheduled).total_seconds()


def _count(tally: Tally, visit: Visit, settings: MeasureSettings) -> None:
    tally.scheduled_count += 1
    tally.trip_count += visit.is_first
    tally.missed_trip_count += visit.is_first and not visit.is_trip_seen
    lateness = lateness_of(visit)
    if lateness is None:
        tally.cancelled_count += visit.is_cancelled
        return
    tally.observed_count += 1
    tally.lateness_sum += lateness
    if lateness < -settings.early_seconds_max:
        tally.early_count += 1
    elif lateness > settings.late_seconds_max:
        tally.late_count += 1
    else:
        tally.on_time_count += 1


def _runs(visits: Sequence[Visit]) -> Iterator[list[Visit]]:
    """Departures that follow one another without one of which nobody knows whether it ran."""
    run: list[Visit] = []
    for visit in visits:
        if visit.departure is not None or visit.is_cancelled:
            run.append(visit)
        else:
            yield run
            run = []
    yield run


def _count_headways(found: dict[Cell, Tally], run: Sequence[Visit], settings: MeasureSettings) -> None:
    seen = [number for number, visit in enumerate(run) if visit.departure is not None]
    # Whichever vehicle came: people at the stop see the order in which they leave.
    actual = sorted(visit.departure for visit in run if visit.departure is not None)
    for rank in range(1, len(seen)):
        before, number = seen[rank - 1], seen[rank]
        planned = [
            (run[each].scheduled_departure - run[each - 1].scheduled_departure).total_seconds()
            for each in range(before + 1, number + 1)
        ]
        # One by one: a gap in the schedule, as over noon, is no headway.
        if not 0.0 < max(planned) <= settings.headway_seconds_max:
            continue
        headway = (actual[rank] - actual[rank - 1]).total_seconds()
        deviation = headway - planned[-1]
        tally = found[_cell(run[number])]
        tally.headway_count += 1
        tally.bunched_count += headway < settings.bunching_share * planned[-1]
        tally.deviation_sum += deviation
        tally.deviation_squares += deviation**2
        tally.actual_sum += headway
        tally.actual_squares += headway**2
        tally.planned_count += len(planned)
        tally.planned_sum += sum(planned)
        tally.planned_squares += sum(each**2 for each in planned)


def travels(trips: Iterable[Sequence[Visit]]) -> dict[Stretch, Travel]:
    """Travel times between stops that follow one another; each trip is given as its stops in their order."""
    found: dict[Stretch, Travel] = {}
    for visits in trips:
        for here, there in pairwise(visits):
            key = Stretch(
                here.route, here.direction, here.stop, there.stop, hour_of(here.scheduled_departure)
            )
            travel = found.setdefault(key, Travel(0, 0.0, []))
            travel.scheduled_count += 1
            travel.scheduled_sum += (there.scheduled_arrival - here.scheduled_departure).total_seconds()
            if here.departure is not None and there.arrival is not None and there.arrival > here.departure:
                travel.seconds.append((there.arrival - here.departure).total_seconds())
    return found
