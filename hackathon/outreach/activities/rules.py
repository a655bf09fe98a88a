"""What may be written about an event and reported of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.model import Event, Mode, Report
from hackathon.outreach.activities.settings import ActivitySettings

FIELDS = Fields(ACTIVITY.package)


def check_event(event: Event, settings: ActivitySettings) -> None:
    """:class:`WrongField` for the first field that cannot be stored like this."""
    for refusal in _wrong_event(event, settings):
        raise refusal


def check_report(report: Report, event: Event, settings: ActivitySettings) -> None:
    """Likewise; nobody works longer on an event than it lasts, and a day to prepare it."""
    for refusal in _wrong_report(report, event, settings):
        raise refusal


def check_counted(counted: int, report: Report | None) -> None:
    """A verification counts at most what was reported."""
    reached = 0 if report is None else report.reached
    if not 0 <= counted <= reached:
        raise FIELDS.wrong("counted", f"0–{reached}")


def _wrong_event(event: Event, settings: ActivitySettings) -> Iterator[Refusal]:
    yield from FIELDS.wrong_texts(event, ["title"], settings.title_characters_max)
    if (event.mode is Mode.ONLINE) != (event.governorate is None):
        yield FIELDS.wrong("governorate", "OM-…")
    if not timedelta() < event.ends_at - event.starts_at <= timedelta(days=settings.event_days_max):
        yield FIELDS.wrong("ends_at", f"1–{settings.event_days_max}")


def _wrong_report(report: Report, event: Event, settings: ActivitySettings) -> Iterator[Refusal]:
    if not 0 <= report.reached <= settings.reached_max:
        yield FIELDS.wrong("reached", f"0–{settings.reached_max}")
    minutes_max = int((event.ends_at - event.starts_at + timedelta(days=1)) / timedelta(minutes=1))
    if not 1 <= report.minutes <= minutes_max:
        yield FIELDS.wrong("minutes", f"1–{minutes_max}")
    yield from FIELDS.wrong_texts(report, ["account"], settings.account_characters_max)
