"""The statements about panels, decisions and feedback. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of
from hackathon.funding.reviewing.deciding.model import Candidate, Decided, Feedback, Note, Open, Panel
from hackathon.funding.reviewing.model import Round

QUERIES = load_queries("hackathon.funding.reviewing.deciding")


def find_candidates(connection: Connection, seen: Round, rows: int) -> list[Candidate]:
    return rows_of(connection, Candidate, QUERIES["candidates"], values_of(seen) | {"rows": rows})


def find_panel(connection: Connection, seen: Round) -> Panel | None:
    return row_of(connection, Panel, QUERIES["panel"], values_of(seen))


def begin(connection: Connection, panel: Panel, by: UUID | None) -> None:
    connection.execute(QUERIES["begin"], values_of(panel) | {"by": by})


def add_note(connection: Connection, note_id: UUID, note: Note, number: int) -> None:
    connection.execute(QUERIES["add_note"], values_of(note) | {"note_id": note_id, "round": number})


def find_notes(
    connection: Connection, seen: Round, applications: Collection[UUID] | None = None
) -> list[Note]:
    """About these applications, or about all."""
    about = None if applications is None else list(applications)
    return rows_of(connection, Note, QUERIES["notes"], values_of(seen) | {"applications": about})


def keep_verdict(connection: Connection, decided: Decided) -> None:
    connection.execute(QUERIES["keep_verdict"], values_of(decided))


def drop_verdict(connection: Connection, decision_id: UUID) -> None:
    connection.execute(QUERIES["drop_verdict"], {"decision_id": decision_id})


def mark_decided(connection: Connection, decision_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_decided"], {"decision_id": decision_id, "at": at})


def find_decided(connection: Connection, application_id: UUID, number: int) -> Decided | None:
    """What was decided and told about an application in a round, the last of it."""
    parameters = {"application_id": application_id, "round": number}
    return row_of(connection, Decided, QUERIES["decided"], parameters)


def find_told(connection: Connection, application_id: UUID) -> list[Decided]:
    return rows_of(connection, Decided, QUERIES["decided_of_application"], {"application_id": application_id})


def find_prepared(connection: Connection, seen: Round, rows: int) -> list[Open]:
    """Of the call, whatever the round."""
    return rows_of(connection, Open, QUERIES["prepared"], values_of(seen) | {"rows": rows})


def keep_feedback(connection: Connection, feedback: Feedback) -> None:
    connection.execute(QUERIES["keep_feedback"], values_of(feedback))


def find_feedback(connection: Connection, application_id: UUID) -> list[Feedback]:
    return rows_of(connection, Feedback, QUERIES["feedback"], {"application_id": application_id})
