"""Emptying the outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from casework.files.service import path_of
from casework.mail_texts.model import Wording
from casework.mail_texts.repository import find as find_text
from casework.noun import Nouns
from casework.outbox import repository
from casework.outbox.errors import MailPutOff, MailRefused, MailServerAway, UnreadableMail, WrongMail
from casework.outbox.model import Waiting
from casework.outbox.rules import compose, next_attempt, printable_reason
from casework.outbox.settings import OutboxSettings
from casework.outbox.transports import Transport
from casework.programme import Programme
from citycore.clock import Clock
from citycore.failures.rules import reason_of
from citycore.store.connections import Connection

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tally:
    sent: int = 0
    put_off: int = 0
    failed: int = 0


def send_due(
    programme: Programme, transport: Transport, stopping: Callable[[], bool] = lambda: False
) -> Tally:
    """Send what is due, at most a batch of it, each in transactions of its own.

    Killed between the server's answer and our note a mail is sent a second time, under the same
    Message-ID. A server that is away ends the batch and costs only the first mail an attempt.
    """
    with programme.connect() as connection:
        return _send_due(connection, programme, transport, stopping)


def _send_due(
    connection: Connection, programme: Programme, transport: Transport, stopping: Callable[[], bool]
) -> Tally:
    settings, clock = programme.of(OutboxSettings), programme.clock
    sent = put_off = failed = 0
    for _ in range(settings.batch_mails_max):
        try:
            mail = None if stopping() else _take(connection, programme)
        except UnreadableMail as error:
            _fail(connection, error.mail_id, clock, str(error.details["reason"]))
            failed += 1
            continue
        if mail is None:
            break
        try:
            own = _own_text(connection, mail)
            message = compose(mail, settings.from_address, own, _content(mail, settings))
            transport.send(mail.mail_id, message)
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


def _take(connection: Connection, programme: Programme) -> Waiting | None:
    at, lease = programme.clock(), timedelta(seconds=programme.of(OutboxSettings).lease_seconds)
    with connection.transaction():
        return repository.take_mail(connection, at, at + lease, programme.of(Nouns).packages)


def _own_text(connection: Connection, mail: Waiting) -> Wording | None:
    """What the operator has it say instead of the shipped text."""
    with connection.transaction():
        return find_text(connection, mail.template.code, mail.language)


def _content(mail: Waiting, settings: OutboxSettings) -> bytes | None:
    """What its file holds; None without one, and once its bytes have gone."""
    if mail.file is None or mail.file.digest is None:
        return None
    try:
        return path_of(mail.file.digest, settings.store()).read_bytes()
    except FileNotFoundError:
        log.warning("mail_file_gone", mail_id=str(mail.mail_id))
        return None


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
