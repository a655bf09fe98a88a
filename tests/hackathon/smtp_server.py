"""A mail server on loopback that speaks just enough SMTP, keeps what it gets, and refuses what it is told to."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


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
    encrypted: int = 0
    tls: ssl.SSLContext | None = None
    offers_starttls: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)


class Session(socketserver.StreamRequestHandler):
    box: Mailbox
    sender = ""
    recipients: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.box.sessions += 1
        try:
            self.converse()
        except (ConnectionError, ssl.SSLError):
            return  # the client did not like our certificate

    def converse(self) -> None:
        if self.box.tls is not None and not self.box.offers_starttls:
            self.wrap(self.box.tls)
        self.reply("220 here")
        while raw := self.rfile.readline():
            line = raw.decode().strip()
            verb = line.split(":")[0].split()[0].upper()
            if verb == self.box.silent_at:
                self.box.reached.set()
                self.box.closing.wait(60)
                return
            if verb == self.box.hang_up_at:
                return
            self.reply(self.box.answers.get(verb) or self.answer(verb, line))
            if verb == "STARTTLS" and self.box.tls is not None:
                self.wrap(self.box.tls)

    def wrap(self, tls: ssl.SSLContext) -> None:
        """From here on everything is encrypted."""
        self.rfile.close()
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.box.encrypted += 1

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def answer(self, verb: str, line: str) -> str:
        if verb == "EHLO":
            offers = ["here", "AUTH PLAIN", "8BITMIME"] + (["STARTTLS"] if self.box.offers_starttls else [])
            return "\r\n".join(f"250-{offer}" for offer in offers[:-1]) + f"\r\n250 {offers[-1]}"
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
        return {"QUIT": "221 bye", "STARTTLS": "220 go on"}.get(verb, "250 ok")

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


def make_certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for 127.0.0.1, and the certificate that a client has to trust for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, both = folder / "certificate.pem", folder / "server.pem"
    trusted.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(secret + trusted.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, trusted
