"""``/portal/desk``: people and their roles, organisations to verify, and the outbox.

``/portal/desk/readings`` and ``…/audit``: administrators see who looked at whose data, and whether the log is whole.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from casework.access.model import HUB, Grant, Role, Scope, ScopeKind
from casework.access_log import service as access_log
from casework.alerts.service import WATCHERS
from casework.annotations.machine import WRITERS
from casework.audit import service as audit
from casework.lists.model import DeskList, Row
from casework.noun import Nouns
from casework.operator_texts import service as operator_texts
from casework.organisations import service as organisations
from casework.organisations.machines import ORGANISATION
from casework.outbox import desk as outbox
from casework.outbox.rules import subject_without_fields
from casework.people import standing
from casework.people.errors import Forbidden
from casework.people.machine import MACHINE
from casework.people.roles.rules import SCOPES, may_manage
from casework.people.roles.service import grant, list_grants, revoke
from casework.people.standing import end_sessions, find_person, reinstate, suspend
from casework.programme import Session
from casework.second_factor import service as second_factor
from casework.tasks.service import count
from casework.workflow.errors import NotAllowed
from casework.workflow.wording import Label
from citycore.errors import FalajError
from citycore.language import Language
from hackathon.contest.hackathons.service import list_hackathons
from hub_api.programme.casework.account.own_pages import is_known_reading
from hub_api.programme.casework.organisations.words import kind_label
from hub_api.programme.kit.asking.proof import require_proof
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, Mark, code, names, state, text, value
from hub_api.programme.kit.lists.page import (
    Bulk,
    Deed,
    FilterLabel,
    ListPage,
    bulk_steps,
    labels_of,
    states_of,
    texts_of,
)
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import FUNDING, WORDS, has_desk, headers, is_staff
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.shortcuts import Place
from hub_api.programme.kit.steps import steps_of
from hub_api.programme.market.marketplace.words import is_programme
from hub_api.serving.operator.settings import operator
from hub_api.serving.operator.texts import comes_with_the_hub
from participation.dialogue.noun import DESK as DIALOGUE
from participation.ideas import service as ideas
from participation.surveys import service as surveys
from participation.voices.service import LISTING as VOICES
from programme.registry import NOUNS

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, here="desk")
#: What is given here: roles of the hub, and of a hackathon. Organisations name their speakers themselves.
GIVEN = tuple(role for role, kinds in SCOPES.items() if kinds & {ScopeKind.HUB, ScopeKind.HACKATHON})
#: Steps of accounts that staff take; the others are the person's own.
STAFF_STEPS = frozenset({"suspend", "reinstate"})
#: Where cases, surveys, sessions and ideas are worked on, by the text that names each.
PARTICIPATION: Final = {
    Place("voices.desk", "/desk/voices"): VOICES,
    Place("surveys.title", "/desk/surveys"): surveys.DESK,
    Place("dialogue.title", "/desk/dialogue"): DIALOGUE,
    Place("ideas.queue", "/desk/ideas"): ideas.DESK,
}


def works_at_desk(request: PortalRequest) -> None:
    if not has_desk(request.person.actor):
        raise Forbidden


def works_with_people(request: PortalRequest) -> None:
    if not is_staff(request.person.actor):
        raise Forbidden


def administers(request: PortalRequest) -> None:
    if not request.person.actor.has(Role.ADMINISTRATOR):
        raise Forbidden


def look_at_desk(session: Session, request: PortalRequest) -> dict[str, Any]:
    runs_hub, actor = is_staff(session.actor), session.actor
    return {
        "title": WORDS.text("desk.title" if runs_hub else "rooms.desk", request.language),
        "waiting": count(session, "organisation.verify") if actor.has(Role.ADMINISTRATOR) else None,
        "is_staff": runs_hub,
        "unstated": unstated_of(session) if actor.has(Role.ADMINISTRATOR) else (),
        "watches_alerts": session.holds(WATCHERS, ()),
        "writes_annotations": session.holds(WRITERS, ()),
        "is_programme": is_programme(request),
        "runs_funding": actor.has(Role.ADMINISTRATOR) or any(one.role in FUNDING for one in actor.grants),
        "participation": [place for place, desk in PARTICIPATION.items() if _is_open(session, desk)],
    }


def unstated_of(session: Session) -> list[str]:
    """What the hub does not say yet of whoever runs it. The text of a page can say how they are reached, too."""
    own, settings = operator_texts.list_named(session), operator()
    has_contact = "contact" in own or not comes_with_the_hub("contact", settings)
    found = [each for each in settings.unstated if each != "contact" or not has_contact]
    if "accessibility" not in own and comes_with_the_hub("accessibility", settings):
        found.append("accessibility")
    return found


def _is_open(session: Session, desk: DeskList) -> bool:
    """Whether the list lets its reader in, as it says itself."""
    try:
        desk.values(session)
    except NotAllowed:
        return False
    return True


page("/desk", "casework/staff/overview.html", look_at_desk, guard=works_at_desk)


#: Nobody is shown, and so nobody's data is read, before somebody is looked for.
ListPage(
    router,
    "/desk/people",
    standing.DESK,
    (
        Column("list.name", names("name"), "name_{language}", "/desk/people/{person_id}"),
        Column("list.email", text("email")),
        Column("list.role", lambda row, language: roles_told(row["roles"], language)),
        Column("list.state", state(MACHINE)),
        Column("list.joined", value("created_at"), "begun"),
    ),
    guard=works_with_people,
    here="desk",
    title="desk.people",
    empty="list.people_empty",
    fields={
        "q": FilterLabel("desk.search"),
        "state": FilterLabel("list.state", states_of(MACHINE)),
        "role": FilterLabel("list.role", texts_of("role")),
    },
)


def roles_told(roles: str | None, language: Language) -> str:
    """What the roles that somebody has are called."""
    comma = "، " if language == "ar" else ", "
    return comma.join(WORDS.text(f"role.{one}", language) for one in (roles or "").split())


def look(session: Session, request: PortalRequest, person_id: UUID) -> dict[str, Any]:
    """An account as staff see it."""
    person, at, language = find_person(session, person_id), session.now(), request.language
    grants = list_grants(session, person_id)
    offers = session.steps(session.of(Nouns).binding(MACHINE), person_id)
    scopes = {one.hackathon_id: one.description.title(language) for one in list_hackathons(session)}
    everywhere = WORDS.text("desk.everywhere", language)
    return {
        "title": person.names.shown(language),
        "person": person,
        "steps": steps_of(MACHINE, offers, request, STAFF_STEPS),
        "administers": session.actor.has(Role.ADMINISTRATOR),
        "has_factor": second_factor.has_factor(session, person_id),
        "is_own": session.actor.person_id == person_id,
        "grants": grants,
        "revocable": frozenset(one.grant_id for one in grants if may_manage(session.actor, one.grant, at)),
        "scopes": scopes,
        "roles": [(role.value, WORDS.text(f"role.{role}", language)) for role in GIVEN],
        "places": [("", everywhere), *((str(one), title) for one, title in scopes.items())],
    }


def take_step(session: Session, person_id: UUID, event: str, version: int, reason: str | None) -> None:
    if event == "suspend":
        suspend(session, person_id, reason or "", version)
    else:
        reinstate(session, person_id, version)


def read_grant(form: Form) -> Grant:
    role = next((role for role in GIVEN if role == form.text("role")), None)
    if role is None:
        raise FormUnreadable
    scope = Scope(ScopeKind.HACKATHON, form.id("where")) if form.text("where") else HUB
    return Grant(role, scope, form.instant("until"))


#: That somebody looked stays noted, whatever becomes of what they send: the guard of the object is a look of its own.
PERSON = page(
    "/desk/people/{person_id}",
    "casework/staff/person.html",
    look,
    guard=works_with_people,
    object_guard=find_person,
    proves=frozenset({"step", "grants", "second-factor/reset", "sessions/end"}),
)
PERSON.steps(take_step, STAFF_STEPS, notice="saved")
PERSON.post("grants", read_grant, "saved", grant)
PERSON.post(
    "second-factor/reset",
    lambda form: form.number("version"),
    "factor_reset",
    second_factor.reset,
    asks="second_factor.reset",
)
PERSON.post("sessions/end", lambda form: form.number("version"), "sessions_ended", end_sessions)


@router.post("/desk/grants/{grant_id}/revoke")
async def take_role(request: CurrentRequest, grant_id: UUID) -> Response:
    """Of whom, the form says."""
    _, form = request.person, await request.form()
    person_id = form.id("person")
    works_with_people(request)
    await require_proof(request)

    def take(session: Session) -> None:
        revoke(session, grant_id)
        request.require_sure("role.revoke", person_id)

    try:
        await request.act(take)
    except FalajError as error:
        return await PERSON.show(request, person_id, refused=error)
    return request.go(f"/desk/people/{person_id}", "saved")


ListPage(
    router,
    "/desk/organisations",
    organisations.DESK,
    (
        Column("list.name", names("name"), "name_{language}", "/organisations/{organisation_id}"),
        Column("list.kind", code("kind", kind_label)),
        Column("list.state", state(ORGANISATION)),
        Column("list.since", value("state_changed_at"), "since"),
    ),
    guard=administers,
    here="desk",
    title="desk.organisations",
    empty="list.organisations_empty",
    fields={
        "q": FilterLabel("organisations.search"),
        "state": FilterLabel("list.state", states_of(ORGANISATION)),
        "kind": FilterLabel("list.kind", labels_of(kind_label)),
    },
    bulk=bulk_steps(ORGANISATION, ("verify", "reject"), organisations.move),
)


def subject_of(row: Row, language: Language) -> str:
    """What a mail is about, by its template."""
    return subject_without_fields(row["template"], language, NOUNS.packages) or row["template"]


def masked(address: str) -> str:
    """Enough to see whether it left: whose it is, is nobody's business here."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


_LOOKS = {"sent": "is-good", "waiting": "is-late", "failed": "is-bad"}
ListPage(
    router,
    "/desk/mails",
    outbox.DESK,
    (
        Column("list.title", subject_of),
        Column("list.kind", text("template")),
        Column("list.email", lambda row, _: masked(row["recipient"])),
        Column(
            "list.state",
            lambda row, language: Mark(_LOOKS[row["status"]], WORDS.text(f"mail.{row['status']}", language)),
        ),
        Column("list.begun", value("created_at"), "begun"),
        Column("list.error", text("last_error")),
    ),
    guard=administers,
    here="desk",
    title="desk.mails",
    empty="desk.mails_lead",
    fields={"state": FilterLabel("list.state", texts_of("mail"))},
    bulk=Bulk(
        (Deed("retry", Label("hub_api.programme.kit", "desk.retry")),),
        lambda session, mail_id, *_: outbox.try_again(session, mail_id),
    ),
)


def reading_told(row: Row, language: Language) -> str:
    """What somebody looked at."""
    what: str = row["what"]
    if what == "people.account":
        return WORDS.text("oversight.account", language)
    return WORDS.text(f"reading.{what.replace('.', '_')}", language) if is_known_reading(what) else what


ListPage(
    router,
    "/desk/readings",
    access_log.DESK,
    (
        Column("list.at", value("at"), "at"),
        Column("oversight.reader", names("reader", "nobody"), link="/desk/people/{reader}"),
        Column("oversight.person", names("person", "nobody"), link="/desk/people/{person_id}"),
        Column("list.what_read", reading_told),
    ),
    guard=administers,
    here="desk",
    title="oversight.readings",
    empty="oversight.readings_lead",
    fields={
        "q": FilterLabel("desk.search"),
        "looks": FilterLabel("list.looks", texts_of("list.looks_of")),
        "since": FilterLabel("list.from"),
        "until": FilterLabel("list.until"),
    },
)


def look_at_audit(session: Session, request: PortalRequest) -> dict[str, Any]:
    """Where every chain ends; with ``verify`` each line is read and compared."""
    settings, heads = request.office.settings.portal, audit.heads(session.connection)
    lines = sum(head.position for head in heads)
    may_verify = lines <= settings.audit_lines_max
    return {
        "heads": heads[: settings.page_rows],
        "chains": len(heads),
        "lines": lines,
        "may_verify": may_verify,
        "verdict": audit.examine(session.connection) if request.query("verify") and may_verify else None,
        "now": session.now(),
    }


page("/desk/audit", "casework/staff/audit.html", look_at_audit, guard=administers, title="oversight.audit")


@router.get("/desk/audit/heads")
async def send_heads(request: CurrentRequest) -> Response:
    """The ends of all chains as ``falaj audit verify --noted`` reads them, to be kept where nobody here writes."""
    administers(request)
    heads = await request.look(lambda session: audit.heads(session.connection))
    now = request.office.clock()
    text = "".join(f"{one.chain} {one.position} {one.digest.hex()}\n" for one in heads)
    fields = headers(request.office, request.language) | {
        "Content-Disposition": f'attachment; filename="falaj-audit-{now:%Y%m%dT%H%M%SZ}.txt"'
    }
    return PlainTextResponse(f"# {now:%Y-%m-%dT%H:%M:%SZ}\n{text}", headers=fields)
