"""``/portal/applications/…``: the page of an application for those who apply: where it stands, what comes next, and
everything about it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Role, Scope, ScopeKind
from casework.files.model import Received
from casework.journeys.service import find_journey
from casework.programme import Session
from citycore.errors import FalajError
from hackathon.funding.applications import applicants, late, screening, service, writing
from hackathon.funding.applications.machine import APPLICANT, APPLICATION, EDITABLE, OPEN
from hackathon.funding.applications.passage import PASSAGE
from hackathon.funding.applications.rules import is_own, what_next
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.machine import close_of
from hub_api.programme.funding.applications.own_pages import OWN
from hub_api.programme.funding.applications.words import ACCEPT, deadlines_of, field_of, names_of, vocabulary
from hub_api.programme.kit.attachment import SavedFile, download, download_record
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import ERROR_PAGES, Onward, Page, Several, as_sent, signed_in, step_of
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Beside writing, which has a form of its own, and what comes with a text.
OWN_STEPS = frozenset({"submit", "reopen", "withdraw"})
APPLICANT_STEPS = frozenset({"accept", "decline", "withdraw", "leave", "remove"})


def path_of(_: Session, application_id: UUID) -> str:
    return f"/applications/{application_id}"


def look(session: Session, request: PortalRequest, application_id: UUID) -> dict[str, Any]:
    service.get_own(session, application_id)
    dossier = service.get_dossier(session, application_id)
    one, now = dossier.application, session.now()
    call, planned = service.get_call_of(session, one), deadlines_of(session, one)
    people = applicants.list_applicants(session, application_id)
    closes_at = planned.get(close_of(one.round))
    is_late = closes_at is not None and now >= closes_at
    return {
        "title": one.draft.title or one.reference,
        "application": one,
        "call": call,
        "ahead": what_next(one, call.state, planned),
        "questions_asked": service.get_questions_of(session, one),
        "versions": dossier.versions,
        "files": service.list_draft_files(session, application_id),
        "people": people,
        "people_steps": {
            each.applicant_id: steps_on(session, request, APPLICANT, each.applicant_id) for each in people
        },
        "names": names_of(session, people),
        "steps": steps_on(session, request, APPLICATION, application_id, OWN_STEPS),
        "step_words": session.words(application_id) if APPLICATION.state(one.state).reasons else {},
        "questions": dossier.questions,
        "appeal": dossier.appeal,
        "planned": planned,
        "is_lead": leads(session, application_id),
        "is_closed": is_late,
        "closes_at": closes_at,
        "limits": session.of(ApplicationSettings),
        "is_editable": one.state in EDITABLE and not is_late,
        "is_open": one.state in OPEN,
        "accept": ACCEPT,
        "field_of": field_of,
        "journey": find_journey(session, PASSAGE, application_id),
    }


def leads(session: Session, application_id: UUID) -> bool:
    return session.actor.has(Role.LEAD_APPLICANT, Scope(ScopeKind.APPLICATION, application_id))


def staff_page(session: Session, application_id: UUID) -> str | None:
    """For officers of the call it stands among those of the call; None for those who apply."""
    found = service.get_application(session, application_id)
    if is_own(session.actor, found):
        return None
    return f"/calls/{found.call_id}/desk/applications/{application_id}"


def move(session: Session, application_id: UUID, event: str, version: int, _: str | None) -> Onward | None:
    if event == "submit":
        writing.submit(session, application_id, version)
        return Onward(path_of(session, application_id), "application_handed_in")
    writing.move(session, application_id, event, version)
    return None


def add_file(session: Session, application_id: UUID, _: None, received: Received) -> None:
    writing.add_file(session, application_id, received)


#: What is sent from the page; a stranger's file is not read at all.
PAGE = Page(
    router,
    "/applications/{application_id}",
    "funding/applications/show.html",
    look,
    guard=signed_in,
    object_guard=service.get_own,
    home=path_of,
    here="calls",
    vocabulary=vocabulary,
)
PAGE.steps(move, OWN_STEPS)
PAGE.edit("answer", lambda form: form.text("answer"), "application_answered", screening.answer)
PAGE.edit("appeal", lambda form: form.text("appeal"), "application_appealed", screening.appeal)
PAGE.post("late", lambda form: form.text("code"), "late_redeemed", late.redeem)
PAGE.edit("lead", lambda form: form.id("applicant"), "step_taken", applicants.hand_over)
PAGE.upload(
    "files",
    Several(lambda request: request.office.settings.applications.store()),
    lambda _form, _request: None,
    "file_added",
    add_file,
)
PAGE.press_part("files/{attached_id}/remove", "file_removed", writing.remove_file)


@router.get("/applications/{application_id}")
async def show(request: CurrentRequest, application_id: UUID) -> Response:
    signed_in(request)
    elsewhere = await request.look(staff_page, application_id)
    return await PAGE.show(request, application_id) if elsewhere is None else request.go(elsewhere)


async def invite(request: PortalRequest, application_id: UUID, form: Form) -> None:
    """That it was tried stays counted where it is refused."""
    await request.run(applicants.invite, request.actor, application_id, form.text("email"), request.visitor)


PAGE.answer("invite", as_sent, "invited", invite)


@router.post("/applicants/{applying_id}/step")
async def step_of_applicant(request: CurrentRequest, applying_id: UUID, on: UUID | None = None) -> Response:
    """Of somebody who applies or is invited; ``on`` is the application on whose page it was pressed."""
    signed_in(request)
    event, version, reason = step_of(await request.form(), APPLICANT_STEPS)
    is_on_page = on is not None and event != "leave"
    try:
        await request.act(applicants.move, applying_id, event, version, reason)
    except ERROR_PAGES:
        raise
    except FalajError as error:
        if on is not None and is_on_page:
            return await PAGE.show(request, on, refused=error)
        return await OWN.show(request, refused=error)
    return request.go(f"/applications/{on}" if is_on_page else "/account/applications", "step_taken")


def open_file(session: Session, application_id: UUID, attached_id: UUID) -> SavedFile:
    """For those who apply, and for officers without a conflict; reviewers get copies elsewhere."""
    file, path = service.find_file(session, application_id, attached_id)
    return SavedFile(path, file.name, file.media_type)


download(router, "/applications/{application_id}/files/{attached_id}", signed_in, open_file)

download_record(
    router,
    "/applications/{application_id}/versions/{version}",
    signed_in,
    "application",
    service.get_record,
)
