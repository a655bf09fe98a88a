"""Suspending accounts, looking people up, and the first administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from casework.access.model import HUB, SYSTEM, Grant, Role
from casework.access_log.service import note_access
from casework.lists.model import DeskList, Sort, coded, words
from casework.noun import Nouns
from casework.people import repository
from casework.people.addresses import parse_address
from casework.people.credentials import mail_password_link
from casework.people.errors import Forbidden, PersonNotFound
from casework.people.machine import MACHINE, SUSPENSION_REASONS
from casework.people.mails import mail_to
from casework.people.model import Address, Names, Person, Place, SignUp, State
from casework.people.names import names_of, parse_names
from casework.people.roles.rules import SCOPES
from casework.people.roles.service import grant
from casework.people.sessions.service import end_everywhere
from casework.people.settings import PeopleSettings
from casework.people.sign_up import note_account
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile
from casework.workflow.model import Moved
from casework.workflow.wording import Label
from citycore.language import Language
from citycore.store.connections import Connection

#: Who looks through the accounts of all people.
STAFF = (Role.ADMINISTRATOR, Role.COORDINATOR)


class Page(NamedTuple):
    """A part of a list; ``after`` is what to ask for to go on, None at the end."""

    people: list[Person]
    after: Place | None


def suspend(session: Session, person_id: UUID, reason: str, seen_version: int) -> Moved:
    """Nobody signs in to the account any more; its sessions end and its person is told why."""
    person = _find(session.connection, person_id)
    moved = session.apply(session.of(Nouns).binding(MACHINE), person_id, "suspend", seen_version, reason)
    if person.email is not None and reason in SUSPENSION_REASONS:
        session.send([mail_to(person, "suspended", reason=_reason(reason))], moved.at)
    end_everywhere(session, person_id)
    repository.forget_links(session.connection, person_id)
    return moved


def reinstate(session: Session, person_id: UUID, seen_version: int) -> Moved:
    """Take a suspension back."""
    person = _find(session.connection, person_id)
    moved = session.apply(session.of(Nouns).binding(MACHINE), person_id, "reinstate", seen_version)
    if person.email is not None:
        session.send([mail_to(person, "reinstated")], moved.at)
    return moved


def end_sessions(session: Session, person_id: UUID, seen_version: int) -> int:
    """Sign somebody out of all browsers, as when one was lost; how many. The account stays as it is."""
    if not session.actor.has(Role.ADMINISTRATOR):
        raise Forbidden
    if _find(session.connection, person_id).version != seen_version:
        raise ChangedMeanwhile
    note_account(session, session.actor, person_id, "end_sessions", session.now())
    return end_everywhere(session, person_id)


def rename(session: Session, names: Names, language: Language) -> Names:
    """Spell one's own name anew; as it is stored."""
    tidy = parse_names(names.ar, names.en, session.of(PeopleSettings).name_characters_max)
    repository.rename(session.connection, session.person_id, tidy, language)
    return tidy


def find_person(session: Session, person_id: UUID) -> Person:
    """A person as staff see them, which the person can see afterwards; or oneself."""
    if session.actor.person_id != person_id:
        _require_staff(session)
    person = _find(session.connection, person_id)
    note_access(session.connection, session.actor, [person_id], "people.account", session.now())
    return person


def search_people(
    session: Session, words: str, language: Language, after: Place | None = None, rows: int = 50
) -> Page:
    """People whose name or address has the words, spelled with or without tashkeel, hamza and the like."""
    _require_staff(session)
    rows = min(rows, session.of(PeopleSettings).page_rows_max)
    found = repository.search_people(session.connection, words, language, after, rows + 1)
    people = [person for person, _ in found[:rows]]
    ids = [person.person_id for person in people]
    note_access(session.connection, session.actor, ids, "people.search", session.now())
    return Page(people, found[rows - 1][1] if len(found) > rows else None)


def _desk_values(session: Session) -> dict[str, object]:
    _require_staff(session)
    return {"at": session.now()}


#: Accounts for the staff: nobody's before they choose by something.
DESK = DeskList(
    repository.QUERIES["desk"],
    "person_id",
    _desk_values,
    sorts={
        "name_ar": Sort("listed.sort_ar", "text"),
        "name_en": Sort("listed.sort_en", "text"),
        "begun": Sort("listed.created_at", "instant"),
    },
    first="-begun",
    filters=(
        words(),
        coded("state", "listed.state", tuple(one.value for one in State if one is not State.ERASED)),
        coded("role", "", tuple(SCOPES), repository.QUERIES["has_role"]),
    ),
    noted=("people.search", ("person_id",)),
    asked_first=True,
)


def find_names(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, Names]:
    """What people are called, for pages that say who did something; the erased have no names."""
    return repository.find_names(connection, person_ids)


def find_by_email(session: Session, email: str) -> Person:
    """Whoever has the address; :class:`PersonNotFound`."""
    person = repository.find_person_by_email(session.connection, parse_address(email).key)
    if person is None:
        raise PersonNotFound
    return person


def make_administrator(
    session: Session, email: str, language: Language, name: str | None = None
) -> tuple[Person, str]:
    """An account that administers the hub, made if need be, and the link to choose its password.

    For the command line, whose person has the database anyway. Who guesses the link in between has
    the account: it is mailed and printed, and counts for ``administrator_link_hours``.
    """
    address = parse_address(email)
    person = repository.find_person_by_email(session.connection, address.key)
    if person is None:
        person = _open_account(session, address, language, name)
    grant(session, person.person_id, Grant(Role.ADMINISTRATOR, HUB))
    return person, mail_password_link(session, person, session.of(PeopleSettings).administrator_link_hours)


def _open_account(session: Session, address: Address, language: Language, name: str | None) -> Person:
    person_id, at = session.new_id(), session.now()
    characters_max = session.of(PeopleSettings).name_characters_max
    names = names_of(name or address.written.partition("@")[0], characters_max)
    repository.forget_sign_up(session.connection, address.key)
    repository.store_person(session.connection, person_id, SignUp(address, names, language), at, None)
    note_account(session, SYSTEM, person_id, "open", at)
    return _find(session.connection, person_id)


def _find(connection: Connection, person_id: UUID) -> Person:
    person = repository.find_person(connection, person_id)
    if person is None or person.state is State.ERASED:
        raise PersonNotFound
    return person


def _require_staff(session: Session) -> None:
    current = session.actor.at(session.now())
    if not any(current.has(role) for role in (*STAFF, Role.SYSTEM)):
        raise Forbidden


def _reason(code: str) -> Label:
    return Label("casework.people", f"account.reason.{code}")
