"""Ideas in public: written by anybody, moderated by published rules, supported once a participant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from uuid import UUID

from casework.access.model import ScopeKind
from casework.access.rules import objects_of
from casework.follow_up.model import Issued
from casework.follow_up.service import issued_to, open_follow_up
from casework.governorates.model import Governorate
from casework.journeys.mails import mails_to_heard
from casework.journeys.texts import get_subject
from casework.lists.model import DeskList, Sort, coded, one_of, words
from casework.moderation import service as moderation
from casework.moderation.steps import AUTHORS, MODERATORS, UNMODERATED
from casework.outbox.model import Field, Mail, Template
from casework.people.addresses import parse_address
from casework.programme import Session
from casework.reach.service import Reaches
from casework.supports import service as supports
from casework.supports.settings import SupportSettings
from casework.workflow.errors import check_all, existing
from casework.workflow.model import Binding, Moved
from casework.workflow.model import one_of as one_of_row
from casework.workflow.rules import compare
from citycore.language import Language
from participation.ideas import errors, repository
from participation.ideas.machine import FACILITATORS, IDEA
from participation.ideas.model import PACKAGE, Facts, Idea, NewIdea, Wanted
from participation.ideas.passage import PASSAGE, heard_about, visible_idea
from participation.ideas.repository import New
from participation.ideas.rules import wrong_idea
from participation.ideas.settings import IdeaSettings

#: What its author is told.
_TOLD: Final = {
    "admit": "idea_admitted",
    "hold": "idea_held",
    "refuse": "idea_refused",
    "merge": "idea_merged",
    "answer": "idea_answered",
    "close": "idea_closed",
}


class Submitted(NamedTuple):
    """``issued`` is told now and never again; ``is_repeated`` where the same page was sent before, and nothing was kept now."""

    idea_id: UUID
    issued: Issued
    is_repeated: bool = False


def submit(session: Session, said: NewIdea, language: Language, once: UUID | None = None) -> Submitted:
    """Nobody but moderators sees it before it is admitted; its author follows it by number and code. Of a page that is sent
    again, whose mark is ``once``, the first sending counts, and the same is told.

    :class:`WrongField`, :class:`InvalidAddress`. Who writes without an account is counted by the caller before.
    """
    check_all(wrong_idea(said, session.of(IdeaSettings)))
    if said.email:
        parse_address(said.email)
    if said.session_id is not None:
        get_subject(session, said.session_id)
    idea_id, at = session.new_id(), session.now()
    new = New(idea_id, session.actor.person_id, at, language)
    stored = repository.store_idea(session.connection, new, said, once)
    if once is not None and stored != idea_id:
        return Submitted(stored, issued_to(session, stored, once), is_repeated=True)
    issued = open_follow_up(session, PASSAGE.kind, idea_id, once)
    moderation.begin(session, idea_id)
    session.note(IDEAS, session.look(IDEAS, idea_id), "submit", at)
    fields = {"number": issued.number, "code": issued.code}
    session.send(_mails(session, idea_id, "idea_received", **fields), at)
    return Submitted(idea_id, issued)


def edit(session: Session, idea_id: UUID, said: NewIdea, seen_version: int) -> None:
    """By its author, before anybody has read it: what others supported stays as it was, and a new idea says it otherwise."""
    standing = session.hold(IDEAS, idea_id, AUTHORS, seen_version)
    if standing.state != "new":
        raise errors.IdeaNotEditable
    check_all(wrong_idea(said, session.of(IdeaSettings)))
    repository.edit_idea(session.connection, idea_id, said)
    session.note(IDEAS, standing, "edit", session.now())


def move(
    session: Session, idea_id: UUID, event: str, seen_version: int | None, reason: str | None = None
) -> Moved:
    """Every step but joining; what follows from it, follows."""
    return session.apply(IDEAS, idea_id, event, seen_version, reason)


def merge(session: Session, idea_id: UUID, main_id: UUID, seen_version: int) -> None:
    """Let it follow another of the same session. Support stays where it was given and is shown by origin."""
    locked = {one: session.lock(IDEAS, one) for one in sorted((idea_id, main_id))}
    session.require(MODERATORS | FACILITATORS, locked[idea_id].scopes)
    compare(locked[idea_id], seen_version)
    one, main = (_idea(session, each) for each in (idea_id, main_id))
    if one == main or main.state != "open" or one.said.session_id != main.said.session_id:
        raise errors.IdeaMainUnfit
    repository.set_main(session.connection, idea_id, main_id)
    session.step(IDEAS, locked[idea_id], "merge")


def support(session: Session, idea_id: UUID, token: str | None) -> None:
    """Once: by whoever is signed in, else by a browser with a key of this hub, which is counted apart."""
    session.lock(IDEAS, idea_id)
    if visible_idea(session, idea_id).state != "open":
        raise errors.IdeaNotSupportable
    supports.support(session, idea_id, token)


def get_idea(session: Session, idea_id: UUID) -> Idea:
    """What was admitted for everybody, else for its author and moderators; :class:`NoSuchObject`."""
    return visible_idea(session, idea_id)


def list_ideas(session: Session, wanted: Wanted, after: UUID | None) -> tuple[list[Idea], UUID | None]:
    """A page of those that were admitted, and after which the next begins; those by support are one page."""
    rows = session.of(IdeaSettings).page_rows_max
    found = repository.find_ideas(session.connection, wanted, after, rows + 1)
    has_more = len(found) > rows and not wanted.is_by_support
    return found[:rows], found[rows - 1].idea_id if has_more else None


def list_origins(session: Session, idea_id: UUID) -> list[Idea]:
    """What was joined to it, each with its own support."""
    return repository.find_origins(session.connection, idea_id)


def list_flagged(session: Session) -> list[Idea]:
    """Open ones whose support came in a burst, or whose text came several times: for moderators, and said on their pages."""
    limits = session.of(IdeaSettings)
    found = session.of(SupportSettings).burst, limits.alike_texts, limits.page_rows_max
    return repository.find_bursts(session.connection, *found)


def moderated(session: Session) -> list[UUID] | None:
    """In which sessions the actor moderates; None is everywhere. :class:`NotAllowed` for whoever does nowhere."""
    actor = session.actor.at(session.now())
    sessions = objects_of(actor, MODERATORS, ScopeKind.SESSION)
    if not sessions:
        session.require(MODERATORS, ())
    return None if session.holds(MODERATORS, ()) else sessions


def follow_from(session: Session, moved: Moved) -> None:
    """What follows from a step, whoever has taken it, and what its author is told."""
    moderation.follow_from(session, moved)
    told = _TOLD.get(moved.event)
    if told is not None:
        session.send(_mails(session, moved.object_id, told, **IDEA.told(moved)), moved)


def _mails(session: Session, idea_id: UUID, name: str, **fields: Field) -> Iterator[Mail]:
    """To its author; moderators have tasks."""
    title = _idea(session, idea_id).said.title
    template = Template(PACKAGE, name)
    return mails_to_heard(session, heard_about(session, idea_id), template, title=title, **fields)


def _idea(session: Session, idea_id: UUID) -> Idea:
    return existing(repository.find_idea(session.connection, idea_id))


IDEAS: Binding[Facts] = Binding(
    IDEA,
    repository.QUERIES["lock"],
    one_of_row(repository.read_some),
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    called=repository.QUERIES["called"],
    after=follow_from,
    read_some=repository.read_some,
)
REACH: Final = Reaches(IDEAS, FACILITATORS)


def _desk_values(session: Session) -> dict[str, object]:
    return {"sessions": moderated(session), "reader_id": session.person_id}


#: For moderators, what waits longest first; nothing of their own.
DESK: Final = DeskList(
    repository.QUERIES["desk"],
    "idea_id",
    _desk_values,
    sorts={
        "since": Sort("listed.state_changed_at", "instant"),
        "begun": Sort("listed.created_at", "instant"),
    },
    first="since",
    filters=(
        words(),
        one_of(
            "state",
            "listed.state",
            tuple(state.name for state in IDEA.states),
            {"queue": UNMODERATED},
            "queue",
        ),
        coded("governorate", "listed.governorate", tuple(Governorate)),
    ),
    binding=IDEAS,
)
