"""Complaints that lie on an IMAP server: a real socket with TLS, moved only once they are stored, and a server that misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from casework.follow_up.settings import FollowUpSettings
from casework.incoming_mail.service import take_in
from casework.programme import Programme
from citycore.store.connections import Connection
from participation.voices import service
from participation.voices.noun import MAIL
from participation.voices.settings import VoiceSettings
from programme.registry import open_programme
from tests.hackathon.machines import store_agency
from tests.hackathon.smtp_server import make_certificate
from tests.participation.imap_server import Server, serving
from tests.participation.test_incoming_mail import mail

AGENCY = UUID(int=86)
BOX = f"INBOX/{AGENCY}/complaint"


class Account:
    """The account, the worker that reads it every minute, and a clock that the test turns."""

    def __init__(
        self, connection: Connection, server: Server, folder: Path, trusted: Path, **more: object
    ) -> None:
        self.connection, self.server, self.now = connection, server, datetime(2026, 11, 24, 8, tzinfo=UTC)
        store_agency(connection, AGENCY)
        (folder / "password").write_text(f"{server.password}\n", "utf-8")
        settings: dict[str, object] = {
            "imap_host": "127.0.0.1", "imap_port": server.port, "imap_user": "shakawa",
            "imap_password_file": folder / "password", "imap_authority_file": trusted, "imap_seconds_max": 5,
        }  # fmt: skip
        self.programme: Programme = open_programme(
            lambda: nullcontext(connection),
            lambda: self.now,
            (FollowUpSettings(key="ab" * 32), VoiceSettings(**(settings | more))),  # type: ignore[arg-type]
        )

    def take_in(self, minutes: float = 0) -> int:
        self.now += timedelta(minutes=minutes)
        return take_in(self.programme, MAIL)

    def bodies(self) -> list[str]:
        rows = self.connection.execute(
            "SELECT body FROM participation.voices JOIN participation.cases ON case_id = voice_id WHERE mail_id IS NOT NULL ORDER BY mail_id"
        ).fetchall()
        return [body for (body,) in rows]

    def set_aside(self) -> list[tuple[str, str]]:
        return self.connection.execute(
            "SELECT subject, reason FROM public.failures WHERE job = %s ORDER BY subject", [MAIL.job]
        ).fetchall()


@pytest.fixture
def trusted(tmp_path: Path) -> tuple[Server, Path]:
    context, certificate = make_certificate(tmp_path)
    return Server(tls=context), certificate


@pytest.fixture
def account(owner: Connection, tmp_path: Path, trusted: tuple[Server, Path]) -> Iterator[Account]:
    server, certificate = trusted
    with serving(server):
        server.put(BOX, bytes(mail(1)))
        yield Account(owner, server, tmp_path, certificate)


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE UIDPLUS", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_a_mail_is_taken_in_and_moved_once(account: Account, capabilities: str) -> None:
    account.server.capabilities = capabilities
    account.server.put(f"INBOX/{AGENCY}/gossip", bytes(mail(2)))
    for other in ("INBOX", "INBOX/else"):
        account.server.put(other, bytes(mail(3)))
    assert account.take_in() == 1
    assert account.bodies() == ["انتظرت ساعتين."]
    assert (account.server.waiting(BOX), account.server.waiting(f"{BOX}/taken")) == (0, 1)
    assert account.take_in(minutes=2) == 0
    assert (len(account.bodies()), account.set_aside()) == (1, [])
    assert "UID STORE" not in account.server.asked or "MOVE" not in capabilities, (
        "nothing is marked by being read"
    )


def test_the_server_is_asked_once_a_minute(account: Account) -> None:
    account.take_in()
    asked = len(account.server.asked)
    account.take_in(minutes=0.5)
    assert len(account.server.asked) == asked
    account.take_in(minutes=0.5)
    assert len(account.server.asked) > asked


def test_what_is_not_stored_is_not_moved(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("poison")

    with monkeypatch.context() as broken:
        broken.setattr(service, "submit", fail)
        account.server.put(BOX, bytes(mail(9, From="Muna <muna@example.om>")))
        assert account.take_in() == 0
        assert account.server.waiting(BOX) == 2
        assert [reason for _, reason in account.set_aside()] == ["ValueError", "ValueError"]
    assert account.take_in(minutes=60 * 24) == 2
    assert (account.server.waiting(BOX), account.set_aside()) == (0, [])


def test_a_mail_that_could_not_be_moved_counts_once(account: Account) -> None:
    account.server.refuses = {"UID MOVE"}
    account.take_in()
    assert account.server.waiting(BOX) == 1
    assert [reason for _, reason in account.set_aside()] == ["MailboxAway"]
    account.server.refuses = set()
    account.take_in(minutes=60 * 24)
    assert (len(account.bodies()), account.server.waiting(BOX), account.set_aside()) == (1, 0, [])


@pytest.mark.parametrize("where", ["LOGIN", "LIST", "SELECT", "UID SEARCH", "UID FETCH", "UID MOVE"])
@pytest.mark.parametrize("how", ["refuses", "breaks_at"])
def test_a_server_that_misbehaves_is_set_aside_and_asked_again(
    account: Account, where: str, how: str
) -> None:
    setattr(account.server, how, {where})
    account.server.put(BOX, bytes(mail(2, From="Muna <muna@example.om>")))
    account.take_in()
    assert account.set_aside()
    assert "secret word" not in str(account.set_aside())
    setattr(account.server, how, set())
    for _ in range(3):
        account.take_in(minutes=60 * 24)
    assert (len(account.bodies()), account.server.waiting(BOX), account.set_aside()) == (2, 0, [])


def test_a_mail_that_is_too_large_is_never_fetched(account: Account) -> None:
    account.server.boxes[BOX].mails.clear()
    account.server.put(BOX, b"x" * 1_000_001)
    assert account.take_in() == 0
    assert "UID FETCH" in account.server.asked
    assert account.server.asked.count("UID FETCH") == 1
    assert [reason for _, reason in account.set_aside()] == ["MailTooLarge"]


def test_nobody_else_reads_the_password(
    owner: Connection, tmp_path: Path, trusted: tuple[Server, Path]
) -> None:
    server, _ = trusted
    (tmp_path / "other").mkdir()
    _, stranger = make_certificate(tmp_path / "other")
    with serving(server):
        account = Account(owner, server, tmp_path, stranger)
        assert account.take_in() == 0
    assert server.asked == [], "the server is not the one that it should be"
    ((subject, reason),) = account.set_aside()
    assert subject == "imap/127.0.0.1"
    assert "SSLCertVerificationError" in reason
