"""How often a rule would have been raised lately: the same steps over what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from citycore.alerts import service
from citycore.alerts.errors import AlertRuleNotFound
from citycore.alerts.model import Rule, Sample
from citycore.alerts.rules import Tally, Watch, rehearse
from citycore.alerts.settings import AlertSettings
from citycore.store.connections import Connection
from citycore.store.outages import is_outage
from citycore.store.rows import rows_of
from ingest.alerts.anomalies import Seen, samples_of
from ingest.alerts.evaluating import foreseen, issues, number_of
from ingest.alerts.subjects import QUERIES, Subject, subjects_of


@dataclass(frozen=True, slots=True)
class _Past:
    """Which time is looked at, and how much of it."""

    connection: Connection
    since: datetime
    until: datetime
    values_max: int


def preview(connection: Connection, rule: Rule, settings: AlertSettings, now: datetime) -> dict[str, Any]:
    """By subject: how often it would have been raised, and for how long altogether.

    ``is_whole`` is False where not all subjects or values were looked at, within the limits of the settings.
    """
    past = _Past(connection, now - timedelta(days=settings.preview_days), now, settings.preview_values_max)
    subjects = subjects_of(connection, rule)
    found: list[dict[str, Any]] = []
    is_whole = len(subjects) <= settings.preview_subjects_max
    for subject, watch in subjects[: settings.preview_subjects_max]:
        samples = list(_samples(past, watch, subject))
        is_whole = is_whole and len(samples) < past.values_max
        is_by_clock = rule.kind in {"missing", "anomaly"}
        tally = rehearse(watch, samples, now if is_by_clock else _end(samples, now))
        found.append(_told(subject, tally, len(samples)))
    return {
        "since": past.since.isoformat(),
        "until": now.isoformat(),
        "is_whole": is_whole,
        "subject_count": len(subjects),
        "raised_count": sum(one["raised_count"] for one in found),
        "subjects": [one for one in found if one["raised_count"]],
    }


def make_wanted(connection: Connection, settings: AlertSettings, now: datetime) -> int:
    """Reckon the previews that somebody waits for; how many.

    One that cannot be reckoned is asked for no more, so that it holds up no other; its error is raised once all have had their turn.
    """
    failed: Exception | None = None
    wanted = [code for (code,) in connection.execute(QUERIES["wanted_previews"]).fetchall()]
    for code in wanted:
        try:
            rule = service.get_rule(connection, code).rule
            service.keep_preview(connection, rule, preview(connection, rule, settings, now))
        except AlertRuleNotFound:
            continue  # it was removed meanwhile
        except Exception as error:
            if is_outage(error):
                raise
            failed = error
            connection.execute(QUERIES["forget_wanted"], {"code": code})
    if failed is not None:
        raise failed
    return len(wanted)


def _told(subject: Subject, tally: Tally, value_count: int) -> dict[str, Any]:
    return {
        "subject": subject.key,
        "thing": subject.thing,
        "value_count": value_count,
        "raised_count": tally.raised,
        "hours": round(tally.seconds / 3_600, 2),
        "first_at": None if tally.first_at is None else tally.first_at.isoformat(),
        "is_open": tally.is_open,
    }


def _end(samples: list[Sample], now: datetime) -> datetime:
    return samples[-1].at if samples else now


def _samples(past: _Past, watch: Watch, subject: Subject) -> Iterator[Sample]:
    connection = past.connection
    parameters = {
        "datastream_id": subject.datastream_id,
        "thing_id": subject.thing_id,
        "index": watch.rule.index,
        "since": past.since,
        "until": past.until,
        "values_max": past.values_max,
    }
    if watch.rule.index is not None:
        rows = connection.execute(QUERIES["preview_air_quality"], parameters).fetchall()
        return (Sample(at, number_of(*figures)) for _, _, at, *figures in rows)
    if watch.rule.kind == "forecast":
        told = issues(connection.execute(QUERIES["preview_forecasts"], parameters).fetchall())
        return (Sample(issued_at, foreseen(watch, hours)[1]) for _, issued_at, hours in told)
    if watch.rule.kind == "anomaly":
        seen = rows_of(connection, Seen, QUERIES["preview_anomalies"], parameters)
        return (sample for one in seen for sample in samples_of(one))
    return _following(connection.execute(QUERIES["preview_observations"], parameters).fetchall())


def _following(rows: Iterable[tuple[datetime, float | None]]) -> Iterator[Sample]:
    """Each value with the one before it."""
    before: tuple[datetime | None, float | None] = (None, None)
    for at, value in rows:
        yield Sample(at, value, *before)
        before = (at, value)
