"""``falaj people``: the first administrator, roles and suspension, as an operator types them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from casework.access.model import SYSTEM, Actor
from casework.people.errors import AccountSuspended
from casework.people.leaving.service import ask_for_erasure
from casework.people.model import Names, Visitor
from casework.people.settings import PasswordSettings, PeopleSettings
from casework.people.standing import make_administrator
from citycore.clock import system_clock
from stack import boundary
from stack.worker.programme import ProgrammeJobs
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.people.entering import resume, set_password, sign_in, sign_up

EMAIL, PASSWORD = "first@baladiya.example", "date palms by the falaj"


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    stdout: str
    stderr: str


@pytest.fixture
def falaj(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    for name, value in (database.environment() | {"COLUMNS": "250", "FALAJ_LANGUAGE": "en"}).items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Ended:
        code = boundary.run(["people", *words])
        return Ended(code, *capsys.readouterr())

    return run


def test_an_operator_looks_after_accounts(database: Database, falaj: Callable[..., Ended]) -> None:
    here = Visitor("", "")
    assert "no such account" in falaj("list").stdout
    made = falaj("admin", EMAIL, "--name", "سلمى الحارثية", "--language", "ar")
    assert made.code == 0
    link = made.stdout.strip()
    assert link.startswith("http://127.0.0.1:8000/portal/account/password?token=")
    with database.connect("portal") as connection:
        accounts = programme_for(connection, system_clock, PasswordSettings(memory_kib=64, passes=1))
        session = set_password(accounts, link.rpartition("token=")[2], PASSWORD, here)
        signed = resume(accounts, session.token)
        assert [one.duty for one in signed.needs] == ["administrator"], (
            "it sleeps until there is a second factor"
        )

        assert falaj("suspend", EMAIL).stderr.startswith("Without this person")  # the last administrator
        assert falaj("admin", "second@baladiya.example").code == 0
        scope = f"hackathon:{uuid4()}"
        assert falaj("grant", EMAIL, "judge", "--in", scope, "--until", "2090-01-31").code == 0
        listed = falaj("list", "سلمي").stdout
        assert "سلمى الحارثية" in listed
        assert "administrator" in listed
        assert f"judge ({scope}) – 2090-01-31" in listed
        assert falaj("revoke", EMAIL, "judge", "--in", scope).code == 0
        assert falaj("revoke", EMAIL, "judge", "--in", scope).code == 1
        assert falaj("suspend", EMAIL, "--reason", "security").code == 0
        with pytest.raises(AccountSuspended):
            sign_in(accounts, EMAIL, PASSWORD, here)
        assert falaj("reinstate", EMAIL).code == 0
        sign_in(accounts, EMAIL, PASSWORD, here)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("grant", EMAIL, "captain"), 2),
        (("grant", EMAIL, "judge", "--in", "nowhere"), 2),
        (("grant", "nobody@baladiya.example", "editor"), 1),
        (("suspend", "not an address"), 1),
        (("revoke", EMAIL, "editor"), 1),
    ],
)
def test_wrong_wishes_are_one_line(falaj: Callable[..., Ended], words: tuple[str, ...], code: int) -> None:
    ended = falaj(*words)
    assert ended.code == code
    assert "Traceback" not in ended.stderr


def test_the_worker_erases_who_left_and_tidies(database: Database) -> None:
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    with database.connect("portal") as connection:
        accounts = programme_for(connection, lambda: at, PeopleSettings(erasure_grace_days=0))
        person, _ = accounts.call(SYSTEM, make_administrator, "leaving@baladiya.example", "en")
        accounts.call(SYSTEM, make_administrator, EMAIL, "en")
        sign_up(accounts, "silent@baladiya.example", Names(None, "Silent"), "en", Visitor("", ""))
        accounts.call(Actor(person.person_id), ask_for_erasure, person.person_id, person.version)
        programme = ProgrammeJobs(database.settings(), lambda: at + timedelta(days=30))
        programme.move_on()
        programme.tidy_people()
        left = connection.execute(
            "SELECT (SELECT count(*) FROM innovation.people WHERE email IS NOT NULL),"
            " (SELECT count(*) FROM innovation.erasures), (SELECT count(*) FROM innovation.sign_ups)"
        ).fetchone()
    assert left == (1, 1, 0)


def test_an_operator_helps_whoever_has_lost_a_second_factor(
    database: Database, falaj: Callable[..., Ended]
) -> None:
    email = "lost@baladiya.example"
    falaj("admin", email)
    assert "There is no second factor" in falaj("reset-factor", email).stderr
    with database.connect("portal") as connection:
        connection.execute(
            "INSERT INTO innovation.totp_secrets (totp_id, person_id, sealed, key_id, begun_at, confirmed_at)"
            " SELECT %s, person_id, 'x', '00000000', now(), now() FROM innovation.people WHERE email = %s", [uuid4(), email],
        )  # fmt: skip
    ended = falaj("reset-factor", email)
    assert ended.code == 0
    assert f"{email} has no second factor any more" in ended.stdout
    with database.connect("portal") as connection:
        rows = connection.execute(
            "SELECT subject, event FROM innovation.audit WHERE machine = 'second_factor'"
        ).fetchall()
        mails = connection.execute(
            "SELECT template FROM innovation.outbox WHERE recipient = %s ORDER BY created_at", [email]
        ).fetchall()
    assert rows == [("system", "reset")]
    assert mails[-1] == ("second_factor/factor_reset",)
