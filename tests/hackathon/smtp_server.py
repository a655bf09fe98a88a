"""A mail server on loopback that speaks just enough SMTP, keeps what it gets, and refuses what it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass
class Mailbox:
    """``answers`` overrides the reply to a verb; at some verbs it hangs up, or falls silent."""

    port: int = 0
    received: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    hang_up_at: str | None = None
    silent_at: str | None = None
    logins: list[str] = field(default_factory=list)
    sessions: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)


class Session(socketserver.StreamRequestHandler):
    box: Mailbox
    sender = ""
    recipients: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.box.sessions += 1
        self.reply("220 here")
        for raw in self.rfile:
            line = raw.decode().strip()
            verb = line.split(":")[0].split()[0].upper()
            if verb == self.box.silent_at:
                self.box.reached.set()
                self.box.closing.wait(60)
                return
            if verb == self.box.hang_up_at:
                return
            self.reply(self.box.answers.get(verb) or self.answer(verb, line))

    def answer(self, verb: str, line: str) -> str:
        if verb == "EHLO":
            return "250-here\r\n250-AUTH PLAIN\r\n250 8BITMIME"
        if verb == "AUTH":
            self.box.logins.append(line)
            return "235 welcome"
        if verb == "MAIL":
            self.sender, self.recipients = line, []
        if verb == "RCPT":
            self.recipients.append(line)
        if verb == "DATA":
            self.reply("354 go on")
            data = b"".join(iter(self.rfile.readline, b".\r\n"))
            self.box.received.append((self.sender, self.recipients, data))
        return "221 bye" if verb == "QUIT" else "250 ok"

    def reply(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box = Mailbox()
    session = type("SessionOfBox", (Session,), {"box": box})
    with Server(("127.0.0.1", 0), session) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            box.closing.set()
            server.shutdown()
            thread.join()
