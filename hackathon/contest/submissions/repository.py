"""The statements about submissions. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor
from casework.attachments.model import StoredFile
from casework.codes.model import Code
from casework.codes.rules import code_digest
from casework.dossiers.model import NewVersion
from casework.dossiers.rules import read_files
from casework.forms.model import FormField
from casework.forms.rules import document_of as form_document
from casework.forms.rules import form_of
from casework.workflow.model import Binding, Standing, one_of
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.contest.hackathons.rules import chain_of
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.submissions.machine import PUBLIC, PUBLIC_IN, SUBMISSION
from hackathon.contest.submissions.model import (
    Content,
    Prepared,
    Submission,
    SubmissionFacts,
    Version,
    Wanted,
)
from hackathon.contest.submissions.rules import is_filled, scopes_of

QUERIES = load_queries("hackathon.contest.submissions")


def find_submission(connection: Connection, submission_id: UUID) -> Submission | None:
    return next(iter(find_some(connection, [submission_id])), None)


def find_some(connection: Connection, submission_ids: Collection[UUID]) -> list[Submission]:
    return rows_of(connection, Submission, QUERIES["some"], {"submissions": list(submission_ids)})


def find_titles(connection: Connection, submission_ids: Collection[UUID]) -> dict[UUID, str]:
    """What they are called who have handed something in."""
    return dict(connection.execute(QUERIES["titles"], {"submissions": list(submission_ids)}).fetchall())


def find_of_team(connection: Connection, team_id: UUID) -> UUID | None:
    return row_of(connection, UUID, QUERIES["of_team"], {"team_id": team_id})


def hold_team(connection: Connection, team_id: UUID) -> tuple[UUID, str] | None:
    """Hackathon and state of a team."""
    row = connection.execute(QUERIES["team"], {"team_id": team_id}).fetchone()
    return None if row is None else (row[0], row[1])


def find_submissions(
    connection: Connection, hackathon_id: UUID, wanted: Wanted, hidden: Collection[UUID]
) -> list[Submission]:
    parameters = (
        values_of(wanted)
        | _visible(hackathon_id, hidden, all_of_them=not wanted.only_public)
        | {"pattern": like_pattern(wanted.words)}
    )
    # Not prepared: the plan of a rare word is not that of a page of everything.
    return rows_of(connection, Submission, QUERIES["list"], parameters, prepare=False)


def count_submissions(
    connection: Connection, hackathon_id: UUID, *, all_of_them: bool, hidden: Collection[UUID]
) -> dict[str, int]:
    parameters = _visible(hackathon_id, hidden, all_of_them=all_of_them)
    return dict(connection.execute(QUERIES["count"], parameters).fetchall())


def find_prepared(connection: Connection, hackathon_id: UUID, hidden: Collection[UUID]) -> list[Prepared]:
    parameters = {"machine": SUBMISSION.name, "hackathon_id": hackathon_id, "hidden": list(hidden)}
    return rows_of(connection, Prepared, QUERIES["prepared"], parameters)


def store_submission(
    connection: Connection, submission_id: UUID, hackathon_id: UUID, team_id: UUID, at: datetime
) -> bool:
    """Whether it is new: a team has one."""
    parameters = {
        "submission_id": submission_id,
        "hackathon_id": hackathon_id,
        "team_id": team_id,
        "state": SUBMISSION.initial.name,
        "at": at,
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def write(connection: Connection, submission_id: UUID, content: Content) -> None:
    connection.execute(QUERIES["write"], values_of(content) | {"submission_id": submission_id})


def is_written_since(connection: Connection, submission_id: UUID, version: int) -> bool:
    """Whether its text was written anew after the submission had this version."""
    parameters = {"submission_id": submission_id, "version": version}
    return only_row(connection, bool, QUERIES["is_written_since"], parameters)


def find_form(connection: Connection, hackathon_id: UUID) -> tuple[FormField, ...]:
    row = connection.execute(QUERIES["form"], {"hackathon_id": hackathon_id}).fetchone()
    return form_of(() if row is None else row[0])


def set_form(connection: Connection, hackathon_id: UUID, form: Sequence[FormField]) -> None:
    fields = Jsonb(form_document(form))
    connection.execute(QUERIES["set_form"], {"hackathon_id": hackathon_id, "fields": fields})


def has_submissions(connection: Connection, hackathon_id: UUID) -> bool:
    return only_row(connection, bool, QUERIES["has_any"], {"hackathon_id": hackathon_id})


def add_version(connection: Connection, submission_id: UUID, new: NewVersion, at: datetime) -> None:
    parameters = values_of(new) | {"submission_id": submission_id, "at": at}
    connection.execute(QUERIES["add_version"], parameters)
    connection.execute(QUERIES["count_version"], parameters)


def find_versions(connection: Connection, submission_id: UUID) -> list[Version]:
    rows = connection.execute(QUERIES["versions"], {"submission_id": submission_id}).fetchall()
    return [_version(*row) for row in rows]


def find_version(connection: Connection, submission_id: UUID) -> Version | None:
    row = connection.execute(QUERIES["version"], {"submission_id": submission_id}).fetchone()
    return None if row is None else _version(*row)


def add_file(connection: Connection, submission_id: UUID, file: StoredFile, at: datetime) -> None:
    parameters = values_of(file) | {"submission_id": submission_id, "at": at}
    connection.execute(QUERIES["add_file"], parameters)
    connection.execute(QUERIES["touch"], {"submission_id": submission_id})


def remove_file(connection: Connection, submission_id: UUID, file_id: UUID, at: datetime) -> bool:
    parameters = {"submission_id": submission_id, "file_id": file_id, "at": at}
    connection.execute(QUERIES["touch"], parameters)
    return connection.execute(QUERIES["remove_file"], parameters).rowcount > 0


def find_files(connection: Connection, submission_id: UUID) -> tuple[StoredFile, ...]:
    return tuple(rows_of(connection, StoredFile, QUERIES["files"], {"submission_id": submission_id}))


def find_file(connection: Connection, submission_id: UUID, file_id: UUID) -> StoredFile | None:
    parameters = {"submission_id": submission_id, "file_id": file_id}
    return row_of(connection, StoredFile, QUERIES["file"], parameters)


def add_late_code(
    connection: Connection, late_code_id: UUID, submission_id: UUID, code: Code, at: datetime
) -> None:
    parameters = {
        "late_code_id": late_code_id,
        "submission_id": submission_id,
        "digest": code_digest(code.text),
        "until": code.expires_at,
        "at": at,
    }
    connection.execute(QUERIES["add_late_code"], parameters)


def use_late_code(
    connection: Connection, submission_id: UUID, digest: bytes, at: datetime
) -> datetime | None:
    """Until when it lets the team in, or None."""
    parameters = {"submission_id": submission_id, "digest": digest, "at": at}
    return row_of(connection, datetime, QUERIES["use_late_code"], parameters)


def set_late(connection: Connection, submission_id: UUID, until: datetime) -> None:
    connection.execute(QUERIES["set_late"], {"submission_id": submission_id, "until": until})


def _visible(hackathon_id: UUID, hidden: Collection[UUID], *, all_of_them: bool) -> dict[str, Any]:
    return {
        "hackathon_id": hackathon_id,
        "hidden": list(hidden),
        "all": all_of_them,
        "public": list(PUBLIC),
        "public_in": list(PUBLIC_IN),
    }


class _Around(NamedTuple):
    """What is the same for all submissions of a hackathon."""

    hidden: frozenset[UUID]
    form: tuple[FormField, ...]
    has_next_round: bool


def _read_some(
    connection: Connection, object_ids: Sequence[UUID], actor: Actor
) -> dict[UUID, Standing[SubmissionFacts]]:
    """Whoever has a conflict with a team finds none of it."""
    found = find_some(connection, object_ids)
    around = {
        one: _Around(
            hidden_teams(connection, actor, one),
            find_form(connection, one),
            only_row(connection, bool, QUERIES["next_round"], {"hackathon_id": one}),
        )
        for one in {submission.hackathon_id for submission in found}
    }
    return {
        one.submission_id: _standing(one, around[one.hackathon_id])
        for one in found
        if one.team_id not in around[one.hackathon_id].hidden
    }


def _standing(found: Submission, around: _Around) -> Standing[SubmissionFacts]:
    facts = SubmissionFacts(
        found.hackathon_state,
        found.team_state,
        is_filled(around.form, found.draft),
        found.late_until is not None,
        around.has_next_round,
    )
    # Who was given late access follows a deadline of their own.
    deadlines_of = found.hackathon_id if found.late_until is None else found.submission_id
    chain, scopes = chain_of(found.hackathon_id), scopes_of(found)
    return Standing(found.submission_id, found.state, found.version, chain, scopes, deadlines_of, facts)


def _version(number: int, document: dict[str, Any], digest: str, submitted_at: datetime) -> Version:
    content = Content(document["title"], document["summary"], document["answers"])
    return Version(number, content, read_files(document), digest, submitted_at)


SUBMISSIONS: Binding[SubmissionFacts] = Binding(
    SUBMISSION,
    QUERIES["lock"],
    one_of(_read_some),
    QUERIES["move"],
    QUERIES["due"],
    read_some=_read_some,
)
