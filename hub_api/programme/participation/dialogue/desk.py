"""``/portal/desk/dialogue``: those who lead sessions plan, sum up, settle amendments, recommend and count."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.admission import seats
from casework.decisions.model import Texts
from casework.decisions.service import agency_choices
from casework.governorates.model import Governorate
from casework.programme import Session
from hub_api.programme.casework.reach.pages import reach_of, take_reach
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, labels_of, states_of
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.values import Special, ValueForm, rows
from hub_api.programme.participation.dialogue.pages import (
    DESK_AT,
    SEATS,
    VOTING,
    vocabulary,
)
from participation.dialogue import service
from participation.dialogue.machine import FACILITATORS, PROGRAMME, SESSION
from participation.dialogue.model import AgendaLine, NewRecommendation, Plan, Talk, Times
from participation.dialogue.noun import DESK

router = APIRouter(prefix="/portal", include_in_schema=False)
LINE: Final = ValueForm(AgendaLine)
PLAN: Final = ValueForm(
    Plan, special={"agenda": rows(LINE, "minutes", ("minutes", "subject_ar", "subject_en", "speaker"))}
)
TIMES: Final = ValueForm(Times)
#: Lines of the agenda that are empty, to be filled.
SPARE: Final = 3


def ids_in(form: Form) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(text) for text in form.all("ideas"))
    except ValueError as error:
        raise FormUnreadable from error


SAID: Final = ValueForm(
    NewRecommendation,
    special={"ideas": Special(ids_in, lambda ideas: {"ideas": [str(one) for one in ideas]})},
)


def texts_in(form: Form, name: str) -> Texts:
    return Texts(ar=form.text(f"{name}_ar").strip(), en=form.text(f"{name}_en").strip())


ListPage(
    router,
    "/desk/dialogue",
    DESK,
    (
        Column("list.title", names("title"), link="/desk/dialogue/{session_id}"),
        Column("dialogue.when", value("begins_at"), "begins"),
        Column("dialogue.place", names("place")),
        Column("dialogue.decides", names("decider")),
        Column("list.state", state(SESSION)),
        Column("dialogue.summary_due", value("summary_due_at")),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=signed_in,
    here="dialogue",
    title="dialogue.desk",
    empty="dialogue.desk_none",
    fields={
        "q": FilterLabel("list.search"),
        "state": FilterLabel("list.state", states_of(SESSION)),
        "governorate": FilterLabel("list.governorate", labels_of(lambda known: Governorate(known).label)),
    },
    begins=(("dialogue.new_session", "/desk/dialogue/new"),),
    may_begin=lambda session: session.holds(FACILITATORS, ()),
    vocabulary=vocabulary,
)


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    session.require(FACILITATORS, ())
    return {"talk": None, "written": request.typed, **plan_values(session, request)}


def plan_values(session: Session, request: PortalRequest) -> dict[str, Any]:
    return {"agencies": agency_choices(session, request.language), "spare": SPARE}


def read_plan(form: Form) -> tuple[Plan, Times]:
    return PLAN(form), TIMES(form)


Page(
    router,
    "/desk/dialogue/new",
    "participation/dialogue/session_desk.html",
    look_at_new,
    guard=signed_in,
    title="dialogue.new_session",
    here="dialogue",
    vocabulary=vocabulary,
).post(
    "", read_plan, "saved", lambda session, sent: Onward(f"/desk/dialogue/{service.create(session, *sent)}")
)


def look(session: Session, request: PortalRequest, session_id: UUID) -> dict[str, Any]:
    """What there is to do first; then what belongs to it."""
    service.require_lead(session, session_id)
    talk = service.get_talk(session, session_id)
    known = service.list_taken_up(session, session_id)
    return {
        "title": talk.plan.titles.shown(request.language),
        "talk": talk,
        "steps": steps_on(session, request, SESSION, session_id),
        "counts": seats.count_seats(session, session_id) if talk.announced_at is not None else {},
        "amendments": service.list_amendments(session, session_id),
        "recommendations": service.list_recommendations(session, session_id),
        "agrees": session.holds(PROGRAMME, ()),
        "ideas": [(str(one.node.object_id), one.title) for one in known],
        **VOTING.prepared(session, session_id),
        "written": written(talk, request.typed),
        "said": SAID.fill(None, request.typed),
        **plan_values(session, request),
        **reach_of(session, request, session_id),
    }


def written(talk: Talk, sent: Form) -> Form:
    """Of a draft, its plan with its times."""
    if talk.state != "draft" or "title_ar" in sent.fields:
        return sent
    times = Times(talk.begins_at, talk.ends_at) if talk.begins_at and talk.ends_at else None
    return Form({**PLAN.write(talk.plan), **({} if times is None else TIMES.write(times))})


PAGE = Page(
    router,
    DESK_AT,
    "participation/dialogue/session_desk.html",
    look,
    guard=signed_in,
    object_guard=service.require_lead,
    here="dialogue",
    subject=Subject(SESSION, "talk", lambda one: one.session_id),
    vocabulary=vocabulary,
)
PAGE.steps(service.move)
take_reach(PAGE, service.REACH)
PAGE.edit(
    "edit",
    read_plan,
    "saved",
    lambda session, session_id, sent, version: service.edit(session, session_id, *sent, version),
)
PAGE.edit(
    "summary",
    lambda form: (texts_in(form, "summary"), form.text("recording_link").strip()),
    "saved",
    lambda session, session_id, sent, version: service.write_summary(session, session_id, *sent, version),
)
PAGE.edit("none", lambda form: texts_in(form, "none_because"), "saved", service.write_none)
PAGE.post_part(
    "amendments/{amendment_id}",
    lambda form: (form.text("answer"), form.text("taken") == "1"),
    "amendment_settled",
    lambda session, session_id, amendment_id, sent: service.settle(
        session, session_id, amendment_id, sent[0], is_taken=sent[1]
    ),
)
PAGE.post("recommendations", SAID, "saved", service.recommend)
PAGE.press_part("recommendations/{recommendation_id}/agree", "recommendation_agreed", service.agree)
PAGE.press_part("recommendations/{recommendation_id}/drop", "saved", service.drop)


VOTING.take(PAGE)
SEATS.take_numbers(PAGE)
