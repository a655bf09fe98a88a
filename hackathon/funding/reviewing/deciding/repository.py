"""The statements about panels, decisions and feedback. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of
from hackathon.funding.reviewing.deciding.model import (
    Candidate,
    Decided,
    Feedback,
    Mean,
    Note,
    Open,
    Panel,
)

QUERIES = load_queries("hackathon.funding.reviewing.deciding")


def find_candidates(
    connection: Connection, call_id: UUID, number: int, hidden: Collection[UUID], rows: int
) -> list[Candidate]:
    parameters = {"call_id": call_id, "round": number, "hidden": list(hidden), "rows": rows}
    return rows_of(connection, Candidate, QUERIES["candidates"], parameters)


def find_panel(connection: Connection, call_id: UUID, number: int) -> Panel | None:
    return row_of(connection, Panel, QUERIES["panel"], {"call_id": call_id, "round": number})


def begin(connection: Connection, panel: Panel, by: UUID | None) -> None:
    connection.execute(QUERIES["begin"], values_of(panel) | {"by": by})


def add_note(connection: Connection, note_id: UUID, note: Note, number: int) -> None:
    connection.execute(QUERIES["add_note"], values_of(note) | {"note_id": note_id, "round": number})


def find_notes(
    connection: Connection,
    call_id: UUID,
    number: int,
    hidden: Collection[UUID],
    applications: Collection[UUID] | None = None,
) -> list[Note]:
    """About these applications, or about all."""
    parameters = {
        "call_id": call_id,
        "round": number,
        "hidden": list(hidden),
        "applications": None if applications is None else list(applications),
    }
    return rows_of(connection, Note, QUERIES["notes"], parameters)


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


def find_prepared(connection: Connection, call_id: UUID, hidden: Collection[UUID], rows: int) -> list[Open]:
    parameters = {"call_id": call_id, "hidden": list(hidden), "rows": rows}
    return rows_of(connection, Open, QUERIES["prepared"], parameters)


def keep_feedback(connection: Connection, feedback: Feedback) -> None:
    parameters = {
        "application_id": feedback.application_id,
        "round": feedback.round,
        "content": Jsonb(_document(feedback)),
        "at": feedback.released_at,
    }
    connection.execute(QUERIES["keep_feedback"], parameters)


def find_feedback(connection: Connection, application_id: UUID) -> list[Feedback]:
    rows = connection.execute(QUERIES["feedback"], {"application_id": application_id}).fetchall()
    return [_feedback(*row) for row in rows]


def _document(feedback: Feedback) -> dict[str, object]:
    return {
        "reviews": feedback.reviews,
        "criteria": [
            {
                "code": one.code,
                "name_ar": one.name_ar,
                "name_en": one.name_en,
                "mean": None if one.mean is None else str(one.mean),
            }
            for one in feedback.criteria
        ],
        "advice": list(feedback.advice),
    }


def _feedback(application_id: UUID, number: int, document: Mapping[str, Any], at: datetime) -> Feedback:
    means = tuple(
        Mean(
            one["code"], one["name_ar"], one["name_en"], None if one["mean"] is None else Decimal(one["mean"])
        )
        for one in document["criteria"]
    )
    return Feedback(application_id, number, document["reviews"], means, tuple(document["advice"]), at)
