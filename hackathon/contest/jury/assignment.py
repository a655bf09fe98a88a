"""Who judges what: proposed by the solver, looked at by organisers, told to judges when they publish it.

The same steps fill a gap after somebody has recused themselves: all sheets that stand are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from casework.audit.model import Detail
from casework.programme import Session
from casework.workflow.errors import existing
from citycore.errors import FalajError
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import find_conflicts, hidden_scores
from hackathon.contest.judging.assignment import assign
from hackathon.contest.judging.errors import JudgingAssignmentImpossible, JudgingScoredInConflict, without
from hackathon.contest.judging.model import Pair
from hackathon.contest.judging.task import Entry, Task
from hackathon.contest.judging.task import Judge as TaskJudge
from hackathon.contest.jury import errors, mails, repository
from hackathon.contest.jury.judges import require_staff
from hackathon.contest.jury.machines import GONE, SHEET
from hackathon.contest.jury.model import WHOLE, Judge, Proposal, Seat, StoredSheet, Terms

#: What the column of seeds holds.
SEED_MAX: Final = 2**31 - 1


def propose(session: Session, hackathon_id: UUID, seed: int) -> Proposal:
    """An assignment for the round that has begun; :class:`JudgingAssignmentImpossible` says what is missing.

    :class:`JudgingScoredInConflict` names sheets that have to be taken out first. The same people, rules and
    ``seed`` give the same proposal.
    """
    require_staff(session, hackathon_id)
    if not 0 <= seed <= SEED_MAX:
        raise errors.TooMuch.of("seed", SEED_MAX)
    number = _round(session, hackathon_id)
    try:
        seats = _seats(session, hackathon_id, number, seed)
    except (JudgingAssignmentImpossible, JudgingScoredInConflict) as error:
        raise _told_to(session, hackathon_id, number, error) from error
    proposal = Proposal(session.new_id(), hackathon_id, number, seed, seats)
    repository.store_proposal(session.connection, proposal, session.now())
    return _shown(session, proposal)


def find_proposal(session: Session, hackathon_id: UUID) -> Proposal | None:
    """What was proposed last for the round and waits to be published, for organisers."""
    require_staff(session, hackathon_id)
    number = get_hackathon(session, hackathon_id).round
    proposal = repository.find_newest_proposal(session.connection, hackathon_id, number)
    return None if proposal is None else _shown(session, proposal)


def publish(session: Session, proposal_id: UUID) -> int:
    """Offer the new sheets of a proposal to their judges, if nothing has changed since; how many."""
    proposal = existing(repository.hold_proposal(session.connection, proposal_id))
    require_staff(session, proposal.hackathon_id)
    standing = session.lock(HACKATHONS, proposal.hackathon_id)
    number, at = _round(session, proposal.hackathon_id), session.now()
    if number != proposal.round or set(proposal.seats) != set(
        _seats(session, proposal.hackathon_id, number, proposal.seed)
    ):
        raise errors.ProposalOutdated
    new = [seat for seat in proposal.seats if seat.is_new]
    _offer(session, proposal, new, at)
    hackathon = get_hackathon(session, proposal.hackathon_id)
    session.send(mails.offered(session, hackathon, {seat.judge_id for seat in new}), at)
    repository.mark_published(session.connection, proposal_id, at)
    details: dict[str, Detail] = {"proposal": str(proposal_id), "seed": proposal.seed, "sheets": len(new)}
    session.note(HACKATHONS, standing, "publish_assignment", at, **details)
    return len(new)


def _offer(session: Session, proposal: Proposal, seats: Sequence[Seat], at: datetime) -> None:
    terms = _terms(session, proposal.hackathon_id, proposal.round)
    tracks = {one: _track(terms, challenge) for one, _, challenge in _entries(session, proposal)}
    for seat in seats:
        parameters = {
            "sheet_id": session.new_id(),
            "hackathon_id": proposal.hackathon_id,
            "round": proposal.round,
            "track": tracks[seat.submission_id],
            "submission_id": seat.submission_id,
            "judge_id": seat.judge_id,
            "state": SHEET.initial.name,
            "at": at,
        }
        session.connection.execute(repository.QUERIES["store_sheet"], parameters)


def _seats(session: Session, hackathon_id: UUID, number: int, seed: int) -> tuple[Seat, ...]:
    terms = _terms(session, hackathon_id, number)
    sheets = repository.find_sheets(session.connection, hackathon_id, number)
    everyone = {str(one.person_id): one for one in repository.find_judges(session.connection, hackathon_id)}
    active = {key: one for key, one in everyone.items() if one.state == "accepted"}
    entries = repository.find_entries(session.connection, hackathon_id, contest_of(number))
    if not active or not entries:
        raise errors.NobodyToJudge
    submission_of = {str(team_id): str(submission_id) for submission_id, team_id, _ in entries}
    conflicts = {
        (judge, submission_of[team])
        for judge, team in find_conflicts(session.connection, hackathon_id).pairs
        if judge in active and team in submission_of
    }
    standing = set(submission_of.values())
    kept = {_pair(one) for one in sheets if one.state not in GONE and str(one.submission_id) in standing}
    gone = {_pair(one) for one in sheets if one.state in GONE}
    task = Task(
        judges=[_judge(one, terms) for one in active.values()]
        + [_left(everyone[judge]) for judge in sorted({judge for judge, _ in kept} - active.keys())],
        entries=[Entry(id=str(one), track=_track(terms, challenge)) for one, _, challenge in entries],
        judges_per_entry=terms.judges_per_entry,
        conflicts=conflicts | (gone - kept),
        locked=kept,
        seed=seed,
    )
    done = assign(task)
    bridges, team_of = set(done.bridges), {str(one): team_id for one, team_id, _ in entries}
    return tuple(
        Seat(
            everyone[judge].judge_id,
            UUID(submission),
            team_of[submission],
            (judge, submission) in bridges,
            (judge, submission) not in kept,
        )
        for judge, submission in done.pairs
    )


def _entries(session: Session, proposal: Proposal) -> list[tuple[UUID, UUID, UUID | None]]:
    return repository.find_entries(session.connection, proposal.hackathon_id, contest_of(proposal.round))


def contest_of(number: int) -> str:
    """Which submissions a round is about."""
    return "eligible" if number == 1 else "finalist"


def _judge(judge: Judge, terms: Terms) -> TaskJudge:
    expertise = frozenset(map(str, judge.expertise)) if terms.is_by_challenge else frozenset()
    return TaskJudge(id=str(judge.person_id), capacity=judge.capacity, expertise=expertise)


def _left(judge: Judge) -> TaskJudge:
    """What somebody scored before they left stays."""
    return TaskJudge(id=str(judge.person_id), capacity=0)


def _pair(sheet: StoredSheet) -> Pair:
    return str(sheet.person_id), str(sheet.submission_id)


def _track(terms: Terms, challenge_id: UUID | None) -> str:
    return str(challenge_id) if terms.is_by_challenge else WHOLE


def _terms(session: Session, hackathon_id: UUID, number: int) -> Terms:
    terms = repository.find_terms(session.connection, hackathon_id, number)
    if terms is None:
        raise errors.RubricMissing
    return terms


def _round(session: Session, hackathon_id: UUID) -> int:
    hackathon = get_hackathon(session, hackathon_id)
    if hackathon.state != "judging":
        raise errors.NotJudging
    return hackathon.round


def _told_to(
    session: Session,
    hackathon_id: UUID,
    number: int,
    error: JudgingAssignmentImpossible | JudgingScoredInConflict,
) -> FalajError:
    """The error without what the actor has a conflict with; where nothing else is in the way, without all of it."""
    hidden = hidden_scores(session, hackathon_id)
    entries = repository.find_entries(session.connection, hackathon_id, contest_of(number))
    unseen = {str(submission_id) for submission_id, team_id, _ in entries if team_id in hidden}
    return without(error, unseen) or errors.HiddenInTheWay()


def _shown(session: Session, proposal: Proposal) -> Proposal:
    """Without the seats of teams that an organiser who judges has a conflict with."""
    hidden = hidden_scores(session, proposal.hackathon_id)
    seats = tuple(seat for seat in proposal.seats if seat.team_id not in hidden)
    return Proposal(proposal.proposal_id, proposal.hackathon_id, proposal.round, proposal.seed, seats)
