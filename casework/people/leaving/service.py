"""A person takes their data along, leaves, comes back, or is erased at last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

import structlog
from psycopg.types.json import Jsonb

from casework.access.model import Actor
from casework.people import repository
from casework.people.desk import Desk
from casework.people.errors import PersonNotFound
from casework.people.leaving.archive import write_archive
from casework.people.leaving.holding import QUERIES
from casework.people.limits import count_export
from casework.people.machine import ACCOUNTS, ERASURE
from casework.people.mails import mail_to
from casework.people.registry import Erased, holders
from casework.people.sessions.model import Signed
from casework.people.sessions.repository import end_all
from casework.workflow.model import Deadline, Moved
from casework.workflow.repository import set_deadline
from casework.workflow.service import apply
from citycore.clock import CITY_ZONE, Clock
from citycore.failures.service import Attempts
from citycore.store.connections import Connection

log = structlog.get_logger()
FORMAT = "falaj-person-1"
JOB = "erasures"


def write_export(connection: Connection, desk: Desk, signed: Signed, file: BinaryIO) -> None:
    """Write everything about the person who asks into a ZIP file, as of one moment; :class:`TooOften`.

    A transaction is open meanwhile: ``file`` is one on disk, not somebody's slow connection.
    """
    person_id = signed.person.person_id
    count_export(connection, desk, str(person_id))
    head = {"format": FORMAT, "person": person_id, "exported_at": desk.clock()}
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        rows = (row for holder in holders() for row in holder.export(connection, person_id))
        files = (one for holder in holders() for one in holder.files(connection, person_id))
        write_archive(file, head, rows, files)


def ask_for_erasure(
    connection: Connection, desk: Desk, actor: Actor, person_id: UUID, seen_version: int
) -> Moved:
    """Begin the days in which the person may come back; all sessions end.

    Refused by :class:`LastAdministrator`, or :class:`StillNeeded` while something is in their hands.
    """
    with connection.transaction():
        person = repository.find_person(connection, person_id)
        if person is None or person.email is None:
            raise PersonNotFound
        due_at = desk.clock() + timedelta(days=desk.settings.erasure_grace_days)
        sign_in_link = f"{desk.settings.portal_url.rstrip('/')}/account/sign-in"
        mail = mail_to(person, "erasure_asked", due_at=due_at, sign_in_link=sign_in_link)
        moved = apply(
            connection,
            ACCOUNTS,
            person_id,
            "ask_for_erasure",
            actor,
            desk.clock,
            seen_version=seen_version,
            mails=[mail],
        )
        set_deadline(connection, person_id, Deadline(ERASURE, due_at, CITY_ZONE.key))
        end_all(connection, person_id)
        return moved


def keep_account(
    connection: Connection, desk: Desk, actor: Actor, person_id: UUID, seen_version: int
) -> Moved:
    """Come back."""
    return apply(connection, ACCOUNTS, person_id, "keep", actor, desk.clock, seen_version=seen_version)


def erase_due(
    connection: Connection, clock: Clock, accounts_max: int, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Erase the data of accounts that the clockwork has moved to ``erased``, each in its own transaction,
    so that a crash in between leaves the rest for the next time; how many.

    One that cannot be erased, because a noun forgot what points where, is set aside and holds up no other.
    """
    erased, attempts = 0, Attempts(connection, JOB, clock)
    for _ in range(accounts_max):
        if stopping():
            break
        with connection.transaction():
            row = connection.execute(QUERIES["to_be_erased"], {"job": JOB, "at": clock()}).fetchone()
            if row is None:
                break
            # What the error says may hold what is to be erased.
            erase = partial(_erase, connection, clock, row[0])
            erased += attempts.attempt(str(row[0]), erase, hidden=True) is not None
    return erased


def _erase(connection: Connection, clock: Clock, person_id: UUID) -> int:
    """How many rows it came to."""
    at = clock()
    # This noun last: others find what is theirs by the address. Nothing is mailed any more, since the outbox
    # would keep the address; the person was told the day.
    outcomes = [outcome for holder in reversed(holders()) for outcome in holder.erase(connection, person_id)]
    connection.execute(
        QUERIES["store_erasure"],
        {"person_id": person_id, "at": at, "outcomes": Jsonb([_described(one) for one in outcomes])},
    )
    rows = sum(one.rows for one in outcomes)
    log.info("account_erased", person_id=str(person_id), rows=rows)
    return rows


def _described(erased: Erased) -> dict[str, object]:
    return {
        "table": erased.table,
        "outcome": erased.outcome.value,
        "rows": erased.rows,
        "reason": erased.reason,
    }
