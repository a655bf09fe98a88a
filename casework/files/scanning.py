"""Having files of others looked at by ClamAV's daemon, or whatever speaks its protocol, through a socket on this machine.

The protocol is that of clamd(8): ``zINSTREAM`` with pieces that carry their length, ``zPING``; each command and each
answer ends with a zero byte. No transaction is open meanwhile, and no place of those who read files is held.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import BinaryIO, Final, Self

import structlog

from casework.files.errors import FileRefused, MalwareFound, ScannerAway
from casework.files.settings import FileSettings

_PIECE_BYTES: Final = 1 << 16
_LENGTH: Final = struct.Struct(">L")
_ANSWER_BYTES_MAX: Final = 4_096
_STREAM: Final = "stream: "
_FOUND: Final = " FOUND"
_LIMITS: Final = "Heuristics.Limits.Exceeded"
_TOO_LARGE: Final = "size limit exceeded"
log = structlog.get_logger()


class Verdict(StrEnum):
    CLEAN = "clean"
    FOUND = "found"
    #: More than the daemon takes (its ``StreamMaxLength``), or than we send it.
    TOO_LARGE = "too_large"
    #: It does not answer, not in time, or not what it should.
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Answer:
    """``said``: the name of what was found, or why there is no verdict."""

    verdict: Verdict
    said: str = ""


class Scanner:
    """One for a process. Where none is set, nothing is scanned."""

    def __init__(self, settings: FileSettings) -> None:
        self._settings = settings
        self._noting = threading.Lock()
        self._is_away = False

    @property
    def is_set(self) -> bool:
        return self._settings.scanner is not None

    def look(self, source: BinaryIO | bytes, name: str) -> bool:
        """Whether a file was scanned and nothing found. False where there is no scanner, or none now and files are taken all the same.

        :class:`MalwareFound`, :class:`FileRefused` for one that is too large to be scanned, :class:`ScannerAway`.
        """
        if not self.is_set:
            return False
        answer = self.scan(source)
        if answer.verdict is Verdict.FOUND:
            raise MalwareFound(answer.said, name=name)
        if answer.verdict is Verdict.TOO_LARGE:
            raise FileRefused("scan_size", name=name)
        if answer.verdict is Verdict.AWAY and self._settings.scanner_away == "refuse":
            raise ScannerAway(name=name)
        return answer.verdict is Verdict.CLEAN

    def scan(self, source: BinaryIO | bytes) -> Answer:
        """What the daemon says of a file, from its beginning; a stream stands at its beginning again afterwards."""
        stream = BytesIO(source) if isinstance(source, bytes) else source
        stream.seek(0)
        try:
            answer = self._asked(stream)
        except OSError as error:
            answer = Answer(Verdict.AWAY, type(error).__name__)
        finally:
            stream.seek(0)
        self._note(answer)
        return answer

    def ping(self) -> None:
        """:class:`ScannerAway` where the daemon does not answer as it should."""
        try:
            with _Line(self._settings) as line:
                line.send(b"zPING\0")
                said = line.answer()
        except OSError as error:
            raise ScannerAway(name="PING") from error
        if said != "PONG":
            raise ScannerAway(name="PING")

    def _asked(self, stream: BinaryIO) -> Answer:
        with _Line(self._settings) as line:
            try:
                line.send(b"zINSTREAM\0")
                sent = 0
                while piece := stream.read(_PIECE_BYTES):
                    sent += len(piece)
                    if sent > self._settings.scanner_bytes_max:
                        return Answer(Verdict.TOO_LARGE)
                    line.send(_LENGTH.pack(len(piece)) + piece)
                line.send(_LENGTH.pack(0))
            except (BrokenPipeError, ConnectionResetError):
                # It says that it has enough, and hangs up while more is on its way.
                return _read(line.last_words())
            return _read(line.answer())

    def _note(self, answer: Answer) -> None:
        """Told once when it goes away and once when it is back."""
        is_away = answer.verdict is Verdict.AWAY
        with self._noting:
            was_away, self._is_away = self._is_away, is_away
        if is_away and not was_away:
            log.error("scanner_away", reason=answer.said, policy=self._settings.scanner_away)
        elif was_away and not is_away:
            log.info("scanner_back")


class _Line:
    """A connection that ends at one instant, however slowly the other side takes or gives."""

    def __init__(self, settings: FileSettings) -> None:
        assert settings.scanner is not None
        self._end = time.monotonic() + settings.scanner_seconds_max
        where = settings.scanner
        is_path = where.startswith("/")
        self._socket = socket.socket(_family(where), socket.SOCK_STREAM)
        try:
            self._hurry()
            host, _, port = where.rpartition(":")
            self._socket.connect(where if is_path else (host.strip("[]"), int(port)))
        except OSError:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            self._hurry()
            view = view[self._socket.send(view) :]

    def answer(self) -> str:
        """Up to its zero byte; ``ConnectionError`` for one that has none, is too long, or is followed by another."""
        said = bytearray()
        while b"\0" not in said:
            self._hurry()
            piece = self._socket.recv(_ANSWER_BYTES_MAX)
            said += piece
            if not piece or len(said) > _ANSWER_BYTES_MAX:
                raise ConnectionError("no answer")
        first, _, more = bytes(said).partition(b"\0")
        if more:  # two answers to one question: nobody knows which one is meant
            raise ConnectionError("two answers")
        return first.decode("utf-8", "replace").strip()

    def last_words(self) -> str:
        """What it said before it hung up, if that came through."""
        with suppress(OSError):
            return self.answer()
        return ""

    def _hurry(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


def _family(where: str) -> socket.AddressFamily:
    if where.startswith("/"):
        return socket.AF_UNIX
    return socket.AF_INET6 if where.startswith("[") else socket.AF_INET


def _read(said: str) -> Answer:
    """``stream: OK``, ``stream: NAME FOUND``, or an error: anything else is no verdict."""
    # It is shown on pages and in terminals, and written by whoever made the daemon's signatures, or is no daemon at all.
    said = "".join(one if one.isprintable() else "?" for one in said)
    told = said.removeprefix(_STREAM) if said.startswith(_STREAM) else ""
    if told == "OK":
        return Answer(Verdict.CLEAN)
    if told.endswith(_FOUND):
        found = told.removesuffix(_FOUND)
        # What its own limits kept it from reading to the end, where AlertExceedsMax has it say so.
        return Answer(Verdict.TOO_LARGE if found.startswith(_LIMITS) else Verdict.FOUND, found)
    return Answer(Verdict.TOO_LARGE if _TOO_LARGE in said else Verdict.AWAY, said[:200])
