"""What evaluators do with opened responses: whether each is compliant, marks, places, who is meant to win."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from casework.access_log.service import note_access
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, existing
from casework.workflow.model import Moved, Standing
from casework.workflow.rules import compare
from hackathon.contest.judging.errors import JudgingSheetInvalid
from hackathon.contest.judging.model import Mark
from hackathon.contest.judging.rubric import faults_of
from hackathon.market.needs.machine import AGENCY
from hackathon.market.needs.model import Facts, Need
from hackathon.market.needs.repository import NEEDS, set_intended
from hackathon.market.needs.service import get_own_need
from hackathon.market.responses import errors, repository
from hackathon.market.responses.machine import HANDED_IN, RANKED
from hackathon.market.responses.model import Content, Marking, Ranked, Response
from hackathon.market.responses.ranking import missing, rank, rubric_of
from hackathon.market.responses.repository import RESPONSES
from hackathon.market.responses.rules import FIELDS
from hackathon.market.responses.settings import ResponseSettings

_READING = "responses.content"
#: States of a need in which its agency knows who responded.
KNOWN_IN = frozenset({"evaluating", "standstill", "awarded", "none_suitable"})
#: What an evaluator decides about a response; the other steps follow from those of the need.
DECIDED = frozenset({"accept", "disqualify", "reinstate"})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``ranked`` is empty while marks are missing; ``own`` are the marks of who asks, by response."""

    ranked: tuple[Ranked, ...]
    own: Mapping[UUID, Marking]
    evaluators: int
    missing: int


@dataclass(frozen=True, slots=True)
class Intended:
    """The response that is meant to win, and what all are told of the evaluation."""

    response_id: UUID
    debrief_ar: str
    debrief_en: str


def list_responses(session: Session, need_id: UUID) -> list[Response]:
    """Who responded, once it was opened; before, nobody knows."""
    need = _open_need(session, need_id)
    if need.state not in KNOWN_IN:
        return []
    found = repository.find_of_need(session.connection, need_id)
    return [one for one in found if one.state in HANDED_IN]


def count_handed_in(session: Session, need_id: UUID) -> int | None:
    """How many have handed in, after the close; None before."""
    need = get_own_need(session, need_id)
    if need.state not in KNOWN_IN | {"closed"}:
        return None
    return sum(one.state in HANDED_IN for one in repository.find_of_need(session.connection, need_id))


def read(session: Session, response_id: UUID) -> tuple[Response, Content | None]:
    """What was in a response (None if it could not be opened), for its agency and the programme."""
    response = _find(session, response_id)
    content = repository.find_content(session.connection, response_id)
    if response.created_by is not None:
        note_access(session.connection, session.actor, [response.created_by], _READING, session.now())
    return response, content


def find_file(session: Session, response_id: UUID, number: int) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a file; :class:`NoSuchObject`."""
    read(session, response_id)
    return existing(repository.find_file(session.connection, response_id, number))


def decide(
    session: Session, response_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Whether a response meets the requirements; who was meant to win is open again."""
    if event not in DECIDED:
        raise ValueError(event)
    response = _find(session, response_id)
    session.lock(NEEDS, response.need_id)
    moved = session.apply(RESPONSES, response_id, event, seen_version, reason)
    set_intended(session.connection, response.need_id, None, "", "")
    return moved


def mark(session: Session, response_id: UUID, marks: Mapping[str, Mark], comment: str) -> None:
    """An officer's marks, all of them; given anew they take the place of the old. :class:`JudgingSheetInvalid`."""
    connection, response = session.connection, _find(session, response_id)
    standing = session.lock(NEEDS, response.need_id)
    at, evaluator_id = session.now(), session.actor.person_id
    _require_evaluator(session, standing)
    current = repository.find_response(connection, response_id)
    if current is None or current.state != "compliant" or evaluator_id is None:
        raise errors.ResponseNotCompliant
    faults = faults_of(rubric_of(standing.facts.description.criteria), marks)
    if faults:
        raise JudgingSheetInvalid(faults)
    characters_max = session.of(ResponseSettings).comment_characters_max
    FIELDS.check_text("comment", comment, characters_max, least=0)
    repository.store_marks(connection, Marking(response_id, evaluator_id, marks, comment.strip()), at)
    set_intended(connection, response.need_id, None, "", "")
    session.note(NEEDS, standing, "mark", at, response=str(response_id))


def evaluate(session: Session, need_id: UUID) -> Evaluation:
    """Places, once every evaluator has marked every compliant response, and one's own marks."""
    need = _open_need(session, need_id)
    markings = repository.find_marks(session.connection, need_id)
    in_contest = _in_contest(repository.find_of_need(session.connection, need_id))
    lacking = missing(in_contest, markings)
    is_ranked = bool(markings) and not lacking
    return Evaluation(
        tuple(rank(rubric_of(need.description.criteria), markings)) if is_ranked else (),
        {one.response_id: one for one in markings if one.evaluator_id == session.actor.person_id},
        len({one.evaluator_id for one in markings}),
        len(lacking),
    )


def prepare(session: Session, need_id: UUID, intended: Intended, seen_version: int) -> None:
    """Who is meant to win: one that holds the first place, when all are marked by enough evaluators."""
    settings = session.of(ResponseSettings)
    response_id, texts = intended.response_id, (intended.debrief_ar.strip(), intended.debrief_en.strip())
    if not all(1 <= len(text) <= settings.debrief_characters_max for text in texts):
        raise errors.NoDebrief
    standing = session.lock(NEEDS, need_id)
    _require_evaluator(session, standing)
    compare(standing, seen_version)
    evaluation = evaluate(session, need_id)
    if not evaluation.ranked or evaluation.evaluators < settings.evaluators_min:
        raise errors.ResponsesNotMarked(given=evaluation.evaluators, needed=settings.evaluators_min)
    if response_id not in {one.response_id for one in evaluation.ranked if one.place == 1}:
        raise errors.ResponseNotFirst
    if any(one.state == "opened" for one in repository.find_of_need(session.connection, need_id)):
        raise errors.ResponseNotCompliant
    set_intended(session.connection, need_id, response_id, *texts)
    session.note(NEEDS, standing, "prepare_award", session.now(), response=str(response_id))


def require_disinterested(session: Session, need_id: UUID) -> None:
    """:class:`OwnInterest` for whoever belongs, or belonged, to a company that responded."""
    if repository.is_interested(session.connection, need_id, session.actor.person_id):
        raise errors.OwnInterest


def _open_need(session: Session, need_id: UUID) -> Need:
    need = get_own_need(session, need_id)
    require_disinterested(session, need_id)
    return need


def _find(session: Session, response_id: UUID) -> Response:
    """One that was handed in, whose need is known to be opened to the actor."""
    response = repository.find_response(session.connection, response_id)
    if response is None or response.state not in HANDED_IN:
        raise NoSuchObject
    try:
        need = _open_need(session, response.need_id)
    except NotAllowed:
        raise NoSuchObject from None
    if need.state not in KNOWN_IN:
        raise NoSuchObject
    return response


def _require_evaluator(session: Session, standing: Standing[Facts]) -> None:
    session.require(AGENCY, standing.scopes)
    if standing.state != "evaluating":
        raise errors.NeedNotEvaluated


def _in_contest(responses: list[Response]) -> list[UUID]:
    ended = {"awarded", "not_awarded"}
    return [
        one.response_id
        for one in responses
        if one.state in RANKED or (one.state in ended and one.state_reason != "disqualified")
    ]
