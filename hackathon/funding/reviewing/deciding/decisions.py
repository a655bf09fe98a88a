"""Decisions about applications: prepared quietly, told together with what reviewers wrote for those who apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from casework.access.model import Actor
from casework.outbox.model import Mail, Template
from casework.workflow import preparing
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.settings import WorkflowSettings
from citycore.store.connections import Connection
from hackathon.funding.applications.mails import find_recipients
from hackathon.funding.applications.model import Application
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.repository import find_application
from hackathon.funding.applications.rules import is_own
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import errors, repository
from hackathon.funding.reviewing.deciding import repository as deciding
from hackathon.funding.reviewing.deciding.model import Decided, Feedback, Open, Verdict
from hackathon.funding.reviewing.deciding.rules import feedback_of, is_fit
from hackathon.funding.reviewing.desk import ReviewingDesk
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.reviewers import find, require_staff

#: What is decided after a panel; screening has decisions of its own.
EVENTS: Final = ("approve", "approve_with_conditions", "hold_in_reserve", "reject", "invite")
_SECRET_BYTES: Final = 32


def prepare(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    application_id: UUID,
    event: str,
    verdict: Verdict,
    seen_version: int,
    reason: str | None = None,
) -> Decided:
    """Decide without telling; it replaces what was prepared before. :class:`DecisionUnfit`."""
    with connection.transaction():
        application, call = _seen(connection, desk, actor, application_id)
        terms = call.description.terms
        most = desk.settings.conditions_characters_max
        if max(len(verdict.conditions_ar), len(verdict.conditions_en)) > most:
            raise errors.TooMuch(most=most)
        if event not in EVENTS or not is_fit(event, verdict, terms.award_min.minor, terms.award_max.minor):
            raise errors.DecisionUnfit
        decision = preparing.prepare(
            connection,
            APPLICATIONS,
            application_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        decided = Decided(application_id, application.round, decision.prepared_id, event, verdict, None)
        deciding.keep_verdict(connection, decided)
        return decided


def withdraw(connection: Connection, desk: ReviewingDesk, actor: Actor, decision_id: UUID) -> None:
    """Take a decision back before it is told."""
    with connection.transaction():
        preparing.withdraw(connection, APPLICATIONS, decision_id, actor, desk.desk.clock)
        deciding.drop_verdict(connection, decision_id)


def release(  # noqa: PLR0913, PLR0917 (as workflow.preparing.release)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    call_id: UUID,
    decision_ids: Sequence[UUID],
    settings: WorkflowSettings,
) -> list[Moved]:
    """Tell all of these decisions at once, or none: to all who apply, with what reviewers wrote for them.

    Whoever offers awards does it in the same transaction: :func:`find_decided` says with which amount and conditions.
    """
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        prepared = {one.decision.prepared_id: one for one in list_prepared(connection, desk, actor, call_id)}
        if not decision_ids:
            raise errors.NothingPrepared
        if not set(decision_ids) <= set(prepared):
            raise ChangedMeanwhile

        def mails(decision: PreparedStep, moved: Moved) -> Iterator[Mail]:
            return _mails(connection, desk, call, prepared[decision.prepared_id], moved)

        done = preparing.release(
            connection, APPLICATIONS, decision_ids, actor, desk.desk.clock, settings, mails
        )
        for moved in done:
            one = next(each for each in prepared.values() if each.decision.object_id == moved.object_id)
            deciding.mark_decided(connection, one.decision.prepared_id, moved.at)
            _keep_feedback(connection, desk, call, one.decided, moved)
        return done


def list_prepared(connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID) -> list[Open]:
    """What was decided and not told, for the programme; nothing about a hidden application."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        return deciding.find_prepared(connection, call_id, hidden, desk.settings.rows_max)


def find_decided(connection: Connection, application_id: UUID, number: int) -> Decided | None:
    """What was decided and told about an application in a round; within the caller's transaction.

    Whoever calls has asked whether the actor may know it.
    """
    return deciding.find_decided(connection, application_id, number)


def list_told(
    connection: Connection, actor: Actor, application_id: UUID
) -> list[tuple[Decided, Feedback | None]]:
    """What was decided about an application, round by round, for those who apply; nothing before it is told."""
    with connection.transaction():
        application = find_application(connection, application_id)
        if application is None or not is_own(actor, application):
            raise NoSuchObject
        feedback = {one.round: one for one in deciding.find_feedback(connection, application_id)}
        return [(one, feedback.get(one.round)) for one in deciding.find_told(connection, application_id)]


def _seen(
    connection: Connection, desk: ReviewingDesk, actor: Actor, application_id: UUID
) -> tuple[Application, Call]:
    application = find_application(connection, application_id)
    if application is None:
        raise NoSuchObject
    require_staff(actor, desk, application.call_id)
    if application_id in hidden_applications(connection, actor, application.call_id, own_too=True):
        raise NoSuchObject
    return application, find(connection, application.call_id)


def _keep_feedback(
    connection: Connection, desk: ReviewingDesk, call: Call, decided: Decided, moved: Moved
) -> None:
    """The order of what reviewers wrote is drawn once, and what is told stays."""
    reviews = repository.find_reviews(connection, call.call_id, decided.round)
    secret = desk.desk.random(_SECRET_BYTES).hex()
    told = feedback_of(call.rubric, decided.application_id, decided.round, reviews, secret, moved.at)
    if told.reviews:
        deciding.keep_feedback(connection, replace(told, released_at=moved.at))


def _mails(
    connection: Connection, desk: ReviewingDesk, call: Call, one: Open, moved: Moved
) -> Iterator[Mail]:
    """To each who applies, in their own language."""
    texts, portal = call.description.texts, desk.desk.settings.portal_url.rstrip("/")
    for person in find_recipients(connection, moved.object_id):
        is_arabic = person.language == "ar"
        yield Mail(
            Template("hackathon.funding.reviewing", "decided"),
            person.language,
            person.email,
            {
                "name": person.name,
                "call": texts.title_ar if is_arabic else texts.title_en,
                "reference": one.reference,
                "decision": APPLICATIONS.machine.label("state", moved.target),
                "link": f"{portal}/applications/{moved.object_id}/decision",
            },
            person.person_id,
        )
