"""The statements about needs. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor, Role
from casework.organisations.speakers import find_speakers
from casework.people.model import Recipient
from casework.taxonomy.model import Capability
from casework.workflow.model import Binding, Standing, one_of
from citycore.normalisation import like_pattern, normalise_text
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import known, only_row, row_of, rows_of
from hackathon.market.matching.model import NeedFacts
from hackathon.market.needs.machine import NEED
from hackathon.market.needs.model import (
    CURRENCY,
    Addendum,
    Answer,
    Description,
    Facts,
    Need,
    NewNeed,
    Opener,
    Question,
    Search,
    Vendor,
)
from hackathon.market.needs.rules import chain_of, code_of, scopes_of

QUERIES = load_queries("hackathon.market.needs")
#: Shorter words are in every text.
_WORD_CHARACTERS_MIN = 5
_WORDS_MAX = 12


class _Surroundings(NamedTuple):
    need_id: UUID
    planned: frozenset[str]
    keys: int
    handed_in: int
    waiting: int


def find_need(connection: Connection, need_id: UUID) -> Need | None:
    return find_some(connection, [need_id]).get(need_id)


def find_some(connection: Connection, need_ids: Collection[UUID]) -> dict[UUID, Need]:
    found = rows_of(connection, Need, QUERIES["some"], {"needs": list(need_ids)})
    return {need.need_id: need for need in found}


def find_id(connection: Connection, code: str) -> UUID | None:
    return row_of(connection, UUID, QUERIES["of_code"], {"code": code})


def search(
    connection: Connection,
    wanted: Search,
    after: UUID | None,
    rows: int,
    between: tuple[datetime, datetime] | None = None,
) -> list[Need]:
    """The newest first; ``between``: of what was published, or came into the wanted state, after the one instant and
    not after the other.
    """
    since, until = between or (None, None)
    parameters = values_of(wanted) | {
        "pattern": like_pattern(wanted.words),
        "after": after,
        "rows": rows,
        "since": since,
        "until": until,
    }
    return rows_of(connection, Need, QUERIES["search"], parameters, prepare=False)


def find_of_agencies(
    connection: Connection, agencies: list[UUID] | None, state: str | None, after: UUID | None, rows: int
) -> list[Need]:
    """The newest first; of all agencies for None."""
    parameters = {"agencies": agencies, "state": state, "after": after, "rows": rows}
    return rows_of(connection, Need, QUERIES["of_agencies"], parameters)


def find_similar(connection: Connection, organisation_id: UUID, about: Description, rows: int) -> list[Need]:
    """What other agencies have published that asks for the same, or is worded alike."""
    words = normalise_text(f"{about.title_ar} {about.title_en}").split()
    long = [word for word in words if len(word) >= _WORD_CHARACTERS_MIN][:_WORDS_MAX]
    parameters = {
        "organisation_id": organisation_id,
        "sector": about.sector,
        "capabilities": sorted(about.required),
        "patterns": [like_pattern(word) for word in long],
        "rows": rows,
    }
    return rows_of(connection, Need, QUERIES["similar"], parameters)


def open_needs(
    connection: Connection, rows: int | None = None, able: Collection[Capability] | None = None
) -> list[NeedFacts]:
    """What matching looks at: needs that vendors can still answer, or the newest of them; ``able``: without those
    that require anything else.
    """
    parameters = {"rows": rows, "able": None if able is None else list(able)}
    return rows_of(connection, NeedFacts, QUERIES["open"], parameters)


def find_facts(connection: Connection, need_id: UUID) -> NeedFacts | None:
    """One of them as matching looks at it, open or not any more."""
    return row_of(connection, NeedFacts, QUERIES["facts"], {"need_id": need_id})


def store_need(connection: Connection, new: NewNeed, at: datetime) -> None:
    parameters = values_of(new.description) | {
        "need_id": new.need_id,
        "code": code_of(new.description.title_en, new.need_id),
        "organisation_id": new.organisation_id,
        "state": NEED.initial.name,
        "created_by": new.created_by,
        "currency": CURRENCY,
        "at": at,
    }
    connection.execute(QUERIES["create"], parameters)


def describe(connection: Connection, need_id: UUID, about: Description) -> None:
    """Write it anew under the next version."""
    connection.execute(QUERIES["describe"], values_of(about) | {"need_id": need_id})


def set_intended(
    connection: Connection, need_id: UUID, intended_id: UUID | None, debrief_ar: str, debrief_en: str
) -> None:
    told = {"debrief_ar": debrief_ar, "debrief_en": debrief_en}
    connection.execute(QUERIES["set_intended"], {"need_id": need_id, "intended_id": intended_id, **told})


def set_challenge(connection: Connection, need_id: UUID, challenge_id: UUID) -> None:
    connection.execute(QUERIES["set_challenge"], {"need_id": need_id, "challenge_id": challenge_id})


def find_vendor(connection: Connection, organisations: Sequence[UUID]) -> Vendor | None:
    """The verified vendor among companies."""
    return row_of(connection, Vendor, QUERIES["vendor"], {"organisations": list(organisations)})


def count_questions(connection: Connection, need_id: UUID, vendor_id: UUID) -> tuple[int, int]:
    """Of all vendors, and of one."""
    parameters = {"need_id": need_id, "vendor_id": vendor_id}
    of_all, of_vendor = known(connection.execute(QUERIES["count_questions"], parameters).fetchone())
    return of_all, of_vendor


def add_question(connection: Connection, question: Question, vendor_id: UUID, asked_by: UUID | None) -> None:
    parameters = values_of(question) | {"vendor_id": vendor_id, "asked_by": asked_by}
    connection.execute(QUERIES["add_question"], parameters)


def find_questions(connection: Connection, need_id: UUID) -> list[Question]:
    return rows_of(connection, Question, QUERIES["questions"], {"need_id": need_id})


def find_same_question(connection: Connection, need_id: UUID, vendor_id: UUID, text: str) -> Question | None:
    """What a company has asked in the same words."""
    parameters = {"need_id": need_id, "vendor_id": vendor_id, "text": text}
    return row_of(connection, Question, QUERIES["same_question"], parameters)


def find_own_questions(connection: Connection, need_id: UUID, vendor_id: UUID) -> list[Question]:
    parameters = {"need_id": need_id, "vendor_id": vendor_id}
    return rows_of(connection, Question, QUERIES["own_questions"], parameters)


def has_question(connection: Connection, need_id: UUID, question_id: UUID) -> bool:
    parameters = {"need_id": need_id, "question_id": question_id}
    return only_row(connection, bool, QUERIES["has_question"], parameters)


def answer_question(
    connection: Connection, need_id: UUID, question_id: UUID, answer: Answer, at: datetime
) -> bool:
    """Whether it waited for one."""
    parameters = values_of(answer) | {"need_id": need_id, "question_id": question_id, "at": at}
    return connection.execute(QUERIES["answer_question"], parameters).rowcount > 0


def add_addendum(
    connection: Connection, addendum_id: UUID, need_id: UUID, addendum: Addendum, by: UUID | None
) -> None:
    parameters = values_of(addendum) | {"addendum_id": addendum_id, "need_id": need_id, "published_by": by}
    connection.execute(QUERIES["add_addendum"], parameters)


def find_addenda(connection: Connection, need_id: UUID) -> list[Addendum]:
    return rows_of(connection, Addendum, QUERIES["addenda"], {"need_id": need_id})


def find_openers(connection: Connection, need_id: UUID) -> list[Opener]:
    return rows_of(connection, Opener, QUERIES["openers"], {"need_id": need_id})


def find_person(connection: Connection, email_key: str) -> UUID | None:
    return row_of(connection, UUID, QUERIES["person_of_email"], {"email_key": email_key})


def add_opener(connection: Connection, opener: Opener, at: datetime) -> bool:
    """Whether the person was not among them yet."""
    return connection.execute(QUERIES["add_opener"], values_of(opener) | {"at": at}).rowcount > 0


def remove_opener(connection: Connection, need_id: UUID, opener_id: UUID) -> UUID | None:
    """The person who is none any more."""
    parameters = {"need_id": need_id, "opener_id": opener_id}
    return row_of(connection, UUID, QUERIES["remove_opener"], parameters)


def set_key(connection: Connection, opener_id: UUID, public_key: bytes, at: datetime) -> None:
    parameters = {"opener_id": opener_id, "public_key": public_key, "at": at}
    connection.execute(QUERIES["set_key"], parameters)


def mark_opened(connection: Connection, opener_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_opened"], {"opener_id": opener_id, "at": at})


def find_respondents(connection: Connection, need_id: UUID, at: datetime) -> list[Recipient]:
    """Who speaks for vendors that have begun a response or asked something."""
    rows = connection.execute(QUERIES["respondents"], {"need_id": need_id}).fetchall()
    return find_speakers(connection, [organisation_id for (organisation_id,) in rows], Role.VENDOR, at)


def _read_some(
    connection: Connection, object_ids: Sequence[UUID], _actor: Actor
) -> dict[UUID, Standing[Facts]]:
    needs = find_some(connection, object_ids)
    around = rows_of(connection, _Surroundings, QUERIES["surroundings"], {"needs": list(needs)})
    return {one.need_id: _standing(needs[one.need_id], one) for one in around}


def _standing(need: Need, around: _Surroundings) -> Standing[Facts]:
    need_id, planned, keys, handed_in, waiting = around
    has_intended = need.intended_id is not None
    facts = Facts(need.description, planned, keys, handed_in, waiting, has_intended=has_intended)
    scopes, chain = scopes_of(need_id, need.organisation_id), chain_of(need_id)
    return Standing(need_id, need.state, need.version, chain, scopes, need_id, facts)


NEEDS: Binding[Facts] = Binding(
    NEED,
    QUERIES["lock"],
    one_of(_read_some),
    QUERIES["move"],
    QUERIES["due"],
    called=QUERIES["called"],
    read_some=_read_some,
)
