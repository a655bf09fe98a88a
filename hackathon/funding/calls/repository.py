"""The statements about calls. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from casework.access.model import Actor
from casework.forms.model import FormField
from casework.forms.rules import document_of, form_of
from casework.money.model import Money
from casework.people.model import Names
from casework.workflow.model import Binding, Standing
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls.errors import CallCodeTaken
from hackathon.funding.calls.machine import BEGUN_BY, CALL, PUBLISHED_BY, STAGES, UNPUBLISHED
from hackathon.funding.calls.model import (
    ROUNDS,
    ApplicantKind,
    Call,
    Description,
    Eligibility,
    Facts,
    Funder,
    Statement,
    Terms,
    Texts,
    Wanted,
)
from hackathon.funding.calls.rules import chain_of, scopes_of

QUERIES = load_queries("hackathon.funding.calls")


def find_call(connection: Connection, call_id: UUID) -> Call | None:
    row = connection.execute(QUERIES["call"], {"call_id": call_id}).fetchone()
    return None if row is None else _call(row)


def find_form(connection: Connection, call_id: UUID, number: int) -> tuple[FormField, ...]:
    """What is asked in a round, 1 or 2."""
    row = connection.execute(QUERIES["form"], {"call_id": call_id, "round": number}).fetchone()
    return form_of(() if row is None else row[0])


def was_public(connection: Connection, call_id: UUID) -> bool:
    """Whether everybody has ever known of it."""
    row = connection.execute(QUERIES["was_public"], {"call_id": call_id}).fetchone()
    return row is not None and bool(row[0])


def find_id(connection: Connection, code: str) -> UUID | None:
    row = connection.execute(QUERIES["of_code"], {"code": code}).fetchone()
    return None if row is None else row[0]


def find_calls(  # noqa: PLR0913 (the sides of one statement)
    connection: Connection,
    wanted: Wanted,
    *,
    own: Collection[UUID],
    all_of_them: bool,
    after: UUID | None,
    rows: int,
    between: tuple[datetime, datetime] | None = None,
    are_run: bool = False,
) -> list[Call]:
    """Newest first, after one that was the last of a page; those that are public too, unless ``are_run``.

    ``between``: of those alone of which everybody heard, or heard that they are at the wanted stage, after the one
    instant and not after the other.
    """
    since, until = between or (None, None)
    parameters: dict[str, Any] = {
        "states": None if wanted.stage is None else sorted(STAGES[wanted.stage]),
        "pattern": like_pattern(wanted.words) if wanted.words.strip() else None,
        "unpublished": list(UNPUBLISHED),
        "own": list(own),
        "all": all_of_them,
        "before": None,
        "before_id": after,
        "rows": rows,
        "run": are_run,
        "since": since,
        "until": until,
        "begun_by": list(PUBLISHED_BY if wanted.stage is None else BEGUN_BY.get(wanted.stage, ())),
    }
    if after is not None:
        found = connection.execute(QUERIES["created_at"], {"call_id": after}).fetchone()
        if found is None:
            return []
        parameters["before"] = found[0]
    return [_call(row) for row in connection.execute(QUERIES["list"], parameters).fetchall()]


def is_funder(connection: Connection, organisation_id: UUID) -> bool:
    row = connection.execute(QUERIES["is_funder"], {"organisation_id": organisation_id}).fetchone()
    return row is not None and bool(row[0])


def find_funders(connection: Connection, rows: int) -> list[Funder]:
    """Verified agencies and universities by their names."""
    found = connection.execute(QUERIES["funders"], {"rows": rows}).fetchall()
    return [Funder(organisation_id, Names(ar=ar, en=en)) for organisation_id, ar, en in found]


def store_call(connection: Connection, call_id: UUID, description: Description, at: datetime) -> None:
    """A new draft for everybody, without criteria; :class:`CallCodeTaken`."""
    parameters = {
        **_columns(call_id, description),
        "state": CALL.initial.name,
        "at": at,
        "criteria": Jsonb([]),
        "eligibility": Jsonb(_eligibility_document(Eligibility())),
    }
    if connection.execute(QUERIES["create"], parameters).rowcount == 0:
        raise CallCodeTaken


def describe(connection: Connection, call_id: UUID, description: Description) -> None:
    """Write it anew under the next version; :class:`CallCodeTaken`."""
    try:
        changed = connection.execute(QUERIES["describe"], _columns(call_id, description)).rowcount
    except psycopg.errors.UniqueViolation as error:  # taken between the look and the leap
        raise CallCodeTaken from error
    if changed == 0:
        raise CallCodeTaken


def set_form(connection: Connection, call_id: UUID, number: int, form: Sequence[FormField]) -> None:
    parameters = {"call_id": call_id, "round": number, "fields": Jsonb(document_of(form))}
    connection.execute(QUERIES["set_form"], parameters)
    connection.execute(QUERIES["touch"], {"call_id": call_id})


def set_criteria(connection: Connection, call_id: UUID, criteria: Sequence[Criterion]) -> None:
    document = [{**asdict(one), "weight": str(one.weight)} for one in criteria]
    connection.execute(QUERIES["set_criteria"], {"call_id": call_id, "criteria": Jsonb(document)})


def set_eligibility(connection: Connection, call_id: UUID, eligibility: Eligibility) -> None:
    document = Jsonb(_eligibility_document(eligibility))
    connection.execute(QUERIES["set_eligibility"], {"call_id": call_id, "eligibility": document})


def _columns(call_id: UUID, description: Description) -> dict[str, Any]:
    terms = description.terms
    return {
        "call_id": call_id,
        **asdict(description.texts),
        "code": terms.code,
        "currency": terms.budget.currency,
        "budget_minor": terms.budget.minor,
        "award_min_minor": terms.award_min.minor,
        "award_max_minor": terms.award_max.minor,
        "rounds": terms.rounds,
        "is_blind": terms.is_blind,
        "reviews_each": terms.reviews_each,
        "organisation_id": terms.organisation_id,
        "hackathon_id": terms.hackathon_id,
    }


def _eligibility_document(eligibility: Eligibility) -> dict[str, Any]:
    return {
        "kinds": sorted(eligibility.kinds),
        "governorates": list(eligibility.governorates),
        "statements": [asdict(one) for one in eligibility.statements],
    }


def _read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    call = find_call(connection, object_id)
    if call is None:
        return None
    found = connection.execute(QUERIES["surroundings"], {"call_id": object_id}).fetchone()
    assert found is not None
    forms = tuple(find_form(connection, object_id, number) for number in ROUNDS)
    facts = Facts(
        call.description,
        call.criteria,
        call.eligibility.kinds,
        call.round,
        forms,
        frozenset(found[0]),
        *found[1:],
    )
    return Standing(
        object_id, call.state, call.version, chain_of(object_id), scopes_of(object_id), object_id, facts
    )


def _call(row: tuple[Any, ...]) -> Call:
    call_id, state, reason, version, changed_at, created_at, number, code, *rest = row
    title_ar, title_en, summary_ar, summary_en, currency, budget, least, most, *terms = rest
    rounds, is_blind, reviews_each, organisation_id, hackathon_id, eligibility, criteria, *funder = terms
    description = Description(
        Texts(title_ar, title_en, summary_ar, summary_en),
        Terms(
            code,
            Money(budget, currency),
            Money(least, currency),
            Money(most, currency),
            rounds,
            is_blind,
            reviews_each,
            organisation_id,
            hackathon_id,
        ),
    )
    return Call(
        call_id,
        description,
        _eligibility(eligibility),
        tuple(Criterion(**{**one, "weight": Decimal(one["weight"])}) for one in criteria),
        state,
        reason,
        version,
        changed_at,
        created_at,
        number,
        None if funder[0] is None else Funder(funder[0], Names(ar=funder[1], en=funder[2])),
    )


def _eligibility(document: dict[str, Any]) -> Eligibility:
    return Eligibility(
        frozenset(ApplicantKind(one) for one in document["kinds"]),
        tuple(document["governorates"]),
        tuple(Statement(**one) for one in document["statements"]),
    )


CALLS: Binding[Facts] = Binding(CALL, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"])
