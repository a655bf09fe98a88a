"""Which sensors can be trusted? Every thing of the place by its state of health. Pure but for :func:`load`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import falaj_client as api
from dashboards import client, rules
from dashboards.answers import Claim, Counted
from dashboards.model import Latest, Thing
from dashboards.row import View
from dashboards.settings import dashboard_settings
from dashboards.state import HEALTH

LIMITS = dashboard_settings()
#: From what needs somebody most to what needs nobody.
ORDER = ("silent", "suspect", "late", "healthy")


@dataclass(frozen=True, slots=True)
class Sensor:
    """A thing with its state of health (of ``HEALTH``), and when it was last heard of."""

    thing: Thing
    health: str
    newest: datetime | None


def load(view: View) -> list[Sensor]:
    rows = rules.latest_of(view.city.latest, view.things)
    return sensors_of(view.things, rows, client.presence(), view.now)


def sensors_of(
    things: Sequence[Thing], rows: Sequence[Latest], presence: Iterable[api.Presence], now: datetime
) -> list[Sensor]:
    """The worst first. Silent is a thing that the line of facts counts as silent: none of its datastreams is fresh.

    Of the others, one suspect or late datastream makes its thing so.
    """
    fresh = {row.thing for row in rows if rules.condition(row, now, LIMITS) is not rules.Condition.SILENT}
    told: dict[str, set[str]] = {}
    newest: dict[str, datetime] = {}
    for one in presence:
        told.setdefault(one.thing, set()).add(one.presence)
    for row in rows:
        newest[row.thing] = max(row.phenomenon_time, newest.get(row.thing, row.phenomenon_time))
    made = [
        Sensor(one, _health(one, fresh, told.get(one.code, set())), newest.get(one.code)) for one in things
    ]
    return sorted(made, key=lambda one: (ORDER.index(one.health), one.thing.code))


def _health(thing: Thing, fresh: set[str], told: set[str]) -> str:
    if thing.code not in fresh:
        return "silent"
    return next((health for health in ("suspect", "late") if health in told), "healthy")


def shown(sensors: Iterable[Sensor], health: str) -> list[Sensor]:
    """Those of one state of health; all for none chosen."""
    return [one for one in sensors if health not in HEALTH or one.health == health]


def claims_of(sensors: Sequence[Sensor], _view: View) -> list[Claim]:
    """How many are in each state, what needs somebody first."""
    if not sensors:
        return [Claim("answer.no_sensors")]
    counts = Counter(one.health for one in sensors)
    if counts["healthy"] == len(sensors):
        return [Claim("sensors.all_healthy", {"sensors": Counted("things", len(sensors))})]
    return [
        Claim(f"sensors.{health}", {"sensors": Counted("things", counts[health])})
        for health in ORDER
        if counts[health]
    ]
