"""Changing a password, and changing the address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.access.model import Actor
from casework.audit.model import HUB_CHAIN, Line
from casework.audit.service import append
from casework.outbox.model import Mail
from casework.outbox.service import enqueue
from casework.people import repository
from casework.people.addresses import parse_address
from casework.people.desk import Desk, after
from casework.people.errors import AccountSuspended, LinkInvalid, NoPassword
from casework.people.limits import MailKind, count_link, count_mail
from casework.people.mails import mail_to, write
from casework.people.model import Address, Person, Purpose, Visitor
from casework.people.passwords import PasswordHash, check_password
from casework.people.repository import Link
from casework.people.sessions.model import NewSession, Signed
from casework.people.sessions.repository import end_all
from casework.people.sessions.service import begin_session
from casework.people.signing_in import Proof, require_proof
from casework.people.throttle.service import forget_attempts
from casework.people.tokens import token_digest
from citycore.store.connections import Connection


def come_for_link(connection: Connection, desk: Desk, email: str, visitor: Visitor) -> Address:
    """Somebody forgot a password, which is counted whether there is an account or not; :class:`TooOften`."""
    address = parse_address(email)
    count_mail(connection, desk, MailKind.RECOVERY, address.key, visitor)
    return address


def ask_for_password(connection: Connection, desk: Desk, address: Address) -> None:
    """Mail a link to choose a new password, if there is an account; the answer is the same if not. Who calls
    this after answering does not even let the time tell.
    """
    at = desk.clock()
    with connection.transaction():
        person = repository.find_person_by_email(connection, address.key)
        if person is None:
            mail = _sign_up_again(connection, desk, address, at)
        elif person.may_sign_in:
            mail = _password_mail(connection, desk, person, at, desk.settings.password_link_hours)
        else:
            mail = None
        enqueue(connection, [] if mail is None else [mail], at)


def find_password_link(connection: Connection, desk: Desk, token: str) -> Person:
    """Whose password the link changes, for the page that asks for it; :class:`LinkInvalid`."""
    with connection.transaction():
        link = repository.find_link(connection, token_digest(token), desk.clock())
        person = None if link is None else repository.find_person(connection, link.person_id)
    if person is None or link is None or link.purpose is not Purpose.SET_PASSWORD:
        raise LinkInvalid
    return person


def come_for_password(connection: Connection, desk: Desk, token: str, visitor: Visitor) -> Person:
    """Somebody comes by a mailed link with a new password, which is counted; whose it is to be, to hash it for."""
    count_link(connection, desk, visitor)
    return find_password_link(connection, desk, token)


def hash_for(desk: Desk, person: Person, password: str) -> PasswordHash:
    """A new password as it is kept; :class:`PasswordRefused`. It takes long, and needs no connection."""
    assert person.email is not None
    address = Address(person.email, person.email.casefold())
    return desk.passwords.hash(check_password(password, address, person.names, desk.settings))


def set_password(
    connection: Connection, desk: Desk, token: str, hashed: PasswordHash, visitor: Visitor
) -> NewSession:
    """Change the password by a mailed link: all sessions and other links end, and one session begins."""
    with connection.transaction():
        at = desk.clock()
        followed = repository.follow_link(connection, token_digest(token), Purpose.SET_PASSWORD, at)
        held = None if followed is None else repository.hold_person(connection, followed.person_id)
        if held is None:
            raise LinkInvalid
        if not held.may_sign_in:
            raise AccountSuspended
        repository.verify_email(connection, held.person_id, at)
        _change(connection, held, hashed, at)
        return begin_session(connection, desk, held.person_id, visitor)


def hash_changed(desk: Desk, signed: Signed, proof: Proof, password: str) -> PasswordHash:
    """For :func:`change_password`. Who has no password yet asks for a link instead: a session alone does not make one."""
    if proof.stored is None:
        raise NoPassword
    return hash_for(desk, signed.person, password)


def change_password(
    connection: Connection, desk: Desk, signed: Signed, proof: Proof, hashed: PasswordHash
) -> None:
    """Change one's own password; all other sessions end."""
    forget_attempts(connection, proof.bounds[1:])
    with connection.transaction():
        require_proof(connection, proof)
        _change(connection, signed.person, hashed, desk.clock(), kept=signed.session_id)


def has_password(connection: Connection, signed: Signed) -> bool:
    """Whether the person signs in with a password here, and not only elsewhere."""
    with connection.transaction():
        return repository.find_password(connection, signed.person.person_id) is not None


def ask_for_email(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection, desk: Desk, signed: Signed, proof: Proof, email: str, visitor: Visitor
) -> None:
    """Mail a link to the old address and one to the new; when both were followed the address changes.

    If the new one belongs to another account its owner is told, and the person is answered the same.
    """
    address, person = parse_address(email), signed.person
    forget_attempts(connection, proof.bounds[1:])
    count_mail(connection, desk, MailKind.EMAIL_CHANGE, address.key, visitor)
    at = desk.clock()
    with connection.transaction():
        require_proof(connection, proof)
        enqueue(connection, _email_mails(connection, desk, person, address, at), at)


def follow_email_link(connection: Connection, desk: Desk, token: str, visitor: Visitor) -> bool:
    """Follow one of the two links; whether the address has changed with it. :class:`LinkInvalid`."""
    count_link(connection, desk, visitor)
    with connection.transaction():
        at = desk.clock()
        link = repository.find_link(connection, token_digest(token), at)
        if link is None or link.purpose not in {Purpose.LEAVE_EMAIL, Purpose.TAKE_EMAIL}:
            raise LinkInvalid
        # Locked before the link is used: of two that are followed at once, one sees the other.
        person = repository.hold_person(connection, link.person_id)
        if (
            person is None
            or repository.follow_link(connection, token_digest(token), link.purpose, at) is None
        ):
            raise LinkInvalid
        return _finish_email_change(connection, person, at)


def mail_password_link(connection: Connection, desk: Desk, person: Person, hours: float) -> str:
    """Mail a link to choose a password in the caller's transaction; the link, for who made the account."""
    at = desk.clock()
    mail = _password_mail(connection, desk, person, at, hours)
    enqueue(connection, [mail], at)
    return str(mail.fields["link"])


def _sign_up_again(connection: Connection, desk: Desk, address: Address, at: datetime) -> Mail | None:
    """Somebody who never confirmed has no password to be changed, but an account to be opened."""
    token, expires_at = desk.new_token(), after(at, desk.settings.sign_up_hours)
    wish = repository.renew_sign_up(connection, address.key, token_digest(token), at, expires_at)
    if wish is None:
        return None
    link = desk.link("confirm", token)
    return write(wish.address.written, wish.names, wish.language, "confirm", link=link, expires_at=expires_at)


def _password_mail(connection: Connection, desk: Desk, person: Person, at: datetime, hours: float) -> Mail:
    token, expires_at = desk.new_token(), after(at, hours)
    link = Link(person.person_id, Purpose.SET_PASSWORD)
    repository.store_link(connection, link, token_digest(token), at, expires_at)
    return mail_to(person, "set_password", link=desk.link("password", token), expires_at=expires_at)


def _email_mails(
    connection: Connection, desk: Desk, person: Person, address: Address, at: datetime
) -> list[Mail]:
    expires_at = after(at, desk.settings.email_change_hours)
    mails = []
    for purpose, template in ((Purpose.LEAVE_EMAIL, "leave_email"), (Purpose.TAKE_EMAIL, "take_email")):
        token = desk.new_token()
        link = Link(person.person_id, purpose, address)
        repository.store_link(connection, link, token_digest(token), at, expires_at)
        recipient = person.email if purpose is Purpose.LEAVE_EMAIL else address.written
        assert recipient is not None
        mails.append(
            write(
                recipient,
                person.names,
                person.language,
                template,
                person.person_id,
                link=desk.link("email", token),
                email=address.written,
                expires_at=expires_at,
            )
        )
    owner = repository.find_person_by_email(connection, address.key)
    if owner is not None and owner.person_id != person.person_id:
        mails[1] = mail_to(owner, "address_wanted")
    return mails


def _finish_email_change(connection: Connection, person: Person, at: datetime) -> bool:
    links = [
        repository.find_followed_link(connection, person.person_id, purpose, at)
        for purpose in (Purpose.LEAVE_EMAIL, Purpose.TAKE_EMAIL)
    ]
    addresses = {link.address for link in links if link is not None}
    if None in links or len(addresses) != 1:
        return False
    address = addresses.pop()
    repository.forget_links(connection, person.person_id)
    if address is None or not repository.change_email(connection, person.person_id, address, at):
        raise LinkInvalid
    enqueue(connection, [mail_to(person, "email_changed", email=address.written)], at)
    _note(connection, person.person_id, "change_email", at)
    return True


def _change(
    connection: Connection, person: Person, hashed: PasswordHash, at: datetime, kept: UUID | None = None
) -> None:
    repository.store_password(connection, person.person_id, hashed, at)
    repository.forget_links(connection, person.person_id)
    end_all(connection, person.person_id, kept)
    enqueue(connection, [mail_to(person, "password_changed", at=at)], at)
    _note(connection, person.person_id, "change_password", at)


def _note(connection: Connection, person_id: UUID, event: str, at: datetime) -> None:
    append(
        connection,
        Line(HUB_CHAIN, at, Actor(person_id).key, "account", person_id, event, None, None, None, {}),
    )
