"""What evaluators do with opened responses: whether each is compliant, marks, places, who is meant to win."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved, Standing
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, note, unit
from citycore.store.connections import Connection
from hackathon.contest.judging.errors import InvalidSheet
from hackathon.contest.judging.model import Mark
from hackathon.contest.judging.rubric import faults_of
from hackathon.market.needs.machine import AGENCY
from hackathon.market.needs.model import Facts, Need
from hackathon.market.needs.repository import NEEDS, set_intended
from hackathon.market.needs.service import get_own_need
from hackathon.market.responses import errors, repository
from hackathon.market.responses.desk import ResponseDesk
from hackathon.market.responses.machine import HANDED_IN, RANKED
from hackathon.market.responses.model import Content, Marking, Ranked, Response
from hackathon.market.responses.ranking import missing, rank, rubric_of
from hackathon.market.responses.repository import RESPONSES
from hackathon.market.responses.rules import wrong

_READING = "responses.content"
#: States of a need in which its agency knows who responded.
KNOWN_IN = frozenset({"evaluating", "standstill", "awarded", "none_suitable"})
_DECIDED = frozenset({"accept", "disqualify", "reinstate"})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``ranked`` is empty while marks are missing; ``own`` are the marks of who asks, by response."""

    ranked: tuple[Ranked, ...]
    own: Mapping[UUID, Marking]
    evaluators: int
    missing: int


def list_responses(connection: Connection, actor: Actor, need_id: UUID) -> list[Response]:
    """Who responded, once it was opened; before, nobody knows."""
    need = _open_need(connection, actor, need_id)
    if need.state not in KNOWN_IN:
        return []
    with connection.transaction():
        found = repository.find_of_need(connection, need_id)
    return [one for one in found if one.state in HANDED_IN]


def count_handed_in(connection: Connection, actor: Actor, need_id: UUID) -> int | None:
    """How many have handed in, after the close; None before."""
    need = get_own_need(connection, actor, need_id)
    if need.state not in KNOWN_IN | {"closed"}:
        return None
    with connection.transaction():
        return sum(one.state in HANDED_IN for one in repository.find_of_need(connection, need_id))


def read(
    connection: Connection, desk: ResponseDesk, actor: Actor, response_id: UUID
) -> tuple[Response, Content | None]:
    """What was in a response (None if it could not be opened), for its agency and the programme."""
    response = _find(connection, actor, response_id)
    with connection.transaction():
        content = repository.find_content(connection, response_id)
        if response.created_by is not None:
            note_access(connection, actor, [response.created_by], _READING, desk.desk.clock())
    return response, content


def find_file(
    connection: Connection, desk: ResponseDesk, actor: Actor, response_id: UUID, number: int
) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a file; :class:`NoSuchObject`."""
    read(connection, desk, actor, response_id)
    with connection.transaction():
        found = repository.find_file(connection, response_id, number)
    if found is None:
        raise NoSuchObject
    return found


def decide(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ResponseDesk,
    actor: Actor,
    response_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Whether a response meets the requirements; who was meant to win is open again."""
    if event not in _DECIDED:
        raise ValueError(event)
    with unit(connection):
        response = _find(connection, actor, response_id)
        lock(connection, NEEDS, response.need_id, actor)
        moved = apply(
            connection,
            RESPONSES,
            response_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        set_intended(connection, response.need_id, None, "", "")
    return moved


def mark(  # noqa: PLR0913, PLR0917 (marks, of what, by whom)
    connection: Connection,
    desk: ResponseDesk,
    actor: Actor,
    response_id: UUID,
    marks: Mapping[str, Mark],
    comment: str,
) -> None:
    """An officer's marks, all of them; given anew they take the place of the old. :class:`InvalidSheet`."""
    with unit(connection):
        response = _find(connection, actor, response_id)
        standing = lock(connection, NEEDS, response.need_id, actor)
        at = desk.desk.clock()
        _require_evaluator(actor.at(at), standing)
        current = repository.find_response(connection, response_id)
        if current is None or current.state != "compliant" or actor.person_id is None:
            raise errors.NotCompliant
        faults = faults_of(rubric_of(standing.facts.description.criteria), marks)
        if faults:
            raise InvalidSheet(faults)
        if len(comment) > desk.settings.comment_characters_max:
            raise wrong("comment", f"0–{desk.settings.comment_characters_max}")
        repository.store_marks(connection, Marking(response_id, actor.person_id, marks, comment.strip()), at)
        set_intended(connection, response.need_id, None, "", "")
        note(connection, NEEDS, standing, "mark", actor, at, {"response": str(response_id)})


def evaluate(connection: Connection, actor: Actor, need_id: UUID) -> Evaluation:
    """Places, once every evaluator has marked every compliant response, and one's own marks."""
    need = _open_need(connection, actor, need_id)
    with connection.transaction():
        markings = repository.find_marks(connection, need_id)
        in_contest = _in_contest(repository.find_of_need(connection, need_id))
    lacking = missing(in_contest, markings)
    is_ranked = bool(markings) and not lacking
    return Evaluation(
        tuple(rank(rubric_of(need.description.criteria), markings)) if is_ranked else (),
        {one.response_id: one for one in markings if one.evaluator_id == actor.person_id},
        len({one.evaluator_id for one in markings}),
        len(lacking),
    )


def prepare(  # noqa: PLR0913, PLR0917 (who is to win, what all are told, having seen what)
    connection: Connection,
    desk: ResponseDesk,
    actor: Actor,
    need_id: UUID,
    response_id: UUID,
    debrief_ar: str,
    debrief_en: str,
    seen_version: int,
) -> None:
    """Who is meant to win: one that holds the first place, when all are marked by enough evaluators."""
    texts = (debrief_ar.strip(), debrief_en.strip())
    if not all(1 <= len(text) <= desk.settings.debrief_characters_max for text in texts):
        raise errors.NoDebrief
    with unit(connection):
        standing = lock(connection, NEEDS, need_id, actor)
        at = desk.desk.clock()
        _require_evaluator(actor.at(at), standing)
        compare(standing, seen_version)
        evaluation = evaluate(connection, actor, need_id)
        if not evaluation.ranked or evaluation.evaluators < desk.settings.evaluators_min:
            raise errors.NotMarked(given=evaluation.evaluators, needed=desk.settings.evaluators_min)
        if response_id not in {one.response_id for one in evaluation.ranked if one.place == 1}:
            raise errors.NotFirst
        if _has_undecided(repository.find_of_need(connection, need_id)):
            raise errors.NotCompliant
        set_intended(connection, need_id, response_id, *texts)
        note(connection, NEEDS, standing, "prepare_award", actor, at, {"response": str(response_id)})


def require_disinterested(connection: Connection, actor: Actor, need_id: UUID) -> None:
    """:class:`OwnInterest` for whoever belongs, or belonged, to a company that responded."""
    if repository.is_interested(connection, need_id, actor.person_id):
        raise errors.OwnInterest


def _open_need(connection: Connection, actor: Actor, need_id: UUID) -> Need:
    need = get_own_need(connection, actor, need_id)
    with connection.transaction():
        require_disinterested(connection, actor, need_id)
    return need


def _find(connection: Connection, actor: Actor, response_id: UUID) -> Response:
    """One that was handed in, whose need is known to be opened to the actor."""
    response = repository.find_response(connection, response_id)
    if response is None or response.state not in HANDED_IN:
        raise NoSuchObject
    try:
        need = _open_need(connection, actor, response.need_id)
    except NotAllowed:
        raise NoSuchObject from None
    if need.state not in KNOWN_IN:
        raise NoSuchObject
    return response


def _require_evaluator(actor: Actor, standing: Standing[Facts]) -> None:
    if not holds_any(actor, AGENCY, standing.scopes):
        raise NotAllowed
    if standing.state != "evaluating":
        raise errors.NeedNotEvaluated


def _in_contest(responses: list[Response]) -> list[UUID]:
    ended = {"awarded", "not_awarded"}
    return [
        one.response_id
        for one in responses
        if one.state in RANKED or (one.state in ended and one.state_reason != "disqualified")
    ]


def _has_undecided(responses: list[Response]) -> bool:
    return any(one.state == "opened" for one in responses)
