"""``/portal/awards``: the register for everybody, and an award for those who have to do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.attachments.model import StoredFile
from casework.files.service import MEDIA_TYPES
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.awards import register, service, spending
from hackathon.funding.awards.machine import (
    AWARD,
    CLAIM,
    FINANCE,
    LEAD,
    MILESTONE,
    RECIPIENTS,
    REPORTABLE,
    RUNNING,
    STAFF,
)
from hackathon.funding.awards.model import Amendment, Award, Claim, Milestone
from hackathon.funding.awards.repository import AWARDS, CLAIMS, MILESTONES
from hackathon.funding.awards.rules import may_see, scopes_of
from hackathon.market.journeys.model import Kind
from hackathon.market.pilots.model import Origin
from hub_api.programme.funding.awards.words import amount, plan_of, texts_of, title_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.market.journeys.words import journey_of
from hub_api.programme.market.pilots.words import proposing

router = APIRouter(prefix="/portal/awards", include_in_schema=False)


#: By the last part of their address, the rest of the identifiers of their fields.
_FORMS = {"amend": "amend", "contract": "own", "milestones": "new", "texts": "own"}


class Part(NamedTuple):
    """A milestone with its evidence and what can be done to it."""

    one: Milestone
    files: list[StoredFile]
    steps: list[Step]
    is_reportable: bool


class Asked(NamedTuple):
    """A claim with what can be done to it."""

    one: Claim
    steps: list[Step]
    may_pay: bool
    may_rewrite: bool


class Shown(NamedTuple):
    """An award as those see it who have to do with it."""

    award: Award
    steps: list[Step]
    offer_ends: datetime | None
    parts: list[Part]
    claims: list[Asked]
    amendments: list[Amendment]


@router.get("")
async def show_register(request: CurrentRequest) -> Response:
    rows_max = request.office.settings.awards.page_rows_max
    words, after = request.http.query_params.get("q", ""), request.http.query_params.get("after")
    place = register.place_of(after)
    found = await request.do(lambda connection: register.list_entries(connection, words, place, rows_max))
    return render_page(
        request,
        "funding/awards/list.html",
        title=WORDS.text("awards.register", request.language),
        here="calls",
        entries=found.entries,
        after=found.after,
        q=words,
        totals=found.totals,
        **vocabulary(request),
    )


@router.get("/{award_id}")
async def show_award(request: CurrentRequest, award_id: UUID) -> Response:
    """The whole award for its people; for everybody else what the register says of it."""
    if request.signed is not None:
        try:
            return await award_page(request, award_id)
        except NoSuchObject:
            pass
    entry = await request.do(lambda connection: register.get_entry(connection, award_id))
    title = entry.title_ar if request.language == "ar" else entry.title_en
    return render_page(
        request,
        "funding/awards/entry.html",
        title=title,
        here="calls",
        entry=entry,
        journey=await journey_of(request, Kind.AWARD, award_id),
        **vocabulary(request),
    )


@router.post("/{award_id}/step")
async def take_step(request: CurrentRequest, award_id: UUID) -> Response:
    _, form = request.person, await request.form()
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")

    def work(connection: Connection) -> None:
        service.get_award(connection, request.actor, award_id)
        service.move(connection, request.office.awards, request.actor, award_id, event, version, reason)

    return await attempt(request, award_id, form, work, "step_taken")


@router.post("/{award_id}/texts")
async def send_texts(request: CurrentRequest, award_id: UUID) -> Response:
    award, form = await staff_form(request, award_id)

    def work(connection: Connection) -> None:
        service.write_texts(
            connection,
            request.office.awards,
            request.actor,
            award_id,
            texts_of(form, award.terms),
            form.number("version"),
        )

    return await attempt(request, award_id, form, work, "saved")


@router.post("/{award_id}/contract")
async def send_contract(request: CurrentRequest, award_id: UUID) -> Response:
    _, form = await staff_form(request, award_id)

    def work(connection: Connection) -> None:
        service.set_contract(
            connection,
            request.office.awards,
            request.actor,
            award_id,
            form.text("contract"),
            form.chosen_day("contracted_on"),
            form.number("version"),
        )

    return await attempt(request, award_id, form, work, "saved")


@router.post("/{award_id}/amend")
async def send_amendment(request: CurrentRequest, award_id: UUID) -> Response:
    award, form = await staff_form(request, award_id)

    def work(connection: Connection) -> None:
        service.amend(
            connection,
            request.office.awards,
            request.actor,
            award_id,
            amount(form, award.currency),
            (form.text("reason_ar"), form.text("reason_en")),
            form.number("version"),
        )

    return await attempt(request, award_id, form, work, "saved")


@router.post("/{award_id}/milestones")
async def send_milestone(request: CurrentRequest, award_id: UUID) -> Response:
    award, form = await staff_form(request, award_id)

    def work(connection: Connection) -> None:
        plan = plan_of(form, award.currency)
        spending.plan_milestone(connection, request.office.awards, request.actor, award_id, plan)

    return await attempt(request, award_id, form, work, "saved")


async def staff_form(request: PortalRequest, award_id: UUID) -> tuple[Award, Form]:
    """Only of those who run the programme: a stranger does not learn what is wrong with a form."""
    _, form = request.person, await request.form()
    award = await request.do(lambda connection: service.get_award(connection, request.actor, award_id))
    if not holds_any(request.actor, STAFF, scopes_of(award.application_id, award.call_id)):
        raise NotAllowed
    return award, form


async def attempt(
    request: PortalRequest, award_id: UUID, form: Form, work: Callable[[Connection], object], notice: str
) -> Response:
    """Do it and go back to the award; what is refused is said there, above what was typed."""
    try:
        await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await award_page(request, award_id, form, error)
    return request.go(f"/awards/{award_id}", notice)


async def award_page(
    request: PortalRequest, award_id: UUID, form: Form | None = None, refused: FalajError | None = None
) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, award_id))
    settings, award = request.office.settings.awards, shown.award
    scopes = scopes_of(award.application_id, award.call_id)
    actor = request.actor.at(request.office.clock())
    return render_page(
        request,
        "funding/awards/show.html",
        step_words=await request.words_of(
            award_id,
            *(part.one.milestone_id for part in shown.parts),
            *(asked.one.claim_id for asked in shown.claims),
        ),
        title=title_of(award, request),
        here="account",
        refused=refused,
        form=form or Form(),
        sent_of=_sent_of(request),
        is_staff=holds_any(actor, STAFF, scopes),
        is_recipient=holds_any(actor, RECIPIENTS, scopes),
        journey=await journey_of(request, Kind.AWARD, award_id),
        proposing=await proposing(request, Origin.AWARD, award_id),
        may_claim=holds_any(actor, LEAD, scopes) and award.state in RUNNING,
        accepted=",".join(f".{one}" for one in MEDIA_TYPES),
        files_max=settings.evidence_files_max,
        megabytes_max=settings.evidence_bytes_max // 1_000_000,
        **shown._asdict(),
        **vocabulary(request),
    )


def _sent_of(request: PortalRequest) -> str:
    """To which of the page's forms the request was sent, as their fields are called."""
    _, of, object_id, *last = request.http.url.path.removeprefix("/portal").split("/")
    if of != "awards":
        return object_id
    return _FORMS.get(last[0], "") if last else ""


def _look(connection: Connection, request: PortalRequest, award_id: UUID) -> Shown:
    actor, clock = request.actor.at(request.office.clock()), request.office.clock
    award = service.get_award(connection, actor, award_id)
    assert may_see(actor, award)
    scopes = scopes_of(award.application_id, award.call_id)
    steps = steps_of(AWARD, possible_steps(connection, AWARDS, award_id, actor, clock), request)
    with connection.transaction():
        planned = {one.name: one.instant for one in find_deadlines(connection, award_id)}
    parts = []
    for milestone in service.list_milestones(connection, actor, award_id):
        files = spending.list_files(connection, actor, milestone.milestone_id)
        offers = possible_steps(connection, MILESTONES, milestone.milestone_id, actor, clock)
        is_reportable = milestone.state in REPORTABLE and holds_any(actor, RECIPIENTS, scopes)
        parts.append(Part(milestone, files, steps_of(MILESTONE, offers, request), is_reportable))
    claims = [
        _asked(connection, request, scopes, one) for one in service.list_claims(connection, actor, award_id)
    ]
    amendments = list(service.list_amendments(connection, actor, award_id))
    offer_ends = planned.get("offer_ends") if award.state == "offered" else None
    return Shown(award, steps, offer_ends, parts, claims, amendments)


def _asked(connection: Connection, request: PortalRequest, scopes: Any, claim: Claim) -> Asked:
    actor = request.actor.at(request.office.clock())
    offers = possible_steps(connection, CLAIMS, claim.claim_id, actor, request.office.clock)
    steps = [one for one in steps_of(CLAIM, offers, request) if one.event not in {"pay", "resubmit"}]
    return Asked(
        claim,
        steps,
        claim.state == "approved_finance" and holds_any(actor, FINANCE, scopes),
        claim.state == "changes_requested" and holds_any(actor, LEAD, scopes),
    )
