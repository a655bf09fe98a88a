"""The statements about calls. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from casework.access.model import Actor
from casework.forms.model import FormField
from casework.forms.rules import document_of, form_of
from casework.workflow.model import Binding, Standing
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import json_of, values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls.errors import CallCodeTaken
from hackathon.funding.calls.machine import BEGUN_BY, CALL, PUBLISHED_BY, STAGES, UNPUBLISHED
from hackathon.funding.calls.model import (
    ROUNDS,
    Call,
    Description,
    Eligibility,
    Facts,
    Funder,
    Listed,
    Wanted,
)
from hackathon.funding.calls.rules import chain_of, scopes_of

QUERIES = load_queries("hackathon.funding.calls")


class _Surroundings(NamedTuple):
    planned: frozenset[str]
    invited: int
    undecided: int
    reserved: int


def find_call(connection: Connection, call_id: UUID) -> Call | None:
    return row_of(connection, Call, QUERIES["call"], {"call_id": call_id})


def find_form(connection: Connection, call_id: UUID, number: int) -> tuple[FormField, ...]:
    """What is asked in a round, 1 or 2."""
    row = connection.execute(QUERIES["form"], {"call_id": call_id, "round": number}).fetchone()
    return form_of(() if row is None else row[0])


def was_public(connection: Connection, call_id: UUID) -> bool:
    """Whether everybody has ever known of it."""
    return only_row(connection, bool, QUERIES["was_public"], {"call_id": call_id})


def find_id(connection: Connection, code: str) -> UUID | None:
    return row_of(connection, UUID, QUERIES["of_code"], {"code": code})


def find_calls(
    connection: Connection,
    wanted: Wanted,
    listed: Listed,
    rows: int,
    between: tuple[datetime, datetime] | None = None,
) -> list[Call]:
    """Newest first.

    ``between``: of those alone of which everybody heard, or heard that they are at the wanted stage, after the one
    instant and not after the other.
    """
    since, until = between or (None, None)
    parameters = {
        "states": None if wanted.stage is None else sorted(STAGES[wanted.stage]),
        "pattern": like_pattern(wanted.words) if wanted.words.strip() else None,
        "unpublished": list(UNPUBLISHED),
        "own": list(listed.own),
        "all": listed.all,
        "after": listed.after,
        "rows": rows,
        "run": listed.are_run,
        "since": since,
        "until": until,
        "begun_by": list(PUBLISHED_BY if wanted.stage is None else BEGUN_BY.get(wanted.stage, ())),
    }
    return rows_of(connection, Call, QUERIES["list"], parameters)


def is_funder(connection: Connection, organisation_id: UUID) -> bool:
    return only_row(connection, bool, QUERIES["is_funder"], {"organisation_id": organisation_id})


def find_funders(connection: Connection, rows: int) -> list[Funder]:
    """Verified agencies and universities by their names."""
    return rows_of(connection, Funder, QUERIES["funders"], {"rows": rows})


def store_call(connection: Connection, call_id: UUID, description: Description, at: datetime) -> None:
    """A new draft for everybody, without criteria; :class:`CallCodeTaken`."""
    parameters = {
        **_columns(call_id, description),
        "state": CALL.initial.name,
        "at": at,
        "criteria": Jsonb([]),
        "eligibility": Jsonb(json_of(Eligibility())),
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
    parameters = {"call_id": call_id, "criteria": Jsonb(json_of(criteria))}
    connection.execute(QUERIES["set_criteria"], parameters)


def set_eligibility(connection: Connection, call_id: UUID, eligibility: Eligibility) -> None:
    document = Jsonb(json_of(eligibility))
    connection.execute(QUERIES["set_eligibility"], {"call_id": call_id, "eligibility": document})


def _columns(call_id: UUID, description: Description) -> dict[str, object]:
    return values_of(description.texts) | values_of(description.terms) | {"call_id": call_id}


def _read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    call = find_call(connection, object_id)
    if call is None:
        return None
    around = only_row(connection, _Surroundings, QUERIES["surroundings"], {"call_id": object_id})
    forms = tuple(find_form(connection, object_id, number) for number in ROUNDS)
    facts = Facts(call.description, call.criteria, call.eligibility.kinds, call.round, forms, *around)
    return Standing(
        object_id, call.state, call.version, chain_of(object_id), scopes_of(object_id), object_id, facts
    )


CALLS: Binding[Facts] = Binding(CALL, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"])
