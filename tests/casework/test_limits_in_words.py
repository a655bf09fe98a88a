"""Dates in refusals: with the month in words of the reader's language, as everywhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import cast
from uuid import uuid4

import pytest

from casework.decisions.model import Plan as Action
from casework.decisions.rules import check_plan as check_action
from casework.decisions.settings import DecisionSettings
from casework.reach.model import Measure, Medium, NewReach
from casework.reach.service import wrong_reach
from casework.reach.settings import ReachSettings
from casework.workflow.errors import Refusal, check, check_all
from casework.workflow.wording import Span
from citycore.language import Language
from hackathon.funding.awards.model import Terms
from hackathon.funding.awards.rules import wrong_paid_on, wrong_terms
from hackathon.funding.awards.settings import AwardSettings
from hackathon.market.pilots.model import Plan
from hackathon.market.pilots.rules import check_plan
from hackathon.market.pilots.settings import PilotSettings
from participation.surveys.model import Dates
from participation.surveys.rules import wrong_dates
from participation.surveys.settings import SurveySettings

AT = datetime(2026, 12, 3, 8, tzinfo=UTC)
TODAY, EARLIER, LATER = date(2026, 12, 3), date(2026, 11, 30), date(2026, 12, 31)
ISO = re.compile(r"\d{4}-\d{2}")


def refused(work: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


REFUSED: dict[str, Callable[[], object]] = {
    "the due date of an action": lambda: check_action(
        Action(owner_id=uuid4(), due_on=EARLIER, text_ar="ا", text_en="A"), DecisionSettings(), AT
    ),
    "the day of a payment": lambda: check(wrong_paid_on(LATER, TODAY)),
    "the end of an award": lambda: check_all(
        wrong_terms(Terms("ا", "A", "", "", "", "", 1, TODAY, EARLIER), AwardSettings())
    ),
    "the end of a pilot": lambda: check_plan(
        Plan(
            code="abc",
            title_ar="ا",
            title_en="A",
            purpose_ar="ا",
            purpose_en="A",
            starts_on=date(2026, 11, 1),
            ends_on=EARLIER,
        ),
        PilotSettings(),
        AT,
    ),
    "the day of a count": lambda: check_all(
        wrong_reach(
            NewReach(
                medium=Medium.INSTAGRAM,
                measure=Measure.LIKES,
                number=1,
                source="https://example.om",
                counted_on=LATER,
            ),
            ReachSettings(),
            TODAY,
        )
    ),
    "the opening of a survey": lambda: check_all(
        wrong_dates(Dates(opens=AT, closes=datetime(2026, 12, 5, tzinfo=UTC)), SurveySettings(), AT)
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_tells_dates_in_words(what: str) -> None:
    refusal = refused(REFUSED[what])
    for language, month in (("en", " December 2026"), ("ar", " ديسمبر 2026")):
        text = refusal.text(cast("Language", language))
        assert month in text, text
        assert not ISO.search(text), text


@pytest.mark.parametrize(
    ("span", "english", "arabic"),
    [
        (Span(after=TODAY), "a date after 3 December 2026", "تاريخ بعد 3 ديسمبر 2026"),
        (Span(first=TODAY), "a date from 3 December 2026 on", "تاريخ لا يسبق 3 ديسمبر 2026"),
        (Span(last=TODAY), "a date up to 3 December 2026", "تاريخ لا يتجاوز 3 ديسمبر 2026"),
        (
            Span(first=TODAY, last=LATER),
            "a date from 3 December 2026 to 31 December 2026",
            "تاريخ من 3 ديسمبر 2026 إلى 31 ديسمبر 2026",
        ),
        (
            Span(after=AT),
            "a date after Thursday 3 December 2026, 12:00 (Muscat time)",
            None,
        ),
    ],
)
def test_a_span_in_words(span: Span, english: str, arabic: str | None) -> None:
    assert span.text("en") == english
    assert arabic is None or span.text("ar") == arabic
