"""Changing a password, and changing the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import ANONYMOUS, Actor
from casework.access.shown import Shown, Way
from casework.access_tokens.service import revoke_all
from casework.outbox.model import Mail
from casework.people import repository
from casework.people.addresses import parse_address
from casework.people.errors import AccountSuspended, LinkInvalid, NoPassword
from casework.people.limits import MailKind, bounds_of_account, count_link, count_mail
from casework.people.mails import mail_to, token_link, write
from casework.people.model import Address, Link, Person, Purpose, Visitor
from casework.people.passwords import PasswordHash, Passwords, check_password
from casework.people.sessions.model import Signed
from casework.people.sessions.service import end_everywhere
from casework.people.settings import PeopleSettings
from casework.people.sign_up import note_account
from casework.people.signing_in import Proof, require_proof
from casework.people.throttle.service import forget_attempts
from casework.people.tokens import new_token, token_digest
from casework.programme import Programme, Session
from casework.second_factor.gate import Entry, admit


def come_for_link(programme: Programme, email: str, visitor: Visitor) -> Address:
    """Somebody forgot a password, which is counted whether there is an account or not; :class:`TooOften`."""
    address = parse_address(email)
    count_mail(programme, MailKind.RECOVERY, address.key, visitor)
    return address


def ask_for_password(session: Session, address: Address) -> None:
    """Mail a link to choose a new password, if there is an account; the answer is the same if not. Who calls
    this after answering does not even let the time tell.
    """
    person = repository.find_person_by_email(session.connection, address.key)
    if person is None:
        _sign_up_again(session, address)
    elif person.may_sign_in:
        mail_password_link(session, person, session.of(PeopleSettings).password_link_hours)


def find_password_link(session: Session, token: str) -> Person:
    """Whose password the link changes, for the page that asks for it; :class:`LinkInvalid`."""
    link = repository.find_link(session.connection, token_digest(token), session.now())
    person = None if link is None else repository.find_person(session.connection, link.person_id)
    if person is None or link is None or link.purpose is not Purpose.SET_PASSWORD:
        raise LinkInvalid
    return person


def come_for_password(programme: Programme, token: str, visitor: Visitor) -> Person:
    """Somebody comes by a mailed link with a new password, which is counted; whose it is to be, to hash it for."""
    count_link(programme, visitor)
    return programme.call(ANONYMOUS, find_password_link, token)


def hash_for(programme: Programme, person: Person, password: str) -> PasswordHash:
    """A new password as it is kept; :class:`PasswordRefused`. It takes long, and needs no connection."""
    assert person.email is not None
    address = Address(person.email, person.email.casefold())
    checked = check_password(password, address, person.names, programme.of(PeopleSettings))
    return programme.of(Passwords).hash(checked)


def set_password(session: Session, token: str, hashed: PasswordHash, visitor: Visitor) -> Entry:
    """Change the password by a mailed link: all sessions, tokens and other links end, and one session begins. Whoever resets it
    does not know who else has been in. The link is one factor: whoever has another is asked for it.
    """
    at, digest = session.now(), token_digest(token)
    followed = repository.follow_link(session.connection, digest, Purpose.SET_PASSWORD, at)
    held = None if followed is None else repository.hold_person(session.connection, followed.person_id)
    if held is None:
        raise LinkInvalid
    if not held.may_sign_in:
        raise AccountSuspended
    repository.verify_email(session.connection, held.person_id, at)
    _change(session, held, hashed, at)
    revoke_all(replace(session, actor=Actor(held.person_id)), held.person_id)
    return admit(session, held.person_id, visitor, Shown(Way.MAILED_LINK, at))


def hash_changed(programme: Programme, signed: Signed, proof: Proof, password: str) -> PasswordHash:
    """For :func:`change_password`. Who has no password yet asks for a link instead: a session alone does not make one."""
    if proof.stored is None:
        raise NoPassword
    return hash_for(programme, signed.person, password)


def change_password(
    programme: Programme, signed: Signed, proof: Proof, hashed: PasswordHash, *, with_tokens: bool = False
) -> None:
    """Change one's own password; all other sessions end, and the tokens of one's programs if one says so."""
    _forget(programme, proof)
    with programme.session(signed.actor) as session:
        require_proof(session, proof)
        _change(session, signed.person, hashed, session.now(), kept=signed.session_id)
        if with_tokens:
            revoke_all(session, signed.person.person_id)


def has_password(session: Session) -> bool:
    """Whether the person signs in with a password here, and not only elsewhere."""
    return repository.find_password(session.connection, session.person_id) is not None


def ask_for_email(programme: Programme, signed: Signed, proof: Proof, email: str, visitor: Visitor) -> None:
    """Mail a link to the old address and one to the new; when both were followed the address changes.

    If the new one belongs to another account its owner is told, and the person is answered the same.
    """
    address = parse_address(email)
    _forget(programme, proof)
    count_mail(programme, MailKind.EMAIL_CHANGE, address.key, visitor)
    with programme.session(signed.actor) as session:
        at = session.now()
        require_proof(session, proof)
        session.send(_email_mails(session, signed.person, address, at), at)


def follow_email_link(programme: Programme, token: str, visitor: Visitor) -> bool:
    """Follow one of the two links; whether the address has changed with it. :class:`LinkInvalid`."""
    count_link(programme, visitor)
    with programme.session(ANONYMOUS) as session:
        at, digest = session.now(), token_digest(token)
        link = repository.find_link(session.connection, digest, at)
        if link is None or link.purpose not in {Purpose.LEAVE_EMAIL, Purpose.TAKE_EMAIL}:
            raise LinkInvalid
        # Locked before the link is used: of two that are followed at once, one sees the other.
        person = repository.hold_person(session.connection, link.person_id)
        if person is None or repository.follow_link(session.connection, digest, link.purpose, at) is None:
            raise LinkInvalid
        return _finish_email_change(session, person, at)


def mail_password_link(session: Session, person: Person, hours: float) -> str:
    """Mail a link to choose a password; the link, for who made the account."""
    at, token = session.now(), new_token(session.programme.random)
    expires_at = at + timedelta(hours=hours)
    wanted = Link(person.person_id, Purpose.SET_PASSWORD)
    repository.store_link(session.connection, wanted, token_digest(token), at, expires_at)
    link = token_link(session, "password", token)
    session.send([mail_to(person, "set_password", link=link, expires_at=expires_at)], at)
    return link


def _sign_up_again(session: Session, address: Address) -> None:
    """Somebody who never confirmed has no password to be changed, but an account to be opened."""
    at, token = session.now(), new_token(session.programme.random)
    expires_at = at + timedelta(hours=session.of(PeopleSettings).sign_up_hours)
    digest = token_digest(token)
    wish = repository.renew_sign_up(session.connection, address.key, digest, at, expires_at)
    if wish is not None:
        link = token_link(session, "confirm", token)
        mail = write(
            wish.address.written, wish.names, wish.language, "confirm", link=link, expires_at=expires_at
        )
        session.send([mail], at)


def _email_mails(session: Session, person: Person, address: Address, at: datetime) -> list[Mail]:
    expires_at = at + timedelta(hours=session.of(PeopleSettings).email_change_hours)
    mails = []
    for purpose, recipient in (
        (Purpose.LEAVE_EMAIL, person.email),
        (Purpose.TAKE_EMAIL, address.written),
    ):
        token = new_token(session.programme.random)
        link = Link(person.person_id, purpose, address)
        repository.store_link(session.connection, link, token_digest(token), at, expires_at)
        assert recipient is not None
        mails.append(
            write(
                recipient,
                person.names,
                person.language,
                purpose.value,
                person.person_id,
                link=token_link(session, "email", token),
                email=address.written,
                expires_at=expires_at,
            )
        )
    owner = repository.find_person_by_email(session.connection, address.key)
    if owner is not None and owner.person_id != person.person_id:
        mails[1] = mail_to(owner, "address_wanted")
    return mails


def _finish_email_change(session: Session, person: Person, at: datetime) -> bool:
    links = [
        repository.find_followed_link(session.connection, person.person_id, purpose, at)
        for purpose in (Purpose.LEAVE_EMAIL, Purpose.TAKE_EMAIL)
    ]
    addresses = {link.address for link in links if link is not None}
    if None in links or len(addresses) != 1:
        return False
    address = addresses.pop()
    repository.forget_links(session.connection, person.person_id)
    if address is None or not repository.change_email(session.connection, person.person_id, address, at):
        raise LinkInvalid
    session.send([mail_to(person, "email_changed", email=address.written)], at)
    note_account(session, Actor(person.person_id), person.person_id, "change_email", at)
    return True


def _change(
    session: Session, person: Person, hashed: PasswordHash, at: datetime, kept: UUID | None = None
) -> None:
    repository.store_password(session.connection, person.person_id, hashed, at)
    repository.forget_links(session.connection, person.person_id)
    end_everywhere(session, person.person_id, kept)
    session.send([mail_to(person, "password_changed", at=at)], at)
    note_account(session, Actor(person.person_id), person.person_id, "change_password", at)


def _forget(programme: Programme, proof: Proof) -> None:
    """That it was tried: whoever proves who they are did not guess, whatever becomes of what they ask for."""
    with programme.connect() as connection:
        forget_attempts(connection, bounds_of_account(proof.bounds))
