"""The statements about applications. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Role
from casework.access.rules import holds_any
from casework.attachments.model import StoredFile
from casework.dossiers.model import NewVersion
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of
from hackathon.funding.applications import rules
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import (
    Appeal,
    Applicant,
    Application,
    Change,
    Content,
    LateCode,
    NewApplication,
    Prepared,
    Question,
    Version,
    Wanted,
    Writing,
)
from hackathon.funding.calls.machine import STAFF
from hackathon.funding.calls.rules import scopes_of
from hackathon.funding.reviewing.interests.service import hidden_applications as conflicting_applications

QUERIES = load_queries("hackathon.funding.applications")
APPLICANT_QUERIES = load_queries("hackathon.funding.applications", "applicants.sql")


def find_application(connection: Connection, application_id: UUID) -> Application | None:
    return find_some(connection, [application_id]).get(application_id)


def find_some(connection: Connection, application_ids: Collection[UUID]) -> dict[UUID, Application]:
    found = rows_of(connection, Application, QUERIES["some"], {"applications": list(application_ids)})
    return {application.application_id: application for application in found}


def find_applicants(connection: Connection, application_id: UUID) -> list[Applicant]:
    """Who applies or is invited, the lead first."""
    return rows_of(connection, Applicant, APPLICANT_QUERIES["applicants"], {"application_id": application_id})


def latest_version(connection: Connection, application_id: UUID) -> Version | None:
    """What was handed in last: since the close it is what counts."""
    row = connection.execute(QUERIES["latest_version"], {"application_id": application_id}).fetchone()
    return None if row is None else rules.version_of(*row)


def find_versions(connection: Connection, application_id: UUID) -> list[Version]:
    rows = connection.execute(QUERIES["versions"], {"application_id": application_id}).fetchall()
    return [rules.version_of(*row) for row in rows]


def find_of_person(connection: Connection, person_id: UUID, rows: int) -> list[Application]:
    """Applications that a person applies with, the newest first."""
    return rows_of(connection, Application, QUERIES["of_person"], {"person_id": person_id, "rows": rows})


def find_own_of_call(connection: Connection, call_id: UUID, person_id: UUID | None) -> list[UUID]:
    return rows_of(connection, UUID, QUERIES["own_of_call"], {"call_id": call_id, "person_id": person_id})


def find_applications(
    connection: Connection, call_id: UUID, wanted: Wanted, hidden: Collection[UUID]
) -> list[Application]:
    parameters = values_of(wanted) | {
        "call_id": call_id,
        "pattern": like_pattern(wanted.words),
        "hidden": list(hidden),
    }
    # Not prepared: the plan of a rare word is not that of a page of everything.
    return rows_of(connection, Application, QUERIES["list"], parameters, prepare=False)


def count_applications(connection: Connection, call_id: UUID, hidden: Collection[UUID]) -> dict[str, int]:
    parameters = {"call_id": call_id, "hidden": list(hidden)}
    return dict(connection.execute(QUERIES["count"], parameters).fetchall())


def hidden_applications(
    connection: Connection, actor: Actor, call_id: UUID, deciders: frozenset[Role] = STAFF
) -> frozenset[UUID]:
    """Applications that do not exist for an officer: those of an organisation that the officer belongs to, and those
    with which an officer who reviews has a conflict of interest. ``deciders`` says who is an officer.
    """
    conflicts = conflicting_applications(connection, actor, call_id)
    if actor.person_id is None or not holds_any(actor, deciders, scopes_of(call_id)):
        return conflicts
    parameters = {"call_id": call_id, "person_id": actor.person_id}
    return conflicts | set(rows_of(connection, UUID, QUERIES["hidden"], parameters))


def find_prepared(
    connection: Connection,
    call_id: UUID,
    events: Collection[str],
    hidden: Collection[UUID],
    application_id: UUID | None = None,
) -> list[Prepared]:
    """Of all applications of the call, or of one."""
    parameters = {
        "application_id": application_id,
        "machine": APPLICATION.name,
        "call_id": call_id,
        "events": list(events),
        "hidden": list(hidden),
    }
    return rows_of(connection, Prepared, QUERIES["prepared"], parameters)


def store_application(connection: Connection, new: NewApplication, at: datetime) -> None:
    parameters = values_of(new) | values_of(new.content) | {"state": APPLICATION.initial.name, "at": at}
    connection.execute(QUERIES["create"], parameters)


def write(connection: Connection, application_id: UUID, content: Content) -> None:
    connection.execute(QUERIES["write"], values_of(content) | {"application_id": application_id})


def add_changes(connection: Connection, writing: Writing, changes: Iterable[tuple[str, str, str]]) -> None:
    rows = [
        values_of(writing) | {"field": field, "before": before, "after": after}
        for field, before, after in changes
    ]
    connection.cursor().executemany(QUERIES["add_change"], rows)


def find_changes(
    connection: Connection, application_id: UUID, before_id: int | None, rows: int
) -> list[Change]:
    parameters = {"application_id": application_id, "before_id": before_id, "rows": rows}
    return rows_of(connection, Change, QUERIES["changes"], parameters)


def find_changes_since(connection: Connection, application_id: UUID, version: int) -> list[Change]:
    """What was written after the application had this version, as it happened."""
    parameters = {"application_id": application_id, "version": version}
    return rows_of(connection, Change, QUERIES["changes_since"], parameters)


def add_version(
    connection: Connection, application_id: UUID, round_: int, new: NewVersion, at: datetime
) -> None:
    parameters = values_of(new) | {"application_id": application_id, "round": round_, "at": at}
    connection.execute(QUERIES["add_version"], parameters)
    connection.execute(QUERIES["count_version"], parameters)


def add_file(connection: Connection, application_id: UUID, file: StoredFile, at: datetime) -> None:
    parameters = values_of(file) | {"application_id": application_id, "at": at}
    connection.execute(QUERIES["add_file"], parameters)
    connection.execute(QUERIES["touch"], {"application_id": application_id})


def remove_file(connection: Connection, application_id: UUID, file_id: UUID, at: datetime) -> bool:
    parameters = {"application_id": application_id, "file_id": file_id, "at": at}
    connection.execute(QUERIES["touch"], parameters)
    return connection.execute(QUERIES["remove_file"], parameters).rowcount > 0


def find_files(connection: Connection, application_id: UUID) -> tuple[StoredFile, ...]:
    """The files of what is being written."""
    return tuple(rows_of(connection, StoredFile, QUERIES["files"], {"application_id": application_id}))


def find_file(connection: Connection, application_id: UUID, file_id: UUID) -> StoredFile | None:
    parameters = {"application_id": application_id, "file_id": file_id}
    return row_of(connection, StoredFile, QUERIES["file"], parameters)


def find_questions(connection: Connection, application_id: UUID) -> list[Question]:
    """What the programme asked, as it went."""
    return rows_of(connection, Question, QUERIES["questions"], {"application_id": application_id})


def find_appeal(connection: Connection, application_id: UUID) -> Appeal | None:
    return row_of(connection, Appeal, QUERIES["appeal"], {"application_id": application_id})


def use_late_code(
    connection: Connection, call_id: UUID, application_id: UUID, digest: bytes, at: datetime
) -> datetime | None:
    """Until when it lets the application in, or None."""
    parameters = {"call_id": call_id, "application_id": application_id, "digest": digest, "at": at}
    return row_of(connection, datetime, QUERIES["use_late_code"], parameters)


def find_late_codes(connection: Connection, call_id: UUID, rows: int) -> list[LateCode]:
    return rows_of(connection, LateCode, QUERIES["late_codes"], {"call_id": call_id, "rows": rows})
