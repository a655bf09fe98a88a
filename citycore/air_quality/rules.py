"""What an index makes of the last hours of a thing's pollutants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from citycore.air_quality.averages import mean, nowcast, one_hour
from citycore.air_quality.model import HOURS, AirQuality, Average, Index, Measure, Part, Series
from citycore.limits.model import LimitTable
from citycore.limits.rules import converter, level_of, limit_for

#: Which table of limits an index is read from; an operator's table with the same code takes its place.
TABLES: Mapping[Index, str] = {Index.US: "us_aqi_2024", Index.EU: "eu_aqi_2024", Index.WHO: "who_2021"}
#: In the order in which the first decides between parts that are equally bad.
MEASURES: Mapping[Index, Sequence[Measure]] = {
    Index.US: (
        Measure("pm2_5", "PT12H", "nowcast", "PT24H"),
        Measure("pm10", "PT12H", "nowcast", "PT24H"),
        Measure("o3", "PT8H", "mean", "PT8H"),
        Measure("o3", "PT1H", "mean", "PT1H"),
        Measure("no2", "PT1H", "mean", "PT1H"),
        Measure("so2", "PT1H", "mean", "PT1H"),
        Measure("so2", "PT24H", "mean", "PT24H"),
        Measure("co", "PT8H", "mean", "PT8H"),
    ),
    Index.EU: tuple(Measure(code, "PT1H", "mean", "PT1H") for code in ("pm2_5", "pm10", "no2", "o3", "so2")),
    Index.WHO: (
        Measure("pm2_5", "PT24H", "mean", "PT24H"),
        Measure("pm10", "PT24H", "mean", "PT24H"),
        Measure("o3", "PT8H", "mean", "PT8H"),
        Measure("no2", "PT24H", "mean", "PT24H"),
        Measure("no2", "PT1H", "mean", "PT1H"),
        Measure("so2", "PT24H", "mean", "PT24H"),
        Measure("co", "PT24H", "mean", "PT24H"),
    ),
}
#: What any index looks at.
POLLUTANTS = tuple(sorted({measure.observed_property for some in MEASURES.values() for measure in some}))


def air_quality(index: Index, table: LimitTable, pollutants: Sequence[Series]) -> AirQuality:
    """The worst part decides. ``OverflowError`` for values that have no finite mean."""
    parts = tuple(_parts(MEASURES[index], table, {each.observed_property: each for each in pollutants}))
    graded = [part for part in parts if part.grade is not None]
    return AirQuality(index=index, worst=max(graded, key=_badness, default=None), parts=parts)


def _parts(
    measures: Sequence[Measure], table: LimitTable, pollutants: Mapping[str, Series]
) -> Iterator[Part]:
    for measure in measures:
        series = pollutants.get(measure.observed_property)
        limit = limit_for(table, measure.observed_property, measure.averaging)
        into = (
            None if series is None or limit is None else converter(series.unit, limit, series.made_at_celsius)
        )
        if series is None or limit is None or into is None:
            continue
        average = _average(measure, series)
        concentration = None if average.value is None else into(average.value)
        grade = level_of(concentration, limit)
        if concentration is not None and grade is None:
            continue  # the limit says nothing of such values: ozone of one hour below 125 ppb, or below zero
        yield Part(
            measure=measure,
            unit=limit.unit,
            concentration=concentration,
            grade=grade,
            coverage=average.coverage,
            conversion=into.convention,
        )


def _average(measure: Measure, series: Series) -> Average:
    if measure.method == "nowcast":
        return nowcast(series.hours)
    return one_hour(series.hours) if measure.span == "PT1H" else mean(series.hours, HOURS[measure.span])


def _badness(part: Part) -> tuple[bool, int, int]:
    """Beyond an index is worse than any number; where there are no numbers, levels count."""
    assert part.grade is not None
    return part.grade.is_beyond, part.grade.index or 0, part.grade.level.rank
