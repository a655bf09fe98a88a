"""What is in trouble, and since when? Open alerts of the place and those of the period. Pure but for :func:`load`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import falaj_client as api
from dashboards import client
from dashboards.alerts import client as own
from dashboards.answers import Claim, Counted, Field
from dashboards.model import Name
from dashboards.row import View

#: From the gravest to the least.
SEVERITIES = ("extreme", "severe", "moderate", "minor")


@dataclass(frozen=True, slots=True)
class Alerts:
    """``open`` are those that go on, the most urgent first; ``raised`` those of the period, the newest first.

    ``is_cut``: the period had more of them than are read.
    """

    open: Sequence[api.Alert]
    raised: Sequence[api.Alert]
    is_cut: bool
    calls: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What a rule raised; ``assessed`` are those of which somebody has said whether they were false alarms.

    ``typical`` is the median duration of those that are over.
    """

    name: Name
    severity: str
    count: int
    assessed: int
    false: int
    typical: timedelta | None

    @property
    def false_share(self) -> float | None:
        return self.false / self.assessed if self.assessed else None


def load(view: View) -> Alerts:
    """A recording's alerts are not the city's."""
    here, place = {one.code for one in view.things}, view.state.place or None
    start, end = view.period.start, view.period.end
    found = own.raised(start, end)
    return Alerts(
        open=urgent_first(one for one in client.open_alerts() if one.thing in here),
        raised=[one for one in found if one.thing in here],
        is_cut=len(found) >= own.SETTINGS.history_max,
        calls=[client.alerts_url(place), own.raised_url(place, start, end)],
    )


def urgent_first(alerts: Iterable[api.Alert]) -> list[api.Alert]:
    """By severity, of these what nobody has acknowledged, of these the longest first."""
    return sorted(
        alerts,
        key=lambda one: (rank(one.severity), one.acknowledged_at is not None, one.raised_at, one.alert),
    )


def rank(severity: str) -> int:
    """What nobody here knows stands last."""
    known = severity.lower()
    return SEVERITIES.index(known) if known in SEVERITIES else len(SEVERITIES)


def claims_of(alerts: Sequence[api.Alert], now: datetime) -> list[Claim]:
    """How many are open, how many of them nobody has acknowledged, and the most urgent with its age."""
    if not alerts:
        return [Claim("alerts.none")]
    claims = [Claim("alerts.open", {"alerts": Counted("open_alerts", len(alerts))})]
    waiting = sum(one.acknowledged_at is None for one in alerts)
    if waiting and len(alerts) == 1:
        claims.append(Claim("alerts.waiting_alone"))
    elif waiting:
        claims.append(Claim("alerts.waiting", {"alerts": Counted("alerts.unacknowledged", waiting)}))
    first = alerts[0]
    told: dict[str, Field] = {
        "name": first.name,
        "sensor": first.thing_name,
        "span": age(now - first.raised_at),
    }
    claims.append(Claim("alerts.worst" if len(alerts) > 1 else "alerts.only", told))
    return claims


def age(passed: timedelta) -> Counted:
    """How long, in the largest unit of which there is enough."""
    seconds = max(0, int(passed.total_seconds()))
    if seconds >= 2 * 86_400:
        return Counted("span.day", seconds // 86_400)
    if seconds >= 3600:
        return Counted("span.hour", seconds // 3600)
    return Counted("span.minute", max(1, seconds // 60))


def by_rule(alerts: Iterable[api.Alert]) -> list[RuleFigures]:
    """The rule that raised most first."""
    told: dict[str, list[api.Alert]] = {}
    for one in alerts:
        told.setdefault(one.rule, []).append(one)
    made = [_figures(rows) for rows in told.values()]
    return sorted(made, key=lambda one: (-one.count, rank(one.severity), one.name.en))


def _figures(rows: Sequence[api.Alert]) -> RuleFigures:
    over = [(one.cleared_at - one.raised_at).total_seconds() for one in rows if one.cleared_at is not None]
    judged = [one.false_alarm for one in rows if one.false_alarm is not None]
    return RuleFigures(
        name=rows[0].name,
        severity=rows[0].severity,
        count=len(rows),
        assessed=len(judged),
        false=sum(judged),
        typical=timedelta(seconds=median(over)) if over else None,
    )
