"""What limits say of values, and hours of air quality."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from falaj_client.model import Name, Position, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What people are told; ``group`` is ``general``, ``sensitive``, ``children`` or ``outdoor_workers``."""

    group: str
    text: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitBand:
    """Values of a level from ``low`` (None: everything below) to ``up_to``, which belongs to it (None: without end).

    ``rank`` is 0 for the best level of a table.
    """

    level: str
    rank: int
    name: Name
    colour: str
    low: float | None = field(metadata=within("from"))
    up_to: float | None
    index_from: int | None
    index_to: int | None
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one authority says of one property and averaging period; values of bands are in ``unit``.

    ``shipped`` is False where the operator of the hub loaded it; it holds from ``since`` until before ``until``.
    """

    table: str
    table_name: Name
    authority: Name
    reference: str
    url: str | None
    shipped: bool
    observed_property: str
    averaging: str
    statistic: str
    unit: str
    reference_celsius: int | None
    step: float | None
    exceedances_per_year: int | None
    since: date | None
    until: date | None
    bands: tuple[LimitBand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDays:
    """What is known of days from ``first_date`` to ``last_date``, which belongs to it.

    ``kind`` is ``holiday``, ``working``, ``ramadan``, ``school_term``, ``school_holiday`` or ``other``; ``confirmed`` is False for
    what is estimated, ``shipped`` where the operator of the hub keeps it.
    """

    country: str
    kind: str
    first_date: date
    last_date: date
    name: Name
    confirmed: bool
    announced_by: str
    shipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AirQualityPart:
    """One pollutant of an index: ``concentration`` in ``unit``, None with less than three quarters of what is wanted.

    ``method`` is ``nowcast`` or ``mean``, over ``averaging``; ``coverage`` is from 0 to 1.
    """

    observed_property: str
    averaging: str
    method: str
    concentration: float | None
    unit: str
    value: int | None
    beyond: bool
    level: str | None
    coverage: float
    conversion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AirQuality:
    """One hour of a thing, or of the worst of ``thing_count`` things of a place, by an index (``us``, ``eu``, ``who``).

    ``value`` is None where the index has no numbers, and ``beyond`` its end; ``level`` is None with too little to go by.
    """

    start: datetime
    end: datetime
    place: str | None
    place_name: Name | None
    thing: str
    thing_name: Name
    source: str
    simulated: bool
    location: Position | None
    thing_count: int
    index: str
    value: int | None
    beyond: bool
    level: str | None
    level_name: Name | None
    colour: str | None
    observed_property: str | None
    averaging: str | None
    method: str | None
    coverage: float | None
    advice: tuple[Advice, ...]
    parts: tuple[AirQualityPart, ...]
