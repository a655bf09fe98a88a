"""Who holds keys to the responses of a need: named before it is published, each with a key that is shown once."""

from __future__ import annotations

from uuid import UUID

import structlog

from casework.audit.service import read_until
from casework.people.addresses import parse_address
from casework.people.repository import find_person
from casework.people.roles.service import find_actor
from casework.programme import Session
from casework.sealing.keys import fingerprint_of, new_pair, words_of
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Standing
from casework.workflow.wording import Label
from citycore.store.rows import known
from hackathon.market.needs import errors, mails, repository
from hackathon.market.needs.machine import AGENCY, KEYS_MIN, NEED, PROGRAMME, PUBLISH, UNPUBLISHED
from hackathon.market.needs.model import Facts, FixedKey, Opener
from hackathon.market.needs.repository import NEEDS
from hackathon.market.needs.rules import chain_of, keys_made, sides_of
from hackathon.market.needs.service import get_own_need
from hackathon.market.needs.settings import NeedSettings

log = structlog.get_logger()


def list_openers(session: Session, need_id: UUID) -> list[Opener]:
    """For its agency and the programme."""
    get_own_need(session, need_id)
    return repository.find_openers(session.connection, need_id)


def add_opener(session: Session, need_id: UUID, email: str) -> None:
    """Name somebody who speaks for the agency or the programme, by the address of their account."""
    connection, standing = session.connection, _hold(session, need_id)
    at, openers_max = session.now(), session.of(NeedSettings).openers_max
    if len(repository.find_openers(connection, need_id)) >= openers_max:
        raise errors.NeedTooMany(what=Label(NEED.package, "field.openers"), count_max=openers_max)
    person_id = repository.find_person(connection, parse_address(email).key)
    if person_id is None:
        raise errors.OpenerUnknown
    need = get_own_need(session, need_id)
    sides = sides_of(find_actor(connection, person_id, at), need.organisation_id)
    if not sides:
        raise errors.OpenerUnknown
    # Whoever is named once more is written to once more: the first mail may not have been read.
    if repository.add_opener(connection, Opener(session.new_id(), need_id, person_id, sides[0]), at):
        session.note(NEEDS, standing, "add_opener", at, opener=str(person_id))
    session.send(mails.named(session, need, known(find_person(connection, person_id))), at)


def remove_opener(session: Session, need_id: UUID, opener_id: UUID) -> None:
    """Before anything is sealed to them."""
    standing = _hold(session, need_id)
    person_id = existing(repository.remove_opener(session.connection, need_id, opener_id))
    details = {"opener": str(opener_id), "person": str(person_id)}
    session.note(NEEDS, standing, "remove_opener", session.now(), **details)


def make_key(session: Session, need_id: UUID) -> str:
    """A new key of the actor's own, as words that are shown this once; only its public half is kept."""
    standing = session.lock(NEEDS, need_id)
    opener = own_opener(session, need_id)
    at = session.now()
    if standing.state not in UNPUBLISHED:
        raise errors.OpenersFixed
    pair = new_pair(session.programme.random)
    repository.set_key(session.connection, opener.opener_id, pair.public, at)
    session.note(NEEDS, standing, "make_key", at, public_key=pair.public.hex())
    return words_of(pair)


def fixed_keys(session: Session, need_id: UUID) -> list[FixedKey]:
    """The keys that responses are sealed to: two or more, each as the log has held it
    since the need was published; :class:`OpenerKeysDiffer` where the table says anything else.

    Who may write to the table could exchange keys there. The log only grows, and each of its lines holds the digest
    of the line before.
    """
    keys = shown_keys(session, need_id)
    if keys is None:
        log.error("opener_keys_differ", need_id=str(need_id))
        raise errors.OpenerKeysDiffer
    return keys


def shown_keys(session: Session, need_id: UUID) -> list[FixedKey] | None:
    """The same for whoever looks at a published need with sealed responses; None where they differ."""
    lines = read_until(session.connection, chain_of(need_id), need_id, PUBLISH)
    logged = keys_made(need_id, [stored.line for stored in lines or []])
    keyed = [
        FixedKey(one.opener_id, one.person_id, one.side, one.public_key, fingerprint_of(one.public_key))
        for one in repository.find_openers(session.connection, need_id)
        if one.public_key is not None
    ]
    are_logged = all(logged.get(one.person_id) == one.public_key for one in keyed)
    return keyed if are_logged and len(keyed) >= KEYS_MIN else None


def own_opener(session: Session, need_id: UUID) -> Opener:
    """The actor among the openers, still speaking for whom they were named; :class:`NotAnOpener`."""
    need, actor = repository.find_need(session.connection, need_id), session.actor.at(session.now())
    openers = repository.find_openers(session.connection, need_id)
    found = [one for one in openers if one.person_id == actor.person_id]
    if need is None or actor.person_id is None:
        raise NoSuchObject
    if not found or found[0].side not in sides_of(actor, need.organisation_id):
        raise errors.NotAnOpener
    return found[0]


def _hold(session: Session, need_id: UUID) -> Standing[Facts]:
    standing = session.hold(NEEDS, need_id, AGENCY | PROGRAMME)
    if standing.state not in UNPUBLISHED:
        raise errors.OpenersFixed
    return standing
