"""Reviewers: asked by the programme, and saying themselves whom they are close to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.outbox.service import enqueue
from casework.people.addresses import parse_address
from casework.people.model import Person, State
from casework.people.repository import find_person_by_email
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved
from casework.workflow.service import apply, lock, look, note
from citycore.normalisation import normalise_text
from citycore.store.connections import Connection
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import find_call
from hackathon.funding.calls.rules import scopes_of
from hackathon.funding.reviewing import errors, mails, repository
from hackathon.funding.reviewing.desk import ReviewingDesk
from hackathon.funding.reviewing.machines import REVIEWER, REVIEWERS_FORM_IN, STAFF
from hackathon.funding.reviewing.model import Closeness, OwnReviewing, Reviewer, Said
from hackathon.funding.reviewing.repository import REVIEWERS

_READING = "reviewing.reviewers"


def invite(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    call_id: UUID,
    email: str,
    capacity: int,
    topics: Sequence[str] = (),
) -> Reviewer:
    """Ask somebody with an account to review so many applications in a round."""
    require_staff(actor, desk, call_id)
    _check(desk, capacity, topics)
    with connection.transaction():
        call, at = find(connection, call_id), desk.desk.clock()
        if call.state not in REVIEWERS_FORM_IN:
            raise errors.ReviewersSettled
        person = _person(connection, email)
        if repository.applies(connection, call_id, person.person_id):
            raise errors.AppliesThemself
        if len(repository.find_reviewers(connection, call_id)) >= desk.settings.reviewers_max:
            raise errors.TooMuch(most=desk.settings.reviewers_max)
        reviewer = Reviewer(
            desk.desk.new_id(), call_id, person.person_id, capacity, tuple(topics), REVIEWER.initial.name, 1
        )
        if not repository.store_reviewer(connection, reviewer, at):
            raise errors.AlreadyReviewer
        note(
            connection,
            REVIEWERS,
            look(connection, REVIEWERS, reviewer.reviewer_id, actor),
            "invite",
            actor,
            at,
        )
        enqueue(connection, mails.invitation(desk, call, person), at)
        return reviewer


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    reviewer_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step of a reviewer: accept, decline, resign, remove."""
    return apply(
        connection,
        REVIEWERS,
        reviewer_id,
        event,
        actor,
        desk.desk.clock,
        seen_version=seen_version,
        reason=reason,
    )


def declare_address(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID, email: str
) -> None:
    """A reviewer is close to whoever has this address; nobody learns whether somebody has it."""
    words = parse_address(email).key
    with connection.transaction():
        declare(connection, desk, actor, call_id, Said(Closeness.ADDRESS, words))


def declare_organisation(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID, name: str
) -> None:
    """A reviewer is close to an organisation of this name, as it is typed; nobody learns whether it applies."""
    words = normalise_text(name)
    least, most = desk.settings.declared_characters_min, desk.settings.declared_characters_max
    if len(words) < least:
        raise errors.WordsTooShort(least=least)
    if len(words) > most:
        raise errors.TooMuch(most=most)
    with connection.transaction():
        declare(connection, desk, actor, call_id, Said(Closeness.ORGANISATION, words))


def declare(  # noqa: PLR0913, PLR0917 (what is said of whom)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    call_id: UUID,
    said: Said,
    application_id: UUID | None = None,
) -> None:
    """From now on what it is about is not there for the reviewer; in the caller's transaction."""
    own = repository.find_own_reviewer(connection, call_id, actor.person_id)
    if own is None:
        raise NotAllowed
    standing = lock(connection, REVIEWERS, own.reviewer_id, actor)
    at = desk.desk.clock()
    number = repository.declare(connection, desk.desk.new_id(), own.reviewer_id, said, application_id, at)
    if number > desk.settings.declarations_max:
        raise errors.TooMuch(most=desk.settings.declarations_max)
    note(connection, REVIEWERS, standing, "declare_interest", actor, at, {"kind": said.kind.value})


def list_said(connection: Connection, actor: Actor, call_id: UUID) -> list[Said]:
    """What the actor has declared in a call; about copies only that it was."""
    with connection.transaction():
        own = repository.find_own_reviewer(connection, call_id, actor.person_id)
        if own is None:
            raise NoSuchObject
        return [
            Said(Closeness(kind), words) for kind, words in repository.find_said(connection, own.reviewer_id)
        ]


def list_own_reviewing(connection: Connection, desk: ReviewingDesk, actor: Actor) -> list[OwnReviewing]:
    """Calls that the actor reviews, was asked to, or reviewed; the newest first."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        return repository.find_own_reviewing(connection, actor.person_id, desk.settings.reviewers_max)


def find_own_reviewer(connection: Connection, actor: Actor, call_id: UUID) -> Reviewer | None:
    """Oneself as a reviewer of a call, asked or accepted."""
    with connection.transaction():
        return repository.find_own_reviewer(connection, call_id, actor.person_id)


def list_reviewers(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID
) -> list[Reviewer]:
    """Who reviews a call, for the programme; that they were looked at is told to each of them."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        found = repository.find_reviewers(connection, call_id)
        note_access(connection, actor, [one.person_id for one in found], _READING, desk.desk.clock())
        return found


def get_reviewer(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID, reviewer_id: UUID
) -> Reviewer:
    """A reviewer of this call and of no other, for the programme; :class:`NoSuchObject`."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        found = repository.find_reviewer(connection, reviewer_id)
    if found is None or found.call_id != call_id:
        raise NoSuchObject
    return found


def find(connection: Connection, call_id: UUID) -> Call:
    """The call; :class:`NoSuchObject`. Whether the actor may know of it is asked by what else they want."""
    call = find_call(connection, call_id)
    if call is None:
        raise NoSuchObject
    return call


def require_staff(actor: Actor, desk: ReviewingDesk, call_id: UUID) -> None:
    if not holds_any(actor.at(desk.desk.clock()), STAFF, scopes_of(call_id)):
        raise NotAllowed


def _person(connection: Connection, email: str) -> Person:
    person = find_person_by_email(connection, parse_address(email).key)
    if person is None or person.state is not State.ACTIVE:
        raise errors.NoReviewerAccount
    return person


def _check(desk: ReviewingDesk, capacity: int, topics: Sequence[str]) -> None:
    settings = desk.settings
    if not 1 <= capacity <= settings.capacity_max:
        raise errors.TooMuch(most=settings.capacity_max)
    if len(topics) > settings.topics_max:
        raise errors.TooMuch(most=settings.topics_max)
    if any(len(topic) > settings.topic_characters_max for topic in topics):
        raise errors.TooMuch(most=settings.topic_characters_max)
