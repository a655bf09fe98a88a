"""Decisions: entered, recommended, owed by an agency, answered, and dropped only by a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Role
from casework.decisions import repository
from casework.decisions.errors import GroundsFull, GroundUnknown, NoOwner, NotEditableNow, NotReplaced
from casework.decisions.machine import AGENCY, ANSWER_DUE, ANSWERED, HEARD, OPEN, PROGRAMME, STAFF
from casework.decisions.mails import tell_heard, to_owner
from casework.decisions.model import Action, Decision, Draft, Entry, Notice, Search, Texts
from casework.decisions.repository import ACTIONS, DECISIONS
from casework.decisions.rules import check_draft, check_texts, owner_scopes
from casework.decisions.settings import DecisionSettings
from casework.journeys.model import Node, Step
from casework.journeys.service import see_all
from casework.noun import Nouns
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.repository import find_prepared_steps
from citycore.language import Language


class Page(NamedTuple):
    """A part of a list, and after which the next begins."""

    decisions: list[Decision]
    after: UUID | None


def hear(
    session: Session, draft: Draft, grounds: Sequence[Node] = (), replaces_id: UUID | None = None
) -> UUID:
    """Enter what was heard. The time in which an answer is owed begins, and everybody sees it.

    With ``replaces_id`` it is to drop what was decided there, and stands on the same. The clockwork does so for what it
    publishes.
    """
    session.require(STAFF | {Role.SYSTEM}, ())
    settings, at, decision_id = session.of(DecisionSettings), session.now(), session.new_id()
    check_draft(draft, settings)
    if replaces_id is not None and session.lock(DECISIONS, replaces_id).state not in (
        *ANSWERED,
        "done",
        "disputed",
    ):
        raise NotReplaced
    entry = Entry(draft, replaces_id)
    repository.store_decision(session.connection, decision_id, entry, session.actor.person_id, at)
    session.allow(decision_id, ANSWER_DUE, settings.answer_minutes)
    session.note(DECISIONS, session.look(DECISIONS, decision_id), "hear", at)
    for node in grounds:
        _add_ground(session, decision_id, node)
    return decision_id


def entrust(
    session: Session, draft: Draft, grounds: Sequence[Node], recommended: Texts, owner_id: UUID
) -> UUID:
    """Enter what was heard and recommended elsewhere, and give it to whoever is to answer, all at once."""
    decision_id = hear(session, draft, grounds)
    give(session, decision_id, recommended, owner_id)
    return decision_id


def give(session: Session, decision_id: UUID, recommended: Texts, owner_id: UUID) -> None:
    """Recommend something and give it to whoever is to answer, by one person who may do both."""

    def version() -> int:
        return _found(session, decision_id).version

    write_recommendation(session, decision_id, recommended, version())
    choose_owner(session, decision_id, owner_id, version())
    move(session, decision_id, "recommend", version())
    move(session, decision_id, "assign", version())


def edit(session: Session, decision_id: UUID, draft: Draft, seen_version: int) -> None:
    """What was heard, until it is answered."""
    check_draft(draft, session.of(DecisionSettings))
    _hold_open(session, decision_id, seen_version)
    repository.edit(session.connection, decision_id, draft)
    _note(session, decision_id, "edit")


def add_ground(session: Session, decision_id: UUID, node: Node) -> None:
    """It stands on this too. Nothing happens to what it stands on; :class:`GroundUnknown` for what the actor cannot see."""
    _hold_open(session, decision_id, None)
    _add_ground(session, decision_id, node)
    repository.touch(session.connection, decision_id)


def remove_ground(session: Session, decision_id: UUID, node: Node) -> None:
    _hold_open(session, decision_id, None)
    if node not in repository.find_grounds(session.connection, decision_id):
        raise GroundUnknown
    repository.remove_ground(session.connection, decision_id, node)
    repository.touch(session.connection, decision_id)
    _note(session, decision_id, "remove_ground", node)


def write_recommendation(session: Session, decision_id: UUID, texts: Texts, seen_version: int) -> None:
    check_texts("recommendation", texts, session.of(DecisionSettings))
    _hold_open(session, decision_id, seen_version)
    repository.recommend(session.connection, decision_id, texts)
    _note(session, decision_id, "write_recommendation")


def choose_owner(session: Session, decision_id: UUID, owner_id: UUID, seen_version: int) -> None:
    """Who is to answer: an agency that is verified."""
    standing = session.hold(DECISIONS, decision_id, PROGRAMME, seen_version)
    if standing.state not in ("heard", "recommended"):
        raise NotEditableNow
    if not is_agency(session, owner_id):
        raise NoOwner
    repository.choose_owner(session.connection, decision_id, owner_id)
    _note(session, decision_id, "choose_owner")


def write_answer(
    session: Session, decision_id: UUID, answer: Texts, reason: Texts, seen_version: int
) -> None:
    """What the owner decides, before it is released. What was prepared with other words has to be prepared again."""
    settings = session.of(DecisionSettings)
    check_texts("answer", answer, settings)
    check_texts("reason", reason, settings)
    hold_with_owner(session, decision_id, seen_version)
    repository.answer(session.connection, decision_id, answer, reason)
    _note(session, decision_id, "write_answer")


def move(
    session: Session, decision_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """A step that is no answer, with its mails."""
    moved = session.apply(DECISIONS, decision_id, event, seen_version, reason)
    if moved.event == "assign":
        session.send(to_owner(session, _found(session, decision_id), "assigned"), moved)
    return moved


def prepare(
    session: Session, decision_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> PreparedStep:
    """Decide; somebody else of the agency releases it."""
    return session.prepare(DECISIONS, decision_id, event, seen_version, reason)


def release(session: Session, decision_id: UUID) -> None:
    """Tell everybody who was heard; what it drops is dropped by it."""
    prepared = existing(find_prepared(session, decision_id))
    session.release(DECISIONS, [prepared.prepared_id])
    decision = _found(session, decision_id)
    if decision.replaces_id is not None:
        _supersede(session, decision.replaces_id)
    tell_heard(session, decision, Notice.ANSWERED)


def take_back(session: Session, decision_id: UUID) -> None:
    """What is prepared and not released."""
    session.take_back(DECISIONS, existing(find_prepared(session, decision_id)).prepared_id)


def find_prepared(session: Session, decision_id: UUID) -> PreparedStep | None:
    """For those who answer."""
    found = find_prepared_steps(session.connection, DECISIONS.machine.name, [decision_id])
    return found[0] if found else None


def get_decision(session: Session, decision_id: UUID) -> Decision:
    """Everybody sees all but what was withdrawn; :class:`NoSuchObject`."""
    found = repository.find_decision(session.connection, decision_id)
    if found is None or (found.state == "withdrawn" and not session.holds(STAFF, ())):
        raise NoSuchObject
    return found


def list_decisions(
    session: Session, wanted: Search, after: UUID | None = None, rows: int | None = None
) -> Page:
    """The newest first, whatever was decided."""
    rows = rows or session.of(DecisionSettings).page_rows_max
    found = repository.find_decisions(session.connection, wanted, after, rows + 1, session.now())
    return Page(found[:rows], found[rows - 1].decision_id if len(found) > rows else None)


def list_grounds(session: Session, decision_id: UUID) -> list[Step]:
    """What it stands on, as far as the actor may see it."""
    return see_all(session, repository.find_grounds(session.connection, decision_id))


def find_ground(session: Session, node: Node) -> Step | None:
    """What could be a ground, if the actor may see it."""
    known = see_all(session, [node]) if node.kind in session.of(Nouns).passages else []
    return known[0] if known else None


def list_actions(session: Session, decision: Decision) -> list[Action]:
    """What was promised; before the answer is released, for those who write it."""
    if decision.outcome is None and not is_answering(session, decision):
        return []
    return repository.find_actions(session.connection, [decision.decision_id])


def is_answering(session: Session, decision: Decision) -> bool:
    """Whether the actor speaks for the agency that owes the answer."""
    return session.holds(AGENCY, session.look(DECISIONS, decision.decision_id).scopes)


def require_part(session: Session, decision_id: UUID) -> None:
    """:class:`NotAllowed` for whoever neither leads nor answers it, has promised nothing and was not heard."""
    found = get_decision(session, decision_id)
    doers = [action.plan.owner_id for action in repository.find_actions(session.connection, [decision_id])]
    scopes = session.look(DECISIONS, found.decision_id).scopes
    if not (session.holds(STAFF, ()) or session.holds(HEARD, scopes)):
        session.require(AGENCY, scopes | owner_scopes(doers))


def read_dispute(session: Session, decision: Decision) -> str | None:
    """In the words of whoever disputes it, for those who have to do something about it."""
    if decision.disputed_at is None or not (session.holds(STAFF, ()) or is_answering(session, decision)):
        return None
    return repository.find_dispute(session.connection, decision.decision_id)


def list_agencies(session: Session) -> list[tuple[UUID, Names]]:
    """Who can owe an answer."""
    return repository.find_agencies(session.connection, session.of(DecisionSettings).agencies_max)


def is_agency(session: Session, organisation_id: UUID) -> bool:
    """Whether it is one of them."""
    return organisation_id in {one for one, _ in list_agencies(session)}


def agency_choices(session: Session, language: Language) -> list[tuple[str, str]]:
    """All of them, to choose from."""
    return [(str(one), names.shown(language)) for one, names in list_agencies(session)]


def list_missing(session: Session) -> list[Node]:
    """What systems owe and no page says: it must be nothing."""
    return repository.find_missing(session.connection, session.now())


def hold_with_owner(session: Session, decision_id: UUID, seen_version: int | None = None) -> None:
    """One whose answer is being written, for those who write it."""
    if session.hold(DECISIONS, decision_id, AGENCY, seen_version).state != "with_owner":
        raise NotEditableNow


def _found(session: Session, decision_id: UUID) -> Decision:
    return existing(repository.find_decision(session.connection, decision_id))


def _hold_open(session: Session, decision_id: UUID, seen_version: int | None) -> None:
    standing = session.hold(DECISIONS, decision_id, STAFF, seen_version)
    if standing.state not in OPEN[:2]:
        raise NotEditableNow


def _add_ground(session: Session, decision_id: UUID, node: Node) -> None:
    if find_ground(session, node) is None:
        raise GroundUnknown
    most = session.of(DecisionSettings).grounds_max
    if len(repository.find_grounds(session.connection, decision_id)) >= most:
        raise GroundsFull(grounds_max=most)
    repository.add_ground(session.connection, decision_id, node, session.now())
    _note(session, decision_id, "add_ground", node)


def _note(session: Session, decision_id: UUID, event: str, node: Node | None = None) -> None:
    details = {} if node is None else {"kind": node.kind, "ground": str(node.object_id)}
    session.note(DECISIONS, session.look(DECISIONS, decision_id), event, session.now(), **details)


def _supersede(session: Session, decision_id: UUID) -> None:
    """What was decided before is dropped, with what was promised and is not done; those who were heard are told."""
    session.step(DECISIONS, session.lock(DECISIONS, decision_id), "supersede")
    for action in repository.find_actions(session.connection, [decision_id]):
        if action.state in ("promised", "claimed"):
            session.step(ACTIONS, session.lock(ACTIONS, action.action_id), "drop")
    tell_heard(session, _found(session, decision_id), Notice.ENDED)
