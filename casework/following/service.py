"""Keeping searches, and stopping the mail about them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

from casework.access.model import Actor
from casework.following import repository
from casework.following.errors import AlreadyKept, StopLinkUnknown, TooManySearches, UnknownSearch
from casework.following.model import Kind, Reader, Search
from casework.following.rules import tidy, why_wrong
from casework.following.settings import SearchSettings
from casework.people.tokens import TOKEN_CHARACTERS, new_token
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.clock import Clock
from citycore.store.connections import Connection
from hackathon.following import KINDS


def keep(  # noqa: PLR0913, PLR0917 (what is kept, by whom)
    connection: Connection,
    kind: str,
    words: str,
    filters: Mapping[str, str],
    name: str,
    actor: Actor,
    clock: Clock,
    settings: SearchSettings,
) -> UUID:
    """Keep a search of one's own; from now on what is new in it is mailed."""
    person_id, wanted, name = _person(actor), tidy(words, filters), " ".join(name.split())
    refusal = why_wrong(get_kind(kind), wanted, name, settings)
    if refusal is not None:
        raise refusal
    at = clock()
    search = Search(uuid4(), person_id, kind, name, wanted, at, at)
    with connection.transaction():
        repository.hold_reader(connection, person_id, new_token(secrets.token_bytes), at)
        if repository.count_searches(connection, person_id) >= settings.searches_max:
            raise TooManySearches(searches_max=settings.searches_max)
        if not repository.store_search(connection, search):
            raise AlreadyKept
    return search.search_id


def list_own(connection: Connection, actor: Actor) -> tuple[list[Search], Reader | None]:
    """What a person keeps, and whether they get mail."""
    person_id = _person(actor)
    with connection.transaction():
        return repository.find_searches(connection, person_id), repository.find_reader(connection, person_id)


def remove(connection: Connection, search_id: UUID, actor: Actor) -> None:
    """One's own; else :class:`NoSuchObject`."""
    with connection.transaction():
        if not repository.remove_search(connection, search_id, _person(actor)):
            raise NoSuchObject


def set_mail(connection: Connection, actor: Actor, clock: Clock, *, is_wanted: bool) -> None:
    """Whether a person gets mail about what they keep."""
    with connection.transaction():
        repository.set_stopped(connection, _person(actor), None if is_wanted else clock())


def find_reader(connection: Connection, stop_token: str) -> Reader:
    """Whose mail a link ends; :class:`StopLinkUnknown`."""
    found = None
    if len(stop_token) == TOKEN_CHARACTERS and stop_token.isascii():
        with connection.transaction():
            found = repository.find_reader_of_token(connection, stop_token)
    if found is None:
        raise StopLinkUnknown
    return found


def stop(connection: Connection, stop_token: str, clock: Clock) -> None:
    """End the mail of whom the link was mailed to; nobody has to sign in for that. A second time changes nothing."""
    with connection.transaction():
        reader = find_reader(connection, stop_token)
        if reader.stopped_at is None:
            repository.set_stopped(connection, reader.person_id, clock())


def get_kind(name: str) -> Kind:
    """:class:`UnknownSearch`."""
    if name not in KINDS:
        raise UnknownSearch
    return KINDS[name]


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id
