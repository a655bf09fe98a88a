"""Who reviews what: proposed by the solver, looked at by the programme, told to reviewers when it is published.

The same steps fill a gap after somebody has recused themselves: all reviews that stand are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from casework.access.model import Actor
from casework.audit.model import Detail
from casework.outbox.service import enqueue
from casework.workflow.errors import NoSuchObject
from casework.workflow.service import lock, note
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.judging.assignment import assign
from hackathon.contest.judging.connectivity import Island, islands
from hackathon.contest.judging.errors import AssignmentImpossible, ScoredInConflict, without
from hackathon.contest.judging.model import Pair
from hackathon.contest.judging.task import Entry, Judge, Task
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.reviewing import errors, mails, repository, rules
from hackathon.funding.reviewing.desk import ReviewingDesk
from hackathon.funding.reviewing.interests.service import find_conflicts, hidden_applications
from hackathon.funding.reviewing.machines import GONE
from hackathon.funding.reviewing.model import Proposal, Review, Reviewer, Seat
from hackathon.funding.reviewing.reviewers import find, require_staff

#: What the column of seeds holds.
SEED_MAX: Final = 2**31 - 1


def propose(connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID, seed: int) -> Proposal:
    """An assignment for the round that is reviewed; :class:`AssignmentImpossible` says what is missing.

    :class:`ScoredInConflict` names reviews that have to be taken out first, :class:`CopiesMissing` how many copies have
    not been released. The same people, rules and ``seed`` give the same proposal.
    """
    require_staff(actor, desk, call_id)
    if not 0 <= seed <= SEED_MAX:
        raise errors.TooMuch(most=SEED_MAX)
    with connection.transaction():
        call = _reviewed(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        _require_copies(connection, call, hidden)
        try:
            seats = _seats(connection, call, seed)
        except (AssignmentImpossible, ScoredInConflict) as error:
            raise _told_to(error, hidden) from error
        proposal = Proposal(desk.desk.new_id(), call_id, call.round, seed, seats)
        repository.store_proposal(connection, proposal, desk.desk.clock())
        return _shown(proposal, hidden)


def find_proposal(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID
) -> Proposal | None:
    """What was proposed last for the round and waits to be published, for the programme."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        proposal = repository.find_newest_proposal(connection, call_id, call.round)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        return None if proposal is None else _shown(proposal, hidden)


def publish(connection: Connection, desk: ReviewingDesk, actor: Actor, proposal_id: UUID) -> int:
    """Assign the new reviews of a proposal, if nothing has changed since; how many."""
    with connection.transaction():
        proposal = repository.hold_proposal(connection, proposal_id)
        if proposal is None:
            raise NoSuchObject
        require_staff(actor, desk, proposal.call_id)
        standing = lock(connection, CALLS, proposal.call_id, actor)
        call, at = _reviewed(connection, proposal.call_id), desk.desk.clock()
        if call.round != proposal.round or set(proposal.seats) != set(
            _seats(connection, call, proposal.seed)
        ):
            raise errors.ProposalOutdated
        new = [seat for seat in proposal.seats if seat.is_new]
        for seat in new:
            repository.store_review(connection, desk.desk.new_id(), proposal, seat, at)
        enqueue(connection, mails.assigned(connection, desk, call, {seat.reviewer_id for seat in new}), at)
        repository.mark_published(connection, proposal_id, at)
        details: dict[str, Detail] = {
            "proposal": str(proposal_id),
            "seed": proposal.seed,
            "reviews": len(new),
        }
        note(connection, CALLS, standing, "publish_reviews", actor, at, details)
        return len(new)


def find_islands(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID
) -> tuple[Island, ...]:
    """Groups of reviewers of the round that share no application, for the programme; nothing where all hang together.

    There is nothing in it of a hidden application.
    """
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        if _is_joined(repository.find_benches(connection, call_id, call.round)):
            return ()
        pairs = repository.find_pairs(connection, call_id, call.round)
        unseen = set(map(str, hidden_applications(connection, actor, call_id, own_too=True)))
    told = [
        Island(part.judges, seen)
        for part in islands((str(person_id), str(application_id)) for person_id, application_id in pairs)
        if (seen := tuple(name for name in part.submissions if name not in unseen))
    ]
    return tuple(told) if len(told) > 1 else ()


def find_wanting(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID
) -> Mapping[UUID, int]:
    """How many reviews each application of the round lacks, for the programme; none of a hidden one."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        needed = call.description.terms.reviews_each
        return repository.find_wanting(connection, call_id, call.round, needed, hidden)


def _is_joined(benches: Collection[Collection[UUID]]) -> bool:
    """Whether all groups hang together by people whom they share; it is cheaper to ask than what falls apart."""
    pairs = {(str(person), str(bench)) for bench, people in enumerate(benches) for person in people}
    return len(islands(pairs)) < 2


def _reviewed(connection: Connection, call_id: UUID) -> Call:
    call = find(connection, call_id)
    if call.state != "reviewing":
        raise errors.NotReviewing
    return call


def _require_copies(connection: Connection, call: Call, hidden: Collection[UUID]) -> None:
    missing = repository.find_uncopied(connection, call.call_id, call.round)
    if not missing:
        return
    seen = [one for one in missing if one not in hidden]
    raise errors.CopiesMissing(copies=len(seen)) if seen else errors.HiddenInTheWay()


def _seats(connection: Connection, call: Call, seed: int) -> tuple[Seat, ...]:
    reviews = repository.find_reviews(connection, call.call_id, call.round)
    everyone = {str(one.person_id): one for one in repository.find_reviewers(connection, call.call_id)}
    active = {
        str(one.person_id): one
        for one in repository.find_reviewers(connection, call.call_id)
        if one.state == "accepted"
    }
    everyone |= active  # whoever left and came back
    entries = repository.find_entries(connection, call.call_id, call.round)
    if not active or not entries:
        raise errors.NobodyToReview
    standing = {str(one.application_id) for one in entries}
    conflicts = {
        pair
        for pair in find_conflicts(connection, call.call_id).pairs
        if pair[0] in active and pair[1] in standing
    }
    kept = {_pair(one) for one in reviews if one.state not in GONE and str(one.application_id) in standing}
    gone = {_pair(one) for one in reviews if one.state in GONE and str(one.application_id) in standing}
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


def _told_to(error: AssignmentImpossible | ScoredInConflict, hidden: Collection[UUID]) -> FalajError:
    """The error without what the actor has a conflict with; where nothing else is in the way, without all of it."""
    return without(error, set(map(str, hidden))) or errors.HiddenInTheWay()


def _shown(proposal: Proposal, hidden: Collection[UUID]) -> Proposal:
    """Without the seats of applications that an officer who reviews has a conflict with."""
    return replace(proposal, seats=tuple(one for one in proposal.seats if one.application_id not in hidden))
