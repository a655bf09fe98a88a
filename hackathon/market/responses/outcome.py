"""What comes of a need: standstill, award, nothing suitable, a challenge; its responses follow, told together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Moved
from casework.workflow.rules import compare
from citycore.store.rows import known
from hackathon.contest.challenges import service as challenges
from hackathon.contest.challenges.model import Description as Challenge
from hackathon.contest.challenges.service import Place
from hackathon.market.needs import service as needs
from hackathon.market.needs.machine import AGENCY, STANDSTILL_ENDS, TOLD
from hackathon.market.needs.model import Need
from hackathon.market.needs.repository import NEEDS, find_need, set_challenge, set_intended
from hackathon.market.needs.rules import vendors_of
from hackathon.market.needs.settings import NeedSettings
from hackathon.market.responses import errors, mails, repository
from hackathon.market.responses.evaluation import require_disinterested
from hackathon.market.responses.model import Ranked, Response
from hackathon.market.responses.ranking import rank, rubric_of
from hackathon.market.responses.repository import RESPONSES

#: Why a response has no award, by what became of its need.
_REASONS = {"award": "other_awarded", "find_none": "none_suitable", "cancel": "need_cancelled"}
_RUNNING = ("sealed", "opened", "compliant", "disqualified", "scored")


@dataclass(frozen=True, slots=True)
class Told:
    """What a vendor learns: its own mean marks (None if it was out), the winning total, what all are told."""

    own: Ranked | None
    winning: Decimal | None
    debrief_ar: str
    debrief_en: str


def move(session: Session, need_id: UUID, event: str, seen_version: int, reason: str | None = None) -> Moved:
    """Every step of a need that somebody takes, with what follows from it for its responses."""
    if event not in needs.WITH_RESPONSES:
        return needs.move(session, need_id, event, seen_version, reason)
    if event != "cancel":
        require_disinterested(session, need_id)
    moved = session.apply(NEEDS, need_id, event, seen_version, reason)
    need = known(find_need(session.connection, need_id))
    if event == "announce":
        _announce(session, need, moved.at)
    elif event == "evaluate_again":
        _take_back(session, need)
    else:
        _end(session, need, event)
    return moved


def own_outcome(session: Session, need: Need, response: Response) -> Told | None:
    """What the vendor of a response is told, once all are; None before."""
    found = find_need(session.connection, need.need_id)
    if response.organisation_id not in vendors_of(session.actor):
        raise NoSuchObject
    if found is None or found.state not in TOLD or response.state in {"draft", "withdrawn", "expired"}:
        return None
    places = _places(session, found)
    winning = None if found.intended_id is None else places.get(found.intended_id)
    total = None if winning is None else winning.total
    return Told(places.get(response.response_id), total, found.debrief_ar, found.debrief_en)


def make_challenge(session: Session, need_id: UUID, hackathon_id: UUID, seen_version: int) -> UUID:
    """A draft of a challenge to a hackathon that still takes them, with what the need says; once a need."""
    connection, standing = session.connection, session.lock(NEEDS, need_id)
    at = session.now()
    session.require(AGENCY, standing.scopes)
    compare(standing, seen_version)
    need = existing(find_need(connection, need_id))
    if need.state != "none_suitable":
        raise errors.NeedNotUnsuitable
    if need.challenge_id is not None:
        raise errors.BecameChallenge
    about = need.description
    description = Challenge(about.title_ar, about.title_en, about.problem_ar, about.problem_en)
    made = challenges.create(session, Place(hackathon_id, need.organisation_id), description)
    set_challenge(connection, need_id, made)
    session.note(NEEDS, standing, "make_challenge", at, challenge=str(made))
    return made


def _announce(session: Session, need: Need, at: datetime) -> None:
    """Standstill begins now, and all learn at once how theirs was marked."""
    ends_at = at + timedelta(days=session.of(NeedSettings).standstill_days)
    session.set_deadline(need.need_id, STANDSTILL_ENDS, ends_at)
    places = _places(session, need)
    winning = places[known(need.intended_id)].total
    for one in repository.find_of_need(session.connection, need.need_id):
        if one.state == "compliant":
            _step(session, one, "score")
        if one.state in {"compliant", "disqualified"}:
            own = places.get(one.response_id)
            marks = mails.Marks(None if own is None else own.total, winning)
            session.send(mails.told(session, need, one, marks, ends_at), at)


def _take_back(session: Session, need: Need) -> None:
    set_intended(session.connection, need.need_id, None, "", "")
    for one in repository.find_of_need(session.connection, need.need_id):
        if one.state == "scored":
            _step(session, one, "reopen")


def _end(session: Session, need: Need, event: str) -> None:
    if event != "award":
        set_intended(session.connection, need.need_id, None, "", "")
    for one in repository.find_of_need(session.connection, need.need_id):
        if one.state not in _RUNNING:
            continue
        if event == "award" and one.response_id == need.intended_id:
            moved = _step(session, one, "award")
        else:
            reason = "disqualified" if one.state == "disqualified" else _REASONS[event]
            moved = _step(session, one, "end", reason)
        session.send(mails.ended(session, need, one, moved), moved.at)


def _step(session: Session, response: Response, event: str, reason: str | None = None) -> Moved:
    return session.apply(RESPONSES, response.response_id, event, response.version, reason)


def _places(session: Session, need: Need) -> Mapping[UUID, Ranked]:
    markings = repository.find_marks(session.connection, need.need_id)
    return {one.response_id: one for one in rank(rubric_of(need.description.criteria), markings)}
