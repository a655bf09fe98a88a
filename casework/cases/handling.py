"""Who handles cases of an organisation, and what is done with a case whatever it is about; the noun's machine has the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.access.rules import objects_of
from casework.attachments.model import StoredFile
from casework.cases import pictures, repository, service
from casework.cases.errors import CaseNotYours, HandlerElsewhere, NoHandler
from casework.cases.model import (
    FOLLOWERS,
    HANDLERS,
    LEADS,
    OVERSIGHT,
    STAFF,
    CaseFile,
    Handler,
    NewMessage,
    Sender,
    Visibility,
)
from casework.cases.rules import named_in
from casework.files.model import Received
from casework.people.model import Names
from casework.people.repository import find_names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Binding, Moved
from casework.workflow.rules import compare

Facts = TypeVar("Facts")


def organisations_of(session: Session) -> tuple[UUID, ...] | None:
    """Whose cases the actor handles or looks after; None is all."""
    actor = session.actor.at(session.now())
    if any(actor.has(role) for role in OVERSIGHT):
        return None
    return tuple(objects_of(actor, HANDLERS | LEADS, ScopeKind.ORGANISATION))


def list_handlers(session: Session, organisation_id: UUID) -> list[Handler]:
    """For those who speak for the organisation, or look after all."""
    require_lead(session, organisation_id)
    return service.list_handlers(session, organisation_id)


def name_handler(session: Session, organisation_id: UUID, handler: Handler) -> None:
    """One of those who belong to the organisation; :class:`HandlerElsewhere`."""
    require_lead(session, organisation_id)
    if handler.person_id not in repository.find_members(session.connection, organisation_id):
        raise HandlerElsewhere
    service.name_handler(session, organisation_id, handler)


def dismiss_handler(session: Session, organisation_id: UUID, person_id: UUID) -> None:
    require_lead(session, organisation_id)
    service.dismiss_handler(session, organisation_id, person_id)


def list_members(session: Session, organisation_id: UUID) -> dict[UUID, Names]:
    """Who can be named a handler, by name."""
    require_lead(session, organisation_id)
    return repository.find_members(session.connection, organisation_id)


def list_named(session: Session, organisation_id: UUID, text: str) -> dict[UUID, Names]:
    """Those who belong to the organisation and whom a text names, by two parts of a name."""
    members = repository.find_members(session.connection, organisation_id)
    return {
        person_id: names
        for person_id, names in members.items()
        if named_in(text, {name for name in (names.ar, names.en) if name})
    }


def names_of(session: Session, people: Iterable[UUID]) -> dict[UUID, Names]:
    """Of those who handle, for those who do so too."""
    return find_names(session.connection, list(people))


def hand_over(session: Session, case_id: UUID, level: int) -> Handler | None:
    """To whoever may have it; where nobody may, it waits in nobody's hands for those who speak for the organisation."""
    try:
        return service.hand_over(session, case_id, level)
    except NoHandler:
        repository.give(session.connection, case_id, None, level)
        return None


def require_lead(session: Session, organisation_id: UUID) -> None:
    session.require(LEADS | OVERSIGHT, {Scope(ScopeKind.ORGANISATION, organisation_id)})


@dataclass(frozen=True, slots=True)
class Desk(Generic[Facts]):
    """Cases of a noun, as its staff and whoever asked have them before them."""

    binding: Binding[Facts]

    def require_reader(self, session: Session, case_id: UUID) -> None:
        """Staff of the organisation who are not in conflict with it, and whoever follows it; else :class:`NoSuchObject`."""
        standing = session.look(self.binding, case_id)
        if not session.holds(STAFF | FOLLOWERS, standing.scopes):
            raise NoSuchObject

    def may_lead(self, session: Session, case_id: UUID) -> bool:
        return session.holds(LEADS | OVERSIGHT, session.look(self.binding, case_id).scopes)

    def hand_to(self, session: Session, case_id: UUID, person_id: UUID, seen_version: int) -> None:
        """Into the hands of a handler by name."""
        standing = session.hold(self.binding, case_id, LEADS | OVERSIGHT, seen_version)
        service.hand_to(session, case_id, person_id)
        session.note(self.binding, standing, "hand_over", session.now())

    def declare_conflict(self, session: Session, case_id: UUID, person_id: UUID) -> None:
        """Somebody has a part in it: it is not there for them from now on, and goes to others if they had it in hand."""
        standing = session.hold(self.binding, case_id, LEADS | OVERSIGHT)
        case = existing(repository.find_case(session.connection, case_id))
        service.declare_conflict(session, case_id, person_id)
        if case.handler_id == person_id:
            hand_over(session, case_id, case.level)
        session.note(self.binding, standing, "declare_conflict", session.now())

    def take_note(self, session: Session, case_id: UUID, text: str) -> None:
        """Something for staff alone."""
        session.hold(self.binding, case_id, STAFF)
        language = existing(repository.find_case(session.connection, case_id)).language
        service.say(session, case_id, NewMessage(Visibility.STAFF, Sender.STAFF, text, language))

    def merge(
        self,
        session: Session,
        case_id: UUID,
        main_id: UUID,
        seen_version: int,
        is_alike: Callable[[], bool],
    ) -> Moved:
        """Let it follow another by the step ``merge``; ``is_alike``, asked below the locks, says that both are open and of one kind."""
        first, second = sorted((case_id, main_id))
        locked = {one: session.lock(self.binding, one) for one in (first, second)}
        session.require(STAFF, locked[case_id].scopes)
        compare(locked[case_id], seen_version)
        service.merge(session, case_id, main_id, is_alike=is_alike())
        return session.step(self.binding, locked[case_id], "merge")

    def show_picture(self, session: Session, case_id: UUID, picture: Received) -> None:
        """A picture by whoever has it in hand, such as of what was put right; whoever asked sees it too."""
        session.hold(self.binding, case_id, HANDLERS)
        if existing(repository.find_case(session.connection, case_id)).handler_id != session.actor.person_id:
            raise CaseNotYours
        pictures.add(session, case_id, picture, Sender.STAFF)

    def take_picture_back(self, session: Session, case_id: UUID, file_id: UUID) -> None:
        """One that whoever asked has sent."""
        session.hold(self.binding, case_id, FOLLOWERS)
        pictures.take_back(session, case_id, file_id, Sender.ASKER)

    def open_picture(self, session: Session, case_id: UUID, file_id: UUID) -> tuple[StoredFile, Path]:
        """For those who read the case; :class:`NoSuchObject`."""
        self.require_reader(session, case_id)
        return pictures.find(session, case_id, file_id)

    def list_pictures(self, session: Session, case_id: UUID) -> list[CaseFile]:
        """Likewise, the oldest first."""
        self.require_reader(session, case_id)
        return pictures.list_of(session, case_id)
