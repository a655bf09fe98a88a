"""What was promised: planned before an answer is released, claimed with evidence, verified by others, disputed once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from casework.decisions import repository
from casework.decisions.errors import ActionsFull, NoOwner
from casework.decisions.machine import DISPUTE_ENDS, UNDER_WAY
from casework.decisions.mails import tell_heard
from casework.decisions.model import Action, Evidence, Notice, Plan
from casework.decisions.repository import ACTIONS, DECISIONS
from casework.decisions.rules import FIELDS, check_evidence, check_plan
from casework.decisions.service import hold_with_owner, is_agency
from casework.decisions.settings import DecisionSettings
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Moved


def plan_action(session: Session, decision_id: UUID, plan: Plan) -> UUID:
    """Promise something with an answer that is not released: who does it until the end of which day."""
    settings = session.of(DecisionSettings)
    hold_with_owner(session, decision_id)
    check_plan(plan, settings, session.now())
    if not is_agency(session, plan.owner_id):
        raise NoOwner
    if len(repository.find_actions(session.connection, [decision_id])) >= settings.actions_max:
        raise ActionsFull(actions_max=settings.actions_max)
    action_id, at = session.new_id(), session.now()
    repository.store_action(session.connection, action_id, decision_id, plan, at)
    repository.touch(session.connection, decision_id)
    session.note(ACTIONS, session.look(ACTIONS, action_id), "plan", at)
    return action_id


def remove_action(session: Session, decision_id: UUID, action_id: UUID) -> None:
    """Before it is released."""
    hold_with_owner(session, decision_id)
    action = get_action(session, decision_id, action_id)
    session.note(ACTIONS, session.look(ACTIONS, action.action_id), "remove", session.now())
    repository.remove_action(session.connection, action_id)
    repository.touch(session.connection, decision_id)


def claim(
    session: Session, decision_id: UUID, action_id: UUID, evidence: Evidence, seen_version: int
) -> Moved:
    """Say that it is done, and show where that can be seen."""
    check_evidence(evidence, session.of(DecisionSettings))
    get_action(session, decision_id, action_id)
    standing = session.lock(ACTIONS, action_id)
    session.require(ACTIONS.machine.steps_by("claim")[0].roles, standing.scopes)
    repository.keep_evidence(session.connection, action_id, evidence, session.person_id)
    return session.step(ACTIONS, session.look(ACTIONS, action_id), "claim", seen_version)


def check(session: Session, decision_id: UUID, action_id: UUID, event: str, seen_version: int) -> Moved:
    """Verify it or send it back; with the last one that is verified the decision is done."""
    get_action(session, decision_id, action_id)
    standing = session.lock(ACTIONS, action_id)
    moved = session.step(ACTIONS, standing, event, seen_version)
    if moved.target == "verified":
        repository.keep_verifier(session.connection, action_id, session.person_id)
        _complete(session, decision_id)
    return moved


def dispute(session: Session, decision_id: UUID, words: str, seen_version: int) -> Moved:
    """Say once that it is not done, as somebody who was heard; what was verified has to be shown again."""
    settings = session.of(DecisionSettings)
    FIELDS.check_text("dispute", words, settings.text_characters_max)
    moved = session.apply(DECISIONS, decision_id, "dispute", seen_version)
    repository.dispute(session.connection, decision_id, words.strip(), session.actor.person_id, moved.at)
    for action in repository.find_actions(session.connection, [decision_id]):
        if action.state == "verified":
            session.step(ACTIONS, session.lock(ACTIONS, action.action_id), "reopen")
    return moved


def get_action(session: Session, decision_id: UUID, action_id: UUID) -> Action:
    """One of this decision; :class:`NoSuchObject`."""
    found = existing(repository.find_action(session.connection, action_id))
    if found.decision_id != decision_id:
        raise NoSuchObject
    return found


def _complete(session: Session, decision_id: UUID) -> None:
    standing = session.look(DECISIONS, decision_id)
    if standing.facts.open_actions or standing.state not in (*UNDER_WAY, "disputed"):
        return
    moved = session.step(DECISIONS, standing, "complete")
    if moved.target == "done":
        ends = moved.at + timedelta(days=session.of(DecisionSettings).dispute_days)
        session.set_deadline(decision_id, DISPUTE_ENDS, ends)
    tell_heard(session, existing(repository.find_decision(session.connection, decision_id)), Notice.ENDED)
