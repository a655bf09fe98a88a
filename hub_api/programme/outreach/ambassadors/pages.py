"""``/portal/ambassadors``: whom everybody can find, and whom they reached, governorate by governorate.

``/portal/account/ambassador``: applying to become one, and one's own term.

``/portal/desk/ambassadors``: coordinators look at applications and terms, decide, and publish the papers.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.governorates.model import Governorate
from casework.lists.service import count
from casework.programme import Session
from casework.workflow.model import PreparedStep
from hackathon.outreach.activities import service as activities
from hackathon.outreach.activities.model import Audience, Topic
from hackathon.outreach.activities.reach import list_verified, sum_reach
from hackathon.outreach.activities.service import get_total, list_of_ambassador, list_own
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors import papers, service
from hackathon.outreach.ambassadors.machine import AMBASSADOR, APPLYING, OVER
from hackathon.outreach.ambassadors.model import Ambassador, NextPaper, PaperKind, Profile
from hackathon.outreach.ambassadors.rules import lapses_at
from hackathon.outreach.ambassadors.settings import AmbassadorSettings
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, code, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, labels_of, states_of
from hub_api.programme.kit.pages import anybody, signed_in, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Step, steps_on
from hub_api.programme.outreach.ambassadors.words import (
    APPLICATION,
    PROFILE,
    governorate_of,
    page,
    require_coordinator,
    tiles,
    vocabulary,
    words_about,
)

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_directory(session: Session, request: PortalRequest) -> dict[str, Any]:
    chosen, q = governorate_of(request.query("governorate")), request.query("q")
    after = request.query_id("after")
    listed, totals = service.list_directory(session, chosen, q, after), sum_reach(session)
    places, steps = tiles(service.count_listed(session), totals.governorates)
    is_full = len(listed) == session.of(AmbassadorSettings).page_rows_max
    return {
        "q": q,
        "chosen": chosen,
        "listed": listed,
        "faces": service.list_faces(session, [one.ambassador_id for one in listed]),
        "totals": totals,
        "tiles": places,
        "steps": steps,
        "is_ambassador": service.find_own(session) is not None,
        "is_searched": bool(q.strip() or chosen or after),
        "after": listed[-1].ambassador_id if is_full else None,
        "topics": Topic,
        "audiences": Audience,
    }


page(
    router,
    "/ambassadors",
    "outreach/ambassadors/list.html",
    look_at_directory,
    guard=anybody,
    title="ambassadors.title",
    here="ambassadors",
)


def look(session: Session, request: PortalRequest, ambassador_id: UUID) -> dict[str, Any]:
    one = service.get_listed(session, ambassador_id)
    return {
        "title": one.listed.names.shown(request.language),
        "one": one,
        "face": service.list_faces(session, [ambassador_id]).get(ambassador_id),
        "total": get_total(session, ambassador_id),
        "verified": list_verified(session, ambassador_id),
    }


page(
    router,
    "/ambassadors/{ambassador_id}",
    "outreach/ambassadors/show.html",
    look,
    guard=anybody,
    here="ambassadors",
)


#: What ambassadors do with their own appointment; a coordinator who is one does no more here.
OWN_STEPS: Final = frozenset({"withdraw", "take_leave", "return", "retire"})


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``one`` is the newest application or appointment, None for whoever never applied."""
    own = service.find_own(session)
    found = {
        "one": own,
        "papers": papers.list_papers(session),
        "may_apply": own is None or own.state in OVER,
        "languages": [("ar", "العربية"), ("en", "English")],
    }
    return found if own is None else found | look_at_term(session, request, own)


def look_at_term(session: Session, request: PortalRequest, own: Ambassador) -> dict[str, Any]:
    """``lapses`` is when the appointment lapses if nothing happens."""
    planned, after = session.planned(own.ambassador_id), request.query_id("after")
    return {
        "facts": service.get_facts(session, own),
        "steps": steps_on(session, request, AMBASSADOR, own.ambassador_id, OWN_STEPS),
        "step_words": words_about(session, own),
        "planned": planned,
        "lapses": lapses_at(planned, own.state_changed_at) if own.state == "at_risk" else None,
        "is_serving": service.is_serving(own),
        "has_papers": own.state not in OVER and own.state not in APPLYING,
        "profile": PROFILE.fill(own.profile, request.typed),
        "total": get_total(session, own.ambassador_id),
        "activities": list_own(session, after),
        "rows": session.of(ActivitySettings).page_rows_max,
        "after": after,
    }


def read_step(form: Form) -> tuple[str, int, str | None]:
    event, version, reason = step_of(form)
    if event not in OWN_STEPS:
        raise FormUnreadable
    return event, version, reason


def move(session: Session, sent: tuple[str, int, str | None]) -> None:
    service.move(session, service.get_own(session).ambassador_id, *sent)


def sign(session: Session, version: int) -> None:
    papers.sign_conduct(session, service.get_own(session).ambassador_id, version)


def present(session: Session, profile: Profile, version: int) -> None:
    service.present(session, service.get_own(session).ambassador_id, profile, version)


PAGE = page(
    router,
    "/account/ambassador",
    "outreach/ambassadors/own.html",
    look_at_own,
    guard=signed_in,
    title="ambassadors.own",
    here="account",
)
PAGE.post("", APPLICATION, "applied", service.apply_for)
PAGE.post("step", read_step, "step_taken", move)
PAGE.post("conduct", lambda form: form.number("version"), "conduct_signed", sign)
PAGE.edit("profile", PROFILE, "saved", present)


#: All but what an ambassador does; a coordinator who is one does that at their account.
STAFF_STEPS: Final = frozenset(step.event for step in AMBASSADOR.transitions) - {"withdraw", "retire"}


def look_above(session: Session, _: PortalRequest) -> dict[str, Any]:
    """What is decided and not told, and who is at risk until when."""
    return {
        "decisions": service.list_prepared(session),
        "at_risk": service.list_at_risk(session),
        "waiting": count(session, activities.DESK),
    }


def take(session: Session, ambassador_id: UUID, event: str, seen_version: int, reason: str | None) -> None:
    """Steps at once, and decisions prepared."""
    if event in PREPARED:
        service.prepare(session, ambassador_id, event, seen_version, reason)
    else:
        service.move(session, ambassador_id, event, seen_version, reason)


PREPARED: Final = frozenset({"approve", "reject"})
LIST = ListPage(
    router,
    "/desk/ambassadors",
    service.DESK,
    (
        Column("list.name", names("name", "nobody"), link="/desk/ambassadors/{ambassador_id}"),
        Column("list.governorate", code("governorate", lambda one: Governorate(one).label)),
        Column("list.state", state(AMBASSADOR)),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("applied_at"), "begun"),
    ),
    guard=require_coordinator,
    here="desk",
    title="ambassadors.desk",
    empty="list.ambassadors_empty",
    fields={
        "q": FilterLabel("list.name"),
        "state": FilterLabel("list.state", states_of(AMBASSADOR)),
        "governorate": FilterLabel("list.governorate", labels_of(lambda one: Governorate(one).label)),
    },
    beside={
        "ambassadors.papers_desk": "/desk/ambassadors/papers",
        "ambassadors.title": "/ambassadors",
    },
    bulk=bulk_steps(AMBASSADOR, ("shortlist", "interview", "approve", "reject"), take),
    template="outreach/ambassadors/staff_list.html",
    more=look_above,
    vocabulary=vocabulary,
).page
LIST.post("decisions/release", lambda form: form.ids("decision"), "decisions_told", service.release)
LIST.press_part("decisions/{decision_id}/withdraw", "step_taken", service.withdraw)


def look_at_papers(session: Session, _: PortalRequest) -> dict[str, Any]:
    return {"papers": papers.list_papers(session), "kinds": list(PaperKind)}


def read_paper(form: Form) -> NextPaper:
    try:
        kind = PaperKind(form.text("kind"))
    except ValueError as error:
        raise FormUnreadable from error
    return NextPaper(kind, form.text("text_ar"), form.text("text_en"))


# Before the page of an ambassador, whose address would take it.
page(
    router,
    "/desk/ambassadors/papers",
    "outreach/ambassadors/staff_papers.html",
    look_at_papers,
    guard=require_coordinator,
    title="ambassadors.papers_desk",
).post("", read_paper, "paper_published", papers.publish)


def look_at_desk(session: Session, request: PortalRequest, ambassador_id: UUID) -> dict[str, Any]:
    """``decision`` is prepared and not told."""
    one, after = service.get_ambassador(session, ambassador_id), request.query_id("after")
    planned, decision = session.planned(ambassador_id), service.find_decision(session, one)
    steps = steps_on(session, request, AMBASSADOR, ambassador_id, STAFF_STEPS)
    return {
        "title": one.names.shown(request.language),
        "one": one,
        "facts": service.get_facts(session, one),
        "steps": [step for step in steps if not is_idle(step)],
        "step_words": words_about(session, one) | words_of(session, decision),
        "planned": planned,
        "lapses": lapses_at(planned, one.state_changed_at) if one.state == "at_risk" else None,
        "papers": papers.list_papers(session),
        "decision": decision,
        "is_over": one.state in OVER,
        "activities": list_of_ambassador(session, ambassador_id, after),
        "rows": session.of(ActivitySettings).page_rows_max,
        "after": after,
    }


def is_idle(step: Step) -> bool:
    """A warning is lifted by an activity: as long as there is none, nothing is said of lifting it."""
    return step.event == "recover" and step.refusal is not None


def words_of(session: Session, decision: PreparedStep | None) -> dict[UUID, str]:
    """What was added to a decision that waits."""
    return {} if decision is None else session.words(decision.prepared_id)


STAFF_PAGE = page(
    router,
    "/desk/ambassadors/{ambassador_id}",
    "outreach/ambassadors/staff.html",
    look_at_desk,
    guard=require_coordinator,
)
STAFF_PAGE.steps(service.move, STAFF_STEPS)
STAFF_PAGE.steps(service.prepare, path="prepare", notice="prepared")
STAFF_PAGE.post("training", lambda form: form.number("version"), "training_noted", papers.note_training)
