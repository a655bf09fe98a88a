"""What limits say of values, as the API answers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from falaj_client.model import Name, within


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
