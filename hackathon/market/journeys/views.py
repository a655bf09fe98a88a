"""Each thing of a journey as an actor may see it, by the nouns' own rules: None if they may not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, existing
from casework.workflow.model import Machine
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.challenges.service import get_challenge
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.service import list_seen
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.service import get_application
from hackathon.funding.awards import register
from hackathon.funding.awards.machine import AWARD
from hackathon.funding.awards.repository import find_award
from hackathon.funding.awards.service import is_seen as is_award_seen
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.market.introductions.service import get_introduction
from hackathon.market.journeys.model import Kind, Node, Step
from hackathon.market.needs.machine import NEED
from hackathon.market.needs.service import get_need
from hackathon.market.offerings.machine import OFFERING
from hackathon.market.offerings.repository import find_listed, find_offering
from hackathon.market.offerings.rules import may_see as may_see_offering
from hackathon.market.pilots.machine import PILOT
from hackathon.market.pilots.service import get_pilot

_MACHINES: Mapping[str, Machine[Any]] = {
    one.name: one for one in (NEED, CHALLENGE, SUBMISSION, APPLICATION, AWARD, OFFERING, INTRODUCTION, PILOT)
}
#: Whoever sees these may know why they ended.
_WITH_OUTCOME = frozenset({Kind.NEED, Kind.INTRODUCTION, Kind.PILOT})


def see_all(session: Session, nodes: Collection[Node]) -> list[Step]:
    """The steps of those that exist for the actor. Of submissions there may be many, so they are read together."""
    submissions = [node.object_id for node in nodes if node.kind is Kind.SUBMISSION]
    others = (_see(session, node) for node in nodes if node.kind is not Kind.SUBMISSION)
    steps = [step for step in others if step is not None]
    if not submissions:
        return steps
    return steps + [_submission(*one) for one in list_seen(session, submissions)]


def _see(session: Session, node: Node) -> Step | None:
    """The step, or None for what does not exist for the actor."""
    try:
        return _VIEWS[node.kind](session, node.object_id)
    except (NoSuchObject, NotAllowed):
        return None


def _challenge(session: Session, object_id: UUID) -> Step:
    found = get_challenge(session, object_id)
    titles = Names(found.description.title_ar, found.description.title_en)
    return _step(Kind.CHALLENGE, object_id, titles, found)


def _submission(found: Submission, title: str) -> Step:
    object_id, title = found.submission_id, title or found.team_name
    return _step(Kind.SUBMISSION, object_id, Names(title, title), found)


def _application(session: Session, object_id: UUID) -> Step:
    """Named by its reference: what it is called is for those who apply and who decide."""
    found = get_application(session, object_id)
    return _step(Kind.APPLICATION, object_id, Names(found.reference, found.reference), found)


def _award(session: Session, object_id: UUID) -> Step:
    found = existing(find_award(session.connection, object_id))
    if not is_award_seen(session, found):
        register.get_entry(session, object_id)
    return _step(Kind.AWARD, object_id, Names(found.terms.title_ar, found.terms.title_en), found)


def _offering(session: Session, object_id: UUID) -> Step:
    listed, found = find_listed(session.connection, object_id), find_offering(session.connection, object_id)
    if found is None:
        raise NoSuchObject
    if listed is not None:
        return _step(Kind.OFFERING, object_id, listed.version.content.titles, found)
    if not may_see_offering(session.actor, found):
        raise NoSuchObject
    titles = Names(None, None) if found.draft is None else found.draft.titles
    return _step(Kind.OFFERING, object_id, titles, found, below="/account")


def _need(session: Session, object_id: UUID) -> Step:
    found = get_need(session, object_id)
    titles = Names(found.description.title_ar, found.description.title_en)
    return _step(Kind.NEED, object_id, titles, found)


def _introduction(session: Session, object_id: UUID) -> Step:
    found = get_introduction(session, object_id)
    return _step(Kind.INTRODUCTION, object_id, found.vendor.names, found)


def _pilot(session: Session, object_id: UUID) -> Step:
    found = get_pilot(session, object_id)
    return _step(Kind.PILOT, object_id, found.titles, found)


def _step(kind: Kind, object_id: UUID, titles: Names, found: Any, below: str = "") -> Step:
    """Under the label that everybody may know: who decides sees more on its own page, and why most things ended."""
    machine, path = _MACHINES[kind], f"{below}/{kind.value}s/{object_id}"
    is_told = kind in _WITH_OUTCOME and machine.state(found.state).is_terminal
    ended = found.state_reason if is_told else None
    outcome = None if ended is None else machine.label("reason", ended)
    state = machine.public_label(found.state)
    return Step(Node(kind, object_id), titles, state, outcome, path, found.state_changed_at)


_VIEWS: Mapping[Kind, Callable[[Session, UUID], Step]] = {
    Kind.NEED: _need,
    Kind.CHALLENGE: _challenge,
    Kind.APPLICATION: _application,
    Kind.AWARD: _award,
    Kind.OFFERING: _offering,
    Kind.INTRODUCTION: _introduction,
    Kind.PILOT: _pilot,
}
