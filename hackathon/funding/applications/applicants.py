"""Into an application and out of it: by invitation, and always agreed to by whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.access_log.service import note_access
from casework.people.addresses import parse_address
from casework.people.limits import MailKind, count_mail
from casework.people.model import Address, Visitor
from casework.people.repository import find_person, hold_person
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Moved
from casework.workflow.uniqueness import once
from citycore.store.rows import known
from hackathon.funding.applications import applicants_repository as rows
from hackathon.funding.applications import errors, mails, repository
from hackathon.funding.applications.applicants_repository import APPLICANTS as APPLICANT_ROWS
from hackathon.funding.applications.applicants_repository import NewApplicant
from hackathon.funding.applications.machine import APPLICANT, INVITATION, LEAD
from hackathon.funding.applications.model import Applicant, Application
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import is_own
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.applications.writing import find
from hackathon.funding.calls.rules import is_staff

#: The steps that have no function of their own.
_MOVES = frozenset({"decline", "withdraw", "leave", "remove"})


def invite(
    programme: Programme, actor: Actor, application_id: UUID, email: str, visitor: Visitor
) -> Applicant:
    """Invite an address. Whoever has an account with it, or opens one, finds the invitation there: who
    invites does not learn whether there is one.
    """
    address = parse_address(email)
    with programme.session(actor) as session:
        session.hold(APPLICATIONS, application_id, LEAD)
    # In a transaction of its own: what is refused below has been tried all the same.
    count_mail(programme, MailKind.INVITATION, address.key, visitor)
    with programme.session(actor) as session, once(session.connection, rows.TAKEN):
        return _invite(session, application_id, address)


def accept(session: Session, applicant_id: UUID, seen_version: int) -> Moved:
    """Accept an invitation that was sent to one's own confirmed address."""
    with once(session.connection, rows.TAKEN):
        if session.actor.person_id is not None:
            hold_person(session.connection, session.actor.person_id)
        session.lock(APPLICANT_ROWS, applicant_id)
        if session.actor.person_id is None or not rows.is_invited(
            session.connection, applicant_id, session.actor.person_id
        ):
            raise errors.ApplicationInvitationGone
        known = _applicant(session, applicant_id)
        if rows.is_known(session.connection, known.application_id, session.actor.person_id, None):
            raise errors.AlreadyInvited
        rows.bind(session.connection, applicant_id, session.actor.person_id)
        return session.apply(APPLICANT_ROWS, applicant_id, "accept", seen_version)


def move(
    session: Session,
    applicant_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step of somebody who was invited: accept, decline, withdraw an invitation, leave, remove."""
    if event == "accept":
        return accept(session, applicant_id, seen_version)
    if event not in _MOVES:
        raise ValueError("every other step has a function of its own")
    known = existing(rows.find_applicant(session.connection, applicant_id))
    moved = session.apply(APPLICANT_ROWS, applicant_id, event, seen_version, reason)
    if event == "remove" and known.person_id is not None:
        because = APPLICANT.label("reason", str(moved.reason))
        person = find_person(session.connection, known.person_id)
        application = find(session, known.application_id)
        url = session.link("")
        session.send(mails.to_person(person, url, "removed", application, because=because), moved.at)
    return moved


def hand_over(
    session: Session,
    application_id: UUID,
    applicant_id: UUID,
    seen_version: int,
) -> None:
    """Let another applicant lead, at any time: by who leads."""
    standing = session.hold(APPLICATIONS, application_id, LEAD, seen_version)
    at = session.now()
    heir = rows.find_applicant(session.connection, applicant_id)
    if heir is None or heir.application_id != application_id or heir.state != "member":
        raise errors.NotAnApplicant
    rows.make_lead(session.connection, application_id, applicant_id)
    session.note(APPLICATIONS, standing, "hand_over", at, person=str(heir.person_id))
    person = None if heir.person_id is None else find_person(session.connection, heir.person_id)
    application, portal_url = find(session, application_id), session.link("")
    session.send(mails.to_person(person, portal_url, "lead", application), at)


def list_applicants(session: Session, application_id: UUID) -> list[Applicant]:
    """Who applies or is invited, for themselves; officers see who applies, and their look is noted."""
    application = find(session, application_id)
    found = repository.find_applicants(session.connection, application_id)
    current = session.actor.at(session.now())
    if is_own(current, application):
        return found
    hidden = repository.hidden_applications(session.connection, current, application.call_id)
    may_look = is_staff(current, application.call_id) and application_id not in hidden
    if not may_look or application.versions == 0:
        raise NoSuchObject
    return _look_at(session, found)


def show_applicants(session: Session, application: Application) -> list[Applicant]:
    """The same of an application that the officer was found to see just now."""
    found = repository.find_applicants(session.connection, application.application_id)
    return _look_at(session, found)


def list_invitations(session: Session) -> list[Applicant]:
    """Invitations to one's own confirmed address."""
    if session.actor.person_id is None:
        return []
    return rows.find_invitations(session.connection, session.actor.person_id)


def _invite(session: Session, application_id: UUID, address: Address) -> Applicant:
    session.lock(APPLICATIONS, application_id)
    application, at = find(session, application_id), session.now()
    connection, settings = session.connection, session.of(ApplicationSettings)
    if rows.count_invited(connection, application_id) >= settings.invitations_max:
        raise errors.TooManyInvited(invitations_max=settings.invitations_max)
    if rows.is_known(connection, application_id, None, address.key):
        raise errors.AlreadyInvited
    new = NewApplicant(applicant_id=session.new_id(), application_id=application_id, address=address)
    rows.store_applicant(connection, new, at)
    moved = session.apply(APPLICANT_ROWS, new.applicant_id, "invite", 1)
    until = moved.at + timedelta(days=settings.invitation_days)
    session.set_deadline(new.applicant_id, INVITATION, until)
    by = session.actor.person_id
    inviter = None if by is None else find_person(connection, by)
    if inviter is not None:
        mail = mails.invitation(inviter, session.link(""), application, address.written, until)
        session.send([mail], moved.at)
    return _applicant(session, new.applicant_id)


def _look_at(session: Session, found: Iterable[Applicant]) -> list[Applicant]:
    """Who applies, for an officer, whose look is noted."""
    shown = [one for one in found if one.person_id is not None and one.state == "member"]
    people = [one.person_id for one in shown if one.person_id is not None]
    note_access(session.connection, session.actor, people, "applications.applicants", session.now())
    return shown


def _applicant(session: Session, applicant_id: UUID) -> Applicant:
    return known(rows.find_applicant(session.connection, applicant_id))
