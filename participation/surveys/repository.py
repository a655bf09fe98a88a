"""The statements about surveys. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from casework.access.model import Actor, Scope, ScopeKind
from casework.counting.model import Targets
from casework.workflow.model import Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of
from participation.surveys.machine import SURVEY
from participation.surveys.model import Description, Facts, Rated, Survey
from participation.surveys.settings import SurveySettings

QUERIES = load_queries("participation.surveys")


class NewSurvey(NamedTuple):
    """A draft as it is stored."""

    survey_id: UUID
    agency_id: UUID
    drafted_by: UUID | None
    follows_id: UUID | None
    at: datetime


class _Standing(NamedTuple):
    state: str
    version: int
    agency_id: UUID
    facts: Facts


def store_survey(connection: Connection, new: NewSurvey, description: Description) -> None:
    values = values_of(new) | _values(description) | {"state": SURVEY.initial.name}
    connection.execute(QUERIES["create"], values)


def edit(connection: Connection, survey_id: UUID, description: Description) -> None:
    connection.execute(QUERIES["edit"], _values(description) | {"survey_id": survey_id})


def touch(connection: Connection, survey_id: UUID) -> None:
    connection.execute(QUERIES["touch"], {"survey_id": survey_id})


def find_survey(connection: Connection, survey_id: UUID, reader_id: UUID | None = None) -> Survey | None:
    values = {"survey_id": survey_id, "person_id": reader_id}
    return row_of(connection, Survey, QUERIES["survey"], values)


def find_surveys(
    connection: Connection, states: Sequence[str], after: UUID | None, rows: int
) -> list[Survey]:
    values = {"states": list(states), "after": after, "rows": rows, "person_id": None}
    return rows_of(connection, Survey, QUERIES["list"], values)


def find_waves(connection: Connection, survey_id: UUID) -> list[Survey]:
    return rows_of(connection, Survey, QUERIES["waves"], {"survey_id": survey_id, "person_id": None})


def find_services(connection: Connection, rows: int) -> list[Rated]:
    return rows_of(connection, Rated, QUERIES["services"], {"rows": rows})


def fix(connection: Connection, survey_id: UUID, version: int, digest: bytes) -> None:
    connection.execute(QUERIES["fix"], {"survey_id": survey_id, "version": version, "digest": digest})


def keep_weights(connection: Connection, survey_id: UUID, targets: Targets | None) -> None:
    weights = None if targets is None else Jsonb(msgspec.to_builtins(targets))
    connection.execute(QUERIES["keep_weights"], {"survey_id": survey_id, "weights": weights})


def keep_published(connection: Connection, survey_id: UUID, release_id: UUID, decision_id: UUID) -> None:
    values = {"survey_id": survey_id, "release_id": release_id, "decision_id": decision_id}
    connection.execute(QUERIES["keep_published"], values)


def read(
    connection: Connection, object_id: UUID, actor: Actor, settings: SurveySettings
) -> Standing[Facts] | None:
    """As the workflow wants it."""
    days = settings.decision_days_max
    values = {"survey_id": object_id, "person_id": actor.person_id, "days": days}
    row = row_of(connection, _Standing, QUERIES["standing"], values)
    if row is None:
        return None
    scopes = frozenset({Scope(ScopeKind.ORGANISATION, row.agency_id), Scope(ScopeKind.SURVEY, object_id)})
    return Standing(object_id, row.state, row.version, f"survey:{object_id}", scopes, object_id, row.facts)


def _values(description: Description) -> dict[str, Any]:
    return values_of(description) | {"channels": sorted(one.value for one in description.channels)}
