"""``/portal/calls/…/desk/applications``: all applications of a call, screening, questions, late access, appeals."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.journeys.service import find_journey
from casework.organisations.service import list_known
from casework.programme import Session
from hackathon.funding.applications import applicants, late, screening, service
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.passage import PASSAGE
from hackathon.funding.applications.rules import waited_for
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.machine import close_of
from hackathon.funding.calls.service import get_call, require_staff
from hub_api.programme.funding.applications.words import deadlines_of, names_of, vocabulary
from hub_api.programme.kit import reveal
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, state, text, value, when
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, states_of
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, of_part, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, guard=signed_in, here="calls", vocabulary=vocabulary)
#: Carries a code for late access from the answer that made it to the page that shows it, once.
LATE_COOKIE = "falaj_late_application"
#: What officers decide here; what comes after the reviews is decided elsewhere.
DECIDED = frozenset({"accept", "exclude"})
APPEALS = frozenset({"uphold", "dismiss"})


def look_beside(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """What waits for its release, how many are being written, and codes that were given."""
    call = get_call(session, call_id)
    return {
        "call": call,
        "closes_at": session.planned(call_id).get(close_of(call.round)),
        "code": reveal.take_code(request, LATE_COOKIE, call_id),
        "drafts": service.count_applications(session, call_id).get("draft", 0),
        "prepared": screening.list_prepared(session, call_id),
        "codes": late.list_codes(session, call_id),
    }


LIST = ListPage(
    router,
    "/calls/{call_id}/desk/applications",
    service.DESK,
    (
        Column(
            "list.title",
            text("title", "applications.untitled"),
            link="/calls/{call_id}/desk/applications/{application_id}",
        ),
        Column("list.reference", text("reference"), "reference"),
        Column("list.state", state(APPLICATION)),
        Column("list.late", when("late_until", {True: "applications.has_late"})),
        Column("list.since", value("state_changed_at"), "since"),
    ),
    guard=signed_in,
    here="calls",
    title="applications.desk",
    empty="applications.none",
    fields={
        "q": FilterLabel("applications.search"),
        "state": FilterLabel("list.state", states_of(APPLICATION)),
    },
    bulk=bulk_steps(APPLICATION, ("accept", "exclude"), screening.prepare),
    template="funding/applications/staff_list.html",
    more=look_beside,
    object_guard=require_staff,
    vocabulary=vocabulary,
).page
LIST.post(
    "release", lambda form: form.ids("decision"), "application_decisions_released", of_part(screening.release)
)
LIST.press_part("decisions/{decision_id}/withdraw", "step_taken", of_part(screening.take_back))


def grant_late(session: Session, call_id: UUID, until: datetime) -> Onward:
    """A code for one person, which the next page shows this once."""
    code = late.grant(session, call_id, until)
    return Onward(f"/calls/{call_id}/desk/applications", secret=reveal.secret_of(LATE_COOKIE, call_id, code))


LIST.post("late", lambda form: form.chosen_instant("until"), "late_granted", grant_late)


def look(session: Session, request: PortalRequest, call_id: UUID, application_id: UUID) -> dict[str, Any]:
    """An application as officers see it."""
    require_staff(session, call_id)
    dossier = service.get_dossier(session, application_id)
    one = service.require_of_call(session, call_id, dossier.application)
    people, prepared = applicants.show_applicants(session, one), screening.find_prepared(session, one)
    behalf, call = one.draft.organisation_id, service.get_call_of(session, one)
    # What was added to its newest step, and to the decision that waits.
    waiting = () if prepared is None else (prepared.decision.prepared_id,)
    steps = steps_on(session, request, APPLICATION, application_id, DECIDED | APPEALS | {"ask"})
    return {
        "title": one.draft.title or one.reference,
        "application": one,
        "call": call,
        "questions_asked": service.get_questions_of(session, one),
        "versions": dossier.versions,
        "organisation": next(iter(list_known(session, () if behalf is None else (behalf,))), None),
        "people": people,
        "names": names_of(session, people),
        "steps": steps,
        "step_words": session.words(application_id, *waiting),
        "prepared": prepared,
        "questions": dossier.questions,
        "appeal": dossier.appeal,
        "planned": deadlines_of(session, one),
        "stood_still": _days(waited_for(one, session.now())),
        "limits": session.of(ApplicationSettings),
        "journey": find_journey(session, PASSAGE, application_id),
    }


def _days(waited: timedelta) -> int:
    """Whole days, a part of one counted as one."""
    return -(-waited // timedelta(days=1))


def read_answer(form: Form) -> tuple[str, str]:
    event = form.text("event")
    if event not in APPEALS:
        raise FormUnreadable
    return event, form.text("answer")


PAGE = page(
    "/calls/{call_id}/desk/applications/{application_id}",
    "funding/applications/staff.html",
    look,
    object_guard=service.get_of_call,
    subject=Subject(APPLICATION, "application", lambda one: one.call_id),
)
PAGE.steps(of_part(screening.prepare), DECIDED, path="prepare", notice="prepared")
PAGE.edit(
    "ask",
    lambda form: (form.text("question"), form.chosen_instant("due_at")),
    "application_asked",
    lambda session, _, one, sent, version: screening.ask(session, one, *sent, version),
)
PAGE.edit(
    "appeal",
    read_answer,
    "step_taken",
    lambda session, _, one, sent, version: screening.answer_appeal(session, one, *sent, version),
)
