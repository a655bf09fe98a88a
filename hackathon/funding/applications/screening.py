"""From the close to the reviewers: admit or not, ask for more information; and appeals at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from casework.outbox.model import Mail
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.wording import Label
from citycore.store.rows import known
from hackathon.funding.applications import errors, mails, repository
from hackathon.funding.applications.machine import ANSWER_DUE, APPLICATION
from hackathon.funding.applications.model import Appeal, Application, Prepared
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import FIELDS, is_own
from hackathon.funding.applications.service import kept_from
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.applications.writing import find
from hackathon.funding.calls.service import require_staff

#: What is decided by looking at whether the conditions of the call are met.
SCREENED = frozenset({"accept", "exclude"})
_APPEAL_ANSWERS = frozenset({"uphold", "dismiss"})


def prepare(
    session: Session,
    application_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> PreparedStep:
    """Decide quietly to admit it or not."""
    if event not in SCREENED:
        raise NotAllowed
    return session.prepare(APPLICATIONS, application_id, event, seen_version, reason)


def list_prepared(session: Session, call_id: UUID) -> list[Prepared]:
    """What was decided by screening and waits for its release, for officers; :class:`NotAllowed`."""
    require_staff(session, call_id)
    hidden = kept_from(session, call_id)
    return repository.find_prepared(session.connection, call_id, SCREENED, hidden)


def find_prepared(session: Session, application: Application) -> Prepared | None:
    """What was decided by screening about an application and waits; whoever calls has asked whether the actor may know."""
    found = repository.find_prepared(
        session.connection, application.call_id, SCREENED, (), application.application_id
    )
    return found[0] if found else None


def take_back(session: Session, decision_id: UUID) -> None:
    """Take a decision back before it is told."""
    session.take_back(APPLICATIONS, decision_id)


def release(session: Session, decision_ids: Sequence[UUID]) -> list[Moved]:
    """Tell these decisions, all or none, and mail everybody who applies."""

    def told(decision: PreparedStep, moved: Moved) -> Iterator[Mail]:
        if decision.event not in SCREENED:
            raise NotAllowed
        return _mails(session, moved)

    return session.release(APPLICATIONS, decision_ids, told)


def ask(
    session: Session,
    application_id: UUID,
    question: str,
    due_at: datetime,
    seen_version: int,
) -> Moved:
    """Ask those who apply for more information; until they answer, their clock stands still."""
    FIELDS.check_text("question", question, session.of(ApplicationSettings).question_characters_max)
    moved = session.apply(APPLICATIONS, application_id, "ask", seen_version)
    days_max = session.of(ApplicationSettings).answer_days_max
    if not moved.at < due_at <= moved.at + timedelta(days=days_max):
        raise errors.AnswerDueUnfit(days_max=days_max)
    parameters = {
        "question_id": session.new_id(),
        "application_id": application_id,
        "question": question.strip(),
        "at": moved.at,
        "person_id": session.actor.person_id,
        "due_at": due_at,
    }
    session.connection.execute(repository.QUERIES["add_question"], parameters)
    session.set_deadline(application_id, ANSWER_DUE, due_at)
    _tell(session, "more_info", moved, due_at=due_at)
    return moved


def answer(
    session: Session,
    application_id: UUID,
    text: str,
    seen_version: int,
) -> Moved:
    """Answer the question that waits, before it is due; the clock goes on."""
    session.lock(APPLICATIONS, application_id)
    if not is_own(session.actor, find(session, application_id)):
        raise NoSuchObject
    FIELDS.check_text("answer", text, session.of(ApplicationSettings).answer_characters_max)
    _write(session, "answer_question", application_id, text, session.now())
    return session.apply(APPLICATIONS, application_id, "answer", seen_version)


def appeal(
    session: Session,
    application_id: UUID,
    text: str,
    seen_version: int,
) -> Appeal:
    """The lead says why a rejection is wrong, once, before appeals close."""
    FIELDS.check_text("appeal", text, session.of(ApplicationSettings).appeal_characters_max)
    moved = session.apply(APPLICATIONS, application_id, "appeal", seen_version)
    _write(session, "add_appeal", application_id, text, moved.at)
    return known(repository.find_appeal(session.connection, application_id))


def answer_appeal(
    session: Session,
    application_id: UUID,
    event: str,
    text: str,
    seen_version: int,
) -> Moved:
    """Uphold it, so that the panel looks again, or dismiss it; by an officer who did not make the decision."""
    if event not in _APPEAL_ANSWERS:
        raise ValueError("an appeal is upheld or dismissed")
    FIELDS.check_text("answer", text, session.of(ApplicationSettings).answer_characters_max)
    moved = session.apply(APPLICATIONS, application_id, event, seen_version)
    _write(session, "answer_appeal", application_id, text, moved.at)
    _tell(session, "appeal_answered", moved, state=APPLICATION.public_label(moved.target))
    return moved


def _write(session: Session, statement: str, application_id: UUID, text: str, at: datetime) -> None:
    """What the actor wrote: an answer, or an appeal."""
    written = {"text": text.strip(), "at": at, "person_id": session.actor.person_id}
    session.connection.execute(repository.QUERIES[statement], written | {"application_id": application_id})


def _mails(session: Session, moved: Moved) -> Iterator[Mail]:
    application, portal_url = find(session, moved.object_id), session.link("")
    if moved.reason is None:
        return mails.to_applicants(session.connection, portal_url, "admitted", application)
    reason = APPLICATION.label("reason", moved.reason)
    return mails.to_applicants(session.connection, portal_url, "excluded", application, reason=reason)


def _tell(session: Session, template: str, moved: Moved, **more: datetime | Label) -> None:
    application, portal_url = find(session, moved.object_id), session.link("")
    session.send(mails.to_applicants(session.connection, portal_url, template, application, **more), moved.at)
