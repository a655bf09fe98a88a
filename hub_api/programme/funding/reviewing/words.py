"""How reviewers, copies and reviews are said, how a review is read from its form, and what staff pages are alike in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.money.model import Money
from casework.money.rules import plain, shown
from casework.programme import Session
from casework.workflow.model import Machine
from casework.workflow.wording import Label
from citycore.language import Language
from hackathon.contest.judging.model import NOT_APPLICABLE
from hackathon.contest.judging.rubric import Rubric
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import SCALE, Call
from hackathon.funding.calls.service import require_staff
from hackathon.funding.reviewing.deciding.model import Ranking
from hackathon.funding.reviewing.machines import REVIEW, REVIEWER
from hackathon.funding.reviewing.model import Confidence, Opinion, Recommendation
from hub_api.programme.contest.jury.marks import written
from hub_api.programme.contest.jury.words import mark_text, number_text
from hub_api.programme.funding.calls.words import title_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import words_in

_PACKAGE = "hackathon.funding.reviewing"


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of reviewing call things."""
    return {
        "reviewer_state": partial(REVIEWER.label, "state"),
        "review_state": partial(REVIEW.label, "state"),
        "application_state": partial(APPLICATION.label, "state"),
        "application_event": partial(APPLICATION.label, "event"),
        "application_reason": partial(APPLICATION.label, "reason"),
        "call_state": CALL.public_label,
        "title_of": lambda call: title_of(call, request),
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


def staff_page(
    router: APIRouter, room: str, look: Callable[[Session, PortalRequest, UUID], Mapping[str, Any]]
) -> Page[UUID]:
    """One of the pages of a call for those who run it: its address, template and title are called like the room."""
    return Page(
        router,
        f"/calls/{{call_id}}/desk/{room}",
        f"funding/reviewing/{room}.html",
        look,
        guard=signed_in,
        object_guard=require_staff,
        title=f"reviewing.{room}",
        here="calls",
        vocabulary=vocabulary,
    )


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


def words_about(session: Session, machine: Machine[Any], states: Mapping[UUID, str]) -> dict[UUID, str]:
    """What was added to the steps that led into these states, of objects in states that are given a reason."""
    return words_in(session, *(one for one, state in states.items() if machine.state(state).reasons))
