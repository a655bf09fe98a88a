"""What may be written, and how long somebody has been quiet. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from casework.workflow.fields import Fields
from hackathon.outreach.ambassadors.machine import AMBASSADOR, QUIET, RENEWAL_END, SILENT, TERM_END
from hackathon.outreach.ambassadors.settings import AmbassadorSettings

FIELDS = Fields(AMBASSADOR.package)


def days_of_quiet(last_active_at: datetime, settings: AmbassadorSettings) -> dict[str, datetime]:
    """When somebody is warned and when the appointment lapses, if nothing happens."""
    return {
        QUIET: last_active_at + timedelta(days=settings.at_risk_days),
        SILENT: last_active_at + timedelta(days=settings.lapse_days),
    }


def days_of_term(starts_at: datetime, settings: AmbassadorSettings) -> dict[str, datetime]:
    """When a term ends, and until when it can be renewed."""
    ends_at = starts_at + timedelta(days=settings.term_days)
    return {TERM_END: ends_at, RENEWAL_END: ends_at + timedelta(days=settings.renewal_days)}


def lapses_at(planned: Mapping[str, datetime], warned_at: datetime) -> datetime:
    """When the appointment of somebody lapses who was warned then: however late that was, it leaves the same days."""
    return max(planned[SILENT], warned_at + (planned[SILENT] - planned[QUIET]))
