"""The statements about needs. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.taxonomy.model import Capability, ClientKind, PriceBand, Sector, Standard
from casework.workflow.model import Binding, Standing
from citycore.language import Language
from citycore.normalisation import like_pattern, normalise_text
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.market.matching.model import NeedFacts, Texts
from hackathon.market.needs.machine import NEED
from hackathon.market.needs.model import (
    CURRENCY,
    Addendum,
    Answer,
    Criterion,
    Description,
    Facts,
    Need,
    Opener,
    Question,
    Recipient,
    Search,
    Side,
)
from hackathon.market.needs.rules import chain_of, scopes_of

QUERIES = load_queries("hackathon.market.needs")
#: Shorter words are in every text.
_WORD_CHARACTERS_MIN = 5
_WORDS_MAX = 12


def find_need(connection: Connection, need_id: UUID) -> Need | None:
    return find_some(connection, [need_id]).get(need_id)


def find_some(connection: Connection, need_ids: Collection[UUID]) -> dict[UUID, Need]:
    found = map(_need, connection.execute(QUERIES["some"], {"needs": list(need_ids)}))
    return {one.need_id: one for one in found}


def find_id(connection: Connection, code: str) -> UUID | None:
    return next((one for (one,) in connection.execute(QUERIES["of_code"], {"code": code})), None)


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
    parameters = {
        "pattern": like_pattern(wanted.words),
        "sector": wanted.sector,
        "governorate": wanted.governorate,
        "state": wanted.state,
        "small": wanted.small,
        "after": after,
        "rows": rows,
        "since": since,
        "until": until,
    }
    return [_need(row) for row in connection.execute(QUERIES["search"], parameters, prepare=False).fetchall()]


def find_of_agencies(
    connection: Connection, agencies: Sequence[UUID] | None, state: str | None, after: UUID | None, rows: int
) -> list[Need]:
    """The newest first; of all agencies for None."""
    parameters = {
        "agencies": None if agencies is None else list(agencies),
        "state": state,
        "after": after,
        "rows": rows,
    }
    return [_need(row) for row in connection.execute(QUERIES["of_agencies"], parameters).fetchall()]


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
    return [_need(row) for row in connection.execute(QUERIES["similar"], parameters).fetchall()]


def open_needs(connection: Connection, rows: int | None = None) -> list[NeedFacts]:
    """What matching looks at: needs that vendors can still answer, or the newest of them."""
    return [_facts(row) for row in connection.execute(QUERIES["open"], {"rows": rows}).fetchall()]


def find_facts(connection: Connection, need_id: UUID) -> NeedFacts | None:
    """One of them as matching looks at it, open or not any more."""
    return next(map(_facts, connection.execute(QUERIES["facts"], {"need_id": need_id})), None)


def store_need(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    need_id: UUID,
    code: str,
    organisation_id: UUID,
    about: Description,
    created_by: UUID | None,
    at: datetime,
) -> None:
    parameters = _columns(need_id, about) | {
        "code": code,
        "organisation_id": organisation_id,
        "state": NEED.initial.name,
        "created_by": created_by,
        "currency": CURRENCY,
        "at": at,
    }
    connection.execute(QUERIES["create"], parameters)


def describe(connection: Connection, need_id: UUID, about: Description) -> None:
    """Write it anew under the next version."""
    connection.execute(QUERIES["describe"], _columns(need_id, about))


def set_intended(
    connection: Connection, need_id: UUID, intended_id: UUID | None, debrief_ar: str, debrief_en: str
) -> None:
    parameters = {
        "need_id": need_id,
        "intended_id": intended_id,
        "debrief_ar": debrief_ar,
        "debrief_en": debrief_en,
    }
    connection.execute(QUERIES["set_intended"], parameters)


def set_challenge(connection: Connection, need_id: UUID, challenge_id: UUID) -> None:
    connection.execute(QUERIES["set_challenge"], {"need_id": need_id, "challenge_id": challenge_id})


def find_vendor(connection: Connection, organisations: Sequence[UUID]) -> tuple[UUID, UUID] | None:
    """``(vendor_id, organisation_id)`` of the verified vendor among companies."""
    return connection.execute(QUERIES["find_vendor"], {"organisations": list(organisations)}).fetchone()


def count_questions(connection: Connection, need_id: UUID, vendor_id: UUID) -> tuple[int, int]:
    """Of all vendors, and of one."""
    row = connection.execute(
        QUERIES["count_questions"], {"need_id": need_id, "vendor_id": vendor_id}
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def add_question(
    connection: Connection,
    question: Question,
    vendor_id: UUID,
    asked_by: UUID | None,
) -> None:
    parameters = {
        "question_id": question.question_id,
        "need_id": question.need_id,
        "vendor_id": vendor_id,
        "asked_by": asked_by,
        "text": question.text,
        "language": question.language,
        "at": question.asked_at,
    }
    connection.execute(QUERIES["add_question"], parameters)


def find_questions(connection: Connection, need_id: UUID) -> list[Question]:
    rows = connection.execute(QUERIES["questions"], {"need_id": need_id}).fetchall()
    return [Question(*row) for row in rows]


def find_same_question(connection: Connection, need_id: UUID, vendor_id: UUID, text: str) -> Question | None:
    """What a company has asked in the same words."""
    parameters = {"need_id": need_id, "vendor_id": vendor_id, "text": text}
    row = connection.execute(QUERIES["same_question"], parameters).fetchone()
    return None if row is None else Question(*row)


def find_own_questions(connection: Connection, need_id: UUID, vendor_id: UUID) -> list[Question]:
    parameters = {"need_id": need_id, "vendor_id": vendor_id}
    return [Question(*row) for row in connection.execute(QUERIES["own_questions"], parameters).fetchall()]


def has_question(connection: Connection, need_id: UUID, question_id: UUID) -> bool:
    parameters = {"need_id": need_id, "question_id": question_id}
    row = connection.execute(QUERIES["has_question"], parameters).fetchone()
    return row is not None and bool(row[0])


def answer_question(
    connection: Connection, need_id: UUID, question_id: UUID, answer: Answer, at: datetime
) -> bool:
    """Whether it waited for one."""
    parameters = {
        "need_id": need_id,
        "question_id": question_id,
        "shown": answer.shown,
        "answer_ar": answer.ar,
        "answer_en": answer.en,
        "at": at,
    }
    return connection.execute(QUERIES["answer_question"], parameters).rowcount > 0


def add_addendum(
    connection: Connection, addendum_id: UUID, need_id: UUID, addendum: Addendum, by: UUID | None
) -> None:
    parameters = {
        "addendum_id": addendum_id,
        "need_id": need_id,
        "text_ar": addendum.text_ar,
        "text_en": addendum.text_en,
        "at": addendum.published_at,
        "published_by": by,
    }
    connection.execute(QUERIES["add_addendum"], parameters)


def find_addenda(connection: Connection, need_id: UUID) -> list[Addendum]:
    return [Addendum(*row) for row in connection.execute(QUERIES["addenda"], {"need_id": need_id}).fetchall()]


def find_openers(connection: Connection, need_id: UUID) -> list[Opener]:
    rows = connection.execute(QUERIES["openers"], {"need_id": need_id}).fetchall()
    return [_opener(row) for row in rows]


def find_person(connection: Connection, email_key: str) -> UUID | None:
    row = connection.execute(QUERIES["person_of_email"], {"email_key": email_key}).fetchone()
    return None if row is None else row[0]


def add_opener(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection, opener_id: UUID, need_id: UUID, person_id: UUID, side: Side, at: datetime
) -> bool:
    """Whether the person was not among them yet."""
    parameters = {
        "opener_id": opener_id,
        "need_id": need_id,
        "person_id": person_id,
        "side": side,
        "at": at,
    }
    return connection.execute(QUERIES["add_opener"], parameters).rowcount > 0


def remove_opener(connection: Connection, need_id: UUID, opener_id: UUID) -> UUID | None:
    """The person who is none any more."""
    parameters = {"need_id": need_id, "opener_id": opener_id}
    row = connection.execute(QUERIES["remove_opener"], parameters).fetchone()
    return None if row is None else row[0]


def set_key(connection: Connection, opener_id: UUID, public_key: bytes, at: datetime) -> None:
    parameters = {"opener_id": opener_id, "public_key": public_key, "at": at}
    connection.execute(QUERIES["set_key"], parameters)


def mark_opened(connection: Connection, opener_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_opened"], {"opener_id": opener_id, "at": at})


def find_officers(connection: Connection, organisation_id: UUID, at: datetime) -> list[Recipient]:
    parameters = {"organisation_id": organisation_id, "at": at}
    return [_recipient(row) for row in connection.execute(QUERIES["officers"], parameters).fetchall()]


def find_respondents(connection: Connection, need_id: UUID) -> list[Recipient]:
    """Who speaks for vendors that have begun a response or asked something."""
    return [
        _recipient(row) for row in connection.execute(QUERIES["respondents"], {"need_id": need_id}).fetchall()
    ]


def _recipient(row: tuple[Any, ...]) -> Recipient:
    person_id, email, language, name_ar, name_en = row
    spoken: Language = language
    return Recipient(person_id, email, spoken, Names(ar=name_ar, en=name_en).shown(spoken))


def _opener(row: tuple[Any, ...]) -> Opener:
    opener_id, need_id, person_id, side, public_key, *rest = row
    return Opener(
        opener_id, need_id, person_id, Side(side), None if public_key is None else bytes(public_key), *rest
    )


def _columns(need_id: UUID, about: Description) -> dict[str, object]:
    return {
        "need_id": need_id,
        "title_ar": about.title_ar,
        "title_en": about.title_en,
        "problem_ar": about.problem_ar,
        "problem_en": about.problem_en,
        "client_kind": about.client_kind,
        "sector": about.sector,
        "capabilities": sorted(about.required),
        "capabilities_wished": sorted(about.wished),
        "standards": sorted(about.standards),
        "maturity_min": about.maturity_min,
        "governorate": about.governorate,
        "languages": sorted(about.languages),
        "budget_minor": about.budget_minor,
        "is_budget_public": about.is_budget_public,
        "sme_only": about.sme_only,
        "is_sealed": about.is_sealed,
        "criteria": Jsonb([_criterion_row(one) for one in about.criteria]),
    }


def _criterion_row(one: Criterion) -> dict[str, object]:
    return {
        "code": one.code,
        "name_ar": one.name_ar,
        "name_en": one.name_en,
        "weight": f"{one.weight:f}",
        "may_be_not_applicable": one.may_be_not_applicable,
    }


def _criteria(rows: list[dict[str, Any]]) -> tuple[Criterion, ...]:
    return tuple(Criterion(**{**row, "weight": Decimal(row["weight"])}) for row in rows)


def _need(row: tuple[Any, ...]) -> Need:
    (
        need_id,
        code,
        organisation_id,
        state,
        reason,
        version,
        changed_at,
        created_at,
        published_at,
        *text,
        agency_ar,
        agency_en,
        intended_id,
        debrief_ar,
        debrief_en,
        challenge_id,
    ) = row
    return Need(
        need_id=need_id,
        code=code,
        organisation_id=organisation_id,
        state=state,
        state_reason=reason,
        version=version,
        state_changed_at=changed_at,
        created_at=created_at,
        published_at=published_at,
        description=_description(*text),
        agency_ar=agency_ar,
        agency_en=agency_en,
        intended_id=intended_id,
        debrief_ar=debrief_ar,
        debrief_en=debrief_en,
        challenge_id=challenge_id,
    )


def _description(*text: Any) -> Description:
    title_ar, title_en, problem_ar, problem_en, client_kind, sector, required, wished, standards, *rest = text
    maturity, governorate, languages, budget, is_budget_public, sme_only, is_sealed, criteria = rest
    return Description(
        title_ar=title_ar,
        title_en=title_en,
        problem_ar=problem_ar,
        problem_en=problem_en,
        client_kind=ClientKind(client_kind),
        sector=Sector(sector),
        required=frozenset(map(Capability, required)),
        wished=frozenset(map(Capability, wished)),
        standards=frozenset(map(Standard, standards)),
        maturity_min=maturity,
        governorate=None if governorate is None else Governorate(governorate),
        languages=frozenset(languages),
        budget_minor=budget,
        is_budget_public=is_budget_public,
        sme_only=sme_only,
        is_sealed=is_sealed,
        criteria=_criteria(criteria),
    )


def _facts(row: tuple[Any, ...]) -> NeedFacts:
    need_id, title_ar, title_en, problem_ar, problem_en, client_kind, sector, required, wished, *rest = row
    standards, maturity, governorate, languages, budget, sme_only = rest
    return NeedFacts(
        need_id=need_id,
        texts=Texts(title_ar=title_ar, title_en=title_en, body_ar=problem_ar, body_en=problem_en),
        sector=Sector(sector),
        required=frozenset(map(Capability, required)),
        optional=frozenset(map(Capability, wished)),
        standards=frozenset(map(Standard, standards)),
        governorate=None if governorate is None else Governorate(governorate),
        client_kind=ClientKind(client_kind),
        budget=None if budget is None else PriceBand.of(budget),
        maturity_min=maturity,
        languages=frozenset(languages),
        sme_only=sme_only,
        is_open=True,
    )


def _read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    need = find_need(connection, object_id)
    if need is None:
        return None
    found = connection.execute(QUERIES["surroundings"], {"need_id": object_id}).fetchone()
    assert found is not None
    planned, keys, answers, sealed = found
    facts = Facts(need.description, frozenset(planned), keys, answers, sealed, need.intended_id is not None)
    scopes = scopes_of(object_id, need.organisation_id)
    return Standing(object_id, need.state, need.version, chain_of(object_id), scopes, object_id, facts)


NEEDS: Binding[Facts] = Binding(NEED, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"])
