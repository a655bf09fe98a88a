"""The statements about activities. It never commits."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.governorates.model import Governorate
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.model import (
    Activity,
    Audience,
    Event,
    Evidence,
    Facts,
    Mode,
    Reach,
    Report,
    Similar,
    Topic,
    Total,
    Verified,
)

QUERIES = load_queries("hackathon.outreach.activities")


def find_activity(connection: Connection, activity_id: UUID) -> Activity | None:
    row = connection.execute(QUERIES["activity"], {"activity_id": activity_id}).fetchone()
    return None if row is None else _activity(row)


def find_of_ambassador(
    connection: Connection, ambassador_id: UUID, actor: UUID | None, after: UUID | None, rows: int
) -> list[Activity]:
    """Without what is in conflict with the actor, unless it is their own."""
    parameters = {"ambassador_id": ambassador_id, "actor": actor, "after": after, "rows": rows}
    return [_activity(row) for row in connection.execute(QUERIES["of_ambassador"], parameters).fetchall()]


def find_to_verify(
    connection: Connection, actor: UUID | None, after: UUID | None, rows: int
) -> list[Activity]:
    """What waits, without what is in conflict with the actor."""
    parameters = {"actor": actor, "after": after, "rows": rows}
    return [_activity(row) for row in connection.execute(QUERIES["to_verify"], parameters).fetchall()]


def count_to_verify(connection: Connection, actor: UUID | None) -> int:
    row = connection.execute(QUERIES["count_to_verify"], {"actor": actor}).fetchone()
    assert row is not None
    return int(row[0])


def store_event(connection: Connection, event_id: UUID, event: Event, at: datetime) -> None:
    connection.execute(QUERIES["create_event"], {**asdict(event), "event_id": event_id, "at": at})


def find_same(connection: Connection, ambassador_id: UUID, event: Event) -> UUID | None:
    """The ambassador's activity with just this event, unless it has come to nothing. Two who ask at once take turns."""
    parameters = {
        **asdict(event),
        "ambassador_id": ambassador_id,
        "ended": ["rejected", "cancelled", "expired"],
    }
    connection.execute(QUERIES["hold_ambassador"], parameters)
    row = connection.execute(QUERIES["same"], parameters).fetchone()
    return None if row is None else row[0]


def find_end(connection: Connection, event_id: UUID) -> datetime | None:
    row = connection.execute(QUERIES["event_ends"], {"event_id": event_id}).fetchone()
    return None if row is None else row[0]


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
    found = connection.execute(QUERIES["similar"], {**asdict(event), "rows": rows}).fetchall()
    return [Similar(*row) for row in found]


def find_doubles(connection: Connection, activity: Activity, actor: UUID | None, rows: int) -> list[Similar]:
    parameters = {**asdict(activity.event), "event_id": activity.event_id, "actor": actor, "rows": rows}
    return [Similar(*row) for row in connection.execute(QUERIES["doubles"], parameters).fetchall()]


def hold_parts(connection: Connection, event_id: UUID, into: UUID) -> list[tuple[UUID, UUID, UUID]]:
    """(activity, ambassador, event) of both events."""
    return connection.execute(QUERIES["parts"], {"event_id": event_id, "into": into}).fetchall()


def relink(connection: Connection, event_id: UUID, into: UUID) -> None:
    connection.execute(QUERIES["relink"], {"event_id": event_id, "into": into})


def write_report(connection: Connection, activity_id: UUID, report: Report) -> None:
    connection.execute(QUERIES["write_report"], {**asdict(report), "activity_id": activity_id})


def set_counted(connection: Connection, activity_id: UUID, counted: int) -> None:
    connection.execute(QUERIES["count"], {"activity_id": activity_id, "counted": counted})


def add_evidence(connection: Connection, activity_id: UUID, evidence: Evidence) -> None:
    parameters = {
        "file_id": evidence.file_id,
        "activity_id": activity_id,
        "name": evidence.name,
        "media_type": evidence.media_type,
        "size_bytes": evidence.size_bytes,
        "digest": bytes.fromhex(evidence.digest),
        "at": evidence.added_at,
    }
    connection.execute(QUERIES["add_evidence"], parameters)


def remove_evidence(connection: Connection, activity_id: UUID, file_id: UUID) -> None:
    connection.execute(QUERIES["remove_evidence"], {"activity_id": activity_id, "file_id": file_id})


def find_evidence(connection: Connection, activity_id: UUID) -> list[Evidence]:
    rows = connection.execute(QUERIES["evidence"], {"activity_id": activity_id}).fetchall()
    return [Evidence(*row) for row in rows]


def find_evidence_of_person(connection: Connection, person_id: UUID) -> list[Evidence]:
    rows = connection.execute(QUERIES["evidence_of_person"], {"person_id": person_id}).fetchall()
    return [Evidence(*row) for row in rows]


def find_reach(connection: Connection) -> list[tuple[Governorate | None, Topic, Audience, Reach]]:
    return [
        (
            None if code is None else Governorate(code),
            Topic(topic),
            Audience(audience),
            Reach(events, reached),
        )
        for code, topic, audience, events, reached in connection.execute(QUERIES["reach"]).fetchall()
    ]


def find_verified(connection: Connection, ambassador_id: UUID, rows: int) -> list[Verified]:
    parameters = {"ambassador_id": ambassador_id, "rows": rows}
    return [
        Verified(
            title,
            language,
            None if code is None else Governorate(code),
            Topic(topic),
            Audience(audience),
            *rest,
        )
        for title, language, code, topic, audience, *rest in connection.execute(
            QUERIES["verified_of_listed"], parameters
        ).fetchall()
    ]


def find_total(connection: Connection, ambassador_id: UUID) -> Total:
    row = connection.execute(QUERIES["total"], {"ambassador_id": ambassador_id}).fetchone()
    assert row is not None
    return Total(*(int(figure) for figure in row))


def _read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    """None also for whoever belongs where the ambassador belongs: a conflict hides."""
    found = find_activity(connection, object_id)
    if found is None:
        return None
    parameters = {
        "event_id": found.event_id,
        "person_id": found.person_id,
        "activity_id": object_id,
        "actor": actor.person_id,
    }
    row = connection.execute(QUERIES["surroundings"], parameters).fetchone()
    assert row is not None
    is_own, is_colleague, files = row
    if is_colleague and actor.person_id != found.person_id:
        return None
    scopes = frozenset({Scope(ScopeKind.PERSON, found.person_id)})
    chain = f"ambassador:{found.ambassador_id}"
    facts = Facts(is_own, found.report is not None, files)
    return Standing(object_id, found.state, found.version, chain, scopes, object_id, facts)


def _activity(row: tuple[Any, ...]) -> Activity:
    activity_id, event_id, ambassador_id, person_id, title, language, mode, governorate, *rest = row
    topic, audience, starts_at, ends_at, reached, minutes, account, *state = rest
    event = Event(
        title,
        language,
        Mode(mode),
        None if governorate is None else Governorate(governorate),
        Topic(topic),
        Audience(audience),
        starts_at,
        ends_at,
    )
    report = None if reached is None else Report(reached, minutes, account)
    return Activity(activity_id, event_id, ambassador_id, person_id, event, report, *state)


ACTIVITIES: Binding[Facts] = Binding(ACTIVITY, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"])
