"""Signing in with a password."""

from __future__ import annotations

import structlog

from citycore.store.connections import Connection
from hackathon.people import repository
from hackathon.people.addresses import parse_address
from hackathon.people.desk import Desk
from hackathon.people.errors import AccountSuspended, InvalidAddress, SignInRefused, WrongPassword
from hackathon.people.limits import sign_in_bounds
from hackathon.people.model import Address, Person, Visitor
from hackathon.people.passwords import prepare_password
from hackathon.people.sessions.model import NewSession, Signed
from hackathon.people.sessions.service import begin_session
from hackathon.people.throttle.service import count_attempt, forget_attempts

log = structlog.get_logger()


def sign_in(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: Desk,
    email: str,
    password: str,
    visitor: Visitor,
    previous: str | None = None,
) -> NewSession:
    """A session of the person with this address and password; the browser's ``previous`` one ends.

    :class:`SignInRefused` whether the address is unknown or the password wrong, after about the same
    time. The attempt is counted first, in a transaction of its own, and no transaction is open while
    the password is compared.
    """
    address = _address(email)
    bounds = sign_in_bounds(desk, address.key, visitor)
    count_attempt(connection, desk, bounds)
    with connection.transaction():
        person = repository.find_person_by_email(connection, address.key)
        stored = None if person is None else repository.find_password(connection, person.person_id)
    is_right = desk.passwords.is_right(stored, password, desk.settings.password_characters_max)
    if person is None or stored is None or not is_right:
        log.info("sign_in_refused", person_id=None if person is None else str(person.person_id))
        raise SignInRefused
    _refuse_suspended(person)
    with connection.transaction():
        forget_attempts(connection, bounds[1:])
        # Under its lock: the account may have been suspended, or the password changed, since it was read.
        held = repository.hold_person(connection, person.person_id)
        if held is None or repository.find_password(connection, person.person_id) != stored:
            raise SignInRefused
        _refuse_suspended(held)
        _renew_hash(connection, desk, person, stored, password)
        return begin_session(connection, desk, person.person_id, visitor, previous)


def prove_password(
    connection: Connection, desk: Desk, signed: Signed, password: str, visitor: Visitor
) -> str | None:
    """The stored hash, if the person who is signed in knows the password; :class:`WrongPassword`.

    None if the account has no password, since its person signs in elsewhere.
    """
    assert signed.person.email is not None
    bounds = sign_in_bounds(desk, _address(signed.person.email).key, visitor)
    count_attempt(connection, desk, bounds)
    with connection.transaction():
        stored = repository.find_password(connection, signed.person.person_id)
    if stored is not None and not desk.passwords.is_right(
        stored, password, desk.settings.password_characters_max
    ):
        raise WrongPassword
    with connection.transaction():
        forget_attempts(connection, bounds[1:])
    return stored


def _address(email: str) -> Address:
    """Of what is no address, one that nobody has: it is refused like any other."""
    try:
        return parse_address(email)
    except InvalidAddress:
        return Address("", "")


def _refuse_suspended(person: Person) -> None:
    if not person.may_sign_in:
        raise AccountSuspended


def _renew_hash(connection: Connection, desk: Desk, person: Person, stored: str, password: str) -> None:
    if desk.passwords.is_outdated(stored):
        fresh = desk.passwords.hash(prepare_password(password))
        repository.replace_hash(connection, person.person_id, stored, fresh)
