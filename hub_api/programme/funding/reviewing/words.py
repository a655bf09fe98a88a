"""How reviewers, copies and reviews are said, and how a review is read from its form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from casework.money.model import Money
from casework.money.rules import plain, shown
from casework.workflow.wording import Label
from citycore.language import Language
from hackathon.contest.judging.model import NOT_APPLICABLE
from hackathon.contest.judging.rubric import Rubric
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.calls.model import SCALE, Call
from hackathon.funding.reviewing.deciding.model import Ranking
from hackathon.funding.reviewing.model import Confidence, Opinion, Recommendation
from hub_api.programme.contest.jury.marks import written
from hub_api.programme.contest.jury.words import mark_text, number_text
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

_PACKAGE = "hackathon.funding.reviewing"


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of reviewing call things."""
    return {
        "confidence_label": lambda one: Label(_PACKAGE, f"confidence.{one}"),
        "recommendation_label": lambda one: Label(_PACKAGE, f"recommendation.{one}"),
        "asked_of": asked_of,
        "money": lambda amount: shown(amount, request.language),
        "plain": plain,
        "number": number_text,
        "figure": lambda value: f"{value:.2f}",
        "mark_text": mark_text,
        "is_not_applicable": lambda mark: mark is NOT_APPLICABLE,
        "scale": SCALE,
    }


def asked_of(call: Call, minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, call.description.terms.budget.currency)


def opinion_of(form: Form, rubric: Rubric) -> Opinion:
    """What was typed; :class:`NotANumber`. A choice that was not offered is none."""
    return Opinion(
        written(form, rubric).marks,
        form.text("remark").strip(),
        form.text("advice").strip(),
        next((one for one in Confidence if one == form.text("confidence")), None),
        next((one for one in Recommendation if one == form.text("recommendation")), None),
    )


def ranking_rows(ranking: Ranking, language: Language) -> Iterator[Sequence[object]]:
    """Titles, and a row for each application; what is not known is an empty field."""
    titles = (
        "results.place",
        "reviewing.place_by_mean",
        "reviewing.application",
        "reviewing.title_of",
        "reviewing.state_of",
        "reviewing.normalised",
        "reviewing.mean",
        "reviewing.spread",
        "reviewing.asked",
        "reviewing.running",
    )
    yield [WORDS.text(title, language) for title in titles]
    for line in ranking.lines:
        yield [
            line.place,
            line.raw_place,
            line.reference,
            line.title,
            APPLICATION.label("state", line.state).text(language),
            line.normalised,
            line.raw,
            line.spread,
            None if line.asked is None else plain(line.asked),
            plain(line.running),
        ]
