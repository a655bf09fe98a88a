"""Decisions about applications: prepared quietly, told together with what reviewers wrote for those who apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from casework.outbox.model import Mail
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject
from casework.workflow.model import Moved, PreparedStep
from hackathon.funding.applications.model import Application
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import is_own
from hackathon.funding.applications.writing import find as find_application
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import errors, mails, repository
from hackathon.funding.reviewing.deciding import repository as deciding
from hackathon.funding.reviewing.deciding.model import Choice, Decided, Feedback, Open
from hackathon.funding.reviewing.deciding.rules import feedback_of, is_fit
from hackathon.funding.reviewing.model import Round
from hackathon.funding.reviewing.rounds import get_run
from hackathon.funding.reviewing.settings import ReviewingSettings

#: What is decided after a panel; screening has decisions of its own.
EVENTS: Final = ("approve", "approve_with_conditions", "hold_in_reserve", "reject", "invite")
_SECRET_BYTES: Final = 32


def prepare(session: Session, application_id: UUID, choice: Choice, seen_version: int) -> Decided:
    """Decide without telling; it replaces what was prepared before. :class:`DecisionUnfit`."""
    application, call = _get_seen(session, application_id)
    terms, verdict = call.description.terms, choice.verdict
    longest = max(len(verdict.conditions_ar), len(verdict.conditions_en))
    errors.check_most(longest, session.of(ReviewingSettings).conditions_characters_max)
    if choice.event not in EVENTS or not is_fit(
        choice.event, verdict, terms.award_min.minor, terms.award_max.minor
    ):
        raise errors.DecisionUnfit
    step = session.prepare(APPLICATIONS, application_id, choice.event, seen_version, choice.reason)
    decided = Decided(application_id, application.round, step.prepared_id, choice.event, verdict, None)
    deciding.keep_verdict(session.connection, decided)
    return decided


def withdraw(session: Session, decision_id: UUID) -> None:
    """Take a decision back before it is told."""
    session.take_back(APPLICATIONS, decision_id)
    deciding.drop_verdict(session.connection, decision_id)


def release(session: Session, call_id: UUID, decision_ids: Sequence[UUID]) -> list[Moved]:
    """Tell all of these decisions at once, or none: to all who apply, with what reviewers wrote for them."""
    call, seen = get_run(session, call_id)
    prepared = {one.decision.prepared_id: one for one in _find_prepared(session, seen)}
    if not decision_ids:
        raise errors.NoDecisionPrepared
    if not set(decision_ids) <= set(prepared):
        raise ChangedMeanwhile
    chosen = {one.decision.object_id: one for one in map(prepared.__getitem__, decision_ids)}

    def told(decision: PreparedStep, moved: Moved) -> Iterator[Mail]:
        return mails.decided(session, call, chosen[decision.object_id].reference, moved)

    done = session.release(APPLICATIONS, decision_ids, told)
    for moved in done:
        decided = chosen[moved.object_id].decided
        deciding.mark_decided(session.connection, decided.decision_id, moved.at)
        _keep_feedback(session, call, decided, moved)
    return done


def list_prepared(session: Session, call_id: UUID) -> list[Open]:
    """What was decided and not told, for the programme; nothing about a hidden application."""
    _, seen = get_run(session, call_id)
    return _find_prepared(session, seen)


def list_told(session: Session, application_id: UUID) -> list[tuple[Decided, Feedback | None]]:
    """What was decided about an application, round by round, for those who apply; nothing before it is told."""
    if not is_own(session.actor, find_application(session, application_id)):
        raise NoSuchObject
    feedback = {one.round: one for one in deciding.find_feedback(session.connection, application_id)}
    return [(one, feedback.get(one.round)) for one in deciding.find_told(session.connection, application_id)]


def _find_prepared(session: Session, seen: Round) -> list[Open]:
    return deciding.find_prepared(session.connection, seen, session.of(ReviewingSettings).rows_max)


def _get_seen(session: Session, application_id: UUID) -> tuple[Application, Call]:
    application = find_application(session, application_id)
    call, seen = get_run(session, application.call_id)
    if application_id in seen.hidden:
        raise NoSuchObject
    return application, call


def _keep_feedback(session: Session, call: Call, decided: Decided, moved: Moved) -> None:
    """The order of what reviewers wrote is drawn once, and what is told stays."""
    about = Round(call.call_id, decided.round)
    reviews = repository.find_reviews(session.connection, about, about=[decided.application_id])
    secret = session.programme.random(_SECRET_BYTES).hex()
    feedback = feedback_of(call.rubric, decided, reviews, secret, moved.at)
    if feedback.reviews:
        deciding.keep_feedback(session.connection, feedback)
