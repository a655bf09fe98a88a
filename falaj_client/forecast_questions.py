"""Forecasts, nowcasts and anomalies: questions as those of :mod:`falaj_client.questions`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict, Unpack

from falaj_client.forecasts import Forecast
from falaj_client.nowcasts import Anomaly, Nowcast
from falaj_client.parameters import given, instant_text
from falaj_client.parsing import Json, parse
from falaj_client.questions import Located, Many, One


def forecasts(*, issued_by: datetime | date | str | None = None, limit: int | None = None) -> Many[Forecast]:
    """The newest forecast of every datastream that has one, without its hours; of those that were issued by an instant."""
    return Many.of(Forecast, "forecasts", limit, issued_by=instant_text("issued_by", issued_by))


def forecast(
    *,
    datastream: int | None = None,
    thing: str | None = None,
    observed_property: str | None = None,
    issue: int | None = None,
    issued_by: datetime | date | str | None = None,
) -> One[Forecast | None]:
    """The newest forecast of one datastream with its hours, None if there is none yet.

    Name it by number, or by its thing and observed property. ``issue`` is one issue by its number, which names it alone,
    ``issued_by`` the newest by an instant.
    """
    named = given(datastream=datastream, thing=thing, observed_property=observed_property)
    which = given(issue=issue, issued_by=instant_text("issued_by", issued_by))
    return One(path="/v1/forecasts", parameters=named + which, parse=_first_forecast)


def _first_forecast(answer: Json) -> Forecast | None:
    rows = answer["data"]
    return parse(Forecast, rows[0]) if rows else None


class Which(TypedDict, total=False):
    """Of which datastreams: one by its number, or those of a thing, an observed property, a place, a source."""

    datastream: int | None
    thing: str | None
    observed_property: str | None
    place: str | None
    source: str | None


def nowcasts(*, limit: int | None = None, **which: Unpack[Which]) -> Located[Nowcast]:
    """The next six hours by the quarter, of datastreams of traffic, parking and levels of water."""
    return Located(element=Nowcast, path="/v1/nowcasts", parameters=given(**which), limit=limit)


def anomalies(
    *,
    open: bool | None = None,  # noqa: A002  # as the endpoint calls it
    start: datetime | date | str | None = None,
    end: datetime | date | str | None = None,
    limit: int | None = None,
    **which: Unpack[Which],
) -> Located[Anomaly]:
    """What lay beyond its band and began in ``[start, end)``, the newest first; ``open=True`` gives what goes on."""
    filters = given(**which, open=open, start=instant_text("start", start), end=instant_text("end", end))
    return Located(element=Anomaly, path="/v1/anomalies", parameters=filters, limit=limit)
