"""Nowcasts and anomalies: questions as those of :mod:`falaj_client.questions`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict, Unpack

from falaj_client.nowcasts import Anomaly, Nowcast
from falaj_client.parameters import given, instant_text
from falaj_client.questions import Located


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
