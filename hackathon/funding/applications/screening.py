"""From the close to the reviewers: admit or not, ask for more information; and appeals at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.outbox.model import Mail
from casework.outbox.service import enqueue
from casework.workflow import preparing
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline, Moved, PreparedStep
from casework.workflow.repository import set_deadline
from casework.workflow.service import apply, lock
from casework.workflow.settings import WorkflowSettings
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.funding.applications import errors, mails, repository
from hackathon.funding.applications.desk import ApplicationDesk
from hackathon.funding.applications.errors import WrongField
from hackathon.funding.applications.machine import ANSWER_DUE, APPLICATION
from hackathon.funding.applications.model import Appeal, Application, Prepared
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import is_own
from hackathon.funding.applications.service import kept_from
from hackathon.funding.applications.writing import find
from hackathon.funding.calls.rules import is_staff

#: What is decided by looking at whether the conditions of the call are met.
SCREENED = frozenset({"accept", "exclude"})
_APPEAL_ANSWERS = frozenset({"uphold", "dismiss"})


def prepare(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> PreparedStep:
    """Decide quietly to admit it or not."""
    if event not in SCREENED:
        raise NotAllowed
    return preparing.prepare(
        connection,
        APPLICATIONS,
        application_id,
        event,
        actor,
        desk.desk.clock,
        seen_version=seen_version,
        reason=reason,
    )


def list_prepared(
    connection: Connection, desk: ApplicationDesk, actor: Actor, call_id: UUID
) -> list[Prepared]:
    """What was decided by screening and waits for its release, for officers; :class:`NotAllowed`."""
    if not is_staff(actor.at(desk.desk.clock()), call_id):
        raise NotAllowed
    with connection.transaction():
        hidden = kept_from(connection, actor, call_id)
        return repository.find_prepared(connection, call_id, SCREENED, hidden)


def find_prepared(connection: Connection, application: Application) -> Prepared | None:
    """What was decided by screening about an application and waits; whoever calls has asked whether the actor may know."""
    with connection.transaction():
        found = repository.find_prepared(
            connection, application.call_id, SCREENED, (), application.application_id
        )
    return found[0] if found else None


def take_back(connection: Connection, desk: ApplicationDesk, actor: Actor, decision_id: UUID) -> None:
    """Take a decision back before it is told."""
    preparing.withdraw(connection, APPLICATIONS, decision_id, actor, desk.desk.clock)


def release(
    connection: Connection,
    desk: ApplicationDesk,
    decision_ids: Sequence[UUID],
    actor: Actor,
    settings: WorkflowSettings,
) -> list[Moved]:
    """Tell these decisions, all or none, and mail everybody who applies."""

    def told(decision: PreparedStep, moved: Moved) -> Iterator[Mail]:
        if decision.event not in SCREENED:
            raise NotAllowed
        return _mails(connection, desk, moved)

    return preparing.release(connection, APPLICATIONS, decision_ids, actor, desk.desk.clock, settings, told)


def ask(  # noqa: PLR0913, PLR0917 (what is asked, by whom, until when)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    question: str,
    due_at: datetime,
    seen_version: int,
) -> Moved:
    """Ask those who apply for more information; until they answer, their clock stands still."""
    _check_text(question, "question", desk.settings.question_characters_max)
    with connection.transaction():
        moved = apply(
            connection, APPLICATIONS, application_id, "ask", actor, desk.desk.clock, seen_version=seen_version
        )
        days_max = desk.settings.answer_days_max
        if not moved.at < due_at <= moved.at + timedelta(days=days_max):
            raise errors.DueTooEarly(days_max=days_max)
        parameters = {
            "question_id": desk.desk.new_id(),
            "application_id": application_id,
            "question": question.strip(),
            "at": moved.at,
            "person_id": actor.person_id,
            "due_at": due_at,
        }
        connection.execute(repository.QUERIES["add_question"], parameters)
        set_deadline(connection, application_id, Deadline(ANSWER_DUE, due_at, CITY_ZONE.key))
        _tell(connection, desk, "more_info", moved, due_at=due_at)
        return moved


def answer(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    text: str,
    seen_version: int,
) -> Moved:
    """Answer the question that waits, before it is due; the clock goes on."""
    with connection.transaction():
        lock(connection, APPLICATIONS, application_id, actor)
        if not is_own(actor, find(connection, application_id)):
            raise NoSuchObject
        _check_text(text, "answer", desk.settings.answer_characters_max)
        parameters = {
            "application_id": application_id,
            "answer": text.strip(),
            "at": desk.desk.clock(),
            "person_id": actor.person_id,
        }
        connection.execute(repository.QUERIES["answer_question"], parameters)
        return apply(
            connection,
            APPLICATIONS,
            application_id,
            "answer",
            actor,
            desk.desk.clock,
            seen_version=seen_version,
        )


def appeal(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    text: str,
    seen_version: int,
) -> Appeal:
    """The lead says why a rejection is wrong, once, before appeals close."""
    _check_text(text, "appeal", desk.settings.appeal_characters_max)
    with connection.transaction():
        moved = apply(
            connection,
            APPLICATIONS,
            application_id,
            "appeal",
            actor,
            desk.desk.clock,
            seen_version=seen_version,
        )
        parameters = {
            "application_id": application_id,
            "text": text.strip(),
            "at": moved.at,
            "person_id": actor.person_id,
        }
        connection.execute(repository.QUERIES["add_appeal"], parameters)
        filed = repository.find_appeal(connection, application_id)
        assert filed is not None
        return filed


def answer_appeal(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    event: str,
    text: str,
    seen_version: int,
) -> Moved:
    """Uphold it, so that the panel looks again, or dismiss it; by an officer who did not make the decision."""
    if event not in _APPEAL_ANSWERS:
        raise ValueError("an appeal is upheld or dismissed")
    _check_text(text, "answer", desk.settings.answer_characters_max)
    with connection.transaction():
        moved = apply(
            connection, APPLICATIONS, application_id, event, actor, desk.desk.clock, seen_version=seen_version
        )
        parameters = {
            "application_id": application_id,
            "answer": text.strip(),
            "at": moved.at,
            "person_id": actor.person_id,
        }
        connection.execute(repository.QUERIES["answer_appeal"], parameters)
        _tell(connection, desk, "appeal_answered", moved, state=APPLICATION.public_label(moved.target))
        return moved


def _mails(connection: Connection, desk: ApplicationDesk, moved: Moved) -> Iterator[Mail]:
    application, portal_url = find(connection, moved.object_id), desk.desk.settings.portal_url
    if moved.reason is None:
        return mails.to_applicants(connection, portal_url, "admitted", application)
    reason = APPLICATION.label("reason", moved.reason)
    return mails.to_applicants(connection, portal_url, "excluded", application, reason=reason)


def _tell(
    connection: Connection, desk: ApplicationDesk, template: str, moved: Moved, **more: datetime | Label
) -> None:
    application, portal_url = find(connection, moved.object_id), desk.desk.settings.portal_url
    enqueue(connection, mails.to_applicants(connection, portal_url, template, application, **more), moved.at)


def _check_text(text: str, field: str, most: int) -> None:
    if not 1 <= len(text.strip()) <= most:
        raise WrongField(field=Label(APPLICATION.package, f"field.{field}"), limit=f"1–{most}")
