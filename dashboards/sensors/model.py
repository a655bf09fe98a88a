"""Which sensors can be trusted? Every thing of the place by its state of health. Pure but for :func:`load`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import falaj_client as api
from dashboards import client, rules
from dashboards.answers import Claim, Counted
from dashboards.model import Latest, Thing
from dashboards.row import View
from dashboards.sensors import client as own
from dashboards.sensors import detail
from dashboards.settings import dashboard_settings
from dashboards.state import HEALTH

LIMITS = dashboard_settings()
#: From what needs somebody most to what needs nobody.
ORDER = ("silent", "suspect", "late", "healthy")
FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sensor:
    """A thing with its state of health (of ``HEALTH``), and when it was last heard of.

    ``offline_since`` is when it said that it goes, if that is the last that was heard of its connection.
    """

    thing: Thing
    health: str
    newest: datetime | None
    offline_since: datetime | None = None

    @property
    def since(self) -> datetime | None:
        """Since when nothing comes; None while something does, and for what was never heard of."""
        return self.newest if self.health in {"silent", "late"} else None


@dataclass(frozen=True, slots=True)
class Health:
    """All sensors of the place, one of them in detail where one is looked at, and what became of everything received."""

    sensors: Sequence[Sensor]
    detail: detail.Detail | None
    ledger: api.Ledger
    letters: own.DeadLetters | None


def load(view: View) -> Health:
    rows = rules.latest_of(view.city.latest, view.things)
    sensors = sensors_of(view.things, rows, client.presence(), view.now)
    code = opened(sensors, view.state.thing)
    looked_at = detail.load(view, code) if code else None
    return Health(sensors, looked_at, own.ledger(), own.dead_letters())


def opened(sensors: Sequence[Sensor], thing: str) -> str:
    """The sensor to look at: the one chosen, else the worst; none while all are healthy, nor of another place."""
    if thing in {one.thing.code for one in sensors}:
        return thing
    troubled = (one for one in sensors if one.health != "healthy" and one.newest is not None)
    return next((one.thing.code for one in troubled), "")


def sensors_of(
    things: Sequence[Thing], rows: Sequence[Latest], presence: Iterable[api.Presence], now: datetime
) -> list[Sensor]:
    """The worst first. Silent is a thing that the line of facts counts as silent: none of its datastreams is fresh.

    Of the others, one suspect or late datastream makes its thing so.
    """
    fresh = {row.thing for row in rows if rules.condition(row, now, LIMITS) is not rules.Condition.SILENT}
    told: dict[str, set[str]] = {}
    newest: dict[str, datetime] = {}
    gone: dict[str, datetime] = {}
    for one in presence:
        told.setdefault(one.thing, set()).add(one.presence)
        if one.connection == "offline" and one.connection_since is not None:
            gone[one.thing] = one.connection_since
    for row in rows:
        newest[row.thing] = max(row.phenomenon_time, newest.get(row.thing, row.phenomenon_time))
    made = [
        Sensor(one, _health(one, fresh, told.get(one.code, set())), newest.get(one.code), gone.get(one.code))
        for one in things
    ]
    return sorted(made, key=_rank)


def _rank(one: Sensor) -> tuple[int, bool, datetime, str]:
    """The worst first, of these what has been silent the longest; what was never heard of after it."""
    return ORDER.index(one.health), one.newest is None, one.since or FIRST, one.thing.code


def _health(thing: Thing, fresh: set[str], told: set[str]) -> str:
    if thing.code not in fresh:
        return "silent"
    return next((health for health in ("suspect", "late") if health in told), "healthy")


def shown(sensors: Iterable[Sensor], health: str) -> list[Sensor]:
    """Those of one state of health; all for none chosen."""
    return [one for one in sensors if health not in HEALTH or one.health == health]


def claims_of(sensors: Sequence[Sensor]) -> list[Claim]:
    """How many of how many are healthy, what the others are, and which has been silent the longest."""
    if not sensors:
        return [Claim("answer.no_sensors")]
    counts = Counter(one.health for one in sensors)
    total = Counted("things", len(sensors))
    if counts["healthy"] == len(sensors):
        return [Claim("sensors.all_healthy", {"sensors": total})]
    claims = [Claim("sensors.healthy", {"healthy": counts["healthy"], "sensors": total})]
    claims += [
        Claim(f"sensors.{health}", {"sensors": Counted("things", counts[health])})
        for health in ORDER
        if health != "healthy" and counts[health]
    ]
    silent = [one for one in sensors if one.health == "silent"]
    if never := sum(one.newest is None for one in silent):
        claims.append(Claim("sensors.never", {"sensors": Counted("things", never)}))
    heard = [(one.newest, one.thing) for one in silent if one.newest is not None]
    if heard:
        since, thing = min(heard, key=lambda pair: (pair[0], pair[1].code))
        claims.append(Claim("sensors.longest", {"sensor": thing.name, "since": since}))
    return claims
