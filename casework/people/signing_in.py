"""Signing in with a password: claimed with a connection, proved without one, entered with one again."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from casework.access.model import ANONYMOUS
from casework.access.shown import Shown, Way
from casework.people import repository
from casework.people.addresses import network_of, parse_address
from casework.people.errors import AccountSuspended, InvalidAddress, SignInRefused, WrongPassword
from casework.people.known_browsers import known_by
from casework.people.limits import bounds_of_account, sign_in_bounds
from casework.people.model import Address, Person, Visitor
from casework.people.passwords import PasswordHash, Passwords, prepare_password
from casework.people.sessions.model import Signed
from casework.people.settings import PeopleSettings
from casework.people.throttle.service import Bound, count_attempt, forget_attempts
from casework.programme import Programme, Session
from casework.second_factor.gate import Entry, admit

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says whose account it is, and the attempt is counted; ``stored`` is what the password must fit.

    No connection is held while it is compared: that takes a core and a tenth of a second.
    """

    bounds: tuple[Bound, ...]
    person: Person | None
    stored: str | None
    #: Of whoever says so, as coarse as it is stored anywhere.
    network: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody has shown to be the person; ``fresh`` is the hash that replaces one with outdated parameters."""

    bounds: tuple[Bound, ...]
    person: Person
    stored: str | None
    fresh: PasswordHash | None = None


def claim(programme: Programme, email: str, visitor: Visitor, shown: str = "") -> Claim:
    """Of whoever wants in by the address of an account. The attempt is counted first, in a transaction of its own.

    ``shown`` is what the browser keeps of having been in before (:mod:`casework.people.known_browsers`).
    """
    address = _address(email)
    bounds = sign_in_bounds(programme, address.key, visitor, known_by(programme, address.key, shown))
    count_attempt(programme, bounds)
    with programme.session(ANONYMOUS) as session:
        person = repository.find_person_by_email(session.connection, address.key)
        stored = None if person is None else repository.find_password(session.connection, person.person_id)
    return Claim(bounds, person, stored, network_of(visitor.address, stored=True))


def prove(programme: Programme, claimed: Claim, password: str) -> Proof:
    """:class:`SignInRefused` whether the address is unknown or the password wrong, after about the same time."""
    passwords, person, stored = programme.of(Passwords), claimed.person, claimed.stored
    is_right = passwords.is_right(stored, password, _characters_max(programme))
    if person is None or stored is None or not is_right:
        person_id = None if person is None else str(person.person_id)
        log.info("sign_in_refused", person_id=person_id, network=claimed.network)
        raise SignInRefused
    if not person.may_sign_in:
        log.info(
            "sign_in_refused", person_id=str(person.person_id), network=claimed.network, state=person.state
        )
    _refuse_suspended(person)
    fresh = passwords.hash(prepare_password(password)) if passwords.is_outdated(stored) else None
    return Proof(claimed.bounds, person, stored, fresh)


def enter(session: Session, proof: Proof, visitor: Visitor, previous: str | None = None) -> Entry:
    """A session of the person, whose browser's ``previous`` one ends, or what waits for their second factor."""
    person_id, stored = proof.person.person_id, proof.stored
    forget_attempts(session.connection, bounds_of_account(proof.bounds))
    # Under its lock: the account may have been suspended, or the password changed, since it was read.
    held = repository.hold_person(session.connection, person_id)
    if held is None or repository.find_password(session.connection, person_id) != stored:
        raise SignInRefused
    _refuse_suspended(held)
    if proof.fresh is not None and stored is not None:
        repository.replace_hash(session.connection, person_id, stored, proof.fresh)
    return admit(session, person_id, visitor, Shown(Way.PASSWORD, session.now()), previous)


def claim_own(programme: Programme, signed: Signed, visitor: Visitor) -> Claim:
    """Of somebody who is signed in and has to show once more who they are."""
    assert signed.person.email is not None
    key = _address(signed.person.email).key
    bounds = sign_in_bounds(programme, key, visitor, f"session {signed.session_id}")
    count_attempt(programme, bounds)
    with programme.session(signed.actor) as session:
        stored = repository.find_password(session.connection, session.person_id)
    return Claim(bounds, signed.person, stored, network_of(visitor.address, stored=True))


def prove_own(programme: Programme, claimed: Claim, password: str) -> Proof:
    """:class:`WrongPassword`. Whoever signs in elsewhere has no password, and nothing to show: ``stored`` is None."""
    assert claimed.person is not None
    if claimed.stored is not None and not programme.of(Passwords).is_right(
        claimed.stored, password, _characters_max(programme)
    ):
        log.info("proof_refused", person_id=str(claimed.person.person_id), network=claimed.network)
        raise WrongPassword
    return Proof(claimed.bounds, claimed.person, claimed.stored)


def require_proof(session: Session, proof: Proof) -> None:
    """In the transaction of what was asked for: :class:`WrongPassword` if it is another password by now."""
    repository.hold_person(session.connection, proof.person.person_id)
    if repository.find_password(session.connection, proof.person.person_id) != proof.stored:
        raise WrongPassword


def _characters_max(programme: Programme) -> int:
    return programme.of(PeopleSettings).password_characters_max


def _address(email: str) -> Address:
    """Of what is no address, one that nobody has: it is refused like any other."""
    try:
        return parse_address(email)
    except InvalidAddress:
        return Address("", "")


def _refuse_suspended(person: Person) -> None:
    if not person.may_sign_in:
        raise AccountSuspended
