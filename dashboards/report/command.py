"""A report as a file, from the command line, from a button, and for a process that mails it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citycore.clock import system_clock
from citycore.language import Language
from dashboards.answers import sentence
from dashboards.period import DAYS
from dashboards.report.errors import ReportRefused
from dashboards.report.model import gather, state_of, view_of
from dashboards.report.paper import write_pdf
from dashboards.row import View


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is to be of, by codes: empty for everywhere, and for the property that it opens on."""

    place: str
    observed_property: str
    days: int
    language: Language


@dataclass(frozen=True, slots=True)
class Told:
    """A report with what a mail says of it: its place, and its answers in words."""

    pdf: bytes
    place: str
    answers: Sequence[str]


def pdf_of(view: View) -> bytes:
    """The report of what a page shows."""
    return write_pdf(gather(view), view)


def report_pdf(
    language: Language, place: str, observed_property: str, days: int, now: datetime | None = None
) -> bytes:
    """The report of a place (empty: everywhere) over the last days; it asks the API at ``FALAJ_API_URL``."""
    return pdf_of(_view(Asked(place, observed_property, days, language), now))


def told(asked: Asked, now: datetime | None = None) -> Told:
    """The same with its answers in words."""
    view = _view(asked, now)
    report = gather(view)
    answers = [sentence(claims, view.words) for claims in report.claims]
    return Told(write_pdf(report, view), view.place_name(), answers)


def _view(asked: Asked, now: datetime | None) -> View:
    if asked.days not in DAYS:
        raise ReportRefused(what=f"days={asked.days} ({', '.join(map(str, DAYS))})")
    state = state_of(asked.language, asked.place, asked.observed_property, asked.days)
    return view_of(state, now or system_clock())
