"""The statements about applications. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor, Role
from casework.access.rules import holds_any
from casework.organisations.repository import find_organisation
from casework.workflow.model import Decision, Standing
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.funding.applications import rules
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import (
    Appeal,
    Applicant,
    Application,
    Change,
    Content,
    Facts,
    LateCode,
    Prepared,
    Question,
    StoredFile,
    Version,
)
from hackathon.funding.calls.machine import STAFF
from hackathon.funding.calls.model import ApplicantKind, Call
from hackathon.funding.calls.repository import find_call, find_form
from hackathon.funding.calls.rules import chain_of, scopes_of
from hackathon.funding.reviewing.interests.service import hidden_applications as conflicting_applications

QUERIES = load_queries("hackathon.funding.applications")
APPLICANT_QUERIES = load_queries("hackathon.funding.applications", "applicants.sql")
#: A late application follows deadlines of its own until its round closes for it; the rest is the call's.
_OWN_DEADLINES_IN = frozenset(
    {"draft", "submitted", "reopened", "invited", "second_submitted", "second_reopened", "expired"}
)


def find_application(connection: Connection, application_id: UUID) -> Application | None:
    row = connection.execute(QUERIES["application"], {"application_id": application_id}).fetchone()
    return None if row is None else _application(row)


def find_applicants(connection: Connection, application_id: UUID) -> list[Applicant]:
    """Who applies or is invited, the lead first."""
    rows = connection.execute(APPLICANT_QUERIES["applicants"], {"application_id": application_id}).fetchall()
    return [Applicant(*row) for row in rows]


def latest_version(connection: Connection, application_id: UUID) -> Version | None:
    """What was handed in last: since the close it is what counts."""
    row = connection.execute(QUERIES["latest_version"], {"application_id": application_id}).fetchone()
    return None if row is None else _version(row)


def find_versions(connection: Connection, application_id: UUID) -> list[Version]:
    rows = connection.execute(QUERIES["versions"], {"application_id": application_id}).fetchall()
    return [_version(row) for row in rows]


def find_of_person(connection: Connection, person_id: UUID, rows: int) -> list[Application]:
    """Applications that a person applies with, the newest first."""
    found = connection.execute(QUERIES["of_person"], {"person_id": person_id, "rows": rows}).fetchall()
    return [_application(row) for row in found]


def find_own_of_call(connection: Connection, call_id: UUID, person_id: UUID | None) -> list[UUID]:
    rows = connection.execute(QUERIES["own_of_call"], {"call_id": call_id, "person_id": person_id}).fetchall()
    return [application_id for (application_id,) in rows]


def find_applications(  # noqa: PLR0913 (the sides of one statement)
    connection: Connection,
    call_id: UUID,
    *,
    words: str,
    state: str | None,
    hidden: Collection[UUID],
    after: UUID | None,
    rows: int,
) -> list[Application]:
    parameters = {
        "call_id": call_id,
        "pattern": like_pattern(words),
        "state": state,
        "hidden": list(hidden),
        "after": after,
        "rows": rows,
    }
    # Not prepared: the plan of a rare word is not that of a page of everything.
    found = connection.execute(QUERIES["list"], parameters, prepare=False).fetchall()
    return [_application(row) for row in found]


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
    return conflicts | {one for (one,) in connection.execute(QUERIES["hidden"], parameters).fetchall()}


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
    rows = connection.execute(QUERIES["prepared"], parameters).fetchall()
    return [Prepared(Decision(*row[:-2]), *row[-2:]) for row in rows]


def store_application(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    application_id: UUID,
    call_id: UUID,
    reference: str,
    submission_id: UUID | None,
    content: Content,
    at: datetime,
) -> None:
    parameters = {
        "application_id": application_id,
        "call_id": call_id,
        "state": APPLICATION.initial.name,
        "at": at,
        "reference": reference,
        "submission_id": submission_id,
        "governorate": content.governorate,
        "language": content.language,
        "title": content.title,
        "summary": content.summary,
    }
    connection.execute(QUERIES["create"], parameters)


def write(connection: Connection, application_id: UUID, content: Content) -> None:
    parameters = asdict(content) | {
        "application_id": application_id,
        "answers": Jsonb(dict(content.answers)),
        "confirmed": list(content.confirmed),
    }
    connection.execute(QUERIES["write"], parameters)


def add_changes(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    application_id: UUID,
    person_id: UUID | None,
    version: int,
    changes: Sequence[tuple[str, str, str]],
    at: datetime,
) -> None:
    rows = [
        {
            "application_id": application_id,
            "person_id": person_id,
            "version": version,
            "at": at,
            "field": field,
            "before": before,
            "after": after,
        }
        for field, before, after in changes
    ]
    connection.cursor().executemany(QUERIES["add_change"], rows)


def find_changes(
    connection: Connection, application_id: UUID, before_id: int | None, rows: int
) -> list[Change]:
    parameters = {"application_id": application_id, "before_id": before_id, "rows": rows}
    return [Change(*row) for row in connection.execute(QUERIES["changes"], parameters).fetchall()]


def find_changes_since(connection: Connection, application_id: UUID, version: int) -> list[Change]:
    """What was written after the application had this version, as it happened."""
    parameters = {"application_id": application_id, "version": version}
    return [Change(*row) for row in connection.execute(QUERIES["changes_since"], parameters).fetchall()]


def add_version(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    application_id: UUID,
    number: int,
    round_: int,
    document: Mapping[str, object],
    digest: bytes,
    at: datetime,
) -> None:
    parameters = {
        "application_id": application_id,
        "number": number,
        "round": round_,
        "content": Jsonb(document),
        "digest": digest,
        "at": at,
    }
    connection.execute(QUERIES["add_version"], parameters)
    connection.execute(QUERIES["count_version"], parameters)


def add_file(connection: Connection, application_id: UUID, file: StoredFile, at: datetime) -> None:
    parameters = asdict(file) | {"application_id": application_id, "at": at}
    connection.execute(QUERIES["add_file"], parameters)
    connection.execute(QUERIES["touch"], {"application_id": application_id})


def remove_file(connection: Connection, application_id: UUID, file_id: UUID, at: datetime) -> bool:
    parameters = {"application_id": application_id, "file_id": file_id, "at": at}
    connection.execute(QUERIES["touch"], parameters)
    return connection.execute(QUERIES["remove_file"], parameters).rowcount > 0


def find_files(connection: Connection, application_id: UUID) -> tuple[StoredFile, ...]:
    """The files of what is being written."""
    rows = connection.execute(QUERIES["files"], {"application_id": application_id}).fetchall()
    return tuple(StoredFile(*row) for row in rows)


def find_file(connection: Connection, application_id: UUID, file_id: UUID) -> StoredFile | None:
    parameters = {"application_id": application_id, "file_id": file_id}
    row = connection.execute(QUERIES["file"], parameters).fetchone()
    return None if row is None else StoredFile(*row)


def find_questions(connection: Connection, application_id: UUID) -> list[Question]:
    """What the programme asked, as it went."""
    rows = connection.execute(QUERIES["questions"], {"application_id": application_id}).fetchall()
    return [Question(*row) for row in rows]


def find_appeal(connection: Connection, application_id: UUID) -> Appeal | None:
    row = connection.execute(QUERIES["appeal"], {"application_id": application_id}).fetchone()
    return None if row is None else Appeal(*row)


def use_late_code(
    connection: Connection, call_id: UUID, application_id: UUID, digest: bytes, at: datetime
) -> datetime | None:
    """Until when it lets the application in, or None."""
    parameters = {"call_id": call_id, "application_id": application_id, "digest": digest, "at": at}
    row = connection.execute(QUERIES["use_late_code"], parameters).fetchone()
    return None if row is None else row[0]


def find_late_codes(connection: Connection, call_id: UUID, rows: int) -> list[LateCode]:
    found = connection.execute(QUERIES["late_codes"], {"call_id": call_id, "rows": rows}).fetchall()
    return [LateCode(*row) for row in found]


def read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    """An officer in conflict with an application finds none."""
    found = find_application(connection, object_id)
    if found is None or object_id in hidden_applications(connection, actor, found.call_id):
        return None
    call = find_call(connection, found.call_id)
    assert call is not None
    is_late = found.late_until is not None and found.state in _OWN_DEADLINES_IN
    is_its_own = found.state == "more_info" or is_late
    return Standing(
        object_id,
        found.state,
        found.version,
        chain_of(found.call_id),
        rules.scopes_of(found),
        object_id if is_its_own else found.call_id,
        _facts(connection, found, call, actor),
    )


def _facts(connection: Connection, found: Application, call: Call, actor: Actor) -> Facts:
    parameters = {
        "application_id": found.application_id,
        "person_id": actor.person_id,
        "machine": APPLICATION.name,
        "round": found.round,
        "call_id": found.call_id,
    }
    row = connection.execute(QUERIES["standing"], parameters).fetchone()
    reviews = connection.execute(QUERIES["reviews"], parameters).fetchone()
    assert row is not None
    assert reviews is not None
    is_late, is_answered, has_appealed, is_own, has_decided = row
    kind, is_verified = _applies_as(connection, found)
    draft, eligible = found.draft, call.eligibility
    return Facts(
        call_state=call.state,
        rounds=call.description.terms.rounds,
        round=found.round,
        is_filled=rules.is_filled(find_form(connection, found.call_id, found.round), draft),
        is_confirmed=set(draft.confirmed) >= {one.code for one in eligible.statements},
        is_amount_fit=rules.is_amount_fit(call.description.terms, draft.amount_minor),
        is_kind_fit=kind in eligible.kinds,
        is_place_fit=not eligible.governorates or draft.governorate in eligible.governorates,
        is_verified=is_verified,
        has_late_access=is_late,
        is_answered=is_answered,
        reviews_open=reviews[0],
        reviews_in=reviews[1],
        has_appealed=has_appealed,
        is_own=is_own,
        has_decided=has_decided,
    )


def _applies_as(connection: Connection, found: Application) -> tuple[ApplicantKind, bool]:
    """As what kind it is applied, and whether the lead may."""
    organisation_id = found.draft.organisation_id
    if organisation_id is None:
        return ApplicantKind.PERSON, True
    organisation = find_organisation(connection, organisation_id)
    if organisation is None:
        return ApplicantKind.PERSON, False
    parameters = {"application_id": found.application_id, "organisation_id": organisation_id}
    row = connection.execute(QUERIES["speaks_for"], parameters).fetchone()
    is_verified = organisation.is_verified and row is not None and bool(row[0])
    return ApplicantKind(organisation.kind.value), is_verified


def _application(row: tuple[Any, ...]) -> Application:
    application_id, call_id, reference, state, reason, version, changed_at, created_at, *rest = row
    round_, submission_id, title, summary, answers, confirmed, amount, *rest = rest
    organisation_id, governorate, language, versions, digest, late_until, stopped_at, stopped_seconds = rest
    content = Content(
        title, summary, answers, tuple(confirmed), amount, organisation_id, governorate, language
    )
    return Application(
        application_id,
        call_id,
        reference,
        state,
        reason,
        version,
        changed_at,
        created_at,
        round_,
        submission_id,
        content,
        versions,
        digest,
        late_until,
        stopped_at,
        stopped_seconds,
    )


def _version(row: tuple[Any, ...]) -> Version:
    number, _round, document, digest, submitted_at = row
    return rules.version_of(number, document, digest, submitted_at)
