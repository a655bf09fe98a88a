"""Who belongs to an organisation: invited or asking, and always agreed to by the other side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.access_log.service import note_access
from casework.organisations import repository
from casework.organisations.errors import (
    AlreadyMember,
    InvitationNotFound,
    LastAdmin,
    OrganisationNotFound,
    TooManyOpen,
)
from casework.organisations.machines import INVITATION, MEMBERSHIPS, SPEAKERS, scopes_of
from casework.organisations.model import Invited, Membership
from casework.organisations.repository import NewMembership
from casework.organisations.service import begin, get
from casework.organisations.settings import OrganisationSettings
from casework.outbox.model import Mail, Template
from casework.people.addresses import parse_address
from casework.people.errors import Forbidden
from casework.people.limits import MailKind, count_mail
from casework.people.model import Visitor
from casework.people.repository import find_person
from casework.programme import Programme, Session
from casework.workflow.errors import ChangedMeanwhile
from casework.workflow.model import Moved
from citycore.store.rows import known


def invite(
    programme: Programme, actor: Actor, organisation_id: UUID, invited: Invited, visitor: Visitor
) -> UUID:
    """Invite an address. Whoever has an account with it, or opens one, finds the invitation there: who
    invites does not learn whether there is one.
    """
    address = parse_address(invited.email)
    with programme.session(actor) as session:
        get(session, organisation_id)
        # First of all, or anybody could ask who is a member or invited, and use up what others may be sent.
        session.require(SPEAKERS, scopes_of(organisation_id))
    # In a transaction of its own: what is refused below has been tried all the same.
    count_mail(programme, MailKind.INVITATION, address.key, visitor)
    with programme.session(actor) as session:
        # Held, so that of those who invite at once each finds what the other has.
        repository.lock_organisation(session.connection, organisation_id)
        settings = session.of(OrganisationSettings)
        if repository.count_invited(session.connection, organisation_id) >= settings.invitations_max:
            raise TooManyOpen(reason="invitations")
        new = NewMembership(
            membership_id=session.new_id(),
            organisation_id=organisation_id,
            address=address,
            is_admin=invited.is_admin,
            invited_by=session.person_id,
        )
        moved = begin(session, new, "invite")
        due_at = moved.at + timedelta(days=settings.invitation_days)
        session.set_deadline(new.membership_id, INVITATION, due_at)
        session.send([_invitation(session, organisation_id, address.written, due_at)], moved.at)
        return new.membership_id


def ask_to_join(session: Session, organisation_id: UUID) -> UUID:
    """Ask to belong to a verified organisation; those who speak for it decide."""
    if not get(session, organisation_id).is_verified:
        raise OrganisationNotFound
    new = NewMembership(
        membership_id=session.new_id(), organisation_id=organisation_id, person_id=session.person_id
    )
    begin(session, new, "ask")
    return new.membership_id


def accept(session: Session, membership_id: UUID, seen_version: int) -> Moved:
    """Accept an invitation that was sent to one's own confirmed address."""
    known = repository.find_membership(session.connection, membership_id)
    if known is None or not repository.is_invited(session.connection, membership_id, session.person_id):
        raise InvitationNotFound
    # Held, so that nobody asks to belong meanwhile.
    repository.lock_organisation(session.connection, known.organisation_id)
    if repository.is_member(session.connection, known.organisation_id, session.person_id):
        raise AlreadyMember
    moved = session.apply(MEMBERSHIPS, membership_id, "accept", seen_version)
    repository.bind(session.connection, membership_id, session.person_id)
    return moved


def move(
    session: Session, membership_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step of somebody's belonging, from an invitation or a request to its end."""
    if event == "accept":
        return accept(session, membership_id, seen_version)
    return session.apply(MEMBERSHIPS, membership_id, event, seen_version, reason)


def set_admin(session: Session, membership_id: UUID, seen_version: int, *, is_admin: bool) -> None:
    """Let a member speak for the organisation, or no longer; somebody always does."""
    standing = session.lock(MEMBERSHIPS, membership_id)
    member = known(repository.find_membership(session.connection, membership_id))
    if not session.holds(SPEAKERS, scopes_of(member.organisation_id)):
        raise Forbidden
    if standing.version != seen_version or member.state != "member":
        raise ChangedMeanwhile
    if not is_admin and standing.facts.is_last_admin:
        raise LastAdmin
    repository.set_admin(session.connection, membership_id, is_admin=is_admin)
    session.note(MEMBERSHIPS, standing, "make_admin" if is_admin else "unmake_admin", session.now())


def list_members(
    session: Session, organisation_id: UUID, after: UUID | None = None, rows: int = 50
) -> Sequence[Membership]:
    """Who belongs, asks or is invited, for those who speak for the organisation; it is noted for whom it
    concerns.
    """
    get(session, organisation_id)
    if not session.holds(SPEAKERS, scopes_of(organisation_id)):
        raise Forbidden
    rows = min(rows, session.of(OrganisationSettings).page_rows_max)
    members = repository.find_members(session.connection, organisation_id, after, rows)
    known = [member.person_id for member in members if member.person_id is not None]
    note_access(session.connection, session.actor, known, "organisations.members", session.now())
    return members


def list_memberships(session: Session) -> list[Membership]:
    """Where a person belongs, asks to, or is invited."""
    return repository.find_memberships(session.connection, session.person_id)


def _invitation(session: Session, organisation_id: UUID, recipient: str, due_at: datetime) -> Mail:
    """In the language of who invites: nobody knows that of the invited."""
    inviter, organisation = find_person(session.connection, session.person_id), get(session, organisation_id)
    assert inviter is not None
    language = inviter.language
    return Mail(
        Template("casework.organisations", "invitation"),
        language,
        recipient,
        {
            "inviter": inviter.names.shown(language),
            "organisation": organisation.names.shown(language),
            "due_at": due_at,
            "link": session.link("/account/organisations"),
        },
    )
