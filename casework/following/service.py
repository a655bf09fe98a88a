"""Keeping searches, and stopping the mail about them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

from casework.following import repository
from casework.following.errors import SearchAlreadyKept, StopLinkUnknown, TooManySearches, UnknownSearch
from casework.following.model import Reader, Search
from casework.following.rules import tidy, why_wrong
from casework.following.settings import SearchSettings
from casework.noun import Nouns
from casework.people.tokens import TOKEN_CHARACTERS, new_token
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, check


def keep(session: Session, kind: str, words: str, filters: Mapping[str, str], name: str) -> UUID:
    """Keep a search of one's own; from now on what is new in it is mailed."""
    person_id, wanted, name = session.person_id, tidy(words, filters), " ".join(name.split())
    found, settings = session.of(Nouns).kinds.get(kind), session.of(SearchSettings)
    if found is None:
        raise UnknownSearch
    check(why_wrong(found, wanted, name, settings))
    at, connection = session.now(), session.connection
    search = Search(uuid4(), person_id, kind, name, wanted, at, at)
    repository.hold_reader(connection, person_id, new_token(secrets.token_bytes), at)
    if repository.count_searches(connection, person_id) >= settings.searches_max:
        raise TooManySearches(searches_max=settings.searches_max)
    if not repository.store_search(connection, search):
        raise SearchAlreadyKept
    return search.search_id


def list_own(session: Session) -> tuple[list[Search], Reader | None]:
    """What a person keeps, and whether they get mail."""
    connection, person_id = session.connection, session.person_id
    return repository.find_searches(connection, person_id), repository.find_reader(connection, person_id)


def remove(session: Session, search_id: UUID) -> None:
    """One's own; else :class:`NoSuchObject`."""
    if not repository.remove_search(session.connection, search_id, session.person_id):
        raise NoSuchObject


def set_mail(session: Session, *, is_wanted: bool) -> None:
    """Whether a person gets mail about what they keep."""
    stopped_at = None if is_wanted else session.now()
    repository.set_stopped(session.connection, session.person_id, stopped_at)


def find_reader(session: Session, stop_token: str) -> Reader:
    """Whose mail a link ends; :class:`StopLinkUnknown`."""
    found = None
    if len(stop_token) == TOKEN_CHARACTERS and stop_token.isascii():
        found = repository.find_reader_of_token(session.connection, stop_token)
    if found is None:
        raise StopLinkUnknown
    return found


def stop(session: Session, stop_token: str) -> None:
    """End the mail of whom the link was mailed to; nobody has to sign in for that. A second time changes nothing."""
    reader = find_reader(session, stop_token)
    if reader.stopped_at is None:
        repository.set_stopped(session.connection, reader.person_id, session.now())
