"""What forecasts promise block by block, and what came true of those before: from SQL to elements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from hub_api.city.forecasts.repository import NAMED, QUERIES
from hub_api.serving.database import Reader, Row
from hub_api.serving.lists.model import Column, Element, Fetch, Listing, columns

LEVELS = ("50", "80", "95")
FIGURES = ("mae", "mase", "skill", "pinball", "crps")


class SkillRow(NamedTuple):
    """A row of the statement ``skill``."""

    key: int
    datastream: int
    thing: str
    observed_property: str
    unit: str
    issued_at: datetime
    model: str
    baseline: str
    first_hour: int
    last_hour: int
    scored_hours: int
    mae: float | None
    mase: float | None
    skill: float | None
    pinball: float | None
    crps: float | None
    winkler: dict[str, float | None] | None
    coverage: dict[str, float | None] | None
    days: int
    since: date | None
    hours: int
    error_sum: float
    baseline_hours: int
    compared_sum: float
    baseline_sum: float
    inside_50: int
    inside_80: int
    inside_95: int
    simulated: bool


def skill_of(datastream: int | None, since: date | None) -> Fetch:
    """How it is fetched, of one datastream or of all; outcomes count from a day on."""

    async def fetch(database: Reader, after: object, rows: int) -> Sequence[Row]:
        wanted = {"datastream": datastream, "since": since, "after": after, "rows": rows}
        return await database.fetch(QUERIES["skill"], wanted)

    return fetch


def skill_element(row: Row) -> Element:
    told = SkillRow(*row)
    return {
        "datastream": told.datastream,
        "thing": told.thing,
        "observed_property": told.observed_property,
        "unit": told.unit,
        "issued_at": told.issued_at,
        "model": told.model,
        "baseline": told.baseline,
        "first_hour": told.first_hour,
        "last_hour": told.last_hour,
        "promised": {
            "hours": told.scored_hours,
            **{name: getattr(told, name) for name in FIGURES},
            "winkler": _by_level(told.winkler),
            "coverage": _by_level(told.coverage),
        },
        "came_true": {
            "since": told.since,
            "days": told.days,
            "hours": told.hours,
            "mae": _mean(told.error_sum, told.hours),
            "baseline_mae": _mean(told.baseline_sum, told.baseline_hours),
            "skill": 1 - told.compared_sum / told.baseline_sum if told.baseline_sum > 0 else None,
            "coverage": {level: _mean(getattr(told, f"inside_{level}"), told.hours) for level in LEVELS},
        },
        "simulated": told.simulated,
    }


def _mean(total: float, count: int) -> float | None:
    return total / count if count else None


def _by_level(figures: dict[str, float | None] | None) -> dict[str, Any]:
    return {level: (figures or {}).get(level) for level in LEVELS}


SKILL = Listing(
    name="forecast-skill",
    key=lambda row: int(row[0]),
    key_type=int,
    element=lambda row, _: skill_element(row),
    columns=(
        *NAMED,
        *columns("instant", "issued_at"),
        *columns("text", "model", "baseline"),
        *columns("whole", "first_hour", "last_hour"),
        Column("promised_hours", "whole", ("promised", "hours")),
        *(Column(f"promised_{name}", "number", ("promised", name)) for name in FIGURES),
        *(Column(f"promised_winkler_{one}", "number", ("promised", "winkler", one)) for one in LEVELS),
        *(Column(f"promised_coverage_{one}", "number", ("promised", "coverage", one)) for one in LEVELS),
        Column("came_true_since", "text", ("came_true", "since"), date.isoformat),
        *(Column(f"came_true_{name}", "whole", ("came_true", name)) for name in ("days", "hours")),
        *(
            Column(f"came_true_{name}", "number", ("came_true", name))
            for name in ("mae", "baseline_mae", "skill")
        ),
        *(Column(f"came_true_coverage_{one}", "number", ("came_true", "coverage", one)) for one in LEVELS),
        *columns("truth", "simulated"),
    ),
)
