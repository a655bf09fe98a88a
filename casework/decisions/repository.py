"""The statements about decisions. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor
from casework.decisions.machine import ACTION, DECISION
from casework.decisions.model import (
    Action,
    ActionFacts,
    Decision,
    Draft,
    Entry,
    Evidence,
    Facts,
    Notice,
    Plan,
    Search,
    Texts,
)
from casework.decisions.rules import CHAIN, heard_scopes, is_own, owner_scopes
from casework.journeys.model import Node
from casework.people.model import Names
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of

QUERIES = load_queries("casework.decisions")


class _Standing(NamedTuple):
    state: str
    version: int
    owner_id: UUID | None
    grounds: int
    has_recommendation: bool
    has_owner: bool
    has_answer: bool
    has_reason: bool
    owners: list[UUID]
    actions: int
    open_actions: int
    replacing_owner_id: UUID | None
    is_replaced: bool
    is_member: bool
    was_heard: bool
    is_prepared_by_them: bool


class _ActionStanding(NamedTuple):
    state: str
    version: int
    decision_id: UUID
    owner_id: UUID
    decision_owner_id: UUID | None
    decision_state: str
    has_evidence: bool
    is_member: bool
    was_heard: bool
    replacing_owner_id: UUID | None


def read_standing(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    parameters = {"object_id": object_id, "person_id": actor.person_id, "key": actor.key}
    found = row_of(connection, _Standing, QUERIES["standing"], parameters)
    if found is None:
        return None
    facts = Facts(
        found.grounds,
        found.has_recommendation,
        found.has_owner,
        found.has_answer,
        found.has_reason,
        found.actions,
        found.open_actions,
        found.is_replaced,
        is_own(actor, [found.owner_id, *found.owners], is_member=found.is_member),
        found.was_heard,
        found.is_prepared_by_them,
    )
    scopes = owner_scopes([found.owner_id, found.replacing_owner_id])
    scopes |= heard_scopes(actor, was_heard=found.was_heard)
    return Standing(object_id, found.state, found.version, CHAIN, scopes, object_id, facts)


def read_action(connection: Connection, object_id: UUID, actor: Actor) -> Standing[ActionFacts] | None:
    parameters = {"object_id": object_id, "person_id": actor.person_id, "key": actor.key}
    found = row_of(connection, _ActionStanding, QUERIES["standing_of_action"], parameters)
    if found is None:
        return None
    owners = [found.owner_id, found.decision_owner_id]
    facts = ActionFacts(
        found.decision_state, found.has_evidence, is_own(actor, owners, is_member=found.is_member)
    )
    scopes = owner_scopes([found.owner_id, found.replacing_owner_id])
    scopes |= heard_scopes(actor, was_heard=found.was_heard)
    return Standing(object_id, found.state, found.version, CHAIN, scopes, found.decision_id, facts)


def find_decision(connection: Connection, decision_id: UUID) -> Decision | None:
    return row_of(connection, Decision, QUERIES["decision"], {"decision_id": decision_id})


def find_decisions(
    connection: Connection, wanted: Search, after: UUID | None, rows: int, at: datetime
) -> list[Decision]:
    """The newest first."""
    parameters = values_of(wanted) | {"after": after, "rows": rows, "at": at}
    return rows_of(connection, Decision, QUERIES["list"], parameters)


def find_grounds(connection: Connection, decision_id: UUID) -> list[Node]:
    return rows_of(connection, Node, QUERIES["grounds"], {"decision_id": decision_id})


def find_actions(connection: Connection, decision_ids: Collection[UUID]) -> list[Action]:
    return rows_of(connection, Action, QUERIES["actions"], {"decisions": list(decision_ids)})


def find_action(connection: Connection, action_id: UUID) -> Action | None:
    return row_of(connection, Action, QUERIES["action"], {"action_id": action_id})


def find_agencies(connection: Connection, rows: int) -> list[tuple[UUID, Names]]:
    found = connection.execute(QUERIES["agencies"], {"rows": rows}).fetchall()
    return [(organisation_id, Names(name_ar, name_en)) for organisation_id, name_ar, name_en in found]


def store_decision(
    connection: Connection, decision_id: UUID, new: Entry, by: UUID | None, at: datetime
) -> None:
    """With what the decision stands on that it is to replace."""
    parameters = values_of(new.draft) | {
        "replaces_id": new.replaces_id,
        "decision_id": decision_id,
        "state": DECISION.initial.name,
        "entered_by": by,
        "at": at,
    }
    connection.execute(QUERIES["create"], parameters)
    if new.replaces_id is not None:
        connection.execute(QUERIES["copy_grounds"], parameters)


def edit(connection: Connection, decision_id: UUID, draft: Draft) -> None:
    connection.execute(QUERIES["edit"], values_of(draft) | {"decision_id": decision_id})


def recommend(connection: Connection, decision_id: UUID, texts: Texts) -> None:
    connection.execute(QUERIES["recommend"], values_of(texts) | {"decision_id": decision_id})


def choose_owner(connection: Connection, decision_id: UUID, owner_id: UUID) -> None:
    connection.execute(QUERIES["choose_owner"], {"decision_id": decision_id, "owner_id": owner_id})


def answer(connection: Connection, decision_id: UUID, answer: Texts, reason: Texts) -> None:
    parameters = {
        "decision_id": decision_id,
        "answer_ar": answer.ar,
        "answer_en": answer.en,
        "reason_ar": reason.ar,
        "reason_en": reason.en,
    }
    connection.execute(QUERIES["answer"], parameters)


def touch(connection: Connection, decision_id: UUID) -> None:
    """Whoever saw it before has seen another one."""
    connection.execute(QUERIES["touch"], {"decision_id": decision_id})


def dispute(connection: Connection, decision_id: UUID, words: str, by: UUID | None, at: datetime) -> None:
    parameters = {"decision_id": decision_id, "words": words, "by": by, "at": at}
    connection.execute(QUERIES["dispute"], parameters)


def find_dispute(connection: Connection, decision_id: UUID) -> str | None:
    row = connection.execute(QUERIES["dispute_words"], {"decision_id": decision_id}).fetchone()
    return None if row is None else row[0]


def add_ground(connection: Connection, decision_id: UUID, node: Node, at: datetime) -> None:
    connection.execute(QUERIES["add_ground"], values_of(node) | {"decision_id": decision_id, "at": at})


def remove_ground(connection: Connection, decision_id: UUID, node: Node) -> None:
    connection.execute(QUERIES["remove_ground"], values_of(node) | {"decision_id": decision_id})


def store_action(
    connection: Connection, action_id: UUID, decision_id: UUID, plan: Plan, at: datetime
) -> None:
    parameters = {
        **values_of(plan),
        "action_id": action_id,
        "decision_id": decision_id,
        "state": ACTION.initial.name,
        "at": at,
    }
    connection.execute(QUERIES["add_action"], parameters)


def remove_action(connection: Connection, action_id: UUID) -> None:
    connection.execute(QUERIES["remove_action"], {"action_id": action_id})


def keep_evidence(connection: Connection, action_id: UUID, evidence: Evidence, by: UUID) -> None:
    connection.execute(QUERIES["keep_evidence"], values_of(evidence) | {"action_id": action_id, "by": by})


def keep_verifier(connection: Connection, action_id: UUID, by: UUID) -> None:
    connection.execute(QUERIES["keep_verifier"], {"action_id": action_id, "by": by})


def tell(connection: Connection, decision_id: UUID, notice: Notice, heard: str, at: datetime) -> bool:
    """Whether they were not told before."""
    parameters = {"decision_id": decision_id, "notice": notice, "heard": heard, "at": at}
    return connection.execute(QUERIES["tell"], parameters).rowcount == 1


def find_missing(connection: Connection, at: datetime) -> list[Node]:
    return rows_of(connection, Node, QUERIES["missing"], {"at": at})


DECISIONS = Binding(
    DECISION, QUERIES["lock"], read_standing, QUERIES["move"], QUERIES["due"], called=QUERIES["called"]
)
ACTIONS = Binding(
    ACTION, QUERIES["lock_action"], read_action, QUERIES["move_action"], called=QUERIES["called_action"]
)


def find_unreminded(connection: Connection, at: datetime, until: datetime) -> list[tuple[UUID, datetime]]:
    """Those with their owner whose answer is due between, and of whose date nobody was reminded."""
    return connection.execute(QUERIES["unreminded"], {"at": at, "until": until}).fetchall()


def note_reminder(connection: Connection, decision_id: UUID, due_at: datetime, at: datetime) -> bool:
    """Whether it is the first for this date."""
    values = {"decision_id": decision_id, "due_at": due_at, "at": at}
    return connection.execute(QUERIES["note_reminder"], values).rowcount > 0
