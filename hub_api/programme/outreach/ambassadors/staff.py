"""``/portal/desk/ambassadors``: coordinators look at applications and terms, decide, and publish the papers."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from casework.tasks.service import count
from casework.workflow.model import PreparedStep
from hackathon.outreach.activities.service import list_of_ambassador
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors import papers, service
from hackathon.outreach.ambassadors.machine import AMBASSADOR, OVER
from hackathon.outreach.ambassadors.model import NextPaper, PaperKind
from hackathon.outreach.ambassadors.rules import lapses_at
from hackathon.outreach.ambassadors.settings import AmbassadorSettings
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Step, steps_on
from hub_api.programme.outreach.ambassadors.words import page, require_coordinator, words_about

router = APIRouter(prefix="/portal", include_in_schema=False)
STATES: Final = tuple(state.name for state in AMBASSADOR.states)
#: All but what an ambassador does; a coordinator who is one does that at their account.
STAFF_STEPS: Final = frozenset(step.event for step in AMBASSADOR.transitions) - {"withdraw", "retire"}


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    """Who stands in the chosen state, what is decided and not told, who is at risk until when, and what waits."""
    q, state = request.query("q"), request.query("state", "applied")
    if state not in STATES:
        raise FormUnreadable
    found = service.list_ambassadors(session, [state], q, request.query_id("after"))
    is_full = len(found) == session.of(AmbassadorSettings).page_rows_max
    return {
        "q": q,
        "state": state,
        "states": STATES,
        "found": found,
        "counts": service.count_states(session),
        "decisions": service.list_prepared(session),
        "at_risk": service.list_at_risk(session),
        "waiting": count(session, "activity.verify"),
        "after": found[-1].ambassador_id if is_full else None,
    }


LIST = page(
    router,
    "/desk/ambassadors",
    "outreach/ambassadors/staff_list.html",
    look_at_list,
    guard=require_coordinator,
    title="ambassadors.desk",
)
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


def look(session: Session, request: PortalRequest, ambassador_id: UUID) -> dict[str, Any]:
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


PAGE = page(
    router,
    "/desk/ambassadors/{ambassador_id}",
    "outreach/ambassadors/staff.html",
    look,
    guard=require_coordinator,
)
PAGE.steps(service.move, STAFF_STEPS)
PAGE.steps(service.prepare, path="prepare", notice="prepared")
PAGE.post("training", lambda form: form.number("version"), "training_noted", papers.note_training)
