"""Showing the second factor: tries are counted before anything is compared, and stay counted where it is refused.

Services of the second kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import structlog

from casework.access.model import ANONYMOUS, Actor
from casework.access.shown import FactorKind
from casework.audit.model import HUB_CHAIN, Line
from casework.people import repository as people
from casework.people.addresses import network_of
from casework.people.errors import AccountSuspended
from casework.people.model import Person, Visitor
from casework.people.sessions.model import NewSession, Signed
from casework.people.sessions.service import begin_shown, renew_session
from casework.people.throttle.service import Bound, count_attempt, forget_attempts
from casework.people.tokens import token_digest
from casework.programme import Programme, Session
from casework.second_factor import errors, mails, passkeys, recovery, repository, service, totp
from casework.second_factor.model import Factors, Visit
from casework.second_factor.settings import SecondFactorSettings
from citycore.language import counted

log = structlog.get_logger()
_Check: TypeAlias = Callable[[Session, Visit, datetime], None]


class Coming(NamedTuple):
    """The browser of somebody who waits, and its session from before, which ends with the new one."""

    token: str
    visitor: Visitor
    previous: str | None = None


class Begun(NamedTuple):
    """A session that has shown a factor just now, and recovery codes if there were none before."""

    session: NewSession
    codes: tuple[str, ...]


def come(session: Session, token: str) -> tuple[Person, Factors]:
    """Who waits in this browser, and what they can show; :class:`VisitOver`."""
    visit = _known(repository.find_visit(session.connection, token_digest(token), session.now()))
    person = people.find_person(session.connection, visit.person_id)
    if person is None:
        raise errors.VisitOver
    return person, repository.find_factors(session.connection, person.person_id)


def ask_passkey(session: Session, token: str) -> Mapping[str, Any] | None:
    """What the browser is asked to sign next; None where passkeys are of no use."""
    visit = _known(repository.find_visit(session.connection, token_digest(token), session.now()))
    place = passkeys.Place.of(session.link(""))
    had = repository.find_passkeys(session.connection, visit.person_id)
    if place is None or not had:
        return None
    challenge = session.programme.random(passkeys.CHALLENGE_BYTES)
    repository.set_challenge(session.connection, token_digest(token), challenge, session.now())
    return passkeys.asked_to_sign(place, challenge, had)


def show_code(programme: Programme, coming: Coming, code: str) -> NewSession:
    """A session by a code of the application; :class:`FactorRefused`, :class:`VisitOver`, :class:`TooOften`."""

    def check(session: Session, visit: Visit, at: datetime) -> None:
        found = repository.find_totp(session.connection, visit.person_id, is_confirmed=True)
        if found is None:
            raise errors.FactorRefused(field=errors.CODE)
        step = totp.step_shown(service.opened(session, found), totp.read_code(code), at, found.last_step)
        if step is None or not repository.use_step(session.connection, found.totp_id, step):
            raise errors.FactorRefused(field=errors.CODE)

    return _enter(programme, coming, FactorKind.TOTP, check)


def show_recovery(programme: Programme, coming: Coming, code: str) -> NewSession:
    """The same by a recovery code, which is gone then, and mailed; :class:`RecoveryRefused`."""

    def check(session: Session, visit: Visit, at: datetime) -> None:
        if not repository.use_recovery(session.connection, visit.person_id, recovery.code_digest(code)):
            raise errors.RecoveryRefused(field=errors.RECOVERY)
        _tell_used(session, visit, coming.visitor, at)

    return _enter(programme, coming, FactorKind.RECOVERY, check)


def show_passkey(programme: Programme, coming: Coming, answer: str) -> NewSession:
    """The same by a passkey. Its challenge counts once, whatever comes of it. :class:`PasskeyRefused`."""
    with programme.session(ANONYMOUS) as session:
        challenge = repository.take_challenge(session.connection, token_digest(coming.token), session.now())

    def check(session: Session, visit: Visit, at: datetime) -> None:
        if challenge is None or len(answer) > session.of(SecondFactorSettings).answer_characters_max:
            raise errors.PasskeyRefused
        had = repository.find_passkeys(session.connection, visit.person_id)
        place = passkeys.Place.required(session.link(""))
        signed = passkeys.read_signed(place, challenge, had, answer)
        repository.use_passkey(session.connection, signed.passkey.passkey_id, signed.signed_count, at)

    return _enter(programme, coming, FactorKind.PASSKEY, check)


def confirm_totp(programme: Programme, signed: Signed, code: str, visitor: Visitor, former: str) -> Begun:
    """An application's first code, counted as any other: the session has shown a factor then, and has another secret."""
    account = str(signed.person.person_id)
    bounds = _bounds(programme, account, FactorKind.TOTP, visitor)
    count_attempt(programme, bounds)
    with programme.session(signed.actor) as session:
        codes = service.confirm_totp(session, code)
        forget_attempts(session.connection, bounds[1:])
        return Begun(renew_session(session, session.person_id, visitor, former, FactorKind.TOTP), codes)


def add_passkey(programme: Programme, signed: Signed, answer: str, visitor: Visitor, former: str) -> Begun:
    """The same with a passkey that was just made. What it was asked counts once."""
    with programme.session(signed.actor) as session:
        offer = service.take_offer(session, signed)
    with programme.session(signed.actor) as session:
        codes = service.add_passkey(session, offer, answer)
        return Begun(renew_session(session, session.person_id, visitor, former, FactorKind.PASSKEY), codes)


def _enter(programme: Programme, coming: Coming, kind: FactorKind, check: _Check) -> NewSession:
    digest = token_digest(coming.token)
    with programme.session(ANONYMOUS) as session:
        waiting = _known(repository.find_visit(session.connection, digest, session.now()))
    bounds = _bounds(programme, str(waiting.person_id), kind, coming.visitor)
    count_attempt(programme, bounds)
    try:
        with programme.session(ANONYMOUS) as session:
            # For one at a time, so that a code which is sent twice at once counts once.
            visit = _known(repository.hold_visit(session.connection, digest, session.now()))
            person = people.hold_person(session.connection, visit.person_id)
            if person is None or not person.may_sign_in:
                raise AccountSuspended
            at = session.now()
            check(session, visit, at)
            forget_attempts(session.connection, bounds[1:])
            repository.end_visit(session.connection, digest)
            shown = replace(visit.shown, factor=kind, factor_at=at)
            return begin_shown(session, visit.person_id, coming.visitor, shown, coming.previous)
    except errors.FactorError:
        network = network_of(coming.visitor.address, stored=True)
        log.info("factor_refused", person_id=str(waiting.person_id), kind=kind.value, network=network)
        raise


def _tell_used(session: Session, visit: Visit, visitor: Visitor, at: datetime) -> None:
    person_id = visit.person_id
    left = repository.count_recovery(session.connection, person_id)
    person = people.find_person(session.connection, person_id)
    assert person is not None
    told = partial(counted, left, "code")
    mails.tell(session, person, "recovery_used", at, left=told)
    key = Actor(person_id).key
    session.log(
        Line(HUB_CHAIN, at, key, "second_factor", person_id, "recover", None, None, None, {"left": left})
    )
    network = network_of(visitor.address, stored=True)
    log.warning("recovery_code_used", person_id=str(person_id), left=left, network=network)


def _known(visit: Visit | None) -> Visit:
    if visit is None:
        raise errors.VisitOver
    return visit


def _bounds(programme: Programme, account: str, kind: FactorKind, visitor: Visitor) -> tuple[Bound, ...]:
    settings = programme.of(SecondFactorSettings)
    minutes = settings.window_minutes
    network = Bound("factor_network", network_of(visitor.address), settings.tries_per_network, minutes)
    if kind is FactorKind.PASSKEY:  # nobody guesses a signature
        return (network,)
    most = settings.tries_per_account if kind is FactorKind.TOTP else settings.recoveries_per_account
    return (network, Bound(f"factor_{kind}", account, most, minutes))
