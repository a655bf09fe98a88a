"""How reviewers, copies and reviews are said, and how a review is read from its form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from starlette.responses import Response

from casework.money.model import Money
from casework.money.rules import plain, shown
from casework.people.standing import find_names
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.wording import Label
from citycore.errors import FalajError
from citycore.language import Language
from citycore.store.connections import Connection
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.contest.judging.rubric import Criterion, Rubric
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.rules import is_staff
from hackathon.funding.reviewing.deciding.model import Ranking
from hackathon.funding.reviewing.machines import REVIEW, REVIEWER
from hackathon.funding.reviewing.model import Confidence, Opinion, Recommendation
from hub_api.programme.contest.jury.marks import number_of
from hub_api.programme.contest.jury.words import mark_text, number_text
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

_PACKAGE = "hackathon.funding.reviewing"


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion on a review: its ``place`` names the fields, the others are what stands in them."""

    place: int
    criterion: Criterion
    mark: str
    is_not_applicable: bool


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of reviewing call things."""
    return {
        "reviewer_state": partial(REVIEWER.label, "state"),
        "review_state": partial(REVIEW.label, "state"),
        "application_state": partial(APPLICATION.label, "state"),
        "application_public": APPLICATION.public_label,
        "application_event": partial(APPLICATION.label, "event"),
        "application_reason": partial(APPLICATION.label, "reason"),
        "call_state": CALL.public_label,
        "confidence_label": lambda one: Label(_PACKAGE, f"confidence.{one}"),
        "recommendation_label": lambda one: Label(_PACKAGE, f"recommendation.{one}"),
        "money": lambda amount: shown(amount, request.language),
        "plain": plain,
        "number": number_text,
        "figure": lambda value: f"{value:.2f}",
        "mark_text": mark_text,
        "is_not_applicable": lambda mark: mark is NOT_APPLICABLE,
    }


def title_of(call: Call, language: Language) -> str:
    texts = call.description.texts
    return texts.title_ar if language == "ar" else texts.title_en


def asked_of(call: Call, minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, call.description.terms.budget.currency)


def opinion_of(form: Form, rubric: Rubric) -> Opinion:
    """What was typed; :class:`NotANumber`. A choice that was not offered is none."""
    marks: dict[str, Mark] = {}
    for place, one in enumerate(rubric.criteria, 1):
        text = form.text(f"mark{place}").strip()
        if form.text(f"none{place}") == "1":
            marks[one.code] = NOT_APPLICABLE
        elif text:
            marks[one.code] = number_of(text)
    return Opinion(
        marks,
        form.text("remark").strip(),
        form.text("advice").strip(),
        next((one for one in Confidence if one == form.text("confidence")), None),
        next((one for one in Recommendation if one == form.text("recommendation")), None),
    )


def lines_of(rubric: Rubric, opinion: Opinion, form: Form) -> Iterator[Line]:
    """What was typed, else what is stored."""
    for place, one in enumerate(rubric.criteria, 1):
        mark = opinion.marks.get(one.code)
        if form.fields:
            yield Line(place, one, form.text(f"mark{place}"), form.text(f"none{place}") == "1")
        else:
            yield Line(place, one, mark_text(mark), mark is NOT_APPLICABLE)


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


def names_of(connection: Connection, request: PortalRequest, people: Iterable[UUID]) -> dict[UUID, str]:
    """What people are called in the visitor's language."""
    wanted = set(people)
    known = find_names(connection, list(wanted))
    nobody = WORDS.text("nobody", request.language)
    return {one: (known[one].shown(request.language) if one in known else "") or nobody for one in wanted}


def require_staff(request: PortalRequest, call_id: UUID) -> None:
    _ = request.person
    if not is_staff(request.actor, call_id):
        raise NotAllowed


async def staff_form(request: PortalRequest, call_id: UUID) -> Form:
    """Only of those who run the call: a stranger does not learn what is wrong with a form."""
    _, form = request.person, await request.form()
    require_staff(request, call_id)
    return form


async def attempt(
    request: PortalRequest,
    work: Callable[[Connection], Any],
    path: str,
    notice: str,
    again: Callable[[FalajError], Awaitable[Response]],
) -> Response:
    """On to the page that shows what was done, or ``again`` the one that was sent, with what stood against it."""
    try:
        await request.do(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await again(error)
    return request.go(path, notice)
