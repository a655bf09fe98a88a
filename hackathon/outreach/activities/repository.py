"""The statements about activities. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.governorates.model import Governorate
from casework.workflow.model import Binding, Standing, one_of
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.model import (
    Activity,
    Audience,
    Event,
    Evidence,
    Facts,
    Reach,
    Report,
    Similar,
    Topic,
    Total,
    Verified,
)

QUERIES = load_queries("hackathon.outreach.activities")


class ReachOf(NamedTuple):
    """What was reached in one place, about one topic, of one audience."""

    governorate: Governorate | None
    topic: Topic
    audience: Audience
    reach: Reach


class _Surroundings(NamedTuple):
    activity_id: UUID
    is_own: bool
    is_colleague: bool
    files: int


def find_activity(connection: Connection, activity_id: UUID) -> Activity | None:
    return find_some(connection, [activity_id]).get(activity_id)


def find_some(connection: Connection, activity_ids: Collection[UUID]) -> dict[UUID, Activity]:
    found = rows_of(connection, Activity, QUERIES["some"], {"activities": list(activity_ids)})
    return {activity.activity_id: activity for activity in found}


def find_of_ambassador(
    connection: Connection, ambassador_id: UUID, actor: UUID | None, after: UUID | None, rows: int
) -> list[Activity]:
    """Without what is in conflict with the actor, unless it is their own."""
    parameters = {"ambassador_id": ambassador_id, "actor": actor, "after": after, "rows": rows}
    return rows_of(connection, Activity, QUERIES["of_ambassador"], parameters)


def store_event(connection: Connection, event_id: UUID, event: Event, at: datetime) -> None:
    connection.execute(QUERIES["create_event"], {**values_of(event), "event_id": event_id, "at": at})


def find_same(connection: Connection, ambassador_id: UUID, event: Event) -> UUID | None:
    """The ambassador's activity with just this event, unless it has come to nothing. Two who ask at once take turns."""
    parameters = {
        **values_of(event),
        "ambassador_id": ambassador_id,
        "ended": ["rejected", "cancelled", "expired"],
    }
    connection.execute(QUERIES["hold_ambassador"], parameters)
    return row_of(connection, UUID, QUERIES["same"], parameters)


def find_end(connection: Connection, event_id: UUID) -> datetime | None:
    return row_of(connection, datetime, QUERIES["event_ends"], {"event_id": event_id})


def store_activity(
    connection: Connection, activity_id: UUID, event_id: UUID, ambassador_id: UUID, at: datetime
) -> bool:
    """Whether it was stored; not if the ambassador has a part in that event already."""
    parameters = {
        "activity_id": activity_id,
        "event_id": event_id,
        "ambassador_id": ambassador_id,
        "state": ACTIVITY.initial.name,
        "at": at,
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def find_similar(connection: Connection, event: Event, rows: int) -> list[Similar]:
    return rows_of(connection, Similar, QUERIES["similar"], {**values_of(event), "rows": rows})


def find_doubles(connection: Connection, activity: Activity, actor: UUID | None, rows: int) -> list[Similar]:
    parameters = {**values_of(activity.event), "event_id": activity.event_id, "actor": actor, "rows": rows}
    return rows_of(connection, Similar, QUERIES["doubles"], parameters)


def hold_parts(connection: Connection, event_id: UUID, into: UUID) -> list[tuple[UUID, UUID, UUID]]:
    """(activity, ambassador, event) of both events."""
    return connection.execute(QUERIES["parts"], {"event_id": event_id, "into": into}).fetchall()


def relink(connection: Connection, event_id: UUID, into: UUID) -> None:
    connection.execute(QUERIES["relink"], {"event_id": event_id, "into": into})


def write_report(connection: Connection, activity_id: UUID, report: Report) -> None:
    connection.execute(QUERIES["write_report"], {**values_of(report), "activity_id": activity_id})


def set_counted(connection: Connection, activity_id: UUID, counted: int) -> None:
    connection.execute(QUERIES["count"], {"activity_id": activity_id, "counted": counted})


def add_evidence(connection: Connection, activity_id: UUID, evidence: Evidence) -> None:
    connection.execute(QUERIES["add_evidence"], values_of(evidence) | {"activity_id": activity_id})


def remove_evidence(connection: Connection, activity_id: UUID, file_id: UUID) -> None:
    connection.execute(QUERIES["remove_evidence"], {"activity_id": activity_id, "file_id": file_id})


def find_evidence(connection: Connection, activity_id: UUID) -> list[Evidence]:
    return rows_of(connection, Evidence, QUERIES["evidence"], {"activity_id": activity_id})


def find_evidence_of_person(connection: Connection, person_id: UUID) -> list[Evidence]:
    return rows_of(connection, Evidence, QUERIES["evidence_of_person"], {"person_id": person_id})


def find_reach(connection: Connection) -> list[ReachOf]:
    return rows_of(connection, ReachOf, QUERIES["reach"])


def find_verified(connection: Connection, ambassador_id: UUID, rows: int) -> list[Verified]:
    parameters = {"ambassador_id": ambassador_id, "rows": rows}
    return rows_of(connection, Verified, QUERIES["verified_of_listed"], parameters)


def find_total(connection: Connection, ambassador_id: UUID) -> Total:
    return only_row(connection, Total, QUERIES["total"], {"ambassador_id": ambassador_id})


def _read_some(
    connection: Connection, object_ids: Sequence[UUID], actor: Actor
) -> dict[UUID, Standing[Facts]]:
    """None also for whoever belongs where the ambassador belongs: a conflict hides."""
    found = find_some(connection, object_ids)
    parameters = {"activities": list(found), "actor": actor.person_id}
    around = rows_of(connection, _Surroundings, QUERIES["surroundings"], parameters)
    return {
        one.activity_id: _standing(found[one.activity_id], one)
        for one in around
        if not one.is_colleague or actor.person_id == found[one.activity_id].person_id
    }


def _standing(found: Activity, around: _Surroundings) -> Standing[Facts]:
    scopes = frozenset({Scope(ScopeKind.PERSON, found.person_id)})
    chain, its = f"ambassador:{found.ambassador_id}", found.activity_id
    report = found.report
    facts = Facts(around.is_own, report is not None, around.files, 0 if report is None else report.reached)
    return Standing(its, found.state, found.version, chain, scopes, its, facts)


ACTIVITIES: Binding[Facts] = Binding(
    ACTIVITY,
    QUERIES["lock"],
    one_of(_read_some),
    QUERIES["move"],
    QUERIES["due"],
    called=QUERIES["called"],
    read_some=_read_some,
)
