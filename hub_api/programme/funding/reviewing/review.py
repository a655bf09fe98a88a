"""``/portal/reviews``: a review beside the copy that it is about, and the files of the copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.organisations.repository import find_organisation
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.calls.model import SCALE, Call
from hackathon.funding.calls.repository import find_form
from hackathon.funding.reviewing import reviewers, reviews
from hackathon.funding.reviewing.copies.model import CopiedFile
from hackathon.funding.reviewing.copies.reading import Assigned, open_file, read_copy
from hackathon.funding.reviewing.machines import REVIEW, WRITABLE
from hackathon.funding.reviewing.model import Confidence, Other, Recommendation
from hackathon.funding.reviewing.repository import REVIEWS
from hub_api.programme.funding.reviewing.words import (
    asked_of,
    lines_of,
    names_of,
    opinion_of,
    title_of,
    vocabulary,
)
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of

router = APIRouter(prefix="/portal/reviews/{review_id}", include_in_schema=False)


@router.get("")
async def show_review(request: CurrentRequest, review_id: UUID) -> Response:
    _ = request.person
    return await _review_page(request, review_id, Form())


@router.post("")
async def send_review(request: CurrentRequest, review_id: UUID) -> Response:
    """Save what the reviewer thinks so far, or hand it in; refused, all that was typed stays in the form."""
    _, form = request.person, await request.form()
    version, is_final = form.number("version"), form.text("then") == "submit"

    def work(connection: Connection) -> None:
        review = reviews.get_review(connection, request.actor, review_id)
        opinion = opinion_of(form, reviewers.find(connection, review.call_id).rubric)
        store = reviews.hand_in if is_final else reviews.write
        store(connection, request.office.reviewing, request.actor, review_id, opinion, version)

    try:
        await request.do(work)
    except FalajError as error:
        return await _review_page(request, review_id, form, error)
    return request.go(f"/reviews/{review_id}", "review_handed_in" if is_final else "review_saved")


@router.post("/step")
async def take_step(request: CurrentRequest, review_id: UUID) -> Response:
    """Give it back: then it is gone, and the reviewer is led to the others."""
    _, form = request.person, await request.form()
    event, version = form.text("event"), form.number("version")
    if event != "recuse":
        raise FormUnreadable

    def work(connection: Connection) -> UUID:
        review = reviews.get_review(connection, request.actor, review_id)
        reviews.move(
            connection,
            request.office.reviewing,
            request.actor,
            review_id,
            event,
            version,
            form.optional("reason"),
        )
        return review.call_id

    try:
        call_id = await request.do(work)
    except FalajError as error:
        return await _review_page(request, review_id, Form(), error)
    return request.go(f"/calls/{call_id}/reviews", "review_given_back")


@router.get("/files/{place}")
async def send_out(request: CurrentRequest, review_id: UUID, place: Numbered) -> Response:
    """A file as it was passed on with the copy."""
    _ = request.person

    def work(connection: Connection) -> tuple[CopiedFile, Path]:
        return open_file(connection, request.office.reviewing, request.actor, review_id, place)

    file, path = await request.do(work)
    return attachment(path, file.name, file.media_type)


class Shown(NamedTuple):
    """A review with what it is about."""

    assigned: Assigned
    call: Call
    questions: Sequence[FormField]
    others: list[Other]
    steps: list[Step]
    applicants: list[str]
    organisation: str


def _look(connection: Connection, request: PortalRequest, review_id: UUID) -> Shown:
    assigned = read_copy(connection, request.office.reviewing, request.actor, review_id)
    review, copy = assigned
    offers = possible_steps(connection, REVIEWS, review_id, request.actor, request.office.clock)
    own = [offer for offer in offers if offer.step.event == "recuse"]
    with connection.transaction():
        call = reviewers.find(connection, review.call_id)
        questions = find_form(connection, review.call_id, review.round)
        names = names_of(connection, request, copy.applicants)
        known = None if copy.organisation_id is None else find_organisation(connection, copy.organisation_id)
    return Shown(
        assigned,
        call,
        questions,
        reviews.list_others(connection, request.actor, review_id),
        steps_of(REVIEW, own, request),
        [names[one] for one in copy.applicants],
        "" if known is None else known.names.shown(request.language),
    )


async def _review_page(
    request: PortalRequest, review_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, review_id))
    values: dict[str, Any] = shown._asdict()
    (review, copy), opinion = shown.assigned, shown.assigned.review.opinion
    chosen = {
        name: form.text(name) if form.fields else getattr(opinion, name) or ""
        for name in ("remark", "advice", "confidence", "recommendation")
    }
    return render_page(
        request,
        "funding/reviewing/review.html",
        title=copy.content.title or copy.code,
        here="account",
        refused=refused,
        review=review,
        copy=copy,
        call_title=title_of(shown.call, request.language),
        asked=asked_of(shown.call, copy.content.amount_minor),
        lines=list(lines_of(shown.call.rubric, opinion, form)),
        chosen=chosen,
        scale=SCALE,
        confidences=list(Confidence),
        recommendations=list(Recommendation),
        is_writable=review.state in WRITABLE,
        remark_characters_max=request.office.settings.reviewing.remark_characters_max,
        criteria=shown.call.criteria,
        **values,
        **vocabulary(request),
    )
