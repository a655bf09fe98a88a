"""Mail of an IMAP account (RFC 3501): mailboxes ``FOLDER/ORGANISATION/KIND``, as the Maildirs are, read without marking anything.

What was taken in is moved to ``FOLDER/ORGANISATION/KIND/taken`` once it is stored. A server that is away, refuses, or says what
nobody understands is set aside and asked again later; the Maildirs go on meanwhile.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from casework.incoming_mail.errors import MailboxAway
from casework.incoming_mail.model import Box, Intake, Letter
from casework.incoming_mail.rules import box_named
from casework.incoming_mail.settings import IncomingMailSettings
from citycore.clock import Clock

T = TypeVar("T")
_TAKEN: Final = "taken"
#: ``(\HasChildren) "/" "INBOX/…"``; a server without folders below folders has NIL for the delimiter.
_LISTED: Final = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?P<delimiter>.)"|NIL) (?P<name>.+)')
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class Rounds:
    """When the account of a job was asked last, in this process: the worker comes by more often than a mail server likes."""

    def __init__(self) -> None:
        self._next: dict[str, datetime] = {}

    def is_due(self, job: str, clock: Clock, seconds: float) -> bool:
        at = clock()
        if job in self._next and at < self._next[job]:
            return False
        self._next[job] = at + timedelta(seconds=seconds)
        return True


class Account:
    """An open connection; :class:`MailboxAway` from whatever cannot be done. ``is_broken`` says that it is of no use."""

    def __init__(self, settings: IncomingMailSettings, intake: Intake) -> None:
        self._settings, self._intake = settings, intake
        self.is_broken = False
        self._delimiter = "/"
        self._can: frozenset[str] = frozenset()
        self._server: imaplib.IMAP4 | None = None
        try:
            self._ask("connect", self._open)
        except MailboxAway:
            self.close()
            raise

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                self._server.logout()
            with suppress(OSError):  # a server that broke off does not answer that
                self._server.shutdown()
            self._server = None

    def boxes(self) -> list[tuple[Box, str]]:
        """Those of organisations and kinds, with their names as the server has them."""
        return self._ask("list", self._list)

    def letters(self, box: Box, name: str) -> list[Letter]:
        """What waits in one, the oldest first; nothing is marked by being read."""
        return [
            Letter(
                f"imap/{box.organisation_id}/{box.kind}/{uid}",
                box,
                lambda uid=uid: self._ask("fetch", lambda: self._size(uid)),  # type: ignore[misc]
                lambda uid=uid: self._ask("fetch", lambda: self._fetch(uid)),  # type: ignore[misc]
                lambda uid=uid: self._ask("move", lambda: self._move(uid, name)),  # type: ignore[misc]
            )
            for uid in self._ask("select", lambda: self._search(name))
        ]

    def _ask(self, doing: str, work: Callable[[], T]) -> T:
        try:
            return work()
        except (OSError, imaplib.IMAP4.abort) as error:
            self.is_broken = True
            raise self._away(doing, error) from error
        except (imaplib.IMAP4.error, ValueError, IndexError, TypeError, AttributeError) as error:
            raise self._away(doing, error) from error

    def _away(self, doing: str, error: Exception) -> MailboxAway:
        """Which server, at what, and what kind of error: what it answered may quote a mail or a name."""
        prefix = f"{type(self._settings).model_config.get('env_prefix', '')}IMAP_…"
        return MailboxAway(
            host=self._settings.imap_host, doing=doing, error=type(error).__name__, settings=prefix
        )

    def _open(self) -> None:
        settings, seconds = self._settings, self._settings.imap_seconds_max
        assert settings.imap_host is not None
        assert settings.imap_password_file is not None
        context = ssl.create_default_context(cafile=settings.imap_authority_file)
        if settings.imap_security == "tls":
            self._server = imaplib.IMAP4_SSL(
                settings.imap_host, settings.imap_port, ssl_context=context, timeout=seconds
            )
        else:
            self._server = imaplib.IMAP4(settings.imap_host, settings.imap_port, timeout=seconds)
            if settings.imap_security == "starttls":
                self._server.starttls(context)
        password = settings.imap_password_file.read_text("utf-8").strip()
        self._server.login(settings.imap_user, password)
        # A server says more of what it can to whoever is known.
        said = _answered(self._server.capability())[0]
        self._can = frozenset(said.decode("ascii", "replace").upper().split())

    @property
    def _open_server(self) -> imaplib.IMAP4:
        if self._server is None:
            raise imaplib.IMAP4.abort("closed")
        return self._server

    def _list(self) -> list[tuple[Box, str]]:
        found = []
        for line in _answered(self._open_server.list()):
            listed = _LISTED.match(b" ".join(line) if isinstance(line, tuple) else line)
            if listed is None or listed["delimiter"] is None:
                continue
            self._delimiter = listed["delimiter"].decode("ascii", "replace")
            name = listed["name"].decode("ascii", "replace").strip()
            name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\") if name.startswith('"') else name
            root, *parts = name.rsplit(self._delimiter, 2)
            if root != self._settings.imap_folder or len(parts) != 2:
                continue
            box = box_named(self._intake, *parts)
            if box is not None:
                found.append((box, name))
        return sorted(found, key=lambda one: one[1])

    def _search(self, name: str) -> list[str]:
        _answered(self._open_server.select(_quoted(name)))
        uids = _answered(self._open_server.uid("SEARCH", "UNDELETED"))
        return [uid.decode("ascii") for line in uids if line for uid in line.split()]

    def _size(self, uid: str) -> int:
        found = _SIZE.search(b" ".join(_flat(self._open_server.uid("FETCH", uid, "(RFC822.SIZE)"))))
        if found is None:
            raise ValueError("no size")
        return int(found[1])

    def _fetch(self, uid: str) -> bytes:
        """Also where the server says another size than it has: never more than a mail may have."""
        for part in _answered(
            self._open_server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{self._settings.mail_bytes_max}>)")
        ):
            if isinstance(part, tuple):
                return bytes(part[1])
        raise ValueError("no content")

    def _move(self, uid: str, name: str) -> None:
        """Moved where the server knows how; else copied and marked, so that it is not found again."""
        server, target = self._open_server, _quoted(f"{name}{self._delimiter}{_TAKEN}")
        can_move = "MOVE" in self._can
        command = "MOVE" if can_move else "COPY"
        if server.uid(command, uid, target)[0] != "OK":
            server.create(target)
            _answered(server.uid(command, uid, target))
        if not can_move:
            _answered(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
            if "UIDPLUS" in self._can:  # nothing of others goes with it
                server.uid("EXPUNGE", uid)


def _answered(answer: tuple[str, Any]) -> list[Any]:
    status, lines = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return [line for line in lines if line is not None]


def _flat(answer: tuple[str, Any]) -> Iterator[bytes]:
    for line in _answered(answer):
        yield from line if isinstance(line, tuple) else (line,)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
