"""A scanner that speaks ClamAV's protocol as its manual has it, and nothing else: what does not hold to it is refused."""

from __future__ import annotations

import socket
import struct
import threading
import time
from pathlib import Path
from typing import Self

#: What scanners are tried with; it stands here in two parts, so that none takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clam:
    """``limit`` is its StreamMaxLength. ``manner``: it answers, is silent, hangs up at once, or speaks nonsense."""

    def __init__(self, path: Path, limit: int = 1_000_000, manner: str = "well") -> None:
        self.path, self.limit, self.manner = path, limit, manner
        self.seen: list[int] = []
        self.wrong: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._socket.bind(str(self.path))
        self._socket.listen(8)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)
        self.path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            with line:
                line.settimeout(5)
                try:
                    self._answer(line)
                except (OSError, EOFError) as error:
                    self.wrong.append(type(error).__name__)

    def _answer(self, line: socket.socket) -> None:
        if self.manner == "hangs up":
            return
        if self.manner == "silent":
            time.sleep(2)
            return
        command = b""
        while not command.endswith(b"\0"):
            command += _exactly(line, 1)
        if command == b"zPING\0":
            line.sendall(b"NONSENSE\0" if self.manner == "nonsense" else b"PONG\0")
        elif command == b"zINSTREAM\0":
            line.sendall(self._scanned(line))
        else:
            self.wrong.append(command.decode("latin-1"))
            line.sendall(b"UNKNOWN COMMAND\0")

    def _scanned(self, line: socket.socket) -> bytes:
        content = b""
        while length := struct.unpack(">L", _exactly(line, 4))[0]:
            if len(content) + length > self.limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
            content += _exactly(line, length)
        self.seen.append(len(content))
        if self.manner == "nonsense":
            return b"x" * 5_000
        if self.manner == "error":
            return b"stream: Can't allocate memory ERROR\0"
        if content.startswith(b"PK") and self.manner == "shallow":
            return b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"
        return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


def _exactly(line: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        piece = line.recv(size - len(content))
        if not piece:
            raise EOFError
        content += piece
    return content
