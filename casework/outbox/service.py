"""Putting mail into the outbox, and emptying it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog

from casework.outbox import repository
from casework.outbox.errors import MailPutOff, MailRefused, MailServerAway, UnreadableMail, WrongMail
from casework.outbox.model import Mail, Waiting
from casework.outbox.rules import (
    WORDS_FIELD,
    compose,
    next_attempt,
    printable_reason,
    subject_and_text,
    worded,
)
from casework.outbox.settings import OutboxSettings
from casework.outbox.transports import Transport
from citycore.clock import Clock
from citycore.failures.rules import reason_of
from citycore.store.connections import Connection

log = structlog.get_logger()
FORGET_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Tally:
    sent: int = 0
    put_off: int = 0
    failed: int = 0


def enqueue(
    connection: Connection,
    mails: Iterable[Mail],
    at: datetime,
    new_id: Callable[[], UUID] = uuid4,
    words: str = "",
) -> None:
    """Have these mails sent once the caller's transaction has committed.

    ``words`` are what somebody added to the step that they tell of; they stand below the text of each.
    :class:`WrongMail` now rather than in the worker if one could not be written.
    """
    for mail in mails:
        fields = worded(replace(mail, fields={**mail.fields, WORDS_FIELD: words}) if words else mail)
        subject_and_text(mail.template, mail.language, fields)
        repository.store_mail(connection, new_id(), mail, fields, at)


def send_due(
    connection: Connection,
    transport: Transport,
    settings: OutboxSettings,
    clock: Clock,
    stopping: Callable[[], bool] = lambda: False,
) -> Tally:
    """Send what is due, at most a batch of it, each in transactions of its own.

    Killed between the server's answer and our note a mail is sent a second time, under the same
    Message-ID. A server that is away ends the batch and costs only the first mail an attempt.
    """
    sent = put_off = failed = 0
    for _ in range(settings.batch_mails_max):
        try:
            mail = None if stopping() else _take(connection, settings, clock)
        except UnreadableMail as error:
            _fail(connection, error.mail_id, clock, str(error.details["reason"]))
            failed += 1
            continue
        if mail is None:
            break
        try:
            transport.send(mail.mail_id, compose(mail, settings.from_address))
        except (MailRefused, WrongMail) as error:
            _fail(connection, mail.mail_id, clock, str(error.details["reason"]))
            failed += 1
        except (MailPutOff, MailServerAway) as error:
            gave_up = _put_off(connection, mail, settings, clock, error)
            put_off, failed = put_off + (not gave_up), failed + gave_up
            if isinstance(error, MailServerAway):
                break
        except Exception as error:  # noqa: BLE001 (the boundary of one mail: nothing in it stops the others)
            _fail(connection, mail.mail_id, clock, reason_of(error))
            failed += 1
        else:
            _note(connection, mail, clock)
            sent += 1
    return Tally(sent, put_off, failed)


def tidy(connection: Connection, settings: OutboxSettings, at: datetime) -> int:
    """Forget what was sent long ago."""
    with connection.transaction():
        return repository.forget_sent(connection, at - timedelta(days=settings.keep_days), FORGET_ROWS)


def retry(connection: Connection, mail_id: UUID | None, at: datetime) -> int:
    """Let failed mails (or one) begin anew; how many."""
    with connection.transaction():
        return repository.retry_failed(connection, mail_id, at)


def _take(connection: Connection, settings: OutboxSettings, clock: Clock) -> Waiting | None:
    at = clock()
    with connection.transaction():
        return repository.take_mail(connection, at, at + timedelta(seconds=settings.lease_seconds))


def _note(connection: Connection, mail: Waiting, clock: Clock) -> None:
    with connection.transaction():
        repository.mark_sent(connection, mail.mail_id, clock())


def _fail(connection: Connection, mail_id: UUID, clock: Clock, reason: str) -> None:
    reason = printable_reason(reason)
    log.warning("mail_failed", mail_id=str(mail_id), reason=reason)
    with connection.transaction():
        repository.mark_failed(connection, mail_id, clock(), reason)


def _put_off(
    connection: Connection,
    mail: Waiting,
    settings: OutboxSettings,
    clock: Clock,
    error: MailPutOff | MailServerAway,
) -> bool:
    """Try again later; whether that was the last attempt."""
    at, reason = clock(), printable_reason(error.details["reason"])
    due_at = next_attempt(mail.attempts, at, settings)
    with connection.transaction():
        if due_at is None:
            repository.mark_failed(connection, mail.mail_id, at, reason)
        else:
            repository.put_off(connection, mail.mail_id, due_at, reason)
    log.warning("mail_put_off", mail_id=str(mail.mail_id), attempts=mail.attempts, reason=reason)
    return due_at is None
