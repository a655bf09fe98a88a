"""``/portal/calls``: what everybody sees of them.

``/portal/calls/…/desk``: a call for those who run it.

``/portal/calls/…/desk/{form,criteria,eligibility}``: what a call asks, what reviewers mark, who may apply.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.access.model import Role
from casework.access.rules import holds_any
from casework.forms.model import WRITTEN
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.deadlines import extension_choices
from casework.workflow.errors import NoSuchObject, NotAllowed
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon, list_hackathons
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls import errors, service
from hackathon.funding.calls.machine import (
    CALL,
    CORRECTABLE,
    DEADLINES,
    EDITABLE,
    OPEN_FOR_DRAFTS,
    SECOND_CLOSES,
    STAFF,
)
from hackathon.funding.calls.model import ApplicantKind, Call, Description, Stage, Statement, Wanted
from hackathon.funding.calls.rules import is_staff, scopes_of
from hackathon.funding.calls.settings import CallSettings
from hub_api.programme.funding.calls.words import (
    choices_of,
    criteria_of,
    currencies,
    description_of,
    eligibility_of,
    staff_page,
    vocabulary,
)
from hub_api.programme.kit.feeds import Entry, feed
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.outlook import Subject, public
from hub_api.programme.kit.pages import Onward, Page, anybody, as_sent, signed_in, spread
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.rows import NO_QUESTION, is_named, questions_in, with_spare
from hub_api.programme.kit.steps import Remedies, extensions_of, steps_on, with_remedies

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, here="calls", vocabulary=vocabulary)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    q, is_programme = request.query("q"), session.holds(STAFF, ())
    stages = [one for one in Stage if is_programme or one is not Stage.UNPUBLISHED]
    wanted = Wanted(q, next((one for one in stages if one == request.query("stage")), None))
    found = service.list_calls(session, wanted, request.query_id("after"))
    codes = {} if wanted.stage is None else {"stage": wanted.stage.value}
    return {
        "calls": found.calls,
        "after": found.after,
        "q": q,
        "stage": codes.get("stage", ""),
        "codes": codes,
        # What is not published is no news to anybody.
        "may_keep": bool(q.strip() or codes) and wanted.stage is not Stage.UNPUBLISHED,
        "stages": choices_of(stages, "stage", request),
        "may_create": is_programme,
    }


page("/calls", "funding/calls/list.html", look_at_list, guard=anybody, title="rooms.calls")


def entry_of(one: Call) -> Entry:
    said = one.description.texts
    titles, texts = Names(said.title_ar, said.title_en), Names(said.summary_ar, said.summary_en)
    return Entry(one.call_id, titles, texts, one.state_changed_at)


feed(
    router,
    "/calls",
    lambda session: [
        one for one in service.list_calls(session, Wanted()).calls if CALL.state(one.state).public is None
    ],
    entry_of,
)


def runs_calls(request: PortalRequest) -> None:
    """Who runs calls for the whole hub makes new ones; :class:`NotAllowed`."""
    if not holds_any(request.person.actor, STAFF, ()):
        raise NotAllowed


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    return {"about": None, "currencies": currencies(request), "choices": find_choices(session, request)}


def create(session: Session, description: Description) -> Onward:
    return Onward(f"/calls/{service.create(session, description)}/desk")


page("/calls/new", "funding/calls/new.html", look_at_new, guard=runs_calls, title="calls.new").post(
    "", description_of, "saved", create
)


def look(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """``hackathon`` is the one that it is for, if its visitor may know of it."""
    call, deadlines = service.get_call(session, call_id), session.deadlines(call_id)
    if call.description.terms.rounds == 1:
        deadlines = [one for one in deadlines if one.name != SECOND_CLOSES]
    return {
        "title": call.title(request.language),
        "call": call,
        "sharing_text": call.description.texts.summary_ar
        if request.language == "ar"
        else call.description.texts.summary_en,
        "forms_asked": service.get_forms(session, call_id),
        "deadlines": sorted(deadlines, key=lambda deadline: deadline.instant),
        "extensions": session.extensions(call_id),
        "hackathon": hackathon_of(session, call),
        "is_staff": is_staff(session.actor, call_id),
        "is_open": call.state in OPEN_FOR_DRAFTS,
        "is_desk": False,
        "may_see_awards": may_see_awards(session, call_id),
    }


def hackathon_of(session: Session, call: Call) -> Hackathon | None:
    hackathon_id = call.description.terms.hackathon_id
    if hackathon_id is None:
        return None
    try:
        return get_hackathon(session, hackathon_id)
    except NoSuchObject:
        return None


page(
    "/calls/{call_id}",
    "funding/calls/show.html",
    look,
    guard=anybody,
    subject=Subject(CALL, "call", lambda one: one.call_id, public),
)


def may_see_awards(session: Session, call_id: UUID) -> bool:
    """Whether the staff page of a call's awards is the visitor's: who runs the call, and who pays."""
    return session.holds(STAFF | {Role.FINANCE}, scopes_of(call_id))


class Choices(NamedTuple):
    """What the form of a call offers: who funds, and for the winners of which hackathon."""

    funders: list[tuple[str, str]]
    hackathons: list[tuple[str, str]]


def find_choices(session: Session, request: PortalRequest) -> Choices:
    return Choices(
        [
            (str(one.organisation_id), one.names.shown(request.language))
            for one in service.list_funders(session)
        ],
        [
            (str(one.hackathon_id), one.description.title(request.language))
            for one in list_hackathons(session)
        ],
    )


def remedies_of(call_id: UUID) -> Remedies:
    """Where its desk puts right what is missing."""
    path = f"/calls/{call_id}/desk"
    return {
        errors.CallNotDescribed: "#description",
        errors.CallBudgetTooSmall: "#description",
        errors.CallDatesMissing: "#dates",
        errors.CallForNobody: f"{path}/eligibility",
        errors.CallFormMissing: f"{path}/form/1",
        errors.CallCriteriaIncomplete: f"{path}/criteria",
    }


def look_at_desk(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    service.require_staff(session, call_id)
    call = service.get_call(session, call_id)
    planned = session.planned(call_id)
    is_single = call.description.terms.rounds == 1
    names = [name for name in DEADLINES if not (is_single and name == SECOND_CLOSES)]
    steps = with_remedies(steps_on(session, request, CALL, call_id), remedies_of(call_id))
    return {
        "title": call.title(request.language),
        "call": call,
        "steps": [one for one in steps if not (is_single and one.event == "open_second")],
        "planned": planned,
        "forms_asked": service.get_forms(session, call_id),
        "choices": find_choices(session, request),
        "names": names,
        "currencies": currencies(request),
        "may_plan": call.state in CALL.planned_in,
        "may_edit": call.state in EDITABLE,
        "may_correct": call.state in CORRECTABLE,
        "is_desk": True,
        "is_staff": True,
        "may_see_awards": may_see_awards(session, call_id),
        "extendable": extensions_of(CALL, call.state, planned, names, request),
        "reasons": extension_choices(request.language),
    }


def read_deadlines(form: Form) -> dict[str, datetime]:
    """Those that were filled in."""
    return {name: instant for name in DEADLINES if (instant := form.instant(name)) is not None}


def read_extension(form: Form) -> tuple[str, datetime, str]:
    return form.text("name"), form.chosen_instant("instant"), form.text("reason")


PAGE = Page(
    router,
    "/calls/{call_id}/desk",
    "funding/calls/staff.html",
    look_at_desk,
    guard=signed_in,
    object_guard=service.require_staff,
    here="calls",
    subject=Subject(CALL, "call", lambda one: one.call_id),
    vocabulary=vocabulary,
)
PAGE.edit("edit", description_of, "saved", service.edit)
PAGE.post("deadlines", read_deadlines, "saved", service.plan)
PAGE.post("extension", read_extension, "step_taken", spread(service.extend))
PAGE.steps(service.move)


_NO_WEIGHT = Decimal(0)
_NO_CRITERION = Criterion(code="", name_en="", name_ar="", weight=_NO_WEIGHT)
_NO_STATEMENT = Statement("", "", "")


def look_at_form(
    session: Session, request: PortalRequest, call_id: UUID, round_number: Numbered
) -> dict[str, Any]:
    """With what is asked, or what was typed."""
    service.require_staff(session, call_id)
    call, asked = service.get_call(session, call_id), service.get_forms(session, call_id)
    if not 1 <= round_number <= len(asked):
        raise NoSuchObject
    most = session.of(CallSettings).fields_max
    known = with_spare(request, asked[round_number - 1], NO_QUESTION, most)
    return {
        **about(call),
        "title": WORDS.text("calls.form_of", request.language, number=round_number),
        "rows": known if request.sent is None else questions_in(request.sent, most),
        "number": round_number,
        "kinds": choices_of(WRITTEN, "field", request),
    }


def set_form(session: Session, call_id: UUID, round_number: int, form: Form, seen_version: int) -> None:
    rows = questions_in(form, session.of(CallSettings).fields_max)
    asked = [one for one in rows if is_named(one)]
    service.set_form(session, call_id, round_number, asked, seen_version)


Page(
    router,
    "/calls/{call_id}/desk/form/{round_number}",
    "funding/calls/form.html",
    look_at_form,
    guard=signed_in,
    object_guard=lambda session, call_id, _: service.require_staff(session, call_id),
    here="calls",
    vocabulary=vocabulary,
).edit("", as_sent, "saved", set_form)


def look_at_criteria(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    service.require_staff(session, call_id)
    call, most = service.get_call(session, call_id), session.of(CallSettings).criteria_max
    known = with_spare(request, call.criteria, _NO_CRITERION, most)
    rows = known if request.sent is None else criteria_of(request.sent, most)
    return {
        **about(call),
        "rows": rows,
        "total": sum((one.weight for one in rows), _NO_WEIGHT),
    }


def set_criteria(session: Session, call_id: UUID, form: Form, seen_version: int) -> None:
    rows = criteria_of(form, session.of(CallSettings).criteria_max)
    service.set_criteria(session, call_id, [one for one in rows if is_named(one)], seen_version)


staff_page(router, "calls/criteria", look_at_criteria, vocabulary).edit("", as_sent, "saved", set_criteria)


def look_at_eligibility(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    service.require_staff(session, call_id)
    call, most = service.get_call(session, call_id), session.of(CallSettings).statements_max
    known = call.eligibility if request.sent is None else eligibility_of(request.sent, most)
    return {
        **about(call),
        "eligibility": known,
        "kinds": choices_of(ApplicantKind, "kind", request),
        "rows": with_spare(request, known.statements, _NO_STATEMENT, most),
        "governorates": Governorate.choices(request.language),
    }


def set_eligibility(session: Session, call_id: UUID, form: Form, seen_version: int) -> None:
    wanted = eligibility_of(form, session.of(CallSettings).statements_max)
    service.set_eligibility(session, call_id, wanted, seen_version)


staff_page(router, "calls/eligibility", look_at_eligibility, vocabulary).edit(
    "", as_sent, "saved", set_eligibility
)


def about(call: Call) -> dict[str, Any]:
    """What these pages say of the call itself."""
    return {"call": call, "is_fixed": call.state not in EDITABLE}
