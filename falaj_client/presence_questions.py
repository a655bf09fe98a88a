"""Who is there and who was not, and what is wrong with what came: questions as those of :mod:`falaj_client.questions`."""

from __future__ import annotations

from datetime import date, datetime

from falaj_client.model import DatastreamGap, ObservationFlag, Presence
from falaj_client.parameters import instant_text
from falaj_client.questions import Many


def presence(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    thing: str | None = None,
    observed_property: str | None = None,
    place: str | None = None,
    source: str | None = None,
    presence: str | None = None,
    limit: int | None = None,
) -> Many[Presence]:
    """Whether each datastream is there; ``presence`` is ``healthy``, ``late``, ``silent`` or ``suspect``."""
    return Many.of(
        Presence,
        "presence",
        limit,
        thing=thing,
        observed_property=observed_property,
        place=place,
        source=source,
        presence=presence,
    )


def gaps(
    datastream: int,
    *,
    start: datetime | date | str | None = None,
    end: datetime | date | str | None = None,
    limit: int | None = None,
) -> Many[DatastreamGap]:
    """When nothing came of a datastream, the first gap first: what of them lies in ``[start, end)``.

    Times are given as in :func:`falaj_client.questions.observations`.
    """
    return Many.of(
        DatastreamGap,
        f"datastreams/{datastream}/gaps",
        limit,
        start=instant_text("start", start),
        end=instant_text("end", end),
    )


def flags(
    datastream: int,
    *,
    start: datetime | date | str | None = None,
    end: datetime | date | str | None = None,
    test: str | None = None,
    limit: int | None = None,
) -> Many[ObservationFlag]:
    """Which tests flagged which observations of a datastream in ``[start, end)``, oldest first; ``test="anomaly"`` what was unusual."""
    return Many.of(
        ObservationFlag,
        f"datastreams/{datastream}/flags",
        limit,
        start=instant_text("start", start),
        end=instant_text("end", end),
        test=test,
    )
