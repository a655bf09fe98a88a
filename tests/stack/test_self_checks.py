"""The worker's checks of the hub itself: heads of the log are noted every day, a cut tail is found, administrators are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from casework.access.model import SYSTEM
from casework.audit.service import append
from casework.self_checks.heads import HeadsKey, read
from casework.self_checks.model import Notice
from casework.self_checks.telling import tell_administrators
from citycore.clock import system_clock
from citycore.failures import repository as failures
from citycore.settings import StoreSettings
from stack import boundary
from stack.worker.programme import ProgrammeJobs
from tests.conftest import Database
from tests.hackathon.clam import Clam
from tests.hackathon.test_audit import LINE


@dataclass(slots=True)
class Hub:
    """``ahead`` is how much later it is for the worker than it is."""

    database: Database
    home: Path
    ahead: timedelta = timedelta()

    def work(self) -> None:
        """A round of the worker's, which has none behind it."""
        store = StoreSettings.model_validate({})
        ProgrammeJobs(store, lambda: system_clock() + self.ahead).tidy_people()

    def failed(self) -> dict[str, str]:
        with self.database.connect("worker") as connection:
            return {one.job: one.reason for one in failures.find_failures(connection, None, 50)}

    def mails(self, template: str) -> list[psycopg.rows.TupleRow]:
        with self.database.connect() as owner:
            return owner.execute(
                "SELECT recipient, fields, file_name FROM innovation.outbox WHERE template = %s ORDER BY created_at",
                [f"self_checks/{template}"],
            ).fetchall()

    def write(self, count: int) -> None:
        with self.database.connect("portal") as connection, connection.transaction():
            append(connection, *[LINE] * count)

    def cut(self, count: int) -> None:
        """As whoever owns the database does it, who knows how the chain is made: it holds by itself afterwards."""
        with self.database.connect() as owner:
            owner.execute("ALTER TABLE innovation.audit DISABLE TRIGGER ALL")
            owner.execute("ALTER TABLE innovation.audit_heads DISABLE TRIGGER ALL")
            owner.execute(
                "DELETE FROM innovation.audit WHERE chain = 'hub' AND position > "
                "(SELECT max(position) - %s FROM innovation.audit WHERE chain = 'hub')",
                [count],
            )
            owner.execute(
                "UPDATE innovation.audit_heads SET (position, digest) = (SELECT position, digest FROM innovation.audit "
                "WHERE chain = 'hub' ORDER BY position DESC LIMIT 1) WHERE chain = 'hub'"
            )


@pytest.fixture
def hub(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    elsewhere = tmp_path / "elsewhere"
    environment = database.environment() | {
        "FALAJ_DATA": str(tmp_path / "data"),
        "FALAJ_FOLLOW_UP_FOLDER": str(tmp_path / "follow_up"),
        "FALAJ_SELF_CHECKS_FOLDER": str(tmp_path / "data" / "audit-heads"),
        "FALAJ_SELF_CHECKS_HEADS_FOLDER": str(elsewhere),
        "FALAJ_SELF_CHECKS_HEADS_MAIL_TO": "auditor@diwan.example",
        "FALAJ_LANGUAGE": "en",
        "COLUMNS": "200",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    one = Hub(database, tmp_path)
    one.write(6)
    return one


@pytest.fixture
def falaj(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*words: str) -> tuple[int, str]:
        code = boundary.run(words)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def enter(hub: Hub) -> str:
    """An administrator, who has confirmed their address."""
    assert (
        boundary.run(
            ["people", "admin", "amal@baladiya.example", "--name", "أمل الكندية", "--language", "ar"]
        )
        == 0
    )
    with hub.database.connect() as owner:
        owner.execute("UPDATE innovation.people SET email_verified_at = now(), state = 'active'")
    return "amal@baladiya.example"


def test_heads_are_noted_once_a_day_and_a_cut_tail_is_found(
    hub: Hub, falaj: Callable[..., tuple[int, str]]
) -> None:
    administrator = enter(hub)
    hub.work()
    hub.work()
    (note,) = (hub.home / "elsewhere").iterdir()
    own = hub.home / "data" / "audit-heads" / note.name
    assert own.read_text() == note.read_text()
    ((recipient, fields, file_name),) = hub.mails("heads")
    assert (recipient, file_name) == ("auditor@diwan.example", note.name)
    falaj("audit", "key")
    _, key = falaj("audit", "key")
    assert fields["signed_by"] == key.strip()
    assert [one.chain for one in read(note.read_text(), [key.strip()])] == ["hub"]
    assert falaj("audit", "verify", "--noted", str(note))[0] == 0
    assert falaj("audit", "verify", "--noted", str(note), "--key", HeadsKey.of(bytes(32)).public) == (
        1, f"{note}, line 6: another key signed these heads\n",
    )  # fmt: skip
    assert hub.failed() == {}

    hub.cut(2)
    assert falaj("audit", "verify")[0] == 0, "by itself the chain holds"
    code, said = falaj("audit", "verify", "--noted", str(note))
    assert (code, "it is missing" in said) == (1, True)
    hub.work()
    assert hub.failed() == {}, "not due before tomorrow"
    hub.ahead = timedelta(days=1, minutes=1)
    hub.work()
    assert "missing" in hub.failed()["audit_log"]
    assert len(list((hub.home / "elsewhere").iterdir())) == 2
    hub.ahead += timedelta(minutes=10)
    hub.work()
    assert "missing" in hub.failed()["audit_log"], "it stays until it is right"
    ((recipient, fields, _),) = hub.mails("log_broken")
    assert recipient == administrator
    assert "missing" in fields["findings"]


def test_a_note_that_somebody_changed_is_no_note(hub: Hub) -> None:
    hub.work()
    (note,) = (hub.home / "elsewhere").iterdir()
    note.write_text(note.read_text().replace("hub 6", "hub 5"))
    hub.ahead = timedelta(days=1, minutes=1)
    hub.work()
    assert note.name in hub.failed()["audit_log"]


def test_a_second_place_that_is_away_is_tried_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    (blocked := hub.home / "blocked").write_text("no folder")
    monkeypatch.setenv("FALAJ_SELF_CHECKS_HEADS_FOLDER", str(blocked / "x"))
    hub.work()
    assert "audit_heads" in hub.failed()
    assert hub.mails("heads") == []
    monkeypatch.setenv("FALAJ_SELF_CHECKS_HEADS_FOLDER", str(hub.home / "elsewhere"))
    hub.work()
    assert len(list((hub.home / "elsewhere").iterdir())) == 1
    assert "audit_heads" not in hub.failed()


def test_a_scanner_that_is_away_is_told_and_healed(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(hub)
    path = hub.home / "clamd.ctl"
    monkeypatch.setenv("FALAJ_FILES_SCANNER", str(path))
    hub.work()
    assert "scanner" in hub.failed()
    hub.work()
    assert len(hub.mails("scanner_away")) == 1
    with Clam(path):
        hub.work()
    assert "scanner" not in hub.failed()


def test_administrators_are_told_of_a_thing_once_and_not_of_everything(hub: Hub) -> None:
    enter(hub)
    jobs = ProgrammeJobs(StoreSettings.model_validate({}), system_clock)
    said = {"kind": "x", "count": "100", "hours": "24", "link": "https://hub.example/portal"}
    told = []
    with hub.database.connect("portal") as connection:
        for number in [0, 0, *range(30)]:
            with connection.transaction():
                session = jobs.programme.within(connection, SYSTEM)
                subject = f"192.0.{number}.0/24"
                told.append(
                    tell_administrators(session, Notice.MANY_REFUSALS, subject, subject=subject, **said)
                )
    assert told[:3] == [1, 0, 0]
    assert sum(told) == 20 == len(hub.mails("many_refusals"))
