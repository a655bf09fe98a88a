"""What environmental data is made of: stations (datastreams of things that stand still), parameters, and series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub_api.city.selection.model import Datastream


@dataclass(frozen=True, slots=True)
class Station:
    """A datastream at its fixed place. ``newest``: when it was observed last, or None."""

    datastream: Datastream
    name_en: str
    name_ar: str
    longitude: float
    latitude: float
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """An observed property with its usual unit (UCUM)."""

    code: str
    name_en: str
    name_ar: str
    unit: str
    is_category: bool
    definition: str | None


@dataclass(frozen=True, slots=True)
class Observed:
    """One row: of which datastream, when, what, and its quality flag (QARTOD)."""

    number: int
    moment: datetime
    result: float | str | None
    quality: int


@dataclass(frozen=True, slots=True)
class Data:
    """The answer to a question for values, before it has a format."""

    stations: Sequence[Station]
    parameters: Mapping[str, Parameter]
    rows: Sequence[Observed]
