"""``falaj audit``, ``falaj mail`` and the worker's part in the innovation programme, as processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from casework.audit.model import Line
from casework.audit.service import append
from casework.outbox.model import Mail, Template
from casework.outbox.service import enqueue
from citycore.clock import system_clock
from stack import boundary
from stack.waiting import wait_until
from tests.conftest import Database
from tests.hackathon.machines import set_deadline, store_hackathon
from tests.hackathon.smtp_server import mail_server

ROOT = Path(__file__).resolve().parents[2]
CONFIRM = Template("casework.people", "confirm")


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    stdout: str
    stderr: str


Falaj = Callable[..., Ended]


@pytest.fixture
def falaj(database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Falaj:
    """Run one command line against this test's database."""
    for name, value in (database.environment() | {"COLUMNS": "250"}).items():
        monkeypatch.setenv(name, value)

    def run(*words: str, language: str = "en") -> Ended:
        monkeypatch.setenv("FALAJ_LANGUAGE", language)
        code = boundary.run(words)
        return Ended(code, *capsys.readouterr())

    return run


def write_lines(database: Database, chain: str, count: int) -> None:
    with database.connect("portal") as connection:
        for number in range(count):
            line = Line(
                chain,
                system_clock(),
                "system",
                "permit",
                UUID(int=1),
                "submit",
                "a",
                "b",
                None,
                {"n": number},
            )
            append(connection, line)


def test_the_log_is_verified_and_its_heads_are_noted(database: Database, falaj: Falaj, tmp_path: Path):
    write_lines(database, "hub", 3)
    whole = falaj("audit", "verify")
    assert (whole.code, whole.stdout) == (0, "The log is whole. Chains: 1, lines: 3.\n")
    noted = tmp_path / "noted.txt"
    noted.write_text("# Monday\n\n" + falaj("audit", "head").stdout, "utf-8")
    write_lines(database, "hub", 1)
    assert falaj("audit", "verify", "--noted", str(noted), "--chain", "hub").code == 0
    with database.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE innovation.audit SET reason = 'bribed' WHERE position = 2")
    for words in (["audit", "verify"], ["audit", "verify", "--chain", "hub"]):
        wrong = falaj(*words)
        assert (wrong.code, wrong.stdout) == (1, "")
        assert wrong.stderr == "Chain hub, line 2: it was changed after it was written\n"
    assert "السطر 2: غُيّر بعد كتابته" in falaj("audit", "verify", language="ar").stderr
    unknown = falaj("audit", "verify", "--chain", "nothing")
    assert unknown.code == 2
    noted.write_text("hub three nonsense\n", "utf-8")
    assert (
        "line 1: this is not a line of falaj audit head"
        in falaj("audit", "verify", "--noted", str(noted)).stderr
    )


def test_the_worker_opens_registration_and_mails_and_failed_mail_is_shown(
    database: Database, falaj: Falaj, tmp_path: Path
):
    fields = {"link": "https://falaj.example/x", "expires_at": system_clock()}
    with database.connect() as owner:
        hackathon_id = store_hackathon(owner)
        owner.execute("UPDATE innovation.hackathons SET state = 'announced'")
        set_deadline(owner, hackathon_id, "registration_opens", system_clock() - timedelta(seconds=1))
    with database.connect("portal") as portal:
        for recipient in ("amal@example.om", "nobody@example.om"):
            enqueue(portal, [Mail(CONFIRM, "ar", recipient, fields)], system_clock())
        portal.execute("UPDATE innovation.outbox SET template = 'gone/gone' WHERE recipient LIKE 'nobody%'")
    with (
        running_worker(database, tmp_path, FALAJ_OUTBOX_FOLDER=str(tmp_path / "mail")),
        database.connect() as owner,
    ):
        assert wait_until(lambda: len(list((tmp_path / "mail").glob("*.eml"))) == 1, 60)
        assert wait_until(lambda: "nobody@example.om" in falaj("mail", "list").stdout, 60)
        query = "SELECT state FROM innovation.hackathons"
        assert wait_until(lambda: owner.execute(query).fetchone() == ("registration_open",), 60)
    shown = falaj("mail", "list")
    assert "amal@example.om" not in shown.stdout
    assert "no noun of that name: 'gone'" in shown.stdout
    assert "amal@example.om" in falaj("mail", "list", "--status", "sent").stdout
    assert falaj("mail", "retry").code == 2
    assert falaj("mail", "retry", "--all").stdout == "Mails that begin anew: 1\n"
    assert falaj("mail", "list").stdout == "No mail of this kind.\n"
    assert "تنتظر" in falaj("mail", "list", "--status", "waiting", language="ar").stdout


def test_a_worker_that_waits_for_a_silent_mail_server_ends_when_it_is_told_to(
    database: Database, tmp_path: Path
):
    fields = {"link": "https://falaj.example/x", "expires_at": system_clock()}
    with database.connect("portal") as portal:
        enqueue(portal, [Mail(CONFIRM, "en", "amal@example.om", fields)], system_clock())
    with mail_server() as box:
        box.silent_at = "MAIL"
        settings = {
            "FALAJ_OUTBOX_SMTP_HOST": "127.0.0.1", "FALAJ_OUTBOX_SMTP_PORT": str(box.port),
            "FALAJ_OUTBOX_SMTP_TLS": "none", "FALAJ_OUTBOX_SMTP_SECONDS_MAX": "600",
            "FALAJ_OUTBOX_LEASE_SECONDS": "6000",
        }  # fmt: skip
        with running_worker(database, tmp_path, **settings) as process:
            assert box.reached.wait(60)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
    assert "mail_put_off" in (tmp_path / "worker.log").read_text("utf-8")


@contextmanager
def running_worker(database: Database, folder: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """The worker as a process; stopped in order at the end."""
    environment = {
        **os.environ, **database.environment(), "FALAJ_WORKER_PROGRAMME_CHECK_SECONDS": "1",
        "FALAJ_WORKER_MAIL_CHECK_SECONDS": "1", "FALAJ_BULK_FOLDER": str(folder / "bulk"), "FALAJ_DATA": str(folder),
        **settings,
    }  # fmt: skip
    with (folder / "worker.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "stack.worker"],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield process
        process.terminate()
        process.wait(60)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
