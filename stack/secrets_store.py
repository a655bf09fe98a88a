"""A folder of credentials: one file for each secret of the hub, as systemd's ``/etc/credstore`` holds them.

Passwords of the database's roles go to PostgreSQL as SCRAM verifiers (RFC 5803), so that no statement and no log of the
server holds one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from citycore.credentials import PROCESSES
from citycore.settings import is_guarded
from stack.errors import CredentialNotRenewable, CredentialsExist
from stack.owned import make_folder, read_owned, write_owned
from stack.postgres import ROLES

SECRET_BYTES: Final = 32
#: PostgreSQL's own number. Secrets are random, so guessing them is hopeless without more.
ITERATIONS: Final = 4_096
SALT_BYTES: Final = 16
URLS: Final[Mapping[str, str]] = {f"FALAJ_STORE_{role.upper()}_URL": f"falaj_{role}" for role in ROLES}
#: What the hub's own processes agree on, and nobody else has to be told of.
DRAWN: Final = ("FALAJ_API_CURSOR_KEY", "FALAJ_SIGN_IN_CLIENT_SECRET")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database is. Without a host it is on this machine, and its kernel says who asks: no password at all."""

    host: str | None = None
    port: int = 5432
    database: str = "falaj"
    socket_folder: str = "/run/postgresql"

    def url(self, role: str, password: str | None) -> str:
        if self.host is None:
            return f"postgresql://{role}@/{self.database}?host={quote(self.socket_folder, safe='/')}&port={self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        bare = f"postgresql://{role}:{password}@{host}:{self.port}/{self.database}"
        return bare if is_guarded(bare) else f"{bare}?sslmode=verify-full"


@dataclass(frozen=True, slots=True)
class SecretsStore:
    """Files that are root's alone; systemd reads them and hands each unit its own."""

    folder: Path

    def establish(self, place: Place) -> list[str]:
        """Every secret that the hub makes itself; the statements that tell the database. :class:`CredentialsExist`."""
        names = (*URLS, *DRAWN)
        there = [name for name in names if os.path.lexists(self.folder / name)]
        if there:
            raise CredentialsExist(folder=self.folder, names=", ".join(there))
        make_folder(self.folder, mode=0o700)
        statements = []
        for name, role in URLS.items():
            password = None if place.host is None else drawn()
            self.write(name, place.url(role, password))
            if password is not None:
                statements.append(statement(role, password))
        for name in DRAWN:
            self.write(name, drawn())
        return statements

    def renew(self, name: str, tell_broker: Callable[[str, str], None]) -> str | None:
        """A new secret in place of the old; the statement that tells the database, if it has to be told.

        ``tell_broker`` is called with a user of the broker and its new secret. :class:`CredentialNotRenewable`
        for what others give out, and for an address without a password.
        """
        if name in URLS:
            password = drawn()
            self.write(name, _with_password(name, self.read(name), password))
            return statement(URLS[name], password)
        if name in DRAWN:
            self.write(name, drawn())
        elif name in {"FALAJ_BROKER_PASSWORD", "FALAJ_BROKER_ADMIN_PASSWORD"}:
            secret = drawn()
            tell_broker(self.read(name.replace("PASSWORD", "USERNAME")), secret)
            self.write(name, secret)
        else:
            raise CredentialNotRenewable(name=name)
        return None

    def write(self, name: str, secret: str) -> None:
        write_owned(self.folder / name, secret + "\n")

    def read(self, name: str) -> str:
        return read_owned(self.folder / name).strip()


def drawn() -> str:
    """A secret of 256 bits in letters that no address has to escape."""
    return secrets.token_urlsafe(SECRET_BYTES)


def statement(role: str, password: str) -> str:
    """What gives a role its password. Both are of our own making: letters, digits, ``_`` and ``-``."""
    return f"ALTER ROLE {role} PASSWORD '{verifier(password, os.urandom(SALT_BYTES))}';"


def verifier(password: str, salt: bytes) -> str:
    """``SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey``, as ``pg_authid`` keeps it."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored, server = hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256")
    texts = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{texts[0]}${texts[1]}:{texts[2]}"


def takers(name: str) -> list[str]:
    """Units that are handed this secret."""
    return [f"falaj-{process}" for process, needs in PROCESSES.items() if name in needs.all]


def _with_password(name: str, url: str, password: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        raise CredentialNotRenewable(name=name)
    person, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{person.partition(':')[0]}:{password}@{place}"))
