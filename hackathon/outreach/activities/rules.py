"""What may be written about an event and reported of it. Pure."""

from __future__ import annotations

from datetime import timedelta

from casework.workflow.fields import Fields
from casework.workflow.wording import Label
from hackathon.outreach.activities.errors import EventEndsBeforeItBegins
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.model import Event, Mode, Report
from hackathon.outreach.activities.settings import ActivitySettings

FIELDS = Fields(ACTIVITY.package)


def check_event(event: Event, settings: ActivitySettings) -> None:
    """:class:`WrongField` for the first field that cannot be stored like this."""
    FIELDS.check_text("title", event.title, settings.title_characters_max)
    if (event.mode is Mode.ONLINE) != (event.governorate is None):
        raise FIELDS.wrong("governorate", "OM-…")
    if event.ends_at <= event.starts_at:
        raise EventEndsBeforeItBegins(field=Label(ACTIVITY.package, "field.ends_at"))
    if event.ends_at - event.starts_at > timedelta(days=settings.event_days_max):
        raise FIELDS.wrong("ends_at", f"1–{settings.event_days_max}")


def check_report(report: Report, event: Event, settings: ActivitySettings) -> None:
    """Likewise; nobody works longer on an event than it lasts, and a day to prepare it."""
    if not 0 <= report.reached <= settings.reached_max:
        raise FIELDS.wrong("reached", f"0–{settings.reached_max}")
    minutes_max = int((event.ends_at - event.starts_at + timedelta(days=1)) / timedelta(minutes=1))
    if not 1 <= report.minutes <= minutes_max:
        raise FIELDS.wrong("minutes", f"1–{minutes_max}")
    FIELDS.check_text("account", report.account, settings.account_characters_max)


def check_counted(counted: int, reached: int) -> None:
    """A verification counts at most what was reported."""
    if not 0 <= counted <= reached:
        raise FIELDS.wrong("counted", f"0–{reached}")
