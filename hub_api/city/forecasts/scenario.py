"""What the forecasts of a place come to together: the sum, the highest or the lowest of its series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from citycore.forecasts.joint import Combine, Dependence, Floats, Marginal, joint
from citycore.intervals import HOUR
from citycore.units import conversion
from hub_api.city.forecasts.repository import QUERIES
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.model import Element, Fetch, Listing, columns
from hub_api.serving.paging import Key

#: In the order of the quantiles.
BOUNDS = ("lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95")
_DIGITS = 4


class OfPlace(NamedTuple):
    """A row of the statement ``of_place``."""

    datastream: int
    unit: str
    own_unit: str
    simulated: bool
    issue: int
    issued_at: datetime
    origin: datetime
    dependence: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of which series, how they come together, and above which value (in the unit of the property) an hour would be much."""

    place: str
    observed_property: str
    source: str | None
    combine: Combine
    above: float | None
    series_max: int


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    told: OfPlace
    hours: Mapping[datetime, Sequence[float | None]]


def scenario_of(asked: Asked) -> Fetch:
    """How it is fetched: hours that all of the series have, in the unit of the property."""

    async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
        wanted = {
            "place": asked.place,
            "observed_property": asked.observed_property,
            "source": asked.source,
            "rows": asked.series_max,
        }
        found = [OfPlace(*row) for row in await database.fetch(QUERIES["of_place"], wanted)]
        values = await database.fetch(QUERIES["values_of_all"], {"forecasts": [one.issue for one in found]})
        elements = scenario(asked, found, values)
        numbered = ((f"{number:06}", one) for number, one in enumerate(elements))
        later = ((key, one) for key, one in numbered if after is None or key > str(after))
        return list(islice(later, rows))

    return fetch


def scenario(asked: Asked, found: Sequence[OfPlace], values: Sequence[Row]) -> list[Element]:
    """Hour by hour; empty where no series has a forecast. Series that ended before the newest began are left out."""
    by_issue: dict[int, dict[datetime, Sequence[float | None]]] = defaultdict(dict)
    for issue, moment, *bounds in values:
        by_issue[issue][moment] = bounds
    usable = [
        _Series(one, by_issue[one.issue]) for one in found if _is_usable(one, by_issue[one.issue], asked)
    ]
    if not usable:
        return []
    start = max(one.told.origin for one in usable)
    usable = [one for one in usable if max(one.hours) >= start]
    hours = sorted(set.intersection(*(set(one.hours) for one in usable)))
    hours = [hour for hour in hours if hour >= start]
    if not hours:
        return []
    found_together = joint([_marginal(one, hours, asked) for one in usable], asked.combine)
    quantiles = found_together.quantiles()
    above = None if asked.above is None else found_together.exceedance(asked.above)
    head = {
        "place": asked.place,
        "observed_property": asked.observed_property,
        "unit": usable[0].told.own_unit,
        "combine": asked.combine,
        "series": len(usable),
        "left_out": len(found) - len(usable),
        "method": found_together.method,
        "days": found_together.days,
        "issued_at": min(one.told.issued_at for one in usable),
        "simulated": any(one.told.simulated for one in usable),
    }
    return [
        {
            **head,
            "phenomenon_time": hour,
            **dict(zip(BOUNDS, map(float, quantiles[place]), strict=True)),
            "above": asked.above,
            "probability": None if above is None else round(float(above[place]), _DIGITS),
        }
        for place, hour in enumerate(hours)
    ]


def _is_usable(one: OfPlace, hours: Mapping[datetime, Sequence[float | None]], asked: Asked) -> bool:
    into = conversion(one.unit, one.own_unit, asked.observed_property)
    finite = bool(np.isfinite(np.array(list(hours.values()), dtype=np.float64)).all())
    return bool(hours) and finite and into is not None and into.factor > 0


def _marginal(one: _Series, hours: Sequence[datetime], asked: Asked) -> Marginal:
    into = conversion(one.told.unit, one.told.own_unit, asked.observed_property)
    assert into is not None, "it is usable"
    bounds: Floats = np.sort(np.array([one.hours[hour] for hour in hours], dtype=np.float64), axis=1)
    known = one.told.dependence
    return Marginal(
        bounds * into.factor + into.shift,
        (hours[0] - one.told.origin.astimezone(UTC)) // HOUR,
        None if known is None else Dependence.from_json(known),
    )


SCENARIO = Listing(
    name="forecast-scenario",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: row[1],
    columns=(
        *columns("text", "place", "observed_property", "unit", "combine"),
        *columns("whole", "series", "left_out"),
        *columns("text", "method"),
        *columns("whole", "days"),
        *columns("instant", "issued_at", "phenomenon_time"),
        *columns("number", *BOUNDS, "above", "probability"),
        *columns("truth", "simulated"),
    ),
)
