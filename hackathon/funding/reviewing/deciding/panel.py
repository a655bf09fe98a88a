"""The panel: it begins when the reviews are in, sees them ranked, and writes down what it thinks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.writing import find as find_application
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import errors, repository
from hackathon.funding.reviewing.deciding import repository as deciding
from hackathon.funding.reviewing.deciding.model import Candidate, Note, Panel, Ranking
from hackathon.funding.reviewing.deciding.rankings import Grounds, Rankings
from hackathon.funding.reviewing.deciding.rules import Work, ranking_of
from hackathon.funding.reviewing.machines import HANDED_IN, WRITABLE
from hackathon.funding.reviewing.model import Review, Round
from hackathon.funding.reviewing.repository import REVIEWS
from hackathon.funding.reviewing.rounds import get_run
from hackathon.funding.reviewing.settings import ReviewingSettings


def rank(session: Session, call_id: UUID) -> Ranking:
    """The applications of the round as their reviews rank them, for the programme.

    Whoever has a conflict with one sees the ranking of the others, as if there were no such application.
    """
    call, seen = get_run(session, call_id)
    grounds = Grounds(
        call,
        seen,
        tuple(_candidates(session, seen)),
        repository.find_edition(session.connection, seen),
        deciding.find_panel(session.connection, seen),
    )
    return session.of(Rankings).find(grounds, lambda: _ranking(session, grounds))


def list_reviews_about(
    session: Session, call_id: UUID, application_ids: Collection[UUID]
) -> dict[UUID, list[Review]]:
    """What reviewers of the round wrote about these applications, for the programme; nothing about a hidden one."""
    _, seen = get_run(session, call_id)
    about: dict[UUID, list[Review]] = {}
    for one in repository.find_reviews(session.connection, seen, about=application_ids):
        about.setdefault(one.application_id, []).append(one)
    return about


def begin(session: Session, call_id: UUID, why: str = "") -> Panel:
    """Close the reviews that were handed in and lay their applications before the panel.

    :class:`ReviewsMissing` without a reason where a review is missing; with one, those that were not handed in are taken
    out. :class:`NothingReviewed` for applications without any review. An officer begins over what they may see.
    """
    call, seen = get_run(session, call_id)
    at = session.now()
    reviews = repository.find_reviews(session.connection, seen)
    waiting = _waiting(_candidates(session, seen))
    if call.state != "reviewing" or not waiting:
        raise errors.NotReviewing
    done = {one.application_id for one in reviews if one.state in HANDED_IN}
    if unread := [one for one in waiting if one.application_id not in done]:
        raise errors.NothingReviewed(applications=len(unread))
    missing = _count_missing(call, waiting, reviews)
    errors.check_most(len(why), session.of(ReviewingSettings).why_characters_max)
    if missing and not why.strip():
        raise errors.ReviewsMissing(reviews=missing)
    panel = Panel(call_id, call.round, at, missing, why.strip() if missing else "")
    deciding.begin(session.connection, panel, session.actor.person_id)
    _close(session, waiting, reviews)
    for one in waiting:
        session.apply(APPLICATIONS, one.application_id, "begin_panel", one.version, missing=missing)
    return panel


def write_note(session: Session, application_id: UUID, text: str) -> Note:
    """What the panel thinks of an application before it; :class:`PanelNoteMissing`."""
    most = session.of(ReviewingSettings).note_characters_max
    if not 1 <= len(text.strip()) <= most:
        raise errors.PanelNoteMissing(most=most)
    standing = session.look(APPLICATIONS, application_id)
    call, seen = get_run(session, find_application(session, application_id).call_id)
    if all(one.application_id != application_id for one in _candidates(session, seen)):
        raise NoSuchObject
    at = session.now()
    written = Note(application_id, text.strip(), session.actor.person_id, at)
    deciding.add_note(session.connection, session.new_id(), written, call.round)
    session.note(APPLICATIONS, standing, "write_panel_note", at)
    return written


def list_notes(
    session: Session, call_id: UUID, application_ids: Collection[UUID] | None = None
) -> dict[UUID, list[Note]]:
    """The panel's notes of the round by application, about these or about all, for the programme."""
    _, seen = get_run(session, call_id)
    notes: dict[UUID, list[Note]] = {}
    for one in deciding.find_notes(session.connection, seen, application_ids):
        notes.setdefault(one.application_id, []).append(one)
    return notes


def _candidates(session: Session, seen: Round) -> list[Candidate]:
    return deciding.find_candidates(session.connection, seen, session.of(ReviewingSettings).rows_max)


def _waiting(candidates: Collection[Candidate]) -> list[Candidate]:
    """Those that no panel has begun over."""
    return [one for one in candidates if one.state == "in_review"]


def _ranking(session: Session, grounds: Grounds) -> Ranking:
    call = grounds.call
    reviews = repository.find_reviews(session.connection, grounds.seen)
    return ranking_of(
        Work(
            rubric=call.rubric,
            number=call.round,
            budget=call.description.terms.budget,
            applications=grounds.candidates,
            reviews=reviews,
            panel=grounds.panel,
            missing=_count_missing(call, _waiting(grounds.candidates), reviews),
            spread_noted=session.of(ReviewingSettings).spread_noted,
        )
    )


def _count_missing(call: Call, candidates: Collection[Candidate], reviews: Sequence[Review]) -> int:
    """How many reviews these applications lack together."""
    done = Counter(one.application_id for one in reviews if one.state in HANDED_IN)
    needed = call.description.terms.reviews_each
    return sum(max(0, needed - done[one.application_id]) for one in candidates)


def _close(session: Session, candidates: Collection[Candidate], reviews: Sequence[Review]) -> None:
    """Lock what was handed in; take out what was not."""
    applications = {one.application_id for one in candidates}
    for one in reviews:
        event = "lock" if one.state == "submitted" else "take_out" if one.state in WRITABLE else None
        if event is not None and one.application_id in applications:
            session.apply(REVIEWS, one.review_id, event, one.version)
