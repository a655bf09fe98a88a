"""A small IMAP server on a socket of this machine, which does what the worker asks of one and notes it (RFC 3501, 6851)."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    """``mails`` by uid; those of ``deleted`` are marked so."""

    mails: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)


@dataclass
class Server:
    """Mailboxes by name, what was asked, and what it does wrong: commands that it refuses, or breaks off at."""

    tls: ssl.SSLContext | None = None
    password: str = "secret word"
    capabilities: str = "IMAP4rev1 MOVE UIDPLUS"
    boxes: dict[str, Box] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    breaks_at: set[str] = field(default_factory=set)
    port: int = 0

    def put(self, box: str, content: bytes) -> int:
        mails = self.boxes.setdefault(box, Box()).mails
        uid = max(mails, default=0) + 1
        mails[uid] = content
        return uid

    def waiting(self, box: str) -> int:
        return len(set(self.boxes[box].mails) - self.boxes[box].deleted)


class _Handler(socketserver.StreamRequestHandler):
    server: _Listener
    # Answers are several small lines: each would wait for the other side.
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.box = Box()
        self.say("* OK here")
        for line in self.rfile:
            tag, _, rest = line.decode().strip().partition(" ")
            words = rest.split(" ", 2) if rest.upper().startswith("UID") else rest.split(" ", 1)
            command = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
            given = words[-1] if len(words) > 1 else ""
            held = self.server.held
            held.asked.append(command)
            if command in held.breaks_at:
                return
            if command in held.refuses:
                self.say(f"{tag} NO refused")
                continue
            self.say(f"{tag} {self.answer(command, given)}")
            if command == "LOGOUT":
                return

    def answer(self, command: str, given: str) -> str:
        held = self.server.held
        if command == "CAPABILITY":
            self.say(f"* CAPABILITY {held.capabilities}")
        if command == "LOGIN" and not given.endswith(f'"{held.password}"'):
            return "NO wrong"
        return self.answer_about(command, given, re.findall(r'"([^"]*)"', given))

    def answer_about(self, command: str, given: str, names: list[str]) -> str:
        held = self.server.held
        match command:
            case "LIST":
                for name in held.boxes:
                    self.say(f'* LIST (\\HasChildren) "/" "{name}"')
            case "SELECT":
                self.box = held.boxes[names[0]]
                self.say(f"* {len(self.box.mails)} EXISTS")
            case "CREATE":
                held.boxes.setdefault(names[0], Box())
            case "UID SEARCH":
                uids = sorted(set(self.box.mails) - self.box.deleted)
                self.say(f"* SEARCH {' '.join(map(str, uids))}")
            case "UID FETCH":
                self.fetch(int(given.split(maxsplit=1)[0]), given)
            case "UID MOVE" | "UID COPY":
                return self.carry(command, int(given.split(maxsplit=1)[0]), names[0])
            case "UID STORE":
                self.box.deleted.add(int(given.split(maxsplit=1)[0]))
        return "OK done"

    def fetch(self, uid: int, given: str) -> None:
        content = self.box.mails[uid]
        if "SIZE" in given:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(content)})")
        else:
            self.wfile.write(
                f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(content)}}}\r\n".encode() + content + b")\r\n"
            )

    def carry(self, command: str, uid: int, name: str) -> str:
        if name not in self.server.held.boxes:
            return "NO [TRYCREATE] there is none"
        self.server.held.put(name, self.box.mails[uid])
        if command == "UID MOVE":
            del self.box.mails[uid]
        return "OK done"

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, held: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.held = held

    def get_request(self) -> tuple[object, object]:
        connection, address = super().get_request()
        if self.held.tls is not None:
            connection = self.held.tls.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away, or does not like our certificate."""


@contextmanager
def serving(held: Server) -> Iterator[Server]:
    listener = _Listener(held)
    held.port = listener.server_address[1]
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
