"""The two ways out: files in a folder, and a mail server."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from casework.outbox.errors import MailPutOff, MailRefused, MailServerAway
from casework.outbox.rules import printable_reason
from casework.outbox.settings import OutboxSettings

#: What a server means with the whole of us, not with one mail.
_SERVER_CLOSES = 421


class Transport(Protocol):
    """Opened for a batch. ``send`` raises one of ``errors``; ``abort`` may come from another thread."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, mail_id: UUID, message: EmailMessage) -> None: ...

    def abort(self) -> None: ...


def open_transport(settings: OutboxSettings) -> Transport:
    """The way that the settings choose."""
    return Folder(settings.mail_folder()) if settings.smtp_host is None else Smtp(settings)


class Folder:
    """One ``.eml`` file a mail, whole or not there at all, for its owner's eyes: links in it open accounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def send(self, mail_id: UUID, message: EmailMessage) -> None:
        written_at = parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
        target = self.folder / f"{written_at:%Y%m%dT%H%M%S}Z-{mail_id}.eml"
        try:
            with NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as file:
                file.write(message.as_bytes())
            Path(file.name).rename(target)
        except OSError as error:
            raise MailServerAway(reason=printable_reason(error)) from error

    def abort(self) -> None:
        """Nothing to wait for."""


class Smtp:
    """One connection a batch, opened with the first mail and again after a server closed it."""

    def __init__(self, settings: OutboxSettings) -> None:
        self.settings = settings
        self._session: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, mail_id: UUID, message: EmailMessage) -> None:  # noqa: ARG002 (stands in the message already)
        session = self._session or self._connected()
        try:
            session.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise self._judged(code, answer) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise self._judged(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:  # an address in other letters than the server knows
            raise MailRefused(reason=printable_reason(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise MailServerAway(reason=_reason(error)) from error
        except Exception:
            self._close()  # in the middle of a mail that made no sense: the next one begins anew
            raise

    def abort(self) -> None:
        """Let whoever waits for the server's answer wait no longer."""
        session = self._session
        if session is not None and session.sock is not None:
            with suppress(OSError):
                session.sock.shutdown(socket.SHUT_RDWR)

    def _judged(self, code: int, answer: bytes | str) -> MailPutOff | MailRefused | MailServerAway:
        reason = _answered(code, answer)
        if code == _SERVER_CLOSES:
            self._close()
            return MailServerAway(reason=reason)
        return MailRefused(reason=reason) if code >= 500 else MailPutOff(reason=reason)

    def _connected(self) -> smtplib.SMTP:
        """A session ready for mail; whatever stands against it stands against every mail."""
        try:
            return self._connect()
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise MailServerAway(reason=_reason(error)) from error

    def _connect(self) -> smtplib.SMTP:
        host, port, seconds = (
            str(self.settings.smtp_host),
            self.settings.smtp_port,
            self.settings.smtp_seconds_max,
        )
        context = ssl.create_default_context()
        session: smtplib.SMTP
        if self.settings.smtp_tls == "tls":
            session = smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
        else:
            session = smtplib.SMTP(host, port, timeout=seconds)
        self._session = session
        if self.settings.smtp_tls == "starttls":
            session.starttls(context=context)
        if self.settings.smtp_user is not None and self.settings.smtp_password is not None:
            session.login(self.settings.smtp_user, self.settings.smtp_password.get_secret_value())
        return session

    def _close(self) -> None:
        if self._session is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._session.quit()
            self._session.close()
        self._session = None


def _reason(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    return printable_reason(error)


def _answered(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return printable_reason(f"{code} {words}")
