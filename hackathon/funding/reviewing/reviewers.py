"""Reviewers: asked by the programme, and saying themselves whom they are close to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from casework.access_log.service import note_access
from casework.people.addresses import parse_address
from casework.people.model import Person, State
from casework.people.repository import find_person_by_email
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, existing
from casework.workflow.model import Moved
from citycore.normalisation import normalise_text
from hackathon.funding.calls.service import require_staff
from hackathon.funding.calls.settings import CallSettings
from hackathon.funding.reviewing import errors, mails, repository
from hackathon.funding.reviewing.machines import REVIEWER, REVIEWERS_FORM_IN
from hackathon.funding.reviewing.model import Closeness, OwnReviewing, Reviewer, Said
from hackathon.funding.reviewing.repository import REVIEWERS
from hackathon.funding.reviewing.rounds import find
from hackathon.funding.reviewing.settings import ReviewingSettings

_READING = "reviewing.reviewers"


def invite(
    session: Session, call_id: UUID, email: str, capacity: int, topics: Sequence[str] = ()
) -> Reviewer:
    """Ask somebody with an account to review so many applications in a round."""
    require_staff(session, call_id)
    connection, settings = session.connection, session.of(ReviewingSettings)
    _check(settings, capacity, topics)
    call, at = find(session, call_id), session.now()
    if call.state not in REVIEWERS_FORM_IN:
        raise errors.ReviewersSettled
    person = _person(session, email)
    if repository.applies(connection, call_id, person.person_id):
        raise errors.ReviewerApplies
    errors.check_most(len(repository.find_reviewers(connection, call_id)) + 1, settings.reviewers_max)
    reviewer = Reviewer(
        session.new_id(), call_id, person.person_id, capacity, tuple(topics), REVIEWER.initial.name, 1
    )
    if not repository.store_reviewer(connection, reviewer, at):
        raise errors.AlreadyReviewer
    session.note(REVIEWERS, session.look(REVIEWERS, reviewer.reviewer_id), "invite", at)
    session.send(mails.invitation(session, call, person), at)
    return reviewer


def move(
    session: Session, reviewer_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step of a reviewer: accept, decline, resign, remove."""
    return session.apply(REVIEWERS, reviewer_id, event, seen_version, reason)


def declare_address(session: Session, call_id: UUID, email: str) -> None:
    """A reviewer is close to whoever has this address; nobody learns whether somebody has it."""
    declare(session, call_id, Said(Closeness.ADDRESS, parse_address(email).key))


def declare_organisation(session: Session, call_id: UUID, name: str) -> None:
    """A reviewer is close to an organisation of this name, as it is typed; nobody learns whether it applies."""
    words, settings = normalise_text(name), session.of(ReviewingSettings)
    if len(words) < settings.declared_characters_min:
        raise errors.WordsTooShort(least=settings.declared_characters_min)
    errors.check_most(len(words), settings.declared_characters_max)
    declare(session, call_id, Said(Closeness.ORGANISATION, words))


def declare(session: Session, call_id: UUID, said: Said) -> None:
    """From now on what it is about is not there for the reviewer."""
    own = find_own_reviewer(session, call_id)
    if own is None:
        raise NotAllowed
    standing = session.lock(REVIEWERS, own.reviewer_id)
    at = session.now()
    declared = repository.declare(session.connection, session.new_id(), own.reviewer_id, said, at)
    errors.check_most(declared, session.of(ReviewingSettings).declarations_max)
    session.note(REVIEWERS, standing, "declare_interest", at, kind=said.kind.value)


def list_said(session: Session, call_id: UUID) -> list[Said]:
    """What the actor has declared in a call; about copies only that it was."""
    return repository.find_said(session.connection, get_own_reviewer(session, call_id).reviewer_id)


def list_own_reviewing(session: Session) -> list[OwnReviewing]:
    """Calls that the actor reviews, was asked to, or reviewed; the newest first."""
    if session.actor.person_id is None:
        return []
    rows = session.of(CallSettings).page_rows_max
    return repository.find_own_reviewing(session.connection, session.actor.person_id, rows)


def find_own_reviewer(session: Session, call_id: UUID) -> Reviewer | None:
    """Oneself as a reviewer of a call, asked or accepted."""
    return repository.find_own_reviewer(session.connection, call_id, session.actor.person_id)


def get_own_reviewer(session: Session, call_id: UUID) -> Reviewer:
    """The same; :class:`NoSuchObject` for whoever is none."""
    return existing(find_own_reviewer(session, call_id))


def list_reviewers(session: Session, call_id: UUID) -> list[Reviewer]:
    """Who reviews a call, for the programme; that they were looked at is told to each of them."""
    require_staff(session, call_id)
    found = repository.find_reviewers(session.connection, call_id)
    people = [one.person_id for one in found]
    note_access(session.connection, session.actor, people, _READING, session.now())
    return found


def get_reviewer(session: Session, call_id: UUID, reviewer_id: UUID) -> Reviewer:
    """A reviewer of this call and of no other, for the programme; :class:`NoSuchObject`."""
    require_staff(session, call_id)
    found = repository.find_reviewer(session.connection, reviewer_id)
    if found is None or found.call_id != call_id:
        raise NoSuchObject
    return found


def _person(session: Session, email: str) -> Person:
    person = find_person_by_email(session.connection, parse_address(email).key)
    if person is None or person.state is not State.ACTIVE:
        raise errors.NoReviewerAccount
    return person


def _check(settings: ReviewingSettings, capacity: int, topics: Sequence[str]) -> None:
    if not 1 <= capacity <= settings.capacity_max:
        raise errors.TooMuchReviewing(most=settings.capacity_max)
    errors.check_most(len(topics), settings.topics_max)
    errors.check_most(max(map(len, topics), default=0), settings.topic_characters_max)
