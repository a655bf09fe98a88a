"""``/portal/organisations``: found by everybody, registered by anybody, verified at the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.organisations.machines import MEMBERSHIP, ORGANISATION, ORGANISATIONS
from casework.organisations.members import ask_to_join, invite, list_members, list_memberships
from casework.organisations.model import Kind, Membership, Organisation
from casework.organisations.service import edit, find, move, register, search
from casework.people.model import Names
from casework.people.standing import find_names
from casework.workflow.service import possible_steps
from casework.workflow.wording import Label
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hub_api.programme.casework.organisations.memberships import steps_of_members
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, place_of, steps_of, words_about

router = APIRouter(prefix="/portal/organisations", include_in_schema=False)
SPEAKERS = (Role.OFFICER, Role.VENDOR, Role.ADMINISTRATOR)


@router.get("")
async def list_organisations(request: CurrentRequest, q: str = "") -> Response:
    registrar, after = request.office.registrar, place_of(request)
    rows = request.office.settings.portal.page_rows
    found = await request.do(
        lambda connection: search(connection, registrar, request.actor, q, request.language, after, rows)
    )
    return render_page(
        request,
        "casework/organisations/list.html",
        title=WORDS.text("rooms.organisations", request.language),
        here="organisations",
        q=q,
        found=found.organisations,
        after=found.after,
        **labels(),
    )


@router.get("/new")
async def show_new(request: CurrentRequest) -> Response:
    _ = request.person
    return _new_page(request, Form())


@router.post("/new")
async def send_new(request: CurrentRequest) -> Response:
    signed, form = request.person, await request.form()
    kind = next((one for one in Kind if one == form.text("kind")), None)
    if kind is None:
        raise FormUnreadable
    names = Names(form.optional("name_ar"), form.optional("name_en"))
    domains = form.text("domains").replace(",", " ").split()
    try:
        made = await request.do(
            lambda connection: register(connection, request.office.registrar, signed, kind, names, domains)
        )
    except FalajError as error:
        return _new_page(request, form, error)
    return request.go(f"/organisations/{made.organisation_id}", "organisation_registered")


@router.get("/{organisation_id}")
async def show_organisation(
    request: CurrentRequest, organisation_id: UUID, after: UUID | None = None
) -> Response:
    return await _show(request, organisation_id, Form(), after=after)


@router.post("/{organisation_id}/join")
async def join(request: CurrentRequest, organisation_id: UUID) -> Response:
    signed = request.person
    await request.form()

    def work(connection: Connection) -> None:
        ask_to_join(connection, request.office.registrar, signed, organisation_id)

    return await _attempt(request, organisation_id, Form(), work, "join_asked")


@router.post("/{organisation_id}/invite")
async def send_invitation(request: CurrentRequest, organisation_id: UUID) -> Response:
    signed, form = request.person, await request.form()

    def work(connection: Connection) -> None:
        invite(
            connection,
            request.office.registrar,
            signed,
            organisation_id,
            form.text("email"),
            request.visitor,
            is_admin=form.text("is_admin") == "1",
        )

    return await _attempt(request, organisation_id, form, work, "invited")


@router.post("/{organisation_id}/edit")
async def send_edit(request: CurrentRequest, organisation_id: UUID) -> Response:
    _, form = request.person, await request.form()
    names = Names(form.optional("name_ar"), form.optional("name_en"))

    def work(connection: Connection) -> None:
        edit(connection, request.office.registrar, request.actor, organisation_id, names)

    return await _attempt(request, organisation_id, form, work, "saved")


@router.post("/{organisation_id}/step")
async def take_step(request: CurrentRequest, organisation_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")

    def work(connection: Connection) -> None:
        move(
            connection,
            request.office.registrar,
            request.actor,
            organisation_id,
            form.text("event"),
            version,
            form.optional("reason"),
        )

    return await _attempt(request, organisation_id, form, work, "step_taken")


def labels() -> dict[str, Any]:
    """How templates call kinds and states."""
    return {
        "kind_label": lambda kind: Label(ORGANISATION.package, f"kind.{kind}"),
        "state_label": lambda state: ORGANISATION.label("state", state),
        "member_label": lambda state: MEMBERSHIP.label("state", state),
    }


class Shown(NamedTuple):
    """One organisation, and what its speakers see of it."""

    one: Organisation
    steps: list[Step]
    members: Sequence[Membership] | None
    people: Mapping[UUID, Names]
    member_steps: Mapping[UUID, list[Step]]
    may_ask: bool


async def _attempt(
    request: PortalRequest, organisation_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except FalajError as error:
        return await _show(request, organisation_id, form, error)
    return request.go(f"/organisations/{organisation_id}", notice)


async def _show(
    request: PortalRequest,
    organisation_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    after: UUID | None = None,
) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, organisation_id, after))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "casework/organisations/show.html",
        step_words={}
        if shown.members is None
        else await words_about(request, ORGANISATION, {organisation_id: shown.one.state}),
        title=shown.one.names.shown(request.language),
        here="organisations",
        refused=refused,
        form=form,
        rows=request.office.settings.portal.page_rows,
        **values,
        **labels(),
    )


def _look(connection: Connection, request: PortalRequest, organisation_id: UUID, after: UUID | None) -> Shown:
    one = find(connection, request.actor, organisation_id)
    offers = possible_steps(connection, ORGANISATIONS, organisation_id, request.actor, request.office.clock)
    steps = steps_of(ORGANISATION, offers, request)
    members: Sequence[Membership] | None = None
    if holds_any(request.actor, SPEAKERS, (Scope(ScopeKind.ORGANISATION, organisation_id),)):
        members = list_members(
            connection,
            request.office.registrar,
            request.actor,
            organisation_id,
            after,
            request.office.settings.portal.page_rows,
        )
    people = find_names(connection, [one.person_id for one in members or () if one.person_id is not None])
    member_steps = steps_of_members(connection, request, members or ())
    may_ask = (
        one.is_verified and request.signed is not None and not _belongs(connection, request, organisation_id)
    )
    return Shown(one, steps, members, people, member_steps, may_ask)


def _belongs(connection: Connection, request: PortalRequest, organisation_id: UUID) -> bool:
    own = list_memberships(connection, request.person)
    open_states = {state.name for state in MEMBERSHIP.states if not state.is_terminal}
    return any(one.organisation_id == organisation_id and one.state in open_states for one in own)


def _new_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    kind_label = labels()["kind_label"]
    return render_page(
        request,
        "casework/organisations/new.html",
        title=WORDS.text("organisations.new", request.language),
        here="organisations",
        refused=refused,
        form=form,
        kinds=[(kind.value, kind_label(kind).text(request.language)) for kind in Kind],
    )
