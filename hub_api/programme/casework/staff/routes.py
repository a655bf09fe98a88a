"""``/portal/desk``: people and their roles, organisations to verify, and the outbox."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import HUB, Grant, Role, Scope, ScopeKind
from casework.noun import Nouns
from casework.organisations.service import search as search_organisations
from casework.outbox.repository import find_mails
from casework.outbox.rules import subject_without_fields
from casework.outbox.service import retry
from casework.people.errors import Forbidden
from casework.people.machine import MACHINE
from casework.people.model import Person
from casework.people.roles.model import StoredGrant
from casework.people.roles.rules import SCOPES, may_manage
from casework.people.roles.service import grant, list_grants, revoke
from casework.people.standing import find_person, reinstate, search_people, suspend
from casework.programme import Session
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.hackathons.service import list_hackathons
from hub_api.programme.casework.organisations.routes import labels
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import FUNDING, WORDS, has_desk, is_staff, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, place_of, steps_of
from hub_api.programme.market.marketplace.words import is_programme

router = APIRouter(prefix="/portal/desk", include_in_schema=False)
#: What is given here: roles of the hub, and of a hackathon. Organisations name their speakers themselves.
GIVEN = tuple(role for role, kinds in SCOPES.items() if kinds & {ScopeKind.HUB, ScopeKind.HACKATHON})
#: Steps of accounts that staff take; the others are the person's own.
STAFF_STEPS = ("suspend", "reinstate")


@router.get("")
async def show_desk(request: CurrentRequest) -> Response:
    _ = request.person
    if not has_desk(request.actor):
        raise Forbidden
    waiting: str | None = None
    if request.actor.has(Role.ADMINISTRATOR):
        found = await request.do(lambda connection: _to_verify(connection, request))
        waiting = f"{len(found.organisations)}{'+' if found.after else ''}"
    runs_hub, actor = is_staff(request.actor), request.actor
    title = WORDS.text("desk.title" if runs_hub else "rooms.desk", request.language)
    return render_page(
        request,
        "casework/staff/overview.html",
        title=title,
        here="desk",
        waiting=waiting,
        is_staff=runs_hub,
        is_programme=is_programme(request),
        runs_funding=actor.has(Role.ADMINISTRATOR) or any(grant.role in FUNDING for grant in actor.grants),
    )


@router.get("/people")
async def show_people(request: CurrentRequest, q: str = "") -> Response:
    """Nobody is shown, and so nobody's data is read, before somebody is looked for."""
    _, after, desk = request.person, place_of(request), request.office.desk
    rows = request.office.settings.portal.page_rows if q.strip() else 0
    if not is_staff(request.actor):
        raise Forbidden
    found = (
        None
        if not rows
        else await request.do(
            lambda connection: search_people(
                connection, desk, request.actor, q, request.language, after, rows
            )
        )
    )
    return render_page(
        request,
        "casework/staff/people.html",
        title=WORDS.text("desk.people", request.language),
        here="desk",
        q=q,
        found=found and found.people,
        after=found and found.after,
        state_label=lambda state: MACHINE.label("state", state),
    )


@router.get("/people/{person_id}")
async def show_person(request: CurrentRequest, person_id: UUID) -> Response:
    _ = request.person
    return await _person_page(request, person_id, Form())


@router.post("/people/{person_id}/step")
async def take_step(request: CurrentRequest, person_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, event, desk = form.number("version"), form.text("event"), request.office.desk
    if event not in STAFF_STEPS:
        raise FormUnreadable

    def work(session: Session) -> None:
        if event == "suspend":
            suspend(session, person_id, form.text("reason"), version)
        else:
            reinstate(session, person_id, version)

    try:
        # That somebody looked stays noted, whatever becomes of the step.
        await request.do(lambda connection: find_person(connection, desk, request.actor, person_id))
        await request.act(work)
    except FalajError as error:
        return await _person_page(request, person_id, form, error)
    return request.go(f"/desk/people/{person_id}", "saved")


@router.post("/people/{person_id}/grants")
async def give_role(request: CurrentRequest, person_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(connection: Connection) -> None:
        wanted = _grant_of(form)
        find_person(connection, request.office.desk, request.actor, person_id)
        grant(connection, request.office.desk, request.actor, person_id, wanted)

    return await _attempt(request, person_id, form, work)


@router.post("/grants/{grant_id}/revoke")
async def take_role(request: CurrentRequest, grant_id: UUID) -> Response:
    _, form = request.person, await request.form()
    person_id = form.id("person")

    def work(connection: Connection) -> None:
        with request.asking(connection, "role", "revoke", person_id):
            revoke(connection, request.office.desk, request.actor, grant_id)

    return await _attempt(request, person_id, form, work)


@router.get("/organisations")
async def show_organisations(request: CurrentRequest) -> Response:
    _ = request.person
    found = await request.do(lambda connection: _to_verify(connection, request))
    return render_page(
        request,
        "casework/organisations/list.html",
        title=WORDS.text("desk.organisations", request.language),
        here="desk",
        q="",
        found=found.organisations,
        after=found.after,
        **labels(),
    )


@router.get("/mails")
async def show_mails(request: CurrentRequest) -> Response:
    _require_administrator(request)
    rows = request.office.settings.portal.page_rows
    mails = await request.do(lambda connection: find_mails(connection, None, rows))
    title, packages = WORDS.text("desk.mails", request.language), request.office.programme.of(Nouns).packages
    return render_page(
        request,
        "casework/staff/mails.html",
        title=title,
        here="desk",
        mails=mails,
        masked=masked,
        subject_of=lambda template: subject_without_fields(template, request.language, packages),
    )


@router.post("/mails/{mail_id}/retry")
async def retry_mail(request: CurrentRequest, mail_id: UUID) -> Response:
    _require_administrator(request)
    await request.form()
    await request.do(lambda connection: retry(connection, mail_id, request.office.clock()))
    return request.go("/desk/mails", "mail_retried")


def masked(address: str) -> str:
    """Enough to see whether it left: whose it is, is nobody's business here."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


class Shown(NamedTuple):
    """An account as staff see it."""

    person: Person
    steps: list[Step]
    grants: list[StoredGrant]
    revocable: frozenset[UUID]
    scopes: dict[UUID, str]


async def _attempt(request: PortalRequest, person_id: UUID, form: Form, work: Any) -> Response:
    try:
        await request.do(work)
    except FalajError as error:
        return await _person_page(request, person_id, form, error)
    return request.go(f"/desk/people/{person_id}", "saved")


async def _person_page(
    request: PortalRequest, person_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    if not is_staff(request.actor):
        raise Forbidden
    shown = await request.do(lambda connection: _look(connection, request, person_id))
    values: dict[str, Any] = shown._asdict()
    everywhere = WORDS.text("desk.everywhere", request.language)
    return render_page(
        request,
        "casework/staff/person.html",
        title=shown.person.names.shown(request.language),
        here="desk",
        form=form,
        refused=refused,
        roles=[(role.value, WORDS.text(f"role.{role}", request.language)) for role in GIVEN],
        places=[("", everywhere), *((str(one), title) for one, title in shown.scopes.items())],
        state_label=lambda state: MACHINE.label("state", state),
        **values,
    )


def _look(connection: Connection, request: PortalRequest, person_id: UUID) -> Shown:
    person = find_person(connection, request.office.desk, request.actor, person_id)
    at = request.office.clock()
    grants = list_grants(connection, person_id)
    session = request.office.programme.within(connection, request.actor)
    offers = session.steps(session.of(Nouns).binding(MACHINE), person_id)
    steps = [step for step in steps_of(MACHINE, offers, request) if step.event in STAFF_STEPS]
    hackathons = list_hackathons(session)
    is_arabic = request.language == "ar"
    scopes = {
        one.hackathon_id: one.description.title_ar if is_arabic else one.description.title_en
        for one in hackathons
    }
    revocable = frozenset(one.grant_id for one in grants if may_manage(request.actor, one.grant, at))
    return Shown(person, steps, grants, revocable, scopes)


def _grant_of(form: Form) -> Grant:
    role = next((role for role in GIVEN if role == form.text("role")), None)
    if role is None:
        raise FormUnreadable
    scope = Scope(ScopeKind.HACKATHON, form.id("where")) if form.text("where") else HUB
    return Grant(role, scope, form.instant("until"))


def _to_verify(connection: Connection, request: PortalRequest) -> Any:
    return search_organisations(
        connection,
        request.office.registrar,
        request.actor,
        "",
        request.language,
        place_of(request),
        request.office.settings.portal.page_rows,
        "registered",
    )


def _require_administrator(request: PortalRequest) -> None:
    _ = request.person
    if not request.actor.has(Role.ADMINISTRATOR):
        raise Forbidden
