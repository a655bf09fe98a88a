"""Who reviews what: proposed by the solver, looked at by the programme, told to reviewers when it is published.

The same steps fill a gap after somebody has recused themselves: all reviews that stand are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from casework.audit.model import Detail
from casework.programme import Session
from casework.workflow.errors import existing
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.judging.assignment import assign
from hackathon.contest.judging.errors import JudgingAssignmentImpossible, JudgingScoredInConflict, without
from hackathon.contest.judging.model import Pair
from hackathon.contest.judging.task import Entry, Judge, Task
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.calls.service import require_staff
from hackathon.funding.reviewing import errors, mails, repository, rules
from hackathon.funding.reviewing.interests.service import find_conflicts
from hackathon.funding.reviewing.machines import GONE
from hackathon.funding.reviewing.model import Apart, Proposal, Review, Reviewer, Round, Seat
from hackathon.funding.reviewing.rounds import find, get_run

#: What the column of seeds holds.
SEED_MAX: Final = 2**31 - 1


def propose(session: Session, call_id: UUID, seed: int) -> Proposal:
    """An assignment for the round that is reviewed; :class:`JudgingAssignmentImpossible` says what is missing.

    :class:`JudgingScoredInConflict` names reviews that have to be taken out first, :class:`CopiesMissing` how many copies have
    not been released. The same people, rules and ``seed`` give the same proposal.
    """
    require_staff(session, call_id)
    if not 0 <= seed <= SEED_MAX:
        raise errors.TooMuchReviewing(most=SEED_MAX)
    call, seen = get_run(session, call_id)
    _require_reviewing(call)
    _require_copies(session, seen)
    try:
        seats = _seats(session.connection, call, seed)
    except (JudgingAssignmentImpossible, JudgingScoredInConflict) as error:
        raise _told_to(error, seen.hidden) from error
    proposal = Proposal(session.new_id(), call_id, call.round, seed, seats)
    repository.store_proposal(session.connection, proposal, session.now())
    return _shown(proposal, seen.hidden)


def find_proposal(session: Session, call_id: UUID) -> Proposal | None:
    """What was proposed last for the round and waits to be published, for the programme."""
    _, seen = get_run(session, call_id)
    proposal = repository.find_newest_proposal(session.connection, seen)
    return None if proposal is None else _shown(proposal, seen.hidden)


def publish(session: Session, proposal_id: UUID) -> int:
    """Assign the new reviews of a proposal, if nothing has changed since; how many."""
    connection = session.connection
    proposal = existing(repository.hold_proposal(connection, proposal_id))
    require_staff(session, proposal.call_id)
    standing = session.lock(CALLS, proposal.call_id)
    call, at = find(session, proposal.call_id), session.now()
    _require_reviewing(call)
    is_current = call.round == proposal.round
    if not is_current or set(proposal.seats) != set(_seats(connection, call, proposal.seed)):
        raise errors.ReviewProposalOutdated
    new = [seat for seat in proposal.seats if seat.is_new]
    for seat in new:
        repository.store_review(connection, session.new_id(), proposal, seat, at)
    session.send(mails.assigned(session, call, {seat.reviewer_id for seat in new}), at)
    repository.mark_published(connection, proposal_id, at)
    details: dict[str, Detail] = {"proposal": str(proposal_id), "seed": proposal.seed, "reviews": len(new)}
    session.note(CALLS, standing, "publish_reviews", at, **details)
    return len(new)


def find_islands(session: Session, call_id: UUID, most: int) -> list[Apart]:
    """Groups of reviewers of the round that share no application, for the programme; nothing where all hang together.

    The one with most applications comes first, and ``most`` of each are named. There is nothing in it of a hidden
    application.
    """
    _, seen = get_run(session, call_id)
    told = rules.find_apart(repository.find_benches(session.connection, seen, most), most)
    return told if len(told) > 1 else []


def find_wanting(session: Session, call_id: UUID) -> Mapping[UUID, int]:
    """How many reviews each application of the round lacks, for the programme; none of a hidden one."""
    call, seen = get_run(session, call_id)
    return repository.find_wanting(session.connection, seen, call.description.terms.reviews_each)


def _require_reviewing(call: Call) -> None:
    if call.state != "reviewing":
        raise errors.NotReviewing


def _require_copies(session: Session, seen: Round) -> None:
    missing = repository.find_uncopied(session.connection, seen)
    if missing:
        known = [one for one in missing if one not in seen.hidden]
        raise errors.CopiesMissing(copies=len(known)) if known else errors.ConflictInTheWay()


def _seats(connection: Connection, call: Call, seed: int) -> tuple[Seat, ...]:
    whole = Round(call.call_id, call.round)
    reviews = repository.find_reviews(connection, whole)
    asked = repository.find_reviewers(connection, call.call_id)
    active = {str(one.person_id): one for one in asked if one.state == "accepted"}
    everyone = {str(one.person_id): one for one in asked} | active  # whoever left and came back
    entries = repository.find_entries(connection, whole)
    if not active or not entries:
        raise errors.NobodyToReview
    standing = {str(one.application_id) for one in entries}
    conflicts = {
        pair
        for pair in find_conflicts(connection, call.call_id).pairs
        if pair[0] in active and pair[1] in standing
    }
    current = [one for one in reviews if str(one.application_id) in standing]
    kept = {_pair(one) for one in current if one.state not in GONE}
    gone = {_pair(one) for one in current if one.state in GONE}
    organisations = repository.find_organisations(connection, [one.person_id for one in everyone.values()])
    task = Task(
        judges=[_judge(one, organisations) for one in active.values()]
        + [Judge(id=judge, capacity=0) for judge in sorted({judge for judge, _ in kept} - active.keys())],
        entries=[Entry(id=str(one.application_id)) for one in entries],
        judges_per_entry=call.description.terms.reviews_each,
        conflicts=conflicts | {pair for pair in gone - kept if pair[0] in active},
        affinity={
            (judge, str(entry.application_id)): rules.affinity(reviewer.topics, entry.words)
            for judge, reviewer in active.items()
            for entry in entries
        },
        locked=kept,
        seed=seed,
    )
    done = assign(task)
    bridging = set(done.bridges)
    return tuple(
        Seat(
            everyone[judge].reviewer_id,
            UUID(application),
            (judge, application) in bridging,
            (judge, application) not in kept,
        )
        for judge, application in done.pairs
    )


def _judge(reviewer: Reviewer, organisations: Mapping[UUID, str]) -> Judge:
    return Judge(
        id=str(reviewer.person_id),
        capacity=reviewer.capacity,
        organisation=organisations.get(reviewer.person_id),
    )


def _pair(review: Review) -> Pair:
    return str(review.person_id), str(review.application_id)


def _told_to(
    error: JudgingAssignmentImpossible | JudgingScoredInConflict, hidden: Collection[UUID]
) -> FalajError:
    """The error without what the actor has a conflict with; where nothing else is in the way, without all of it."""
    return without(error, set(map(str, hidden))) or errors.ConflictInTheWay()


def _shown(proposal: Proposal, hidden: Collection[UUID]) -> Proposal:
    """Without the seats of applications that an officer who reviews has a conflict with."""
    return replace(proposal, seats=tuple(one for one in proposal.seats if one.application_id not in hidden))
