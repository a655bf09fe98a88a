"""Limits and air quality: questions as those of :mod:`falaj_client.questions`."""

from __future__ import annotations

from datetime import date, datetime

from falaj_client.air import Limit
from falaj_client.parameters import instant_text
from falaj_client.questions import Many


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
