"""Putting mail into the outbox, and looking after what lies there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import structlog

from casework.files.rules import tidy_name
from casework.files.service import keep
from casework.notifications.telling import tell, told_of
from casework.outbox import repository
from casework.outbox.model import About, Attached, Mail
from casework.outbox.repository import Written
from casework.outbox.rules import WORDS_FIELD, subject_and_text, worded
from casework.outbox.settings import OutboxSettings
from citycore.store.connections import Connection

log = structlog.get_logger()
FORGET_ROWS = 5_000
NOTHING = About()


def enqueue(
    connection: Connection,
    mails: Iterable[Mail],
    at: datetime,
    new_id: Callable[[], UUID] = uuid4,
    about: About = NOTHING,
) -> None:
    """Have these mails sent once the caller's transaction has committed.

    What somebody added to the step that they tell of stands below the text of each. :class:`WrongMail` now rather than in the
    worker if one could not be written. Whoever it is for finds it among their notifications too, and there alone if it may
    wait and they have chosen so; what is told of a step that can be taken back never may.
    """
    store(connection, written(mails, at, new_id, about))


def written(
    mails: Iterable[Mail],
    at: datetime,
    new_id: Callable[[], UUID] = uuid4,
    about: About = NOTHING,
) -> list[Written]:
    """Mails as they are put there, to be stored with others; :class:`WrongMail` if one could not be written."""
    found = []
    for mail in mails:
        fields = worded(
            replace(mail, fields={**mail.fields, WORDS_FIELD: about.words}) if about.words else mail
        )
        subject_and_text(mail.template, mail.language, fields)
        mail_id = new_id()
        told = replace(mail, may_wait=mail.may_wait and about.step_of is None)
        found.append(Written(mail_id, mail, fields, at, about, told_of(mail_id, told, at)))
    return found


def store(connection: Connection, mails: Sequence[Written]) -> None:
    """Put them there, and among the notifications of those whom they are for."""
    kept_back = tell(connection, [one.told for one in mails if one.told is not None])
    repository.store_mails(connection, [one for one in mails if one.mail_id not in kept_back])


def recall(connection: Connection, step_of: UUID, since: datetime) -> None:
    """Nothing is told of the newest step of an object, taken then, which is taken back in the caller's transaction."""
    repository.recall(connection, step_of, since)


def keep_file(content: bytes, name: str, settings: OutboxSettings) -> Attached:
    """A file to go with mails, on the disk before they are written; :class:`FileRefused`, above all for one that is too large.

    The same bytes are kept once, for as many mails as they go with. What no mail names is swept.
    """
    tidy = tidy_name(name)
    kept = keep(BytesIO(content), tidy, settings.store())
    return Attached(tidy, kept.media_type, kept.size_bytes, kept.digest)


def tidy(connection: Connection, settings: OutboxSettings, at: datetime) -> int:
    """Forget what was sent long ago."""
    with connection.transaction():
        return repository.forget_sent(connection, at - timedelta(days=settings.keep_days), FORGET_ROWS)


def retry(connection: Connection, mail_id: UUID | None, at: datetime) -> int:
    """Let failed mails (or one) begin anew; how many."""
    with connection.transaction():
        return repository.retry_failed(connection, mail_id, at)
