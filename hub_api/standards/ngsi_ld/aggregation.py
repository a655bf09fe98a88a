"""Aggregates of entities over time: from the values themselves, in the store or the archive, and from roll-ups where they are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from citycore.clock import MICROSECOND
from citycore.intervals import floor_hour
from hub_api.city.observations.archived import fetch_gone
from hub_api.city.observations.service import read_page
from hub_api.serving.errors import invalid
from hub_api.serving.hub import Hub
from hub_api.standards.ngsi_ld.aggregates import (
    Aggregated,
    Summary,
    is_counted,
    methods_of_kind,
    summaries,
)
from hub_api.standards.ngsi_ld.model import Aggregation, Entity, Span
from hub_api.standards.ngsi_ld.periods import Periods, periods_of
from hub_api.standards.ngsi_ld.repository import (
    Series,
    fetch_aggregated,
    fetch_circular,
    fetch_first,
    fetch_rolled_up,
)
from hub_api.standards.ngsi_ld.service import reading_of
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings

#: Roll-ups of the last hours may still be on their way.
SETTLED_AFTER = timedelta(hours=2)
KINDS = frozenset({"measurement", "category"})
Found = dict[int, dict[int, Summary]]


@dataclass(frozen=True, slots=True)
class _Question:
    periods: Periods
    span: Span
    circular: frozenset[str]
    #: Values of one datastream.
    rows_max: int


async def aggregate(
    hub: Hub,
    settings: NgsiLdSettings,
    entities: Sequence[Entity],
    attributes: Sequence[str],
    wanted: tuple[Aggregation, Span],
) -> Aggregated:
    """The aggregates of entities. ``InvalidParameters`` where there are too many periods, attributes or values."""
    asked, span = wanted
    series = [
        one
        for entity in entities
        for one in entity.series
        if one["result_type"] in KINDS and (not attributes or one["observed_property"] in attributes)
    ]
    if len(series) > settings.series_max:
        raise invalid("limit", "ngsi_ld_series", count=len(series), maximum=settings.series_max)
    circular = await fetch_circular(hub.database, {one["observed_property"] for one in series})
    if attributes:
        _check_eligible(series, asked.methods, circular)
    start = span.start or await fetch_first(hub.database, series)
    end = span.end or _after_all(hub.clock(), series)
    if start is None or start >= end:
        return Aggregated(asked.methods, Periods((), end), {}, circular, span.last)
    periods = periods_of(start, end, asked.duration, max(1, settings.periods_max // max(1, len(series))))
    rows_max = max(1, settings.aggregated_rows_max // max(1, len(series)))
    question = _Question(periods, Span(start=start, end=span.end), circular, rows_max)
    found = await _values(hub, question, series)
    crowded = [one for one in series if _count(found.get(one["datastream"], {})) > rows_max]
    if crowded:
        found |= await _rolled_up(
            hub, settings, question, crowded, is_distinct="distinctCount" in asked.methods
        )
    return Aggregated(asked.methods, periods, found, circular, span.last)


def _check_eligible(series: Sequence[Series], methods: Sequence[str], circular: frozenset[str]) -> None:
    """What was asked for by name must have what was asked for of it (5.7.4.4)."""
    for one in series:
        code = one["observed_property"]
        eligible = methods_of_kind(one["result_type"], is_circular=code in circular)
        if not set(methods) <= set(eligible):
            raise invalid("aggrMethods", "ngsi_ld_method", name=code, known=", ".join(eligible))


def _after_all(now: datetime, series: Sequence[Series]) -> datetime:
    """The end of an open span: now, or behind what carries a later time."""
    newest: list[datetime] = [one["at"] for one in series if one["at"] is not None]
    return max([now, *(moment + MICROSECOND for moment in newest)])


def _count(found: Mapping[int, Summary]) -> int:
    return sum(one.count for one in found.values())


async def _values(hub: Hub, question: _Question, series: Sequence[Series]) -> Found:
    """From the values themselves; one more than the most of a datastream shows that there are too many."""
    stored, found = list(series), Found()
    if await hub.has_gone():
        stored = []
        for one in series:
            rows = await _archived(hub, question, one)
            if rows is None:
                stored.append(one)
                continue
            is_circular = one["observed_property"] in question.circular
            found[one["datastream"]] = summaries(rows, question.periods, is_circular=is_circular)
    return found | await _stored(hub, question, stored, question.span)


async def _archived(hub: Hub, question: _Question, one: Series) -> list[tuple[datetime, Any]] | None:
    """The values of a datastream of which the store has let go of some; None where it has all."""
    reading = await reading_of(hub, one, question.span)
    if reading is None or not await fetch_gone(hub, hub.database, reading):
        return None
    page, _ = await read_page(hub, reading, None, question.rows_max + 1)
    return [(row[0], row[1]) for row in page if is_counted(row[1], row[2])]


async def _stored(hub: Hub, question: _Question, series: Sequence[Series], span: Span) -> Found:
    return await fetch_aggregated(
        hub.database, series, (question.periods, span), question.circular, question.rows_max + 1
    )


async def _rolled_up(
    hub: Hub, settings: NgsiLdSettings, question: _Question, series: Sequence[Series], *, is_distinct: bool
) -> Found:
    """From the quarters and hours that the hub has counted, and the values since. They know no texts, directions and distinct values."""
    periods, end = question.periods, question.span.end
    are_known = all(
        one["result_type"] == "measurement" and one["observed_property"] not in question.circular
        for one in series
    )
    aligned = periods if end is not None else Periods(periods.starts, periods.starts[-1])
    if is_distinct or not are_known or not aligned.are_quarters:
        raise invalid("aggrMethods", "ngsi_ld_aggregated", maximum=settings.aggregated_rows_max)
    until = floor_hour(hub.clock() - SETTLED_AFTER)
    until = until if end is None else min(until, end)
    found = await fetch_rolled_up(hub.database, series, periods, until)
    rest = Span(start=max(until, periods.starts[0]), end=end)
    for number, some in (await _stored(hub, question, series, rest)).items():
        if _count(some) > question.rows_max:
            raise invalid("timeAt", "ngsi_ld_aggregated", maximum=settings.aggregated_rows_max)
        known = found.setdefault(number, {})
        for period, summary in some.items():
            known[period] = known[period].joined(summary) if period in known else summary
    return found
