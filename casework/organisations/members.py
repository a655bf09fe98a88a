"""Who belongs to an organisation: invited or asking, and always agreed to by the other side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.organisations import repository
from casework.organisations.beginnings import begin
from casework.organisations.desk import Registrar
from casework.organisations.errors import (
    AlreadyMember,
    InvitationNotFound,
    LastAdmin,
    OrganisationNotFound,
    TooManyOpen,
)
from casework.organisations.machines import INVITATION, MEMBERSHIPS
from casework.organisations.model import Membership, Organisation
from casework.organisations.repository import NewMembership
from casework.outbox.model import Mail, Template
from casework.outbox.service import enqueue
from casework.people.addresses import parse_address
from casework.people.errors import Forbidden
from casework.people.limits import MailKind, count_mail
from casework.people.model import Visitor
from casework.people.sessions.model import Signed
from casework.workflow.errors import ChangedMeanwhile, NotAllowed
from casework.workflow.model import Deadline, Moved
from casework.workflow.repository import set_deadline
from casework.workflow.service import apply, lock, note
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection

_ADMINS = (Role.OFFICER, Role.VENDOR, Role.ADMINISTRATOR)


def invite(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    registrar: Registrar,
    signed: Signed,
    organisation_id: UUID,
    email: str,
    visitor: Visitor,
    *,
    is_admin: bool = False,
) -> UUID:
    """Invite an address. Whoever has an account with it, or opens one, finds the invitation there: who
    invites does not learn whether there is one.
    """
    address, desk = parse_address(email), registrar.desk
    membership_id = desk.new_id()
    with connection.transaction():
        organisation = _find(connection, organisation_id)
        # First of all, or anybody could ask who is a member or invited, and use up what others may be sent.
        scopes = (Scope(ScopeKind.ORGANISATION, organisation_id),)
        if not holds_any(signed.actor.at(desk.clock()), _ADMINS, scopes):
            raise NotAllowed
    # In a transaction of its own: what is refused below has been tried all the same.
    count_mail(connection, desk, MailKind.INVITATION, address.key, visitor)
    with connection.transaction():
        # Held, so that of those who invite at once each finds what the other has.
        repository.lock_organisation(connection, organisation_id)
        if repository.count_invited(connection, organisation_id) >= registrar.settings.invitations_max:
            raise TooManyOpen(reason="invitations")
        new = NewMembership(
            membership_id=membership_id,
            organisation_id=organisation_id,
            address=address,
            is_admin=is_admin,
            invited_by=signed.person.person_id,
        )
        at = begin(connection, registrar, signed.actor, new, "invite").at
        due_at = at + timedelta(days=registrar.settings.invitation_days)
        set_deadline(connection, membership_id, Deadline(INVITATION, due_at, CITY_ZONE.key))
        enqueue(connection, [_invitation(registrar, signed, organisation, address.written, due_at)], at)
        return membership_id


def ask_to_join(connection: Connection, registrar: Registrar, signed: Signed, organisation_id: UUID) -> UUID:
    """Ask to belong to a verified organisation; those who speak for it decide."""
    membership_id, person_id = registrar.desk.new_id(), signed.person.person_id
    with connection.transaction():
        if not _find(connection, organisation_id).is_verified:
            raise OrganisationNotFound
        new = NewMembership(membership_id=membership_id, organisation_id=organisation_id, person_id=person_id)
        begin(connection, registrar, signed.actor, new, "ask")
        return membership_id


def accept(
    connection: Connection, registrar: Registrar, signed: Signed, membership_id: UUID, seen_version: int
) -> Moved:
    """Accept an invitation that was sent to one's own confirmed address."""
    person_id = signed.person.person_id
    with connection.transaction():
        known = repository.find_membership(connection, membership_id)
        if known is None or not repository.is_invited(connection, membership_id, person_id):
            raise InvitationNotFound
        # Held, so that nobody asks to belong meanwhile.
        repository.lock_organisation(connection, known.organisation_id)
        if repository.is_member(connection, known.organisation_id, person_id):
            raise AlreadyMember
        moved = apply(
            connection,
            MEMBERSHIPS,
            membership_id,
            "accept",
            signed.actor,
            registrar.desk.clock,
            seen_version=seen_version,
        )
        repository.bind(connection, membership_id, person_id)
        return moved


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    registrar: Registrar,
    actor: Actor,
    membership_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every other step: decline, withdraw, approve, refuse, take_back, leave, remove."""
    if event == "accept":
        raise ValueError("an invitation is accepted by accept(), which says whose it is")
    return apply(
        connection,
        MEMBERSHIPS,
        membership_id,
        event,
        actor,
        registrar.desk.clock,
        seen_version=seen_version,
        reason=reason,
    )


def set_admin(  # noqa: PLR0913 (as apply)
    connection: Connection,
    registrar: Registrar,
    actor: Actor,
    membership_id: UUID,
    seen_version: int,
    *,
    is_admin: bool,
) -> None:
    """Let a member speak for the organisation, or no longer; somebody always does."""
    at = registrar.desk.clock()
    with connection.transaction():
        standing = lock(connection, MEMBERSHIPS, membership_id, actor)
        known = repository.find_membership(connection, membership_id)
        assert known is not None
        if not holds_any(actor.at(at), _ADMINS, (Scope(ScopeKind.ORGANISATION, known.organisation_id),)):
            raise Forbidden
        if standing.version != seen_version or known.state != "member":
            raise ChangedMeanwhile
        if not is_admin and standing.facts.is_last_admin:
            raise LastAdmin
        repository.set_admin(connection, membership_id, is_admin=is_admin)
        event = "make_admin" if is_admin else "unmake_admin"
        note(connection, MEMBERSHIPS, standing, event, actor, at)


def list_members(  # noqa: PLR0913, PLR0917 (a page has this many sides)
    connection: Connection,
    registrar: Registrar,
    actor: Actor,
    organisation_id: UUID,
    after: UUID | None = None,
    rows: int = 50,
) -> Sequence[Membership]:
    """Who belongs, asks or is invited, for those who speak for the organisation; it is noted for whom it
    concerns.
    """
    at = registrar.desk.clock()
    with connection.transaction():
        _find(connection, organisation_id)
        if not holds_any(actor.at(at), _ADMINS, (Scope(ScopeKind.ORGANISATION, organisation_id),)):
            raise Forbidden
        rows = min(rows, registrar.settings.page_rows_max)
        members = repository.find_members(connection, organisation_id, after, rows)
        shown = [member.person_id for member in members if member.person_id is not None]
        note_access(connection, actor, shown, "organisations.members", at)
        return members


def list_memberships(connection: Connection, signed: Signed) -> list[Membership]:
    """Where a person belongs, asks to, or is invited."""
    with connection.transaction():
        return repository.find_memberships(connection, signed.person.person_id)


def _find(connection: Connection, organisation_id: UUID) -> Organisation:
    organisation = repository.find_organisation(connection, organisation_id)
    if organisation is None:
        raise OrganisationNotFound
    return organisation


def _invitation(
    registrar: Registrar, signed: Signed, organisation: Organisation, recipient: str, due_at: datetime
) -> Mail:
    """In the language of who invites: nobody knows that of the invited."""
    language = signed.person.language
    link = f"{registrar.desk.settings.portal_url.rstrip('/')}/account/organisations"
    fields: dict[str, str | int | datetime | Label] = {
        "inviter": signed.person.names.shown(language),
        "organisation": organisation.names.shown(language),
        "due_at": due_at,
        "link": link,
    }
    return Mail(Template("casework.organisations", "invitation"), language, recipient, fields)
