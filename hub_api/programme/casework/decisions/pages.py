"""``/portal/decisions``: what was said, what was decided about it, and what was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.decisions import doing, service
from casework.decisions.machine import ACTION, DECISION, DISPUTE_ENDS, OPEN, STAFF, UNDER_WAY
from casework.decisions.model import Action, Decision, Draft, Evidence, Plan, Search, Texts
from casework.decisions.passage import PASSAGE
from casework.governorates.model import Governorate
from casework.journeys.model import Node
from casework.journeys.service import find_journey
from casework.noun import Nouns
from casework.programme import Session
from hub_api.programme.kit.followers import follows
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, anybody, signed_in, spread, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
DRAFT, PLAN, EVIDENCE = ValueForm(Draft), ValueForm(Plan), ValueForm(Evidence)
LED, ANSWERS = (
    frozenset({"recommend", "withdraw", "assign", "return"}),
    frozenset({"accept", "accept_partly", "reject"}),
)
CHECKS = frozenset({"verify", "send_back"})
#: What a list can be limited to; what is withdrawn is on none.
STATES = tuple(state.name for state in DECISION.states if state.name != "withdrawn")


def texts_in(form: Form, name: str) -> Texts:
    return Texts(ar=form.text(f"{name}_ar").strip(), en=form.text(f"{name}_en").strip())


def node_in(form: Form) -> Node:
    """What somebody names as a ground."""
    try:
        return Node(form.text("kind"), UUID(form.text("object").strip()))
    except ValueError:
        return Node("", UUID(int=0))  # which the service knows nothing of


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates call things."""
    language = request.language
    return {
        "states": [(name, DECISION.label("state", name).text(language)) for name in STATES],
        "governorates": Governorate.choices(language),
        "at": request.office.clock(),
    }


def wanted_in(request: PortalRequest) -> Search:
    """What is asked for; what there is not is no limit."""
    kinds = request.office.programme.of(Nouns).passages
    state, governorate, kind = (request.query(name) for name in ("state", "governorate", "kind"))
    return Search(
        state if state in STATES else None,
        request.query_id("owner") if request.query("owner") else None,
        governorate if governorate in set(Governorate) else None,
        kind if kind in kinds else None,
        request.query("overdue") == "1",
    )


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    wanted, language = wanted_in(request), request.language
    found = service.list_decisions(session, wanted, request.query_id("after"))
    asked = {
        name: text
        for name, text in request.http.query_params.items()
        if name not in {"after", "lang"} and text
    }
    kinds = sorted(session.of(Nouns).passages.values(), key=lambda passage: passage.place)
    return {
        "decisions": found.decisions,
        "after": found.after,
        "wanted": asked,
        "agencies": service.agency_choices(session, language),
        "kinds": [(one.kind, one.label.text(language)) for one in kinds if one.kind != PASSAGE.kind],
        "may_enter": session.holds(STAFF, ()),
    }


Page(
    router,
    "/decisions",
    "casework/decisions/list.html",
    look_at_list,
    guard=anybody,
    title="decisions.title",
    here="decisions",
    vocabulary=vocabulary,
)


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``replaces`` behind the question mark, and afterwards in the form, is what a new decision is to drop; ``kind`` and
    ``object`` are its first ground.
    """
    session.require(STAFF, ())
    asked = {name: [request.query(name)] for name in ("kind", "object")}
    ground = ground_in(Form(asked) if request.sent is None else request.sent)
    replaces = request.query_id("replaces") if request.sent is None else replaced_in(request.sent)
    known = None if replaces is None else service.get_decision(session, replaces)
    form = DRAFT.fill(None if known is None else known.draft, request.typed)
    step = None if ground is None else service.find_ground(session, ground)
    return {"replaces": known, "form": form, "ground": step}


def replaced_in(form: Form) -> UUID | None:
    return form.id("replaces") if form.text("replaces") else None


def ground_in(form: Form) -> Node | None:
    return node_in(form) if form.text("kind") else None


def enter(session: Session, sent: tuple[Draft, UUID | None, Node | None]) -> Onward:
    draft, replaces_id, ground = sent
    grounds = () if ground is None else (ground,)
    return Onward(f"/decisions/{service.hear(session, draft, grounds, replaces_id)}")


Page(
    router,
    "/decisions/new",
    "casework/decisions/new.html",
    look_at_new,
    guard=signed_in,
    title="decisions.new",
    here="decisions",
    vocabulary=vocabulary,
).post("", lambda form: (DRAFT(form), replaced_in(form), ground_in(form)), "decision_entered", enter)


def look(session: Session, request: PortalRequest, decision_id: UUID) -> dict[str, Any]:
    decision, language = service.get_decision(session, decision_id), request.language
    is_staff, is_answering = session.holds(STAFF, ()), service.is_answering(session, decision)
    actions = service.list_actions(session, decision)
    is_written = is_answering and decision.state == "with_owner"
    is_open = is_staff and decision.state in OPEN[:2]
    needs_agencies = is_open or is_written
    return {
        "title": decision.draft.titles.shown(language),
        "decision": decision,
        "grounds": service.list_grounds(session, decision_id),
        "actions": [(one, *of_action(session, request, decision, one)) for one in actions],
        "steps": steps_on(session, request, DECISION, decision_id, LED),
        "answers": steps_on(session, request, DECISION, decision_id, ANSWERS),
        "prepared": service.find_prepared(session, decision_id) if is_written else None,
        "is_open": is_open,
        "is_written": is_written,
        "may_replace": is_staff
        and decision.outcome is not None
        and decision.state not in ("settled", "superseded"),
        "may_dispute": may_dispute(session, request, decision_id),
        "dispute_ends": session.planned(decision_id).get(DISPUTE_ENDS),
        "dispute": service.read_dispute(session, decision),
        "step_words": session.words(decision_id) if is_staff or is_answering else {},
        "agencies": service.agency_choices(session, language) if needs_agencies else [],
        "kinds": [
            (one.kind, one.label.text(language))
            for one in sorted(session.of(Nouns).passages.values(), key=lambda passage: passage.place)
        ]
        if is_open
        else [],
        "draft": DRAFT.fill(decision.draft, request.typed),
        "journey": find_journey(session, PASSAGE, decision_id),
    }


def of_action(
    session: Session, request: PortalRequest, decision: Decision, action: Action
) -> tuple[bool, list[Any]]:
    """Whether the actor may claim it now, and what else they may do with it."""
    offers = steps_on(session, request, ACTION, action.action_id)
    is_under_way = decision.state in (*UNDER_WAY, "disputed")
    may_claim = is_under_way and any(step.event == "claim" for step in offers)
    return may_claim, [step for step in offers if step.event in CHECKS]


def may_dispute(session: Session, request: PortalRequest, decision_id: UUID) -> bool:
    steps = steps_on(session, request, DECISION, decision_id, frozenset({"dispute"}))
    return any(step.refusal is None for step in steps)


SUBJECT = Subject(DECISION, "decision", lambda one: one.decision_id)
PAGE = Page(
    router,
    "/decisions/{decision_id}",
    "casework/decisions/show.html",
    look,
    guard=anybody,
    object_guard=service.require_part,
    here="decisions",
    subject=SUBJECT,
    vocabulary=vocabulary,
)
PAGE.steps(service.move, LED)
PAGE.steps(service.prepare, ANSWERS, "prepare", "decision_prepared")
PAGE.press("release", "decision_released", service.release)
PAGE.press("take-back", "decision_taken_back", service.take_back)
PAGE.edit("edit", DRAFT, "saved", service.edit)
PAGE.edit(
    "recommendation", lambda form: texts_in(form, "recommendation"), "saved", service.write_recommendation
)
PAGE.edit("owner", lambda form: form.id("owner"), "saved", service.choose_owner)
PAGE.edit(
    "answer",
    lambda form: (texts_in(form, "answer"), texts_in(form, "reason")),
    "saved",
    lambda session, decision_id, sent, version: service.write_answer(session, decision_id, *sent, version),
)
PAGE.post("grounds", node_in, "ground_added", service.add_ground)
PAGE.post("grounds/remove", node_in, "ground_removed", service.remove_ground)
PAGE.post("actions", PLAN, "action_planned", doing.plan_action)
PAGE.press_part("actions/{action_id}/remove", "action_removed", doing.remove_action)
PAGE.post_part(
    "actions/{action_id}/claim",
    lambda form: (EVIDENCE(form), form.number("version")),
    "step_taken",
    lambda session, decision_id, action_id, sent: doing.claim(session, decision_id, action_id, *sent),
)
PAGE.post_part(
    "actions/{action_id}/check",
    lambda form: step_of(form, CHECKS)[:2],
    "step_taken",
    lambda session, decision_id, action_id, sent: doing.check(session, decision_id, action_id, *sent),
)
PAGE.post(
    "dispute", lambda form: (form.text("dispute"), form.number("version")), "disputed", spread(doing.dispute)
)


def look_as_follower(session: Session, request: PortalRequest, decision_id: UUID) -> dict[str, Any]:
    decision = service.get_decision(session, decision_id)
    service.require_part(session, decision_id)
    return {
        "title": decision.draft.titles.shown(request.language),
        "decision": decision,
        "may_dispute": may_dispute(session, request, decision_id),
        "dispute_ends": session.planned(decision_id).get(DISPUTE_ENDS),
    }


FOLLOWED = Page(
    router,
    "/follow/decisions/{decision_id}",
    "casework/decisions/followed.html",
    look_as_follower,
    guard=follows,
    object_guard=service.require_part,
    here="decisions",
    subject=SUBJECT,
    vocabulary=vocabulary,
)
FOLLOWED.post(
    "dispute", lambda form: (form.text("dispute"), form.number("version")), "disputed", spread(doing.dispute)
)
