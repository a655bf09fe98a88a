"""Transport: questions as those of :mod:`falaj_client.questions`. Filters that several share are typed once."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict, Unpack

from falaj_client.parameters import Parameters, given, instant_text
from falaj_client.questions import Located, Many
from falaj_client.transit import (
    TransportParking,
    TransportPerformance,
    TransportRoad,
    TransportRoute,
    TransportSegment,
    TransportServiceAlert,
)


class Window(TypedDict, total=False):
    """``[start, end)`` of a source; without ``start`` the last seven days."""

    source: str | None
    start: datetime | date | str | None
    end: datetime | date | str | None


class RouteWindow(Window, total=False):
    """Of a route, a direction (0 or 1) or a stop, by ``bucket``: ``PT1H`` or ``P1D``."""

    route: str | None
    direction: int | None
    stop: str | None
    bucket: str | None


class ThingWindow(Window, total=False):
    """Of a thing or a place."""

    thing: str | None
    place: str | None


def transport_routes(
    *, source: str | None = None, route: str | None = None, limit: int | None = None
) -> Many[TransportRoute]:
    """Routes of the schedules that vehicles follow."""
    return Many.of(TransportRoute, "transport/routes", limit, source=source, route=route)


def transport_service_alerts(
    *,
    source: str | None = None,
    route: str | None = None,
    stop: str | None = None,
    open: bool | None = None,  # noqa: A002  # as the endpoint calls it
    limit: int | None = None,
) -> Many[TransportServiceAlert]:
    """What operators announce to riders; ``open=True`` leaves out what is gone from their feeds."""
    return Many.of(
        TransportServiceAlert,
        "transport/service-alerts",
        limit,
        source=source,
        route=route,
        stop=stop,
        open=open,
    )


def transport_performance(
    *,
    by: str | None = None,
    timepoints: bool | None = None,
    limit: int | None = None,
    **filters: Unpack[RouteWindow],
) -> Located[TransportPerformance]:
    """How buses kept to their schedule, by ``route``, ``direction`` or ``stop``; filters: ``source``, ``route``, ``direction``,
    ``stop``, ``bucket``, ``start``, ``end``. ``timepoints=True`` counts only stops at which the schedule is to be kept.
    """
    parameters = (*given(by=by, timepoints=timepoints), *_given(filters))
    return Located(
        element=TransportPerformance, path="/v1/transport/performance", parameters=parameters, limit=limit
    )


def transport_segments(
    *, limit: int | None = None, **filters: Unpack[RouteWindow]
) -> Located[TransportSegment]:
    """Travel times of buses between stops; filters: ``source``, ``route``, ``direction``, ``stop`` (the first of a segment),
    ``bucket``, ``start``, ``end``.
    """
    return Located(
        element=TransportSegment, path="/v1/transport/segments", parameters=_given(filters), limit=limit
    )


def transport_roads(*, limit: int | None = None, **filters: Unpack[ThingWindow]) -> Located[TransportRoad]:
    """Hours of road sections; filters: ``thing``, ``place``, ``source``, ``start``, ``end``."""
    return Located(element=TransportRoad, path="/v1/transport/roads", parameters=_given(filters), limit=limit)


def transport_parking(
    *, limit: int | None = None, **filters: Unpack[ThingWindow]
) -> Located[TransportParking]:
    """Hours of car parks; filters: ``thing``, ``place``, ``source``, ``start``, ``end``."""
    return Located(
        element=TransportParking, path="/v1/transport/parking", parameters=_given(filters), limit=limit
    )


def _given(filters: RouteWindow | ThingWindow) -> Parameters:
    instants = {
        "start": instant_text("start", filters.get("start")),
        "end": instant_text("end", filters.get("end")),
    }
    return given(**{**filters, **instants})
