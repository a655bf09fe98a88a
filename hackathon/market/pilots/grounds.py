"""What a pilot can come out of: an introduction, what won in a hackathon, or an award."""

from __future__ import annotations

from uuid import UUID

from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from citycore.store.connections import Connection
from hackathon.contest.challenges.repository import find_challenge
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.results.model import Continuation
from hackathon.contest.results.repository import find_continuations
from hackathon.contest.results.service import has_won
from hackathon.contest.submissions.repository import find_submission, find_titles
from hackathon.funding.awards.repository import find_award
from hackathon.market.introductions.machine import TALKING
from hackathon.market.introductions.repository import find_introduction
from hackathon.market.pilots.model import Ground, Origin

_FUNDED = frozenset({"contracted", "active"})


def find_ground(session: Session, origin: Origin, origin_id: UUID) -> Ground:
    """As it is now; :class:`NoSuchObject`. Whether the actor may propose a pilot on it is not asked here."""
    match origin:
        case Origin.INTRODUCTION:
            return _of_introduction(session.connection, origin_id)
        case Origin.SUBMISSION:
            return _of_submission(session, origin_id)
        case Origin.AWARD:
            return _of_award(session.connection, origin_id)


def _of_introduction(connection: Connection, origin_id: UUID) -> Ground:
    found = existing(find_introduction(connection, origin_id))
    return Ground(
        Origin.INTRODUCTION,
        origin_id,
        found.need_titles,
        found.agency.organisation_id,
        found.state in TALKING,
        provider_id=found.vendor.organisation_id,
    )


def _of_submission(session: Session, origin_id: UUID) -> Ground:
    """With the agency whose challenge it was, once it has won, or the organisers have noted that it goes on as a pilot."""
    connection = session.connection
    found = find_submission(connection, origin_id)
    if found is None or found.team_id in hidden_teams(
        connection, session.actor, found.hackathon_id, own_too=True
    ):
        raise NoSuchObject
    kinds = {kind for kind, _ in find_continuations(connection, origin_id)}
    challenge = None if found.challenge_id is None else find_challenge(connection, found.challenge_id)
    title = find_titles(connection, [origin_id]).get(origin_id)
    return Ground(
        Origin.SUBMISSION,
        origin_id,
        Names(title, title),
        None if challenge is None else challenge.organisation_id,
        Continuation.PILOT in kinds or has_won(connection, found),
        team_id=found.team_id,
    )


def _of_award(connection: Connection, origin_id: UUID) -> Ground:
    """With any agency that agrees."""
    found = existing(find_award(connection, origin_id))
    return Ground(
        Origin.AWARD,
        origin_id,
        Names(found.terms.title_ar, found.terms.title_en),
        None,
        found.state in _FUNDED,
        application_id=found.application_id,
    )
