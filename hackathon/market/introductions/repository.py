"""The statements about introductions. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor, Role
from casework.organisations.speakers import find_speakers
from casework.people.model import Names, Recipient
from casework.taxonomy.model import PriceBand
from casework.workflow.model import Standing
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.market.introductions.machine import INTRODUCTION, UNANSWERED
from hackathon.market.introductions.model import (
    Asked,
    Contact,
    Facts,
    Introduction,
    Party,
    Question,
    Side,
    Told,
)
from hackathon.market.introductions.rules import is_open_need, part_documents, parts_of, scopes_of
from hackathon.market.matching.model import Match
from hackathon.market.needs.repository import find_need
from hackathon.market.offerings.repository import find_listed

QUERIES = load_queries("hackathon.market.introductions")


def find_introduction(connection: Connection, introduction_id: UUID) -> Introduction | None:
    row = connection.execute(QUERIES["introduction"], {"introduction_id": introduction_id}).fetchone()
    return None if row is None else _introduction(row)


def find_introductions(  # noqa: PLR0913 (the sides of one statement)
    connection: Connection,
    organisations: Collection[UUID] | None,
    rows: int,
    *,
    need_id: UUID | None = None,
    offering_id: UUID | None = None,
    state: str | None = None,
    after: UUID | None = None,
) -> list[Introduction]:
    """The newest first; of all organisations for None."""
    parameters = {
        "organisations": None if organisations is None else list(organisations),
        "need_id": need_id,
        "offering_id": offering_id,
        "state": state,
        "after": after,
        "rows": rows,
    }
    return [_introduction(row) for row in connection.execute(QUERIES["list"], parameters).fetchall()]


def find_pairs(
    connection: Connection, need_id: UUID | None, offerings: Collection[UUID] | None
) -> dict[tuple[UUID, UUID], tuple[UUID, str]]:
    """By need and offering the newest introduction and its state; of one need, of some offerings."""
    parameters = {"need_id": need_id, "offerings": None if offerings is None else list(offerings)}
    rows = connection.execute(QUERIES["pairs"], parameters).fetchall()
    return {(need, offering): (introduction_id, state) for need, offering, introduction_id, state in rows}


def store_introduction(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection, introduction_id: UUID, match: Match, number: int, by: Side, at: datetime
) -> bool:
    """Whether it was stored; not if there is one of the pair."""
    parameters = {
        "introduction_id": introduction_id,
        "need_id": match.need_id,
        "offering_id": match.offering_id,
        "number": number,
        "state": INTRODUCTION.initial.name,
        "at": at,
        "suggested_by": by,
        "score": match.score,
        "parts": Jsonb(part_documents(match.parts)),
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def count_open(connection: Connection, need_id: UUID, vendor_id: UUID) -> tuple[int, int]:
    """Without an answer: of the need, and of the vendor."""
    parameters = {"need_id": need_id, "vendor_id": vendor_id, "unanswered": list(UNANSWERED)}
    row = connection.execute(QUERIES["count_open"], parameters).fetchone()
    assert row is not None
    return row[0], row[1]


def set_contact(
    connection: Connection, introduction_id: UUID, side: Side, person_id: UUID | None, at: datetime
) -> None:
    parameters = {"introduction_id": introduction_id, "person_id": person_id, "at": at}
    connection.execute(QUERIES[f"set_{side.value}_contact"], parameters)


def note_change(connection: Connection, introduction_id: UUID) -> None:
    connection.execute(QUERIES["change_contact"], {"introduction_id": introduction_id})


def find_contact(connection: Connection, person_id: UUID | None) -> Contact | None:
    row = connection.execute(QUERIES["contact"], {"person_id": person_id}).fetchone()
    return None if row is None else Contact(Names(row[0], row[1]), row[2])


def find_recipients(
    connection: Connection, introduction: Introduction, side: Side, at: datetime
) -> list[Recipient]:
    """Who speaks for a side: the one who agreed to be named, or else everybody."""
    party = introduction.party(side)
    role = Role.OFFICER if side is Side.AGENCY else Role.VENDOR
    found = find_speakers(connection, [party.organisation_id], role, at)
    return [one for one in found if one.person_id == party.contact_id] or found


def plan_question(
    connection: Connection, introduction_id: UUID, side: Side, days: int, due_at: datetime
) -> None:
    parameters = {"introduction_id": introduction_id, "side": side, "days": days, "due_at": due_at}
    connection.execute(QUERIES["plan_question"], parameters)


def find_next_question(connection: Connection, job: str, at: datetime) -> tuple[UUID, Side, int] | None:
    """The next that is due, that the job has not set aside and nobody else is asking; held until the transaction
    ends.
    """
    row = connection.execute(QUERIES["next_question"], {"job": job, "at": at}).fetchone()
    return None if row is None else (row[0], Side(row[1]), row[2])


def mark_asked(connection: Connection, introduction_id: UUID, side: Side, days: int, at: datetime) -> None:
    parameters = {"introduction_id": introduction_id, "side": side, "days": days, "at": at}
    connection.execute(QUERIES["mark_asked"], parameters)


def find_questions(connection: Connection, introduction_id: UUID) -> list[Question]:
    rows = connection.execute(QUERIES["questions"], {"introduction_id": introduction_id}).fetchall()
    return [_question(row) for row in rows]


def answer(  # noqa: PLR0913, PLR0917 (what is said, about what, by whom)
    connection: Connection,
    introduction_id: UUID,
    side: Side,
    days: int,
    told: Told,
    person_id: UUID | None,
    at: datetime,
) -> bool:
    """Whether it was asked and waited for an answer."""
    parameters = {
        "introduction_id": introduction_id,
        "side": side,
        "days": days,
        "at": at,
        "person_id": person_id,
        "has_met": told.has_met,
        "has_pilot": told.has_pilot,
        "has_contract": told.has_contract,
        "value_band": told.value_band,
        "note": told.note,
    }
    return connection.execute(QUERIES["answer"], parameters).rowcount > 0


def find_waiting(
    connection: Connection, organisations: Sequence[UUID], at: datetime, rows: int
) -> list[tuple[UUID, Side, int]]:
    parameters = {"organisations": list(organisations), "at": at, "rows": rows}
    found = connection.execute(QUERIES["waiting"], parameters).fetchall()
    return [(introduction_id, Side(side), days) for introduction_id, side, days in found]


def count_stages(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(QUERIES["stages"]).fetchall())


def count_states(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(QUERIES["count_states"]).fetchall())


def find_asked(connection: Connection) -> list[Asked]:
    return [Asked(*row) for row in connection.execute(QUERIES["asked"]).fetchall()]


def read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    """As the workflow wants it."""
    found = find_introduction(connection, object_id)
    if found is None:
        return None
    need = find_need(connection, found.need_id)
    assert need is not None
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


def _introduction(row: Sequence[Any]) -> Introduction:
    (
        introduction_id,
        need_id,
        need_ar,
        need_en,
        offering_id,
        number,
        offering_ar,
        offering_en,
        vendor_id,
        state,
        reason,
        version,
        changed_at,
        created_at,
        suggested_by,
        score,
        parts,
        agency_id,
        agency_ar,
        agency_en,
        agency_contact,
        agency_at,
        company_id,
        company_ar,
        company_en,
        vendor_contact,
        vendor_at,
        shared_at,
    ) = row
    return Introduction(
        introduction_id,
        need_id,
        Names(need_ar, need_en),
        offering_id,
        number,
        Names(offering_ar, offering_en),
        vendor_id,
        state,
        reason,
        version,
        changed_at,
        created_at,
        Side(suggested_by),
        score,
        parts_of(parts),
        Party(agency_id, Names(agency_ar, agency_en), agency_contact, agency_at),
        Party(company_id, Names(company_ar, company_en), vendor_contact, vendor_at),
        shared_at,
    )


def _question(row: Sequence[Any]) -> Question:
    (
        introduction_id,
        side,
        days,
        due_at,
        asked_at,
        answered_at,
        has_met,
        has_pilot,
        has_contract,
        band,
        note,
    ) = row
    told = None
    if answered_at is not None:
        told = Told(has_met, has_pilot, has_contract, None if band is None else PriceBand(band), note)
    return Question(introduction_id, Side(side), days, due_at, asked_at, answered_at, told)
