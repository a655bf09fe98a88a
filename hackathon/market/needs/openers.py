"""Who holds keys to the responses of a need: named before it is published, each with a key that is shown once."""

from __future__ import annotations

from uuid import UUID

import structlog

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.audit.model import Detail
from casework.audit.service import read_until
from casework.outbox.service import enqueue
from casework.people.addresses import parse_address
from casework.people.model import Recipient
from casework.people.repository import find_person
from casework.people.roles.service import find_actor
from casework.sealing.keys import fingerprint_of, new_pair, words_of
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Standing
from casework.workflow.service import lock, note, unit
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from hackathon.market.needs import errors, mails, repository
from hackathon.market.needs.desk import NeedDesk
from hackathon.market.needs.machine import AGENCY, KEYS_MIN, NEED, PROGRAMME, PUBLISH, UNPUBLISHED
from hackathon.market.needs.model import Facts, FixedKey, Opener
from hackathon.market.needs.repository import NEEDS
from hackathon.market.needs.rules import chain_of, keys_made, sides_of
from hackathon.market.needs.service import get_own_need

log = structlog.get_logger()


def list_openers(connection: Connection, actor: Actor, need_id: UUID) -> list[Opener]:
    """For its agency and the programme."""
    get_own_need(connection, actor, need_id)
    with connection.transaction():
        return repository.find_openers(connection, need_id)


def add_opener(connection: Connection, desk: NeedDesk, actor: Actor, need_id: UUID, email: str) -> None:
    """Name somebody who speaks for the agency or the programme, by the address of their account."""
    with unit(connection):
        standing = _hold(connection, desk, actor, need_id)
        at = desk.desk.clock()
        known = repository.find_openers(connection, need_id)
        if len(known) >= desk.settings.openers_max:
            what = Label(NEED.package, "field.openers")
            raise errors.TooMany(what=what, count_max=desk.settings.openers_max)
        person_id = repository.find_person(connection, parse_address(email).key)
        if person_id is None:
            raise errors.OpenerUnknown
        need = get_own_need(connection, actor, need_id)
        sides = sides_of(find_actor(connection, person_id, at), need.organisation_id)
        if not sides:
            raise errors.OpenerUnknown
        # Whoever is named once more is written to once more: the first mail may not have been read.
        if repository.add_opener(connection, desk.desk.new_id(), need_id, person_id, sides[0], at):
            note(connection, NEEDS, standing, "add_opener", actor, at, {"opener": str(person_id)})
        person = find_person(connection, person_id)
        assert person is not None and person.email is not None  # noqa: PT018 (both were just found)
        opener = Recipient(person_id, person.email, person.language, person.names.shown(person.language))
        enqueue(connection, mails.named(desk, need, opener), at)


def remove_opener(
    connection: Connection, desk: NeedDesk, actor: Actor, need_id: UUID, opener_id: UUID
) -> None:
    """Before anything is sealed to them."""
    with unit(connection):
        standing = _hold(connection, desk, actor, need_id)
        person_id = repository.remove_opener(connection, need_id, opener_id)
        if person_id is None:
            raise NoSuchObject
        at = desk.desk.clock()
        details: dict[str, Detail] = {"opener": str(opener_id), "person": str(person_id)}
        note(connection, NEEDS, standing, "remove_opener", actor, at, details)


def make_key(connection: Connection, desk: NeedDesk, actor: Actor, need_id: UUID) -> str:
    """A new key of the actor's own, as words that are shown this once; only its public half is kept."""
    with unit(connection):
        standing = lock(connection, NEEDS, need_id, actor)
        opener = own_opener(connection, actor, need_id)
        at = desk.desk.clock()
        if standing.state not in UNPUBLISHED:
            raise errors.OpenersFixed
        pair = new_pair(desk.desk.random)
        repository.set_key(connection, opener.opener_id, pair.public, at)
        note(connection, NEEDS, standing, "make_key", actor, at, {"public_key": pair.public.hex()})
    return words_of(pair)


def fixed_keys(connection: Connection, need_id: UUID) -> list[FixedKey]:
    """The keys that responses are sealed to, in the caller's transaction: two or more, each as the log has held it
    since the need was published; :class:`OpenerKeysDiffer` where the table says anything else.

    Who may write to the table could exchange keys there. The log only grows, and each of its lines holds the digest
    of the line before.
    """
    keys = _fixed_keys(connection, need_id)
    if keys is None:
        log.error("opener_keys_differ", need_id=str(need_id))
        raise errors.OpenerKeysDiffer
    return keys


def shown_keys(connection: Connection, need_id: UUID) -> list[FixedKey] | None:
    """The same for whoever looks at a published need with sealed responses; None where they differ."""
    with connection.transaction():
        return _fixed_keys(connection, need_id)


def _fixed_keys(connection: Connection, need_id: UUID) -> list[FixedKey] | None:
    lines = read_until(connection, chain_of(need_id), need_id, PUBLISH)
    logged = keys_made(need_id, [stored.line for stored in lines or []])
    keyed = [
        FixedKey(one.opener_id, one.person_id, one.side, one.public_key, fingerprint_of(one.public_key))
        for one in repository.find_openers(connection, need_id)
        if one.public_key is not None
    ]
    are_logged = all(logged.get(one.person_id) == one.public_key for one in keyed)
    return keyed if are_logged and len(keyed) >= KEYS_MIN else None


def own_opener(connection: Connection, actor: Actor, need_id: UUID) -> Opener:
    """The actor among the openers, still speaking for whom they were named; :class:`NoOpener`."""
    need = repository.find_need(connection, need_id)
    found = [one for one in repository.find_openers(connection, need_id) if one.person_id == actor.person_id]
    if need is None or actor.person_id is None:
        raise NoSuchObject
    if not found or found[0].side not in sides_of(actor, need.organisation_id):
        raise errors.NoOpener
    return found[0]


def _hold(connection: Connection, desk: NeedDesk, actor: Actor, need_id: UUID) -> Standing[Facts]:
    standing = lock(connection, NEEDS, need_id, actor)
    if not holds_any(actor.at(desk.desk.clock()), AGENCY | PROGRAMME, standing.scopes):
        raise NotAllowed
    if standing.state not in UNPUBLISHED:
        raise errors.OpenersFixed
    return standing
