"""Mail of an IMAP account (RFC 3501): mailboxes ``FOLDER/AGENCY/KIND``, as the Maildirs are, read without marking anything.

What was taken in is moved to ``FOLDER/AGENCY/KIND/taken`` once it is stored. A server that is away, refuses, or says what
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
from uuid import UUID

from citycore.clock import Clock
from participation.voices.errors import VoiceMailboxAway
from participation.voices.model import Kind, Letter
from participation.voices.settings import VoiceSettings

T = TypeVar("T")
_TAKEN: Final = "taken"
#: ``(\HasChildren) "/" "INBOX/…"``; a server without folders below folders has NIL for the delimiter.
_LISTED: Final = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?P<delimiter>.)"|NIL) (?P<name>.+)')
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class Rounds:
    """When the account was asked last, in this process: the worker comes by more often than a mail server likes."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def is_due(self, clock: Clock, seconds: float) -> bool:
        at = clock()
        if self._next is not None and at < self._next:
            return False
        self._next = at + timedelta(seconds=seconds)
        return True


class Account:
    """An open connection; :class:`VoiceMailboxAway` from whatever cannot be done. ``is_broken`` says that it is of no use."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings
        self.is_broken = False
        self._delimiter = "/"
        self._can: frozenset[str] = frozenset()
        self._server: imaplib.IMAP4 | None = None
        try:
            self._ask("connect", self._open)
        except VoiceMailboxAway:
            self.close()
            raise

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                self._server.logout()
            with suppress(OSError):  # a server that broke off does not answer that
                self._server.shutdown()
            self._server = None

    def boxes(self) -> list[tuple[UUID, Kind, str]]:
        """The mailboxes of agencies and kinds, with their names as the server has them."""
        return self._ask("list", self._list)

    def letters(self, agency_id: UUID, kind: Kind, box: str) -> Iterator[Letter]:
        """What waits in one, the oldest first; nothing is marked by being read."""
        for uid in self._ask("select", lambda: self._search(box)):
            yield Letter(
                f"imap/{agency_id}/{kind}/{uid}",
                agency_id,
                kind,
                lambda uid=uid: self._ask("fetch", lambda: self._size(uid)),  # type: ignore[misc]
                lambda uid=uid: self._ask("fetch", lambda: self._fetch(uid)),  # type: ignore[misc]
                lambda uid=uid: self._ask("move", lambda: self._move(uid, box)),  # type: ignore[misc]
            )

    def _ask(self, doing: str, work: Callable[[], T]) -> T:
        try:
            return work()
        except (OSError, imaplib.IMAP4.abort) as error:
            self.is_broken = True
            raise self._away(doing, error) from error
        except (imaplib.IMAP4.error, ValueError, IndexError, TypeError, AttributeError) as error:
            raise self._away(doing, error) from error

    def _away(self, doing: str, error: Exception) -> VoiceMailboxAway:
        """Which server, at what, and what kind of error: what it answered may quote a mail or a name."""
        return VoiceMailboxAway(host=self._settings.imap_host, doing=doing, error=type(error).__name__)

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

    def _list(self) -> list[tuple[UUID, Kind, str]]:
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
            with suppress(ValueError):  # a mailbox of somebody else's
                found.append((UUID(parts[0]), Kind(parts[1]), name))
        return sorted(found)

    def _search(self, box: str) -> list[str]:
        _answered(self._open_server.select(_quoted(box)))
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

    def _move(self, uid: str, box: str) -> None:
        """Moved where the server knows how; else copied and marked, so that it is not found again."""
        server, target = self._open_server, _quoted(f"{box}{self._delimiter}{_TAKEN}")
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
