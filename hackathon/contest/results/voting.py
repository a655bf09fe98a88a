"""People's choice: whoever has a confirmed account votes once, and the count is told when voting has closed.

Who has voted is kept, and how many votes there are; never who voted for what, or when.
"""

from __future__ import annotations

from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from citycore.store.kinds import values_of
from citycore.store.rows import only_row
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_scores
from hackathon.contest.judging.peoples_choice import ChoicePlace, PeoplesChoice, count_votes
from hackathon.contest.results import errors, repository
from hackathon.contest.results.machine import STAFF
from hackathon.contest.results.model import Ballot, Booth
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.service import get_submission


def set_ballot(session: Session, hackathon_id: UUID, ballot: Ballot) -> None:
    """When everybody can vote, half-open; it can be moved until the first moment of it."""
    at = session.now()
    session.require(STAFF, scopes_of(hackathon_id))
    get_hackathon(session, hackathon_id)
    known = repository.find_ballot(session.connection, hackathon_id)
    if (known is not None and known.opens_at <= at) or not at <= ballot.opens_at < ballot.closes_at:
        raise errors.BallotFixed
    parameters = values_of(ballot) | {"hackathon_id": hackathon_id}
    session.connection.execute(repository.QUERIES["set_ballot"], parameters)


def find_ballot(session: Session, hackathon_id: UUID) -> Ballot | None:
    """When everybody can vote, if that has been said."""
    get_hackathon(session, hackathon_id)
    return repository.find_ballot(session.connection, hackathon_id)


def find_booth(session: Session, submission_id: UUID) -> Booth | None:
    """Voting for a submission that is in the contest and that the actor sees; None where nobody votes for it."""
    return booth_of(session, get_submission(session, submission_id))


def booth_of(session: Session, submission: Submission) -> Booth | None:
    """The same for a submission that the actor was found to see."""
    hackathon_id, submission_id = submission.hackathon_id, submission.submission_id
    ballot = repository.find_ballot(session.connection, hackathon_id)
    if ballot is None or submission_id not in repository.find_standing(session.connection, hackathon_id):
        return None
    voter = {"hackathon_id": hackathon_id, "person_id": session.actor.person_id}
    return Booth(
        ballot,
        ballot.is_open(session.now()),
        is_own=_is_own(session, submission_id),
        has_voted=only_row(session.connection, bool, repository.QUERIES["has_voted"], voter),
    )


def vote(session: Session, submission_id: UUID) -> None:
    """Vote for a submission that is public, once and for good."""
    connection, person_id = session.connection, session.person_id
    submission = get_submission(session, submission_id)
    ballot, at = repository.find_ballot(connection, submission.hackathon_id), session.now()
    if ballot is None or not ballot.is_open(at):
        raise errors.BallotClosed
    if not only_row(connection, bool, repository.QUERIES["is_verified"], {"person_id": person_id}):
        raise errors.NotVerifiedPerson
    if submission_id not in repository.find_standing(connection, submission.hackathon_id):
        raise NoSuchObject
    if _is_own(session, submission_id):
        raise errors.OwnVote
    if not repository.count_vote(connection, submission.hackathon_id, person_id, submission_id):
        raise errors.AlreadyVoted


def count(session: Session, hackathon_id: UUID) -> PeoplesChoice:
    """The result, for everybody, when voting has closed; :class:`BallotOpen` for everybody before."""
    get_hackathon(session, hackathon_id)
    ballot = existing(repository.find_ballot(session.connection, hackathon_id))
    if session.now() < ballot.closes_at:
        raise errors.BallotOpen
    votes = repository.find_vote_counts(session.connection, hackathon_id)
    standing = repository.find_standing(session.connection, hackathon_id)
    hidden = hidden_scores(session, hackathon_id)
    counted = count_votes({str(one): count for one, count in votes.items()}, [str(one) for one in standing])
    return _without(counted, {str(one) for one, team_id in standing.items() if team_id in hidden})


def _without(counted: PeoplesChoice, hidden: set[str]) -> PeoplesChoice:
    """As if what is hidden had never been there, sums included."""
    if not hidden:
        return counted
    places: list[ChoicePlace] = []
    for place in counted.places:
        seen = place.submissions - hidden
        if seen:
            number = 1 + sum(len(one.submissions) for one in places)
            places.append(ChoicePlace(number=number, votes=place.votes, submissions=seen))
    total = sum(place.votes * len(place.submissions) for place in places)
    return PeoplesChoice(places=tuple(places), counted=total, not_counted=0)


def _is_own(session: Session, submission_id: UUID) -> bool:
    of_person = {"submission_id": submission_id, "person_id": session.actor.person_id}
    return only_row(session.connection, bool, repository.QUERIES["is_own"], of_person)
