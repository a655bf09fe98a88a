"""A report as a file, from the command line and from a button."""

from __future__ import annotations

from datetime import datetime

from citycore.clock import system_clock
from citycore.language import Language
from dashboards.period import DAYS
from dashboards.report.errors import ReportRefused
from dashboards.report.model import gather, state_of, view_of
from dashboards.report.paper import write_pdf
from dashboards.row import View


def pdf_of(view: View) -> bytes:
    """The report of what a page shows."""
    return write_pdf(gather(view), view)


def report_pdf(
    language: Language, place: str, observed_property: str, days: int, now: datetime | None = None
) -> bytes:
    """The report of a place (empty: everywhere) over the last days; it asks the API at ``FALAJ_API_URL``."""
    if days not in DAYS:
        raise ReportRefused(what=f"days={days} ({', '.join(map(str, DAYS))})")
    return pdf_of(view_of(state_of(language, place, observed_property, days), now or system_clock()))
