"""Into an application and out of it: by invitation, and always agreed to by whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.outbox.service import enqueue
from casework.people.addresses import parse_address
from casework.people.limits import MailKind, count_mail
from casework.people.model import Visitor
from casework.people.repository import find_person, hold_person
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline, Moved
from casework.workflow.repository import set_deadline
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, note
from casework.workflow.uniqueness import once
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.funding.applications import applicants_repository as rows
from hackathon.funding.applications import errors, mails, repository
from hackathon.funding.applications.applicants_repository import APPLICANTS as APPLICANT_ROWS
from hackathon.funding.applications.applicants_repository import NewApplicant
from hackathon.funding.applications.desk import ApplicationDesk
from hackathon.funding.applications.machine import APPLICANT, INVITATION, LEAD
from hackathon.funding.applications.model import Applicant, Application
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import is_own
from hackathon.funding.applications.writing import find
from hackathon.funding.calls.rules import is_staff

#: The steps that have no function of their own.
_MOVES = frozenset({"decline", "withdraw", "leave", "remove"})


def invite(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    email: str,
    visitor: Visitor,
) -> Applicant:
    """Invite an address. Whoever has an account with it, or opens one, finds the invitation there: who
    invites does not learn whether there is one.
    """
    address = parse_address(email)
    with connection.transaction():
        standing = lock(connection, APPLICATIONS, application_id, actor)
        if not holds_any(actor.at(desk.desk.clock()), LEAD, standing.scopes):
            raise NotAllowed
    # In a transaction of its own: what is refused below has been tried all the same.
    count_mail(connection, desk.desk, MailKind.INVITATION, address.key, visitor)
    with connection.transaction(), once(connection, rows.TAKEN):
        lock(connection, APPLICATIONS, application_id, actor)
        application, at = find(connection, application_id), desk.desk.clock()
        if rows.count_invited(connection, application_id) >= desk.settings.invitations_max:
            raise errors.TooManyInvited(invitations_max=desk.settings.invitations_max)
        if rows.is_known(connection, application_id, None, address.key):
            raise errors.AlreadyInvited
        new = NewApplicant(applicant_id=desk.desk.new_id(), application_id=application_id, address=address)
        rows.store_applicant(connection, new, at)
        moved = apply(
            connection, APPLICANT_ROWS, new.applicant_id, "invite", actor, desk.desk.clock, seen_version=1
        )
        until = moved.at + timedelta(days=desk.settings.invitation_days)
        set_deadline(connection, new.applicant_id, Deadline(INVITATION, until, CITY_ZONE.key))
        inviter = None if actor.person_id is None else find_person(connection, actor.person_id)
        if inviter is not None:
            portal_url = desk.desk.settings.portal_url
            mail = mails.invitation(inviter, portal_url, application, address.written, until)
            enqueue(connection, [mail], moved.at)
        return _applicant(connection, new.applicant_id)


def accept(
    connection: Connection, desk: ApplicationDesk, actor: Actor, applicant_id: UUID, seen_version: int
) -> Moved:
    """Accept an invitation that was sent to one's own confirmed address."""
    with connection.transaction(), once(connection, rows.TAKEN):
        if actor.person_id is not None:
            hold_person(connection, actor.person_id)
        lock(connection, APPLICANT_ROWS, applicant_id, actor)
        if actor.person_id is None or not rows.is_invited(connection, applicant_id, actor.person_id):
            raise errors.InvitationGone
        known = _applicant(connection, applicant_id)
        if rows.is_known(connection, known.application_id, actor.person_id, None):
            raise errors.AlreadyInvited
        rows.bind(connection, applicant_id, actor.person_id)
        return apply(
            connection,
            APPLICANT_ROWS,
            applicant_id,
            "accept",
            actor,
            desk.desk.clock,
            seen_version=seen_version,
        )


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    applicant_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every other step: decline, withdraw an invitation, leave, remove."""
    if event not in _MOVES:
        raise ValueError("every other step has a function of its own")
    with connection.transaction():
        known = rows.find_applicant(connection, applicant_id)
        if known is None:
            raise NoSuchObject
        moved = apply(
            connection,
            APPLICANT_ROWS,
            applicant_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        if event == "remove" and known.person_id is not None:
            because = APPLICANT.label("reason", str(moved.reason))
            person = find_person(connection, known.person_id)
            application = find(connection, known.application_id)
            url = desk.desk.settings.portal_url
            enqueue(
                connection, mails.to_person(person, url, "removed", application, because=because), moved.at
            )
        return moved


def hand_over(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    applicant_id: UUID,
    seen_version: int,
) -> None:
    """Let another applicant lead, at any time: by who leads."""
    with connection.transaction():
        standing = lock(connection, APPLICATIONS, application_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), LEAD, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        heir = rows.find_applicant(connection, applicant_id)
        if heir is None or heir.application_id != application_id or heir.state != "member":
            raise errors.NotAnApplicant
        rows.make_lead(connection, application_id, applicant_id)
        note(connection, APPLICATIONS, standing, "hand_over", actor, at, {"person": str(heir.person_id)})
        person = None if heir.person_id is None else find_person(connection, heir.person_id)
        application, portal_url = find(connection, application_id), desk.desk.settings.portal_url
        enqueue(connection, mails.to_person(person, portal_url, "lead", application), at)


def list_applicants(
    connection: Connection, desk: ApplicationDesk, actor: Actor, application_id: UUID
) -> list[Applicant]:
    """Who applies or is invited, for themselves; officers see who applies, and their look is noted."""
    with connection.transaction():
        application, at = find(connection, application_id), desk.desk.clock()
        found = repository.find_applicants(connection, application_id)
        current = actor.at(at)
        if is_own(current, application):
            return found
        hidden = repository.hidden_applications(connection, current, application.call_id)
        may_look = is_staff(current, application.call_id) and application_id not in hidden
        if not may_look or application.versions == 0:
            raise NoSuchObject
        return _look_at(connection, desk, actor, found)


def show_applicants(
    connection: Connection, desk: ApplicationDesk, officer: Actor, application: Application
) -> list[Applicant]:
    """The same of an application that the officer was found to see just now."""
    with connection.transaction():
        found = repository.find_applicants(connection, application.application_id)
        return _look_at(connection, desk, officer, found)


def list_invitations(connection: Connection, actor: Actor) -> list[Applicant]:
    """Invitations to one's own confirmed address."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        return rows.find_invitations(connection, actor.person_id)


def _look_at(
    connection: Connection, desk: ApplicationDesk, officer: Actor, found: Iterable[Applicant]
) -> list[Applicant]:
    """Who applies, for an officer, whose look is noted."""
    shown = [one for one in found if one.person_id is not None and one.state == "member"]
    people = [one.person_id for one in shown if one.person_id is not None]
    note_access(connection, officer, people, "applications.applicants", desk.desk.clock())
    return shown


def _applicant(connection: Connection, applicant_id: UUID) -> Applicant:
    applicant = rows.find_applicant(connection, applicant_id)
    assert applicant is not None
    return applicant
