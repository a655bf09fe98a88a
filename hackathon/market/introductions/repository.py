"""The statements about introductions. It never commits."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Role
from casework.organisations.speakers import find_speakers
from casework.people.model import Recipient
from casework.workflow.model import Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import known, row_of, rows_of
from hackathon.market.introductions.machine import INTRODUCTION, UNANSWERED
from hackathon.market.introductions.model import (
    Asked,
    Contact,
    Facts,
    Introduction,
    Question,
    QuestionKey,
    Side,
    Suggestion,
    Told,
)
from hackathon.market.introductions.rules import is_open_need, scopes_of
from hackathon.market.needs.repository import find_need
from hackathon.market.offerings.repository import find_listed

QUERIES = load_queries("hackathon.market.introductions")


def find_introduction(connection: Connection, introduction_id: UUID) -> Introduction | None:
    return row_of(connection, Introduction, QUERIES["introduction"], {"introduction_id": introduction_id})


def find_introductions(
    connection: Connection, organisations: list[UUID] | None, state: str | None, after: UUID | None, rows: int
) -> list[Introduction]:
    """The newest first; of all organisations for None."""
    parameters = {"organisations": organisations, "state": state, "after": after, "rows": rows}
    return rows_of(connection, Introduction, QUERIES["list"], parameters)


def find_pairs(
    connection: Connection, need_id: UUID | None, offerings: list[UUID] | None
) -> dict[tuple[UUID, UUID], tuple[UUID, str]]:
    """By need and offering the newest introduction and its state; of one need, of some offerings."""
    parameters = {"need_id": need_id, "offerings": offerings}
    rows = connection.execute(QUERIES["pairs"], parameters).fetchall()
    return {(need, offering): (introduction_id, state) for need, offering, introduction_id, state in rows}


def store_introduction(
    connection: Connection, introduction_id: UUID, suggestion: Suggestion, at: datetime
) -> bool:
    """Whether it was stored; not if there is one of the pair."""
    parameters = values_of(suggestion.match) | {
        "introduction_id": introduction_id,
        "number": suggestion.offering_number,
        "state": INTRODUCTION.initial.name,
        "at": at,
        "suggested_by": suggestion.by,
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def count_open(connection: Connection, need_id: UUID, vendor_id: UUID) -> tuple[int, int]:
    """Without an answer: of the need, and of the vendor."""
    parameters = {"need_id": need_id, "vendor_id": vendor_id, "unanswered": list(UNANSWERED)}
    of_need, of_vendor = known(connection.execute(QUERIES["count_open"], parameters).fetchone())
    return of_need, of_vendor


def set_contact(
    connection: Connection, introduction_id: UUID, side: Side, person_id: UUID | None, at: datetime
) -> None:
    parameters = {"introduction_id": introduction_id, "person_id": person_id, "at": at}
    connection.execute(QUERIES[f"set_{side.value}_contact"], parameters)


def note_change(connection: Connection, introduction_id: UUID) -> None:
    connection.execute(QUERIES["change_contact"], {"introduction_id": introduction_id})


def find_contact(connection: Connection, person_id: UUID | None) -> Contact | None:
    return row_of(connection, Contact, QUERIES["contact"], {"person_id": person_id})


def find_recipients(
    connection: Connection, introduction: Introduction, side: Side, at: datetime
) -> list[Recipient]:
    """Who speaks for a side: the one who agreed to be named, or else everybody."""
    party = introduction.party(side)
    role = Role.OFFICER if side is Side.AGENCY else Role.VENDOR
    found = find_speakers(connection, [party.organisation_id], role, at)
    return [one for one in found if one.person_id == party.contact_id] or found


def plan_question(connection: Connection, question: QuestionKey, due_at: datetime) -> None:
    connection.execute(QUERIES["plan_question"], values_of(question) | {"due_at": due_at})


def find_next_question(connection: Connection, job: str, at: datetime) -> QuestionKey | None:
    """The next that is due, that the job has not set aside and nobody else is asking; held until the transaction
    ends.
    """
    return row_of(connection, QuestionKey, QUERIES["next_question"], {"job": job, "at": at})


def mark_asked(connection: Connection, question: QuestionKey, at: datetime) -> None:
    connection.execute(QUERIES["mark_asked"], values_of(question) | {"at": at})


def find_questions(connection: Connection, introduction_id: UUID) -> list[Question]:
    return rows_of(connection, Question, QUERIES["questions"], {"introduction_id": introduction_id})


def answer(
    connection: Connection, question: QuestionKey, told: Told, person_id: UUID | None, at: datetime
) -> bool:
    """Whether it was asked and waited for an answer."""
    parameters = values_of(told) | values_of(question) | {"at": at, "person_id": person_id}
    return connection.execute(QUERIES["answer"], parameters).rowcount > 0


def find_waiting(
    connection: Connection, organisations: list[UUID], at: datetime, rows: int
) -> list[QuestionKey]:
    parameters = {"organisations": organisations, "at": at, "rows": rows}
    return rows_of(connection, QuestionKey, QUERIES["waiting"], parameters)


def count_stages(connection: Connection) -> tuple[Counter[str], Counter[str]]:
    """How many came exactly so far, and how many stand in each state."""
    stages, states = Counter[str](), Counter[str]()
    for stage, state, number in connection.execute(QUERIES["stages"]).fetchall():
        stages[stage] += number
        states[state] += number
    return stages, states


def find_asked(connection: Connection) -> list[Asked]:
    return rows_of(connection, Asked, QUERIES["asked"])


def read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    """As the workflow wants it."""
    found = find_introduction(connection, object_id)
    if found is None:
        return None
    need = known(find_need(connection, found.need_id))
    facts = Facts(
        is_open_need(need.state, is_sealed=need.description.is_sealed),
        find_listed(connection, found.offering_id) is not None,
        _is_named(connection, found, Side.AGENCY),
        _is_named(connection, found, Side.VENDOR),
    )
    scopes = scopes_of(found.need_id, found.agency.organisation_id, found.vendor.organisation_id)
    chain = f"need:{found.need_id}"
    return Standing(object_id, found.state, found.version, chain, scopes, object_id, facts)


def _is_named(connection: Connection, found: Introduction, side: Side) -> bool:
    """Somebody has agreed, and speaks for the side still."""
    contact = found.party(side).contact_id
    if contact is None:
        return False
    # Who speaks for it now is asked without an instant: what lapses is known to the next look.
    people = find_recipients(connection, found, side, found.state_changed_at)
    return any(one.person_id == contact for one in people)
