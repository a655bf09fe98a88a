"""Accounts whose clock the test moves, and people who have signed up in the way that everybody does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from casework.people.model import Names, Visitor
from casework.people.passwords import Passwords
from casework.people.sessions.model import Signed
from casework.people.settings import PasswordSettings
from casework.programme import Programme
from casework.second_factor.settings import SecondFactorSettings
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for
from tests.hackathon.people.entering import finish_sign_up, resume, sign_up

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PASSWORD = "date palms by the falaj"
SALMA = Names("سلمى الحارثية", "Salma Al Harthy")
_numbers = count(1)


@dataclass
class Watch:
    """A clock that stands until it is moved."""

    at: datetime = field(default_factory=lambda: START)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(PasswordSettings(memory_kib=64, passes=1))


@pytest.fixture
def accounts(portal: Connection, watch: Watch, passwords: Passwords) -> Programme:
    return programme_for(portal, watch, passwords, SecondFactorSettings(duties=frozenset()))


@pytest.fixture
def visitor() -> Visitor:
    """From a network of its own, so that tests do not use up each other's attempts."""
    number = next(_numbers)
    return Visitor(f"10.{number // 250}.{number % 250}.7", "Firefox on a phone")


@dataclass
class Town:
    """Makes people; ``mails`` is what was mailed to an address, the newest last."""

    connection: Connection
    accounts: Programme
    visitor: Visitor

    def address(self, name: str = "salma") -> str:
        return f"{name}.{next(_numbers)}@baladiya.example"

    def join(self, email: str | None = None, names: Names = SALMA) -> Signed:
        email = email or self.address()
        visitor = Visitor(f"10.{200 + next(_numbers) % 50}.{next(_numbers) % 250}.9", "test")
        sign_up(self.accounts, email, names, "en", visitor)
        session = finish_sign_up(self.accounts, self.token(email, "confirm"), PASSWORD, visitor)
        return resume(self.accounts, session.token)

    def mails(self, email: str) -> list[dict[str, Any]]:
        rows = self.connection.execute(
            "SELECT template, fields, language, person_id FROM innovation.outbox WHERE recipient = %s"
            " ORDER BY created_at, template", [email],
        ).fetchall()  # fmt: skip
        return [
            {
                "template": template.rpartition("/")[2],
                "fields": fields,
                "language": language,
                "person": person,
            }
            for template, fields, language, person in rows
        ]

    def token(self, email: str, template: str | None = None) -> str:
        """Of the newest mailed link."""
        links = [
            mail["fields"]["link"]
            for mail in self.mails(email)
            if "link" in mail["fields"] and template in {None, mail["template"]}
        ]
        return str(links[-1]).rpartition("token=")[2]


@pytest.fixture
def town(portal: Connection, accounts: Programme, visitor: Visitor) -> Town:
    return Town(portal, accounts, visitor)
