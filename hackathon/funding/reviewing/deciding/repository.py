"""The statements about panels, decisions and feedback. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.workflow.model import Decision
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.funding.reviewing.deciding.model import (
    Candidate,
    Decided,
    Feedback,
    Mean,
    Note,
    Open,
    Panel,
    Verdict,
)

QUERIES = load_queries("hackathon.funding.reviewing.deciding")


def find_candidates(
    connection: Connection, call_id: UUID, number: int, hidden: Collection[UUID], rows: int
) -> list[Candidate]:
    parameters = {"call_id": call_id, "round": number, "hidden": list(hidden), "rows": rows}
    return [Candidate(*row) for row in connection.execute(QUERIES["candidates"], parameters).fetchall()]


def find_panel(connection: Connection, call_id: UUID, number: int) -> Panel | None:
    row = connection.execute(QUERIES["panel"], {"call_id": call_id, "round": number}).fetchone()
    return None if row is None else Panel(*row)


def begin(connection: Connection, panel: Panel, by: UUID | None) -> None:
    parameters = {
        "call_id": panel.call_id,
        "round": panel.round,
        "at": panel.begun_at,
        "by": by,
        "missing": panel.missing,
        "why": panel.why,
    }
    connection.execute(QUERIES["begin"], parameters)


def add_note(connection: Connection, note_id: UUID, note: Note, number: int) -> None:
    parameters = {
        "note_id": note_id,
        "application_id": note.application_id,
        "round": number,
        "note": note.note,
        "by": note.written_by,
        "at": note.written_at,
    }
    connection.execute(QUERIES["add_note"], parameters)


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
    return [Note(*row) for row in connection.execute(QUERIES["notes"], parameters).fetchall()]


def keep_verdict(connection: Connection, decided: Decided) -> None:
    verdict = decided.verdict
    parameters = {
        "application_id": decided.application_id,
        "round": decided.round,
        "decision_id": decided.decision_id,
        "event": decided.event,
        "amount_minor": verdict.amount_minor,
        "conditions_ar": verdict.conditions_ar,
        "conditions_en": verdict.conditions_en,
    }
    connection.execute(QUERIES["keep_verdict"], parameters)


def drop_verdict(connection: Connection, decision_id: UUID) -> None:
    connection.execute(QUERIES["drop_verdict"], {"decision_id": decision_id})


def mark_decided(connection: Connection, decision_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_decided"], {"decision_id": decision_id, "at": at})


def find_decided(connection: Connection, application_id: UUID, number: int) -> Decided | None:
    """What was decided and told about an application in a round, the last of it."""
    parameters = {"application_id": application_id, "round": number}
    row = connection.execute(QUERIES["decided"], parameters).fetchone()
    return None if row is None else _decided(row)


def find_told(connection: Connection, application_id: UUID) -> list[Decided]:
    rows = connection.execute(QUERIES["decided_of_application"], {"application_id": application_id})
    return [_decided(row) for row in rows.fetchall()]


def find_prepared(connection: Connection, call_id: UUID, hidden: Collection[UUID], rows: int) -> list[Open]:
    parameters = {"call_id": call_id, "hidden": list(hidden), "rows": rows}
    return [_open(row) for row in connection.execute(QUERIES["prepared"], parameters).fetchall()]


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


def _decided(row: Sequence[Any]) -> Decided:
    application_id, number, decision_id, event, amount, conditions_ar, conditions_en, decided_at = row
    verdict = Verdict(amount, conditions_ar, conditions_en)
    return Decided(application_id, number, decision_id, event, verdict, decided_at)


def _open(row: Sequence[Any]) -> Open:
    decision = Decision(*row[:7])
    number, amount, conditions_ar, conditions_en, reference, title = row[7:]
    verdict = Verdict(amount, conditions_ar, conditions_en)
    decided = Decided(decision.object_id, number, decision.decision_id, decision.event, verdict, None)
    return Open(decision, decided, reference, title)


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
