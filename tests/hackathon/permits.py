"""A small noun with everything that a workflow can have, to try the engine on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.programme import Session
from casework.workflow.errors import Refusal
from casework.workflow.model import Binding, Machine, Standing, State, Transition, Window
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for

PACKAGE = "tests.hackathon"
TABLE = """
    CREATE TABLE innovation.permits (
        permit_id uuid PRIMARY KEY, state text NOT NULL, state_reason text, version integer NOT NULL,
        state_changed_at timestamptz NOT NULL, applicant uuid NOT NULL, pages integer NOT NULL);
    GRANT SELECT, INSERT, UPDATE ON innovation.permits TO falaj_portal;
"""
LOCK = "SELECT FROM innovation.permits WHERE permit_id = %(object_id)s FOR UPDATE"
READ = "SELECT state, version, applicant, pages FROM innovation.permits WHERE permit_id = %(object_id)s"
MOVE = """UPDATE innovation.permits SET state = %(target)s, state_reason = %(reason)s, version = version + 1,
    state_changed_at = %(at)s WHERE permit_id = %(object_id)s"""
DUE = """SELECT permit_id FROM innovation.permits JOIN innovation.deadlines ON object_id = permit_id
    WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND permit_id > %(after)s
    ORDER BY permit_id LIMIT %(rows)s FOR UPDATE OF permits SKIP LOCKED"""

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
OPENS, CLOSES = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
DESK = Scope(ScopeKind.CALL, UUID(int=77))
AMAL = Actor(UUID(int=1))
STRANGER = Actor(UUID(int=2))
REVIEWER = Actor(UUID(int=3), (Grant(Role.REVIEWER, DESK),))
ORGANISER = Actor(UUID(int=4), (Grant(Role.ORGANISER, DESK),))


class NoPages(Refusal):
    slug = "no_pages"
    package = PACKAGE


@dataclass(frozen=True, slots=True)
class Facts:
    pages: int


def has_pages(facts: Facts) -> Refusal | None:
    return None if facts.pages else NoPages()


APPLICANT, OFFICE = frozenset({Role.PERSON}), frozenset({Role.ORGANISER})
QUIETLY = frozenset({Role.REVIEWER})
MACHINE: Machine[Facts] = Machine(
    "permit",
    PACKAGE,
    states=(
        State("draft"),
        State("submitted"),
        State("approved", reasons=("met",), is_terminal=True),
        State("rejected", public="closed", reasons=("incomplete", "out_of_scope"), is_terminal=True),
        State("withdrawn", public="closed", reasons=("by_applicant",), is_terminal=True),
        State("expired", public="closed", reasons=("deadline_passed",), is_terminal=True),
    ),
    transitions=(
        Transition("draft", "submit", "submitted", APPLICANT, (has_pages,), Window("opens", "closes")),
        Transition("draft", "withdraw", "withdrawn", APPLICANT, reason="by_applicant"),
        Transition("submitted", "withdraw", "withdrawn", APPLICANT, reason="by_applicant"),
        Transition(
            "draft", "expire", "expired", frozenset({Role.SYSTEM}), window=Window("closes"),
            reason="deadline_passed",
        ),
        Transition("submitted", "approve", "approved", OFFICE, (has_pages,), reason="met", prepared_by=QUIETLY),
        Transition("submitted", "reject", "rejected", OFFICE, prepared_by=QUIETLY),
    ),
    deadlines=("opens", "closes"),
    planned_in=frozenset({"draft"}),
    planners=OFFICE,
)  # fmt: skip


def read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    row = connection.execute(READ, {"object_id": object_id}).fetchone()
    if row is None:
        return None
    state, version, applicant, pages = row
    scopes = frozenset({DESK, Scope(ScopeKind.PERSON, applicant)})
    return Standing(object_id, state, version, "permits", scopes, object_id, Facts(pages))


PERMITS = Binding(MACHINE, LOCK, read, MOVE, DUE)


def store_permit(connection: Connection, state: str = "draft", pages: int = 1, *, dated: bool = True) -> UUID:
    """A permit of Amal's; with ``dated`` it opened an hour ago and closes in one."""
    permit_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.permits VALUES (%s, 'draft', NULL, 1, %s, %s, %s)",
        [permit_id, NOW, AMAL.person_id, pages],
    )
    if dated:
        programme_for(connection, lambda: NOW).call(
            ORGANISER, Session.plan, PERMITS, permit_id, {"opens": OPENS, "closes": CLOSES}
        )
    if state != "draft":
        connection.execute(
            "UPDATE innovation.permits SET state = %s WHERE permit_id = %s", [state, permit_id]
        )
    return permit_id


def state_of(connection: Connection, permit_id: UUID) -> tuple[str, int]:
    row = connection.execute(READ, {"object_id": permit_id}).fetchone()
    assert row is not None
    return row[0], row[1]
