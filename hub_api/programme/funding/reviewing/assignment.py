"""``/portal/calls/…/desk/assignment``: who reviews what, proposed, looked at, and told."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.judging.connectivity import Island
from hackathon.contest.judging.errors import AssignmentImpossible, ScoredInConflict
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import assignment, reviewers
from hackathon.funding.reviewing.copies.service import list_rows
from hackathon.funding.reviewing.errors import ProposalOutdated
from hackathon.funding.reviewing.model import Proposal, Reviewer, Seat
from hub_api.programme.contest.jury.marks import number_of
from hub_api.programme.funding.reviewing.words import (
    attempt,
    names_of,
    require_staff,
    staff_form,
    title_of,
    vocabulary,
)
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Start
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.turning import Part, part_of

router = APIRouter(prefix="/portal/calls/{call_id}/desk/assignment", include_in_schema=False)


@router.get("")
async def show_assignment(request: CurrentRequest, call_id: UUID, start: Start = 0) -> Response:
    require_staff(request, call_id)
    return await _page(request, call_id, Form(), start=start)


@router.post("")
async def propose(request: CurrentRequest, call_id: UUID) -> Response:
    form = await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        seed = int(number_of(form.text("seed")))
        assignment.propose(connection, request.office.reviewing, request.actor, call_id, seed)

    return await attempt(
        request,
        work,
        f"/calls/{call_id}/desk/assignment",
        "reviews_proposed",
        lambda error: _page(request, call_id, form, error),
    )


@router.post("/{proposal_id}/publish")
async def publish(request: CurrentRequest, call_id: UUID, proposal_id: UUID) -> Response:
    """Assign the reviews. A proposal that somebody has published or replaced in between is an old one."""
    form = await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        newest = assignment.find_proposal(connection, request.office.reviewing, request.actor, call_id)
        if newest is None or newest.proposal_id != proposal_id:
            raise ProposalOutdated
        assignment.publish(connection, request.office.reviewing, request.actor, proposal_id)

    return await attempt(
        request,
        work,
        f"/calls/{call_id}/desk/reviewers",
        "reviews_assigned",
        lambda error: _page(request, call_id, form, error),
    )


class Seats(NamedTuple):
    """What one reviewer would have."""

    reviewer: Reviewer
    seats: list[Seat]


class Proposed(NamedTuple):
    """A proposal as the programme looks at it; ``titles`` and ``names`` by their keys."""

    call: Call
    proposal: Proposal | None
    part: Part[Seats]
    names: dict[UUID, str]
    titles: dict[UUID, str]
    apart: tuple[Island, ...]


def _look(
    connection: Connection, request: PortalRequest, call_id: UUID, start: int, *, is_refused: bool
) -> Proposed:
    desk, actor = request.office.reviewing, request.actor
    everyone = reviewers.list_reviewers(connection, desk, actor, call_id)
    proposal = assignment.find_proposal(connection, desk, actor, call_id)
    names = names_of(connection, request, (one.person_id for one in everyone))
    apart = assignment.find_islands(connection, desk, actor, call_id)
    # Hundreds of titles are read where something names them.
    rows = list_rows(connection, desk, actor, call_id) if proposal or apart or is_refused else []
    placed: dict[UUID, list[Seat]] = {}
    for seat in () if proposal is None else proposal.seats:
        placed.setdefault(seat.reviewer_id, []).append(seat)
    own = [
        Seats(one, placed.get(one.reviewer_id, []))
        for one in everyone
        if one.state == "accepted" or one.reviewer_id in placed
    ]
    own.sort(key=lambda each: names[each.reviewer.person_id])
    return Proposed(
        reviewers.find(connection, call_id),
        proposal,
        part_of(own, start, desk.settings.panel_rows),
        names,
        {row.application_id: row.title for row in rows},
        apart,
    )


async def _page(
    request: PortalRequest, call_id: UUID, form: Form, refused: FalajError | None = None, *, start: int = 0
) -> Response:
    shown = await request.do(
        lambda connection: _look(connection, request, call_id, start, is_refused=refused is not None)
    )
    by_text = {str(key): name for known in (shown.names, shown.titles) for key, name in known.items()}
    refusal = None
    if isinstance(refused, AssignmentImpossible | ScoredInConflict):
        refusal = refused.told(request.language, by_text)
    seed = form.text("seed") or ("1" if shown.proposal is None else str(shown.proposal.seed + 1))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "funding/reviewing/assignment.html",
        title=WORDS.text("reviewing.assignment", request.language),
        here="calls",
        refused=refused,
        refusal=refusal,
        seed=seed,
        named_most=request.office.reviewing.settings.panel_rows,
        by_text=by_text,
        call_title=title_of(shown.call, request.language),
        **values,
        **vocabulary(request),
    )
