"""Who handles cases of an organisation, and what is done with a case whatever it is about; the noun's machine has the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.access.rules import objects_of
from casework.attachments.model import StoredFile
from casework.cases import pictures, repository, service
from casework.cases.errors import CaseNotYours, HandlerElsewhere, NoHandler
from casework.cases.mails import Matter, to_asker, to_handler
from casework.cases.model import (
    FOLLOWERS,
    HANDLERS,
    LEADS,
    ON_THE_WEB,
    OVERSIGHT,
    STAFF,
    CaseFile,
    Handler,
    NewMessage,
    Sender,
    Visibility,
    Way,
)
from casework.cases.rules import named_in
from casework.files.model import Received
from casework.people.model import Names
from casework.people.repository import find_names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Binding, Moved
from casework.workflow.rules import compare
from casework.workflow.wording import Labelled

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


class Answered(NamedTuple):
    """How it ended, which is the reason of the step too, and what is said of that."""

    outcome: Labelled
    text: str


@dataclass(frozen=True, slots=True)
class Desk(Generic[Facts]):
    """Cases of a noun, as its staff and whoever asked have them before them."""

    binding: Binding[Facts]
    matter: Callable[[Session, UUID], Matter]
    #: The state in which whoever asked has the word; they end it by the step ``reply``.
    waits: str = "waiting"

    def say(self, session: Session, case_id: UUID, sender: Sender, text: str, way: Way = ON_THE_WEB) -> bool:
        """In the thread of whoever asked. Whether it is new: a mail counts once."""
        language = existing(repository.find_case(session.connection, case_id)).language
        new = NewMessage(Visibility.ASKER, sender, text, language, way.channel, way.mail_id)
        return service.say(session, case_id, new) is not None

    def ask(self, session: Session, case_id: UUID, text: str, seen_version: int) -> None:
        """Ask whoever asked, by the step ``ask``; what its state pauses stands still until they reply."""
        standing = session.hold(self.binding, case_id, HANDLERS, seen_version)
        self.say(session, case_id, Sender.STAFF, text)
        moved = session.step(self.binding, standing, "ask", seen_version)
        matter = self.matter(session, case_id)
        session.send(to_asker(session, matter, "question", text=text.strip()), moved.at)

    def reply(
        self,
        session: Session,
        case_id: UUID,
        text: str,
        way: Way = ON_THE_WEB,
        picture: Received | None = None,
    ) -> bool:
        """What whoever asked adds, at any time until it is over, in words, with a picture, or both; an answer to a question
        lets the clock go on. Whether it is new.
        """
        standing = session.hold(self.binding, case_id, FOLLOWERS)
        if self.binding.machine.state(standing.state).is_terminal:
            raise NoSuchObject
        if picture is not None:
            pictures.add(session, case_id, picture, Sender.ASKER)
        is_said, is_awaited = picture is None or bool(text.strip()), standing.state == self.waits
        if is_said and not self.say(session, case_id, Sender.ASKER, text, way):
            return False  # the mail came before
        if is_said or is_awaited:  # whoever handles it need not hear of each picture
            at = session.step(self.binding, standing, "reply").at if is_awaited else session.now()
            session.send(to_handler(session, self._in_hands(session, case_id), "replied"), at)
        return True

    def answer(
        self,
        session: Session,
        case_id: UUID,
        said: Answered,
        seen_version: int,
        keep: Callable[[], object],
    ) -> None:
        """What the organisation says in the end, by the step ``answer``, to all who asked the same; ``keep`` stores it."""
        session.hold(self.binding, case_id, HANDLERS, seen_version)
        self.say(session, case_id, Sender.STAFF, said.text)
        keep()
        standing = session.look(self.binding, case_id)
        at = session.step(self.binding, standing, "answer", seen_version, str(said.outcome)).at
        for owed in (case_id, *service.following(session, case_id)):
            matter, outcome = self.matter(session, owed), said.outcome.label
            session.send(to_asker(session, matter, "answered", outcome=outcome, text=said.text), at)

    def rate(self, session: Session, case_id: UUID, points: int, text: str) -> None:
        """How satisfied whoever asked is, by the step ``rate``."""
        session.hold(self.binding, case_id, FOLLOWERS)
        service.rate(session, case_id, points, text)
        session.apply(self.binding, case_id, "rate", None)

    def dispute(self, session: Session, case_id: UUID, text: str) -> None:
        """It is not put right, by the step ``dispute``."""
        session.hold(self.binding, case_id, FOLLOWERS)
        self.say(session, case_id, Sender.ASKER, text)
        session.apply(self.binding, case_id, "dispute", None)

    def _in_hands(self, session: Session, case_id: UUID) -> Matter:
        """What follows another is in the hands of whoever has that one."""
        matter = self.matter(session, case_id)
        main_id = existing(repository.find_case(session.connection, case_id)).main_id
        if main_id is None:
            return matter
        return replace(
            matter, handler_id=existing(repository.find_case(session.connection, main_id)).handler_id
        )

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
        """Let it follow another by the step ``merge``; ``is_alike``, asked below the locks, says that both are open and of one kind.
        Whoever asked is told.
        """
        first, second = sorted((case_id, main_id))
        locked = {one: session.lock(self.binding, one) for one in (first, second)}
        session.require(STAFF, locked[case_id].scopes)
        compare(locked[case_id], seen_version)
        service.merge(session, case_id, main_id, is_alike=is_alike())
        moved = session.step(self.binding, locked[case_id], "merge")
        session.send(to_asker(session, self.matter(session, case_id), "merged"), moved.at)
        return moved

    def forward(self, session: Session, case_id: UUID, organisation_id: UUID, seen_version: int) -> None:
        """To the organisation whose matter it is, by the step ``forward``; the clock of whoever asked goes on, and they are told."""
        moved = session.apply(self.binding, case_id, "forward", seen_version)
        repository.forward(session.connection, case_id, organisation_id)
        hand_over(session, case_id, 1)
        matter = self.matter(session, case_id)
        organisation = existing(repository.find_case(session.connection, case_id)).organisation.shown
        session.send(to_asker(session, matter, "forwarded", organisation=organisation), moved.at)
        session.send(to_handler(session, matter, "new"), moved.at)

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
