"""The statements of the outbox. It never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from casework.notifications.repository import Told
from casework.outbox.errors import UnreadableMail
from casework.outbox.model import About, Attached, Listed, Mail, Status, Template, Waiting
from citycore.failures.rules import reason_of
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import execute_each, known, rows_of

QUERIES = load_queries("casework.outbox")


class Written(NamedTuple):
    """A mail as it is put into the outbox, and what its reader finds among their notifications."""

    mail_id: UUID
    mail: Mail
    fields: Mapping[str, str]
    at: datetime
    about: About
    told: Told | None


def store_mails(connection: Connection, mails: Sequence[Written]) -> None:
    execute_each(connection, QUERIES["enqueue"], [_row(one) for one in mails])


def _row(written: Written) -> dict[str, object]:
    mail, file = written.mail, written.mail.file
    return {
        "mail_id": written.mail_id,
        "template": mail.template.code,
        "language": mail.language,
        "person_id": mail.person_id,
        "recipient": mail.recipient,
        "fields": Jsonb(written.fields),
        "at": written.at,
        "due_at": written.at + written.about.wait,
        "step_of": written.about.step_of,
        "file_name": file and file.name,
        "file_type": file and file.media_type,
        "file_bytes": file and file.size_bytes,
        "file_digest": file and file.digest,
    }


def recall(connection: Connection, step_of: UUID, since: datetime) -> None:
    connection.execute(QUERIES["recall"], {"step_of": step_of, "since": since})


def take_mail(
    connection: Connection, at: datetime, until: datetime, packages: Mapping[str, str]
) -> Waiting | None:
    """The next due mail, ours until then; :class:`UnreadableMail` if what is stored of it makes no sense, or it is
    of a noun that is not among these.
    """
    row = connection.execute(QUERIES["take"], {"at": at, "until": until}).fetchone()
    if row is None:
        return None
    mail_id: UUID = row[0]
    try:
        found = known(connection.execute(QUERIES["waiting"], {"mail_id": mail_id}).fetchone())
        code, language, recipient, fields, created_at, attempts, *of_file = found
        template, file = Template.of(code, packages), Attached(*of_file) if of_file[0] is not None else None
        return Waiting(mail_id, template, language, recipient, fields, created_at, attempts, file)
    except psycopg.DataError as error:
        raise UnreadableMail(mail_id, reason=reason_of(error)) from error
    except KeyError as error:
        raise UnreadableMail(mail_id, reason=f"no noun of that name: {error}") from error


def mark_sent(connection: Connection, mail_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_sent"], {"mail_id": mail_id, "at": at})


def put_off(connection: Connection, mail_id: UUID, due_at: datetime, error: str) -> None:
    connection.execute(QUERIES["put_off"], {"mail_id": mail_id, "due_at": due_at, "error": error})


def mark_failed(connection: Connection, mail_id: UUID, at: datetime, error: str) -> None:
    connection.execute(QUERIES["mark_failed"], {"mail_id": mail_id, "at": at, "error": error})


def retry_failed(connection: Connection, mail_id: UUID | None, at: datetime) -> int:
    return connection.execute(QUERIES["retry"], {"mail_id": mail_id, "at": at}).rowcount


def forget_sent(connection: Connection, before: datetime, rows: int) -> int:
    return connection.execute(QUERIES["forget"], {"before": before, "rows": rows}).rowcount


def find_mails(connection: Connection, status: Status | None, rows: int) -> list[Listed]:
    return rows_of(connection, Listed, QUERIES["list"], {"status": status, "rows": rows})
