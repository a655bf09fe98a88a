"""Adding and removing factors, and helping whoever has lost all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from casework.access.model import Role
from casework.access.shown import FactorKind, Shown, Way
from casework.audit.model import HUB_CHAIN, Line
from casework.people import repository as people
from casework.people.errors import Forbidden, PersonNotFound, SessionEnded
from casework.people.model import Person
from casework.people.roles.service import find_actor
from casework.people.sessions.model import Signed
from casework.people.sessions.service import end_everywhere
from casework.programme import Session
from casework.second_factor import errors, mails, passkeys, recovery, repository, totp
from casework.second_factor.duties import awake
from casework.second_factor.gate import wait
from casework.second_factor.keys import SecretKey
from casework.second_factor.model import Factors, Offer, Passkey, Setup, TotpSecret, Waiting
from casework.second_factor.rules import is_fresh
from casework.second_factor.settings import SecondFactorSettings
from casework.workflow.errors import ChangedMeanwhile
from citycore.normalisation import turns_letters
from citycore.store.rows import known

log = structlog.get_logger()


def find_factors(session: Session) -> Factors:
    """The actor's own."""
    return repository.find_factors(session.connection, session.person_id)


def may_change(session: Session) -> bool:
    """Whether the actor may change factors now: they have shown one lately. For the first the page asks for the password; whoever
    has none has signed in lately.
    """
    shown = _shown(session)
    is_lately = is_fresh(shown, session.of(SecondFactorSettings), session.now())
    if repository.has_factor(session.connection, session.person_id):
        return is_lately and shown.factor_at is not None
    return is_lately or people.find_password(session.connection, session.person_id) is not None


def ask_again(session: Session) -> Waiting:
    """The actor is to show a factor once more; :class:`NoFactor`."""
    if not repository.has_factor(session.connection, session.person_id):
        raise errors.NoFactor
    return wait(session, session.person_id, _shown(session))


def begin_totp(session: Session) -> None:
    """Make a secret for an application; it counts once its first code was typed."""
    person_id, at = _changing(session).person_id, session.now()
    totp_id, random = session.new_id(), session.programme.random
    sealed = session.of(SecretKey).seal(random(totp.SECRET_BYTES), person_id, totp_id, random)
    repository.begin_totp(session.connection, totp_id, person_id, sealed, at)


def keys_in_use(session: Session) -> dict[str | None, int]:
    """How many secrets of applications are sealed under what is made of which key of codes."""
    return repository.keys_in_use(session.connection)


def find_setup(session: Session) -> Setup:
    """What the application is told, while it is being set up; :class:`SetupOver`."""
    secret = opened(session, _beginning(session))
    person = known(people.find_person(session.connection, session.person_id))
    issuer = urlsplit(session.link("")).hostname or "falaj"
    return Setup(totp.words_of(secret), totp.address_of(secret, f"Falaj {issuer}", person.email or ""))


def confirm_totp(session: Session, code: str) -> tuple[str, ...]:
    """The application counts from now on, instead of the former; recovery codes, if it is the first factor.

    :class:`FactorRefused`, which the caller counts.
    """
    person, at, found = _changing(session), session.now(), _beginning(session)
    step = totp.step_shown(opened(session, found), totp.read_code(code), at, found.last_step)
    if step is None or not repository.use_step(session.connection, found.totp_id, step):
        raise errors.FactorRefused(field=errors.CODE)
    is_first = not repository.has_factor(session.connection, person.person_id)
    repository.confirm_totp(session.connection, found, at)
    _note(session, person, "add", FactorKind.TOTP, at)
    return _renew(session, person.person_id, at) if is_first else ()


def offer_passkey(session: Session, signed: Signed, name: str) -> None:
    """A passkey of this name is to be made in this session."""
    settings = session.of(SecondFactorSettings)
    person, tidy = _changing(session), " ".join(name.split())
    passkeys.Place.required(session.link(""))
    if not 1 <= len(tidy) <= settings.name_characters_max or turns_letters(tidy):
        raise errors.PasskeyNameWrong(field=errors.NAME, characters_max=settings.name_characters_max)
    if len(repository.find_passkeys(session.connection, person.person_id)) >= settings.passkeys_max:
        raise errors.TooManyPasskeys(passkeys_max=settings.passkeys_max)
    until = session.now() + timedelta(minutes=settings.visit_minutes)
    offer = Offer(tidy, session.programme.random(passkeys.CHALLENGE_BYTES))
    repository.store_offer(session.connection, signed.session_id, offer, until)


def find_offer(session: Session, signed: Signed) -> tuple[str, Mapping[str, Any]]:
    """The name of the passkey, and what the browser is asked; :class:`SetupOver`."""
    offer = repository.find_offer(session.connection, signed.session_id, session.now())
    if offer is None:
        raise errors.SetupOver
    place = passkeys.Place.required(session.link(""))
    had = repository.find_passkeys(session.connection, session.person_id)
    account = signed.person.email or ""
    return offer.name, passkeys.asked_to_make(place, offer.challenge, session.person_id, account, had)


def take_offer(session: Session, signed: Signed) -> Offer:
    """What was asked, once: whatever comes of it, it has to be asked anew. :class:`SetupOver`."""
    offer = repository.take_offer(session.connection, signed.session_id, session.now())
    if offer is None:
        raise errors.SetupOver
    return offer


def add_passkey(session: Session, offer: Offer, answer: str) -> tuple[str, ...]:
    """The passkey counts from now on; recovery codes, if it is the first factor. :class:`PasskeyRefused`."""
    person, at = _changing(session), session.now()
    _bounded(session, answer)
    made = passkeys.read_made(passkeys.Place.required(session.link("")), offer.challenge, answer)
    is_first = not repository.has_factor(session.connection, person.person_id)
    passkey = Passkey(
        session.new_id(), made.credential_id, made.public_key, offer.name, made.signed_count, at, None
    )
    if not repository.store_passkey(session.connection, person.person_id, passkey):
        raise errors.PasskeyRefused
    _note(session, person, "add", FactorKind.PASSKEY, at)
    return _renew(session, person.person_id, at) if is_first else ()


def remove_totp(session: Session) -> None:
    person, at = _changing(session), session.now()
    if not repository.drop_totp(session.connection, person.person_id, is_confirmed=True):
        raise errors.NoFactor
    _removed(session, person, FactorKind.TOTP, at)


def remove_passkey(session: Session, passkey_id: UUID) -> None:
    person, at = _changing(session), session.now()
    if not repository.drop_passkey(session.connection, person.person_id, passkey_id):
        raise errors.PasskeyGone
    _removed(session, person, FactorKind.PASSKEY, at)


def renew_codes(session: Session) -> tuple[str, ...]:
    """Other recovery codes; those before count no more."""
    person, at = _changing(session), session.now()
    if not repository.has_factor(session.connection, person.person_id):
        raise errors.NoFactor
    codes = _renew(session, person.person_id, at)
    mails.tell(session, person, "codes_renewed", at)
    session.log(_line(session, person.person_id, "renew_codes", FactorKind.RECOVERY, at))
    return codes


def reset(session: Session, person_id: UUID, seen_version: int) -> None:
    """Remove all factors of somebody who has lost them, and end their sessions. Of one's own nobody does this here."""
    if not session.actor.has(Role.ADMINISTRATOR) or session.actor.person_id == person_id:
        raise Forbidden
    person, at = people.hold_person(session.connection, person_id), session.now()
    if person is None:
        raise PersonNotFound
    if person.version != seen_version:
        raise ChangedMeanwhile
    if not repository.has_factor(session.connection, person_id):
        raise errors.NoFactor
    repository.drop_all(session.connection, person_id)
    end_everywhere(session, person_id)
    mails.tell(session, person, "factor_reset", at)
    session.log(
        Line(HUB_CHAIN, at, session.actor.key, "second_factor", person_id, "reset", None, None, None, {})
    )
    log.warning("factor_removed", person_id=str(person_id), kind="all", by=session.actor.key)


def has_factor(session: Session, person_id: UUID) -> bool:
    """For the desk; which, is nobody's business there."""
    return repository.has_factor(session.connection, person_id)


def opened(session: Session, found: TotpSecret) -> bytes:
    """The secret; :class:`FactorRefused` of one that this hub cannot open any more, so that its owner is helped and not the process stopped."""
    secret = session.of(SecretKey).open(found.sealed, found.person_id, found.totp_id)
    if secret is None:
        log.error("totp_secret_unusable", person_id=str(found.person_id))
        raise errors.FactorRefused(field=errors.CODE)
    return secret


def _bounded(session: Session, answer: str) -> None:
    if len(answer) > session.of(SecondFactorSettings).answer_characters_max:
        raise errors.PasskeyRefused


def _shown(session: Session) -> Shown:
    shown = session.actor.shown
    if shown is None:
        raise SessionEnded
    return shown


def _changing(session: Session) -> Person:
    """The actor, locked, if they have lately shown what they have; :class:`FactorStale`."""
    person = people.hold_person(session.connection, session.person_id)
    if person is None:
        raise PersonNotFound
    if not may_change(session):
        raise errors.FactorStale
    return person


def _beginning(session: Session) -> TotpSecret:
    found = repository.find_totp(session.connection, session.person_id, is_confirmed=False)
    lasts = timedelta(minutes=session.of(SecondFactorSettings).setup_minutes)
    if found is None or session.now() - found.begun_at > lasts:
        raise errors.SetupOver
    return found


def _renew(session: Session, person_id: UUID, at: datetime) -> tuple[str, ...]:
    count = session.of(SecondFactorSettings).recovery_codes
    codes = tuple(recovery.new_code(session.programme.random) for _ in range(count))
    repository.renew_recovery(session.connection, person_id, map(recovery.code_digest, codes), at)
    return codes


def _removed(session: Session, person: Person, kind: FactorKind, at: datetime) -> None:
    """With the last factor its recovery codes go, too; :class:`FactorNeeded` where a duty asks for one."""
    if not repository.has_factor(session.connection, person.person_id):
        actor, before = find_actor(session.connection, person.person_id, at), Shown(Way.PASSWORD, at)
        if awake(session, actor, before).needs:
            raise errors.FactorNeeded
        repository.drop_recovery(session.connection, person.person_id)
    _note(session, person, "remove", kind, at)


def _note(session: Session, person: Person, event: str, kind: FactorKind, at: datetime) -> None:
    told = {"add": "factor_added", "remove": "factor_removed"}[event]
    mails.tell(session, person, told, at, kind=mails.kind_label(kind.value))
    session.log(_line(session, person.person_id, event, kind, at))
    log.info(told, person_id=str(person.person_id), kind=kind.value)


def _line(session: Session, person_id: UUID, event: str, kind: FactorKind, at: datetime) -> Line:
    details = {"kind": kind.value}
    return Line(
        HUB_CHAIN, at, session.actor.key, "second_factor", person_id, event, None, None, None, details
    )
