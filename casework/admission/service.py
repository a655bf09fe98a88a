"""Rolls, tokens and kiosks for the nouns that have some; seats are :mod:`casework.admission.seats`.

Nothing here asks for a role: the noun does. Nothing is logged of a token or of an answer: what may be told (so many were
issued, it was opened and closed) the noun notes of its own object.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from casework.admission import repository
from casework.admission.errors import (
    ChannelUnsound,
    KioskNeeded,
    KioskRevoked,
    KioskTaken,
    KioskUnknown,
    KioskUnnamed,
    RollClosed,
    RollStillOpen,
    TokenMistyped,
    TokenUnknown,
    TokenUsed,
    TooManyKiosks,
    TooManySeats,
    TooManyTokens,
)
from casework.admission.model import IssuedKiosk, Kiosk, NewRoll, Roll, Ticket, TokenCount
from casework.admission.rules import (
    is_marked,
    join_passes,
    kiosk_digest,
    new_token,
    read_kiosk_pass,
    read_ticket,
    read_token,
    split_passes,
    token_digest,
    write_kiosk_pass,
    write_mark,
    write_ticket,
)
from casework.admission.settings import AdmissionSettings
from casework.follow_up.keys import HubKey
from casework.governorates.model import Governorate
from casework.people.errors import InvalidName
from casework.people.limits import token_bound
from casework.people.model import Visitor
from casework.people.throttle.service import count_attempt, take_back
from casework.programme import Programme, Session
from casework.workflow.errors import existing
from citycore.normalisation import turns_letters
from citycore.store.connections import Connection

_CHANNEL: Final = re.compile(r"[a-z][a-z_]{0,62}")


def open_roll(session: Session, object_id: UUID, new: NewRoll) -> None:
    """From now on people can take part in an object of the caller's; :class:`TooManySeats`."""
    limits = session.of(AdmissionSettings)
    if new.seats is not None and new.seats > limits.seats_max:
        raise TooManySeats(most=limits.seats_max)
    repository.store_roll(session.connection, object_id, new, limits.offers_max, session.now())


def get_roll(session: Session, object_id: UUID) -> Roll:
    """:class:`NoSuchObject` if none was opened."""
    return existing(repository.find_roll(session.connection, object_id))


def has_roll(session: Session, object_id: UUID) -> bool:
    return repository.find_roll(session.connection, object_id) is not None


def close_roll(session: Session, object_id: UUID) -> None:
    """Nobody can take part any more; nothing where it is closed already. Seats stay, and are still offered and used."""
    repository.lock_roll(session.connection, object_id)
    repository.close_roll(session.connection, object_id, session.now())


def set_closing(session: Session, object_id: UUID, closes_at: datetime) -> None:
    """It closes at another instant; :class:`RollClosed` once it has."""
    lock_open(session, object_id)
    repository.set_closing(session.connection, object_id, closes_at)


# Tokens


def issue_tokens(session: Session, object_id: UUID, count: int, channel: str) -> list[str]:
    """New tokens, told now and never again; ``channel`` (a code such as ``letter``) is what is counted apart.

    :class:`TooManyTokens`, :class:`ChannelUnsound`, :class:`RollClosed`.
    """
    limits = session.of(AdmissionSettings)
    if not _CHANNEL.fullmatch(channel):
        raise ChannelUnsound(channel=channel[:64])
    if not 1 <= count <= limits.tokens_per_issue_max:
        raise TooManyTokens(most=limits.tokens_per_issue_max)
    lock_open(session, object_id)
    issued = sum(one.issued for one in repository.count_tokens(session.connection, object_id))
    if issued + count > limits.tokens_per_roll_max:
        raise TooManyTokens(most=limits.tokens_per_roll_max)
    tokens = {new_token(session.programme.random) for _ in range(count)}
    while len(tokens) < count:
        tokens.add(new_token(session.programme.random))
    # In an order that is neither that in which they were made nor that of the sheet.
    key = session.of(HubKey)
    digests = sorted(_ticket(key.secret, object_id, token).digest for token in tokens)
    repository.store_tokens(session.connection, object_id, digests, channel, key.code)
    return sorted(tokens)


def count_issued(session: Session, object_id: UUID) -> dict[str, int]:
    """By channel, at any time: it says nothing of who took part."""
    return {one.channel: one.issued for one in repository.count_tokens(session.connection, object_id)}


def count_tokens(session: Session, object_id: UUID) -> list[TokenCount]:
    """How many were issued and used, by channel; :class:`RollStillOpen` of an unlinked roll before it is closed."""
    roll = get_roll(session, object_id)
    if roll.is_unlinked and roll.closed_at is None:
        raise RollStillOpen
    return repository.count_tokens(session.connection, object_id)


def enter(programme: Programme, object_id: UUID, token: str, visitor: Visitor) -> Ticket:
    """Before somebody answers: whether their token counts. It is used when the answer is sent, by :func:`use_ticket`.

    A service of the second kind: the try is counted first, by network, and stays counted where the token is refused.
    :class:`TokenMistyped`, :class:`TokenUnknown`, :class:`TokenUsed`, :class:`RollClosed`, :class:`TooOften`.
    """
    bound = token_bound(programme, visitor)
    count_attempt(programme, (bound,))
    tickets = _tickets(programme, object_id, token)
    with programme.connect() as connection:
        with connection.transaction():
            roll = existing(repository.find_roll(connection, object_id))
            if not roll.is_open(programme.clock()):
                raise RollClosed
            ticket, is_used = _find_token(connection, tickets)
        if is_used is None:
            raise TokenUnknown
        with connection.transaction():
            take_back(connection, bound)  # it was no guess
    if is_used:
        raise TokenUsed
    return ticket


def count_try(programme: Programme, visitor: Visitor) -> None:
    """For callers that take a token only with the answer (:func:`use_token`), before they do; :class:`TooOften`."""
    count_attempt(programme, (token_bound(programme, visitor),))


def use_token(session: Session, object_id: UUID, token: str) -> str:
    """Use a token in the caller's transaction, together with what it is used for; its channel.

    Once: of two at a time one gets :class:`TokenUsed`, and where the transaction is not committed it was not used.
    :class:`TokenMistyped`, :class:`TokenUnknown`, :class:`RollClosed`. Tries are to be counted before: :func:`count_try`.
    """
    ticket, _ = _find_token(session.connection, _tickets(session.programme, object_id, token))
    return use_ticket(session, ticket)


def use_ticket(session: Session, ticket: Ticket) -> str:
    """The same of a token that the browser showed before (:func:`enter`)."""
    hold_open(session, ticket.object_id)
    channel = repository.use_token(session.connection, ticket)
    if channel is None:
        is_used = repository.is_token_used(session.connection, ticket.object_id, ticket.digest)
        raise TokenUnknown if is_used is None else TokenUsed
    return channel


def hold_open(session: Session, object_id: UUID) -> Roll:
    """The roll, which nobody closes before the transaction ends; :class:`RollClosed`."""
    return _open(session, repository.hold_roll(session.connection, object_id))


def lock_open(session: Session, object_id: UUID) -> Roll:
    """The roll, for whoever changes it; :class:`RollClosed`."""
    repository.lock_roll(session.connection, object_id)
    return _open(session, repository.find_roll(session.connection, object_id))


def write_ticket_of(programme: Programme, ticket: Ticket) -> tuple[str, int]:
    """For a cookie: its text, and for how many seconds it counts."""
    lasts = timedelta(minutes=programme.of(AdmissionSettings).ticket_minutes)
    until = programme.clock() + lasts
    return write_ticket(programme.of(HubKey).secret, ticket, until), int(lasts.total_seconds())


def read_ticket_of(programme: Programme, text: str) -> Ticket | None:
    """What a cookie stands for; None once it has ended, and for what this hub has not written."""
    at = programme.clock()
    return programme.of(HubKey).find(lambda key: read_ticket(key, text, at)) if text else None


# Where everybody may answer: once a browser


def mark_of(programme: Programme, object_id: UUID) -> str:
    """For a cookie: that this browser has answered, and nothing of the answer. Without it people can answer again, so what
    is counted is to be labelled "open, repeat answers possible" (``Admits.ALL``).
    """
    return write_mark(programme.of(HubKey).secret, object_id)


def has_answered(programme: Programme, object_id: UUID, text: str) -> bool:
    """Whether the browser that shows this cookie has answered."""
    return bool(text) and any(is_marked(key, object_id, text) for key in programme.of(HubKey).secrets)


# Kiosks


def add_kiosk(session: Session, object_id: UUID, name: str, governorate: Governorate) -> IssuedKiosk:
    """A device; its token is told now and never again. :class:`TooManyKiosks`, :class:`KioskUnnamed`, :class:`RollClosed`."""
    limits, name = session.of(AdmissionSettings), name.strip()
    if not name or len(name) > limits.kiosk_name_characters_max:
        raise KioskUnnamed(most=limits.kiosk_name_characters_max)
    if turns_letters(name):
        raise InvalidName(reason="characters")
    lock_open(session, object_id)
    known = repository.find_kiosks(session.connection, object_id)
    if sum(not one.is_revoked for one in known) >= limits.kiosks_per_roll_max:
        raise TooManyKiosks(most=limits.kiosks_per_roll_max)
    issued = IssuedKiosk(session.new_id(), new_token(session.programme.random))
    kiosk = Kiosk(issued.kiosk_id, object_id, name, governorate, is_paired=False, is_revoked=False)
    key = session.of(HubKey)
    digest = kiosk_digest(key.secret, existing(read_token(issued.token)))
    repository.store_kiosk(session.connection, kiosk, digest, key.code)
    return issued


def list_kiosks(session: Session, object_id: UUID) -> list[Kiosk]:
    """By name, those that were revoked too."""
    return repository.find_kiosks(session.connection, object_id)


def revoke_kiosk(session: Session, object_id: UUID, kiosk_id: UUID) -> None:
    """From now on its browser is refused; what was answered there stays. :class:`NoSuchObject`."""
    existing(repository.revoke_kiosk(session.connection, object_id, kiosk_id))


def pair_kiosk(programme: Programme, token: str, visitor: Visitor, shown: str = "") -> tuple[Kiosk, str]:
    """Make the browser that brings its token that of a kiosk: the kiosk, and what the browser keeps.

    ``shown`` is what it kept before: it stays the kiosk of those other objects too, of the last ones if they are many.
    A service of the second kind, as :func:`enter`. :class:`TokenMistyped`, :class:`KioskUnknown`, :class:`KioskTaken`
    where another browser was first, :class:`KioskRevoked`, :class:`TooOften`.
    """
    bound = token_bound(programme, visitor)
    count_attempt(programme, (bound,))
    bare, key = read_token(token), programme.of(HubKey)
    if bare is None:
        raise TokenMistyped
    with programme.connect() as connection:
        with connection.transaction():
            kiosk = key.find(lambda one: repository.lock_kiosk(connection, kiosk_digest(one, bare)))
            if kiosk is None:
                raise KioskUnknown
            if kiosk.is_revoked:
                raise KioskRevoked
            if kiosk.is_paired:
                raise KioskTaken
            repository.pair_kiosk(connection, kiosk.kiosk_id)
        with connection.transaction():
            take_back(connection, bound)
            before = _kiosks(connection, key, shown)
    kept = [one.kiosk_id for one in before if one.is_in_use and one.object_id != kiosk.object_id]
    kept = [*kept, kiosk.kiosk_id][-programme.of(AdmissionSettings).kiosk_passes_max :]
    return kiosk, join_passes(write_kiosk_pass(key.secret, one) for one in kept)


def require_kiosk(session: Session, object_id: UUID, shown: str) -> Kiosk:
    """The kiosk of this object whose browser shows this; :class:`KioskNeeded`, :class:`KioskRevoked`."""
    found = _kiosks(session.connection, session.of(HubKey), shown)
    kiosk = next((one for one in found if one.object_id == object_id), None)
    if kiosk is None:
        raise KioskNeeded
    if not kiosk.is_in_use:
        raise KioskRevoked
    return kiosk


def list_offered(session: Session, shown: str) -> list[Roll]:
    """What people can take part in at the kiosk whose browser shows this, in the order in which it was set up."""
    found = _kiosks(session.connection, session.of(HubKey), shown)
    rolls = (get_roll(session, one.object_id) for one in found if one.is_in_use)
    return [one for one in rolls if one.is_open(session.now())]


def keys_in_use(session: Session) -> dict[str | None, int]:
    """How many tokens and kiosks that can still be used were made under which key; None for those from before keys had names."""
    return repository.count_keys(session.connection)


def _kiosks(connection: Connection, keys: HubKey, shown: str) -> list[Kiosk]:
    known = (keys.find(partial(_kiosk_of, one)) for one in split_passes(shown))
    kiosks = (repository.find_kiosk(connection, one) for one in known if one is not None)
    return [one for one in kiosks if one is not None]


def _open(session: Session, found: Roll | None) -> Roll:
    roll = existing(found)
    if not roll.is_open(session.now()):
        raise RollClosed
    return roll


def _kiosk_of(shown: str, key: bytes) -> UUID | None:
    return read_kiosk_pass(key, shown)


def _tickets(programme: Programme, object_id: UUID, token: str) -> list[Ticket]:
    """As a token may be stored: under each of the hub's keys, the newest first."""
    return [_ticket(key, object_id, token) for key in programme.of(HubKey).secrets]


def _find_token(connection: Connection, tickets: Sequence[Ticket]) -> tuple[Ticket, bool | None]:
    """As it is stored, and whether it is used; None of one that there is not."""
    found = ((one, repository.is_token_used(connection, one.object_id, one.digest)) for one in tickets)
    return next((known for known in found if known[1] is not None), (tickets[0], None))


def _ticket(key: bytes, object_id: UUID, token: str) -> Ticket:
    bare = read_token(token)
    if bare is None:
        raise TokenMistyped
    return Ticket(object_id, token_digest(key, object_id, bare))
