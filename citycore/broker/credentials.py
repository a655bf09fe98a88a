"""Credentials of sources and of their things: kept in the store as digests, and told to the broker.

The store comes first: what stands there and not at the broker is seen and said, while a user that only the broker knows
would be let in for ever. A secret is shown once. While the broker has not heard of it, it is kept sealed (:mod:`citycore.broker.sealing`), and told as soon as the broker
listens; one that the broker has lost cannot be had again, and a new credential has to be made.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from citycore.broker import security
from citycore.broker.connecting import administrator
from citycore.broker.errors import CredentialNotFound, ThingNotFound
from citycore.broker.rights import Topics, of_source, of_thing, rules
from citycore.broker.sealing import digest_of_secret, seal, unseal
from citycore.broker.security import Signature
from citycore.errors import BrokerUnavailable
from citycore.registry.errors import SourceNotFound
from citycore.settings import BrokerSettings
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("citycore.broker")
#: 192 bits in 32 characters: devices have short fields for passwords.
SECRET_BYTES = 24
NAME_CHARACTERS_MAX = 100


class State(StrEnum):
    WORKS = "works"
    #: The broker has not heard of it yet, and will as soon as it listens.
    WAITS = "waits"
    #: The broker has lost it, or never heard of it and cannot be told: make a new one.
    NOT_TOLD = "not_told"
    REVOKED = "revoked"
    #: Revoked here, and the broker does not know yet.
    NOT_WITHDRAWN = "not_withdrawn"


@dataclass(frozen=True, slots=True)
class Credential:
    """One as the store has it, and what it may do at the broker."""

    username: str
    source: str
    thing: str | None
    created_at: datetime
    revoked_at: datetime | None
    told_at: datetime | None
    topics: Topics
    secret_digest: bytes = field(repr=False)
    #: The secret, while the broker has not heard of it.
    sealed_secret: bytes | None = field(repr=False)

    @property
    def state(self) -> State:
        if self.revoked_at is None:
            if self.told_at is not None:
                return State.WORKS
            return State.NOT_TOLD if self.sealed_secret is None else State.WAITS
        is_withdrawn = self.told_at is not None and self.told_at >= self.revoked_at
        return State.REVOKED if is_withdrawn else State.NOT_WITHDRAWN


@dataclass(frozen=True, slots=True)
class Issued:
    """What is shown once. HTTP takes it in any case.

    ``is_told``: whether the broker knows it; ``waits``: whether it will as soon as it listens.
    """

    signature: Signature
    topics: Topics
    is_told: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many users the broker lost, was rid of, got other topics, and was told of late."""

    unknown: int = 0
    withdrawn: int = 0
    changed: int = 0
    told: int = 0


def mark_of(connection: Connection) -> str:
    """This hub's mark at the broker: a digest of its identity, which itself is a secret."""
    row = connection.execute(QUERIES["mark"]).fetchone()
    assert row is not None, "a function always answers"
    return str(row[0])


def issue(connection: Connection, broker: BrokerSettings, source: str, thing: str | None = None) -> Issued:
    """A new credential for all of a source, or for one thing; on a connection that commits by itself.

    :class:`SourceNotFound` or :class:`ThingNotFound` if that is not registered. A broker that is away does not keep
    it from being made.
    """
    row = connection.execute(QUERIES["wanted"], {"source": source, "thing": thing}).fetchone()
    if row is None:
        raise SourceNotFound(source=source)
    source_id, code, decoder, filters, thing_id, thing_code, device = row
    if thing is not None and thing_id is None:
        raise ThingNotFound(source=source, thing=thing)
    name = (thing_code or code)[:NAME_CHARACTERS_MAX]
    signature = Signature(f"{name}-{secrets.token_hex(4)}", secrets.token_urlsafe(SECRET_BYTES))
    with connection.transaction():
        connection.execute(
            QUERIES["create"],
            {
                "source_id": source_id,
                "thing_id": thing_id,
                "username": signature.username,
                "secret_digest": digest_of_secret(signature.secret),
            },
        )
    topics = _topics(code, decoder, filters, (thing_code, device))
    is_told = _tell(connection, broker, signature, topics)
    return Issued(signature, topics, is_told, waits=not is_told and administrator(broker) is not None)


def tell(connection: Connection, broker: BrokerSettings, source: str, signature: Signature) -> bool:
    """Tell the broker of a credential for all of a source that the store has; whether it knows it now."""
    row = connection.execute(QUERIES["wanted"], {"source": source, "thing": None}).fetchone()
    if row is None:
        raise SourceNotFound(source=source)
    _, code, decoder, filters, *_ = row
    return _tell(connection, broker, signature, _topics(code, decoder, filters, (None, None)))


def _tell(connection: Connection, broker: BrokerSettings, signature: Signature, topics: Topics) -> bool:
    try:
        security.tell(broker, mark_of(connection), signature, topics)
    except BrokerUnavailable:
        _keep_sealed(connection, signature.username, seal(broker, signature))
        return False
    _note_told(connection, [signature.username])
    return True


def revoke(connection: Connection, broker: BrokerSettings, source: str, username: str) -> bool:
    """Let nobody in with it any more; whether the broker knows already. On a connection that commits by itself.

    :class:`CredentialNotFound` if the source has none of that name. A broker that is away hears of it later.
    """
    with connection.transaction():
        row = connection.execute(QUERIES["revoke"], {"source": source, "username": username}).fetchone()
    if row is None:
        raise CredentialNotFound(source=source, username=username)
    try:
        security.withdraw(broker, mark_of(connection), [username])
    except BrokerUnavailable:
        return False
    _note_told(connection, [username])
    return True


def find(connection: Connection, source: str | None = None) -> list[Credential]:
    """Of one source or of all, the oldest first."""
    with connection.transaction():
        rows = connection.execute(QUERIES["credentials"], {"source": source}).fetchall()
    return [
        Credential(
            username,
            code,
            thing,
            created,
            revoked,
            told,
            _topics(code, decoder, filters, (thing, device)),
            bytes(digest),
            None if sealed is None else bytes(sealed),
        )
        for username, code, thing, created, revoked, told, decoder, filters, device, digest, sealed in rows
    ]


def reconcile(connection: Connection, broker: BrokerSettings) -> Reconciled:
    """Make the broker's users those of the store, as far as that can be done without the secrets of those that it lost.

    :class:`BrokerUnavailable` or :class:`BrokerRefused` where the broker does not do it.
    """
    hub = mark_of(connection)
    # In this order: a credential stands in the store before the broker hears of it.
    there = security.listed(broker, hub)
    here = {each.username: each for each in find(connection)}
    live = {name: each for name, each in here.items() if each.revoked_at is None}
    changed = {
        name: live[name].topics for name in there if name in live and there[name] != rules(live[name].topics)
    }
    unwanted = [name for name in there if name not in live]
    if changed:
        security.change(broker, hub, changed)
    if unwanted:
        security.withdraw(broker, hub, unwanted)
    known = [
        name
        for name, each in here.items()
        if each.state is State.NOT_WITHDRAWN
        or (each.state in {State.NOT_TOLD, State.WAITS} and name in there)
    ]
    _note_told(connection, known)
    told = {
        each.username
        for each in live.values()
        if each.username not in there and _tell_late(connection, broker, each)
    }
    lost = [each for name, each in live.items() if name not in there and each.told_at is not None]
    if lost:
        with connection.transaction():
            connection.execute(
                QUERIES["note_unknown"],
                {"usernames": [each.username for each in lost], "told": [each.told_at for each in lost]},
            )
    unknown = sum(name not in there and name not in told for name in live)
    return Reconciled(unknown, len(unwanted), len(changed), len(told))


def _tell_late(connection: Connection, broker: BrokerSettings, waiting: Credential) -> bool:
    """Tell the broker of a credential that waits for it; whether it could be told."""
    if waiting.sealed_secret is None:
        return False
    signature = unseal(broker, waiting.username, waiting.sealed_secret, waiting.secret_digest)
    if signature is not None:
        return _tell(connection, broker, signature, waiting.topics)
    _keep_sealed(connection, waiting.username, None)  # it waits for nothing any more
    return False


def _topics(
    source: str, decoder: str, filters: Sequence[str], names: tuple[str | None, str | None]
) -> Topics:
    if names[0] is None:
        return of_source(source, filters)
    return of_thing(source, decoder, [name for name in names if name is not None])


def _keep_sealed(connection: Connection, username: str, sealed: bytes | None) -> None:
    with connection.transaction():
        connection.execute(QUERIES["keep_sealed"], {"username": username, "sealed_secret": sealed})


def _note_told(connection: Connection, usernames: Sequence[str]) -> None:
    if usernames:
        with connection.transaction():
            connection.execute(QUERIES["note_told"], {"usernames": list(usernames)})
