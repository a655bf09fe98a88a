"""Limits, what forecasts say of them, air quality, alerts and annotations: questions as those of :mod:`falaj_client.questions`."""

from __future__ import annotations

from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from falaj_client.air import AirQuality, CalendarDays, Limit
from falaj_client.alerts import Alert
from falaj_client.annotations import Annotation
from falaj_client.forecasts import ForecastExceedance, ForecastScenario, ForecastSkill
from falaj_client.parameters import given, instant_text
from falaj_client.questions import Located, Many


def limits(
    *,
    table: str | None = None,
    observed_property: str | None = None,
    averaging: str | None = None,
    at: datetime | date | str | None = None,
    limit: int | None = None,
) -> Many[Limit]:
    """What authorities say of values: of a ``table`` (``who_2021``), a property, an averaging period (``PT24H``), at an instant."""
    return Many.of(
        Limit,
        "limits",
        limit,
        table=table,
        observed_property=observed_property,
        averaging=averaging,
        at=instant_text("at", at),
    )


def calendar_days(
    *,
    year: int | None = None,
    country: str | None = None,
    kind: str | None = None,
    limit: int | None = None,
) -> Many[CalendarDays]:
    """Public holidays, Ramadan and school terms of a ``year``, or of this one and the next; of Oman unless you name a ``country``."""
    return Many.of(CalendarDays, "calendar", limit, year=year, country=country, kind=kind)


class OneDatastream(TypedDict, total=False):
    """By its number, or by its thing and observed property."""

    datastream: int | None
    thing: str | None
    observed_property: str | None


def forecast_exceedance(
    *,
    limits: str | None = None,
    at: datetime | date | str | None = None,
    limit: int | None = None,
    **datastream: Unpack[OneDatastream],
) -> Many[ForecastExceedance]:
    """How probably the newest forecast of one datastream exceeds the ``limits`` of a table (``who_2021`` unless you say another).

    Name it by ``datastream``, or by its ``thing`` and ``observed_property``. ``at``: by the limits that hold then; otherwise
    each hour by those of its own day.
    """
    filters = given(**datastream, limits=limits, at=instant_text("at", at))
    return Many(element=ForecastExceedance, path="/v1/forecasts/exceedance", parameters=filters, limit=limit)


def forecast_skill(
    *,
    since: date | str | None = None,
    limit: int | None = None,
    **datastream: Unpack[OneDatastream],
) -> Many[ForecastSkill]:
    """What forecasts promise for each block of the horizon and what came true, of all datastreams or of one.

    Name one by ``datastream``, or by its ``thing`` and ``observed_property``. Outcomes count from the local day ``since`` on.
    """
    filters = given(**datastream, since=None if since is None else str(since))
    return Many(element=ForecastSkill, path="/v1/forecasts/skill", parameters=filters, limit=limit)


class SeriesOfPlace(TypedDict):
    """Those of a property at a place, of all sources or of one."""

    place: str
    observed_property: str
    source: NotRequired[str | None]


def forecast_scenario(
    *,
    combine: str | None = None,
    above: float | None = None,
    limit: int | None = None,
    **series: Unpack[SeriesOfPlace],
) -> Many[ForecastScenario]:
    """What the forecasts of a property at a place come to together: ``combine`` is ``sum`` (unless you say another), ``highest`` or ``lowest``.

    With ``above``, a value in the unit of the property, each hour has the probability of lying above it.
    """
    filters = given(**series, combine=combine, above=above)
    return Many(element=ForecastScenario, path="/v1/forecasts/scenario", parameters=filters, limit=limit)


def air_quality(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    index: str | None = None,
    by: str | None = None,
    thing: str | None = None,
    place: str | None = None,
    source: str | None = None,
    at: datetime | date | str | None = None,
    start: datetime | date | str | None = None,
    end: datetime | date | str | None = None,
    limit: int | None = None,
) -> Located[AirQuality]:
    """Hours of air quality by an index: ``us`` (unless you say another), ``eu`` or ``who``.

    The newest hour of each thing, or the one that was the newest ``at`` an instant; or all that begin in ``[start, end)``. ``by="place"``
    gives of each place its worst thing.
    """
    filters = given(
        index=index,
        by=by,
        thing=thing,
        place=place,
        source=source,
        at=instant_text("at", at),
        start=instant_text("start", start),
        end=instant_text("end", end),
    )
    return Located(element=AirQuality, path="/v1/air-quality", parameters=filters, limit=limit)


def alerts(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    rule: str | None = None,
    severity: str | None = None,
    thing: str | None = None,
    place: str | None = None,
    source: str | None = None,
    open: bool | None = None,  # noqa: A002  # as the endpoint calls it
    start: datetime | date | str | None = None,
    end: datetime | date | str | None = None,
    limit: int | None = None,
) -> Located[Alert]:
    """What rules have raised in ``[start, end)``, the newest first; ``open=True`` gives those that go on."""
    filters = given(
        rule=rule,
        severity=severity,
        thing=thing,
        place=place,
        source=source,
        open=open,
        start=instant_text("start", start),
        end=instant_text("end", end),
    )
    return Located(element=Alert, path="/v1/alerts", parameters=filters, limit=limit)


class Noted(TypedDict, total=False):
    """Of what an annotation is: a place, a thing, an observed property, and its kind. ``general`` adds what names none of them."""

    place: str | None
    thing: str | None
    observed_property: str | None
    kind: str | None
    general: bool | None


def officer_annotations(
    *,
    start: datetime | date | str | None = None,
    end: datetime | date | str | None = None,
    limit: int | None = None,
    **noted: Unpack[Noted],
) -> Many[Annotation]:
    """What officers wrote on the time line and went on in ``[start, end)``, those that begin last first; ``noted`` are filters."""
    filters = given(**noted, start=instant_text("start", start), end=instant_text("end", end))
    return Many(element=Annotation, path="/v1/annotations", parameters=filters, limit=limit)
