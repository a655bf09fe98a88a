"""Signing in with a password: claimed with a connection, proved without one, entered with one again."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from casework.people import repository
from casework.people.addresses import parse_address
from casework.people.desk import Desk
from casework.people.errors import AccountSuspended, InvalidAddress, SignInRefused, WrongPassword
from casework.people.limits import sign_in_bounds
from casework.people.model import Address, Person, Visitor
from casework.people.passwords import PasswordHash, prepare_password
from casework.people.sessions.model import NewSession, Signed
from casework.people.sessions.service import begin_session
from casework.people.throttle.service import Bound, count_attempt, forget_attempts
from citycore.store.connections import Connection

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says whose account it is, and the attempt is counted; ``stored`` is what the password must fit.

    No connection is held while it is compared: that takes a core and a tenth of a second.
    """

    bounds: tuple[Bound, ...]
    person: Person | None
    stored: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody has shown to be the person; ``fresh`` is the hash that replaces one with outdated parameters."""

    bounds: tuple[Bound, ...]
    person: Person
    stored: str | None
    fresh: PasswordHash | None = None


def claim(connection: Connection, desk: Desk, email: str, visitor: Visitor) -> Claim:
    """Of whoever wants in by the address of an account. The attempt is counted first, in a transaction of its own."""
    address = _address(email)
    bounds = sign_in_bounds(desk, address.key, visitor)
    count_attempt(connection, desk, bounds)
    with connection.transaction():
        person = repository.find_person_by_email(connection, address.key)
        stored = None if person is None else repository.find_password(connection, person.person_id)
    return Claim(bounds, person, stored)


def prove(desk: Desk, claimed: Claim, password: str) -> Proof:
    """:class:`SignInRefused` whether the address is unknown or the password wrong, after about the same time."""
    person, stored = claimed.person, claimed.stored
    is_right = desk.passwords.is_right(stored, password, desk.settings.password_characters_max)
    if person is None or stored is None or not is_right:
        log.info("sign_in_refused", person_id=None if person is None else str(person.person_id))
        raise SignInRefused
    _refuse_suspended(person)
    fresh = None
    if desk.passwords.is_outdated(stored):
        fresh = desk.passwords.hash(prepare_password(password))
    return Proof(claimed.bounds, person, stored, fresh)


def enter(
    connection: Connection, desk: Desk, proof: Proof, visitor: Visitor, previous: str | None = None
) -> NewSession:
    """A session of the person; the browser's ``previous`` one ends."""
    person, stored = proof.person, proof.stored
    with connection.transaction():
        forget_attempts(connection, proof.bounds[1:])
        # Under its lock: the account may have been suspended, or the password changed, since it was read.
        held = repository.hold_person(connection, person.person_id)
        if held is None or repository.find_password(connection, person.person_id) != stored:
            raise SignInRefused
        _refuse_suspended(held)
        if proof.fresh is not None and stored is not None:
            repository.replace_hash(connection, person.person_id, stored, proof.fresh)
        return begin_session(connection, desk, person.person_id, visitor, previous)


def claim_own(connection: Connection, desk: Desk, signed: Signed, visitor: Visitor) -> Claim:
    """Of somebody who is signed in and has to show once more who they are."""
    assert signed.person.email is not None
    bounds = sign_in_bounds(desk, _address(signed.person.email).key, visitor)
    count_attempt(connection, desk, bounds)
    with connection.transaction():
        stored = repository.find_password(connection, signed.person.person_id)
    return Claim(bounds, signed.person, stored)


def prove_own(desk: Desk, claimed: Claim, password: str) -> Proof:
    """:class:`WrongPassword`. Whoever signs in elsewhere has no password, and nothing to show: ``stored`` is None."""
    assert claimed.person is not None
    if claimed.stored is not None and not desk.passwords.is_right(
        claimed.stored, password, desk.settings.password_characters_max
    ):
        raise WrongPassword
    return Proof(claimed.bounds, claimed.person, claimed.stored)


def require_proof(connection: Connection, proof: Proof) -> None:
    """In the transaction of what was asked for: :class:`WrongPassword` if it is another password by now."""
    repository.hold_person(connection, proof.person.person_id)
    if repository.find_password(connection, proof.person.person_id) != proof.stored:
        raise WrongPassword


def _address(email: str) -> Address:
    """Of what is no address, one that nobody has: it is refused like any other."""
    try:
        return parse_address(email)
    except InvalidAddress:
        return Address("", "")


def _refuse_suspended(person: Person) -> None:
    if not person.may_sign_in:
        raise AccountSuspended
