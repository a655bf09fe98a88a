"""The panel: it begins when the reviews are in, sees them ranked, and writes down what it thinks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from casework.access.model import Actor
from casework.audit.model import Detail
from casework.workflow.errors import NoSuchObject
from casework.workflow.service import apply, look, note
from citycore.store.connections import Connection
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import errors, repository
from hackathon.funding.reviewing.deciding import repository as deciding
from hackathon.funding.reviewing.deciding.model import Candidate, Note, Panel, Ranking
from hackathon.funding.reviewing.deciding.rankings import Grounds
from hackathon.funding.reviewing.deciding.rules import Work, ranking_of
from hackathon.funding.reviewing.desk import ReviewingDesk
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.machines import HANDED_IN, WRITABLE
from hackathon.funding.reviewing.model import Review
from hackathon.funding.reviewing.repository import REVIEWS
from hackathon.funding.reviewing.reviewers import find, require_staff


def rank(connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID) -> Ranking:
    """The applications of the round as their reviews rank them, for the programme.

    Whoever has a conflict with one sees the ranking of the others, as if there were no such application.
    """
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        grounds = Grounds(
            call,
            tuple(_candidates(connection, desk, call, hidden)),
            repository.find_edition(connection, call_id, call.round, hidden),
            deciding.find_panel(connection, call_id, call.round),
        )
        return desk.rankings.find(grounds, lambda: _ranking(connection, desk, grounds))


def list_reviews_about(
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    call_id: UUID,
    application_ids: Collection[UUID],
) -> dict[UUID, list[Review]]:
    """What reviewers of the round wrote about these applications, for the programme; nothing about a hidden one."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        about: dict[UUID, list[Review]] = {}
        for one in repository.find_reviews_about(connection, call_id, call.round, application_ids, hidden):
            about.setdefault(one.application_id, []).append(one)
        return about


def begin(connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID, why: str = "") -> Panel:
    """Close the reviews that were handed in and lay their applications before the panel.

    :class:`ReviewsMissing` without a reason where a review is missing; with one, those that were not handed in are taken
    out. :class:`NothingReviewed` for applications without any review. An officer begins over what they may see.
    """
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call, at = find(connection, call_id), desk.desk.clock()
        candidates, reviews = _reviewed(connection, desk, actor, call)
        waiting = [one for one in candidates if one.state == "in_review"]
        if call.state != "reviewing" or not waiting:
            raise errors.NotReviewing
        done = {one.application_id for one in reviews if one.state in HANDED_IN}
        if unread := [one for one in waiting if one.application_id not in done]:
            raise errors.NothingReviewed(applications=len(unread))
        missing = sum(_lacking(call, waiting, reviews).values())
        if len(why) > desk.settings.why_characters_max:
            raise errors.TooMuch(most=desk.settings.why_characters_max)
        if missing and not why.strip():
            raise errors.ReviewsMissing(reviews=missing)
        panel = Panel(call_id, call.round, at, missing, why.strip() if missing else "")
        deciding.begin(connection, panel, actor.person_id)
        _close(connection, desk, actor, waiting, reviews)
        details: dict[str, Detail] = {"missing": missing}
        for one in waiting:
            apply(
                connection,
                APPLICATIONS,
                one.application_id,
                "begin_panel",
                actor,
                desk.desk.clock,
                seen_version=one.version,
                details=details,
            )
        return panel


def write_note(
    connection: Connection, desk: ReviewingDesk, actor: Actor, application_id: UUID, text: str
) -> Note:
    """What the panel thinks of an application before it; :class:`NoteMissing`."""
    most = desk.settings.note_characters_max
    if not 1 <= len(text.strip()) <= most:
        raise errors.NoteMissing(most=most)
    with connection.transaction():
        standing = look(connection, APPLICATIONS, application_id, actor)
        found = _candidate(connection, desk, actor, application_id)
        at = desk.desk.clock()
        written = Note(application_id, text.strip(), actor.person_id, at)
        deciding.add_note(connection, desk.desk.new_id(), written, found.round)
        note(connection, APPLICATIONS, standing, "write_panel_note", actor, at)
        return written


def list_notes(
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    call_id: UUID,
    application_ids: Collection[UUID] | None = None,
) -> dict[UUID, list[Note]]:
    """The panel's notes of the round by application, about these or about all, for the programme."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        notes: dict[UUID, list[Note]] = {}
        for one in deciding.find_notes(connection, call_id, call.round, hidden, application_ids):
            notes.setdefault(one.application_id, []).append(one)
        return notes


def _candidate(connection: Connection, desk: ReviewingDesk, actor: Actor, application_id: UUID) -> Call:
    """The call of an application that was reviewed in its round and that the actor may see."""
    from hackathon.funding.applications.repository import find_application

    application = find_application(connection, application_id)
    if application is None:
        raise NoSuchObject
    require_staff(actor, desk, application.call_id)
    call = find(connection, application.call_id)
    candidates, _ = _reviewed(connection, desk, actor, call)
    if all(one.application_id != application_id for one in candidates):
        raise NoSuchObject
    return call


def _reviewed(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call: Call
) -> tuple[list[Candidate], list[Review]]:
    hidden = hidden_applications(connection, actor, call.call_id, own_too=True)
    candidates = _candidates(connection, desk, call, hidden)
    return candidates, repository.find_reviews(connection, call.call_id, call.round, hidden=hidden)


def _candidates(
    connection: Connection, desk: ReviewingDesk, call: Call, hidden: frozenset[UUID]
) -> list[Candidate]:
    return deciding.find_candidates(connection, call.call_id, call.round, hidden, desk.settings.rows_max)


def _ranking(connection: Connection, desk: ReviewingDesk, grounds: Grounds) -> Ranking:
    call, candidates = grounds.call, grounds.candidates
    reviews = repository.find_reviews(connection, call.call_id, call.round, hidden=grounds.edition.hidden)
    waiting = [one for one in candidates if one.state == "in_review"]
    return ranking_of(
        Work(
            rubric=call.rubric,
            number=call.round,
            budget=call.description.terms.budget,
            applications=candidates,
            reviews=reviews,
            panel=grounds.panel,
            missing=sum(_lacking(call, waiting, reviews).values()),
            spread_noted=desk.settings.spread_noted,
        )
    )


def _lacking(call: Call, candidates: Collection[Candidate], reviews: Sequence[Review]) -> Mapping[UUID, int]:
    """How many reviews each application lacks."""
    done = Counter(one.application_id for one in reviews if one.state in HANDED_IN)
    needed = call.description.terms.reviews_each
    return {one.application_id: max(0, needed - done[one.application_id]) for one in candidates}


def _close(
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    candidates: Collection[Candidate],
    reviews: Sequence[Review],
) -> None:
    """Lock what was handed in; take out what was not."""
    applications = {one.application_id for one in candidates}
    for one in reviews:
        event = "lock" if one.state == "submitted" else "take_out" if one.state in WRITABLE else None
        if event is not None and one.application_id in applications:
            apply(connection, REVIEWS, one.review_id, event, actor, desk.desk.clock, seen_version=one.version)
