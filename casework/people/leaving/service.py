"""A person takes their data along, leaves, comes back, or is erased at last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

import structlog
from psycopg.types.json import Jsonb

from casework.access.model import SYSTEM
from casework.noun import Nouns
from casework.people import repository
from casework.people.errors import PersonNotFound
from casework.people.holders import Erased
from casework.people.leaving.archive import write_archive
from casework.people.leaving.holding import QUERIES
from casework.people.limits import count_export
from casework.people.machine import ERASURE, MACHINE
from casework.people.mails import mail_to
from casework.people.sessions.model import Signed
from casework.people.sessions.service import end_everywhere
from casework.people.settings import PeopleSettings
from casework.programme import Programme, Session
from casework.workflow.model import Moved
from citycore.failures.service import Attempts

log = structlog.get_logger()
FORMAT = "falaj-person-1"
JOB = "erasures"


def write_export(programme: Programme, signed: Signed, file: BinaryIO) -> None:
    """Write everything about the person who asks into a ZIP file, as of one moment; :class:`TooOften`, which stays
    counted.

    A transaction is open meanwhile: ``file`` is one on disk, not somebody's slow connection.
    """
    person_id, holders = signed.person.person_id, programme.of(Nouns).holders
    count_export(programme, str(person_id))
    head = {"format": FORMAT, "person": person_id, "exported_at": programme.clock()}
    with programme.session(signed.actor, is_look=True) as session:
        rows = (row for holder in holders for row in holder.export(session.connection, person_id))
        files = (one for holder in holders for one in holder.files(session.connection, person_id))
        write_archive(file, head, rows, files)


def ask_for_erasure(session: Session, person_id: UUID, seen_version: int) -> Moved:
    """Begin the days in which the person may come back; all sessions end.

    Refused by :class:`LastAdministrator`, or :class:`StillNeeded` while something is in their hands.
    """
    person = repository.find_person(session.connection, person_id)
    if person is None or person.email is None:
        raise PersonNotFound
    due_at = session.now() + timedelta(days=session.of(PeopleSettings).erasure_grace_days)
    moved = session.apply(session.of(Nouns).binding(MACHINE), person_id, "ask_for_erasure", seen_version)
    sign_in_link = session.link("/account/sign-in")
    session.send([mail_to(person, "erasure_asked", due_at=due_at, sign_in_link=sign_in_link)], moved.at)
    session.set_deadline(person_id, ERASURE, due_at)
    end_everywhere(session, person_id)
    return moved


def keep_account(session: Session, person_id: UUID, seen_version: int) -> Moved:
    """Come back."""
    return session.apply(session.of(Nouns).binding(MACHINE), person_id, "keep", seen_version)


def erase_due(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Erase the data of accounts that the clockwork has moved to ``erased``, each in its own transaction,
    so that a crash in between leaves the rest for the next time; how many.

    One that cannot be erased, because a noun forgot what points where, is set aside and holds up no other.
    """
    erased = 0
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock)
        for _ in range(programme.of(PeopleSettings).tidy_rows_max):
            if stopping():
                break
            with connection.transaction():
                session = programme.within(connection, SYSTEM)
                row = connection.execute(
                    QUERIES["to_be_erased"], {"job": JOB, "at": session.now()}
                ).fetchone()
                if row is None:
                    break
                # What the error says may hold what is to be erased.
                erase = partial(_erase, session, row[0])
                erased += attempts.attempt(str(row[0]), erase, hidden=True) is not None
    return erased


def _erase(session: Session, person_id: UUID) -> int:
    """How many rows it came to."""
    at, holders = session.now(), reversed(session.of(Nouns).holders)
    # People last: others find what is theirs by the address. Nothing is mailed any more, since the outbox
    # would keep the address; the person was told the day.
    outcomes = [outcome for holder in holders for outcome in holder.erase(session.connection, person_id)]
    session.connection.execute(
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
