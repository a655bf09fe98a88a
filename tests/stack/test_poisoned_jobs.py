"""Each job of the worker is poisoned once: it is told and shown, everything else goes on, and it heals."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from casework.outbox.repository import find_mails
from casework.outbox.sending import send_due
from casework.outbox.settings import OutboxSettings
from casework.outbox.transports import open_transport
from citycore.clock import system_clock
from citycore.failures.model import WHOLE, Failure
from citycore.failures.repository import find_failures
from citycore.failures.rules import pause, printable, reason_of
from citycore.failures.service import INTERRUPTED, Attempts, tidy
from citycore.failures.settings import FailureSettings
from citycore.store.connections import Connection
from citycore.store.outages import is_outage
from programme.registry import NOUNS
from stack import boundary
from stack.waiting import wait_until
from stack.worker.guard import Guard
from stack.worker.programme import ProgrammeJobs
from stack.worker.settings import WorkerSettings
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import set_deadline, store_hackathon

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = WorkerSettings(job_retry_seconds_min=1e-6, job_retry_seconds_max=1e-6)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_heads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of each test's own log, which those of another would not continue."""
    monkeypatch.setenv("FALAJ_SELF_CHECKS_FOLDER", str(tmp_path))


@contextmanager
def missing(database: Database, table: str) -> Iterator[None]:
    """Within it a table is not where the jobs look for it."""
    *schema, name = table.split(".")
    there, aside = sql.Identifier(*schema, name), sql.Identifier(f"away_{name}")
    with database.superuser() as connection:
        connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(there, aside))
    try:
        yield
    finally:
        away, back = sql.Identifier(*schema, f"away_{name}"), sql.Identifier(name)
        with database.superuser() as connection:
            connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(away, back))


def listed(connection: Connection) -> list[tuple[str, str]]:
    return [(one.job, one.subject) for one in find_failures(connection, None, 100)]


@pytest.fixture
def later() -> Callable[[], datetime]:
    """A clock that is a day further each time the test looks, so that what rests is due again."""
    days = 0

    def clock() -> datetime:
        return system_clock() + timedelta(days=days)

    def pass_by() -> None:
        nonlocal days
        days += 1

    clock.pass_by = pass_by  # type: ignore[attr-defined]  # one object is easier to hand over
    return clock


#: What is missing, what runs, and what is then in the list: a job as a whole, or a part of it.
WITHOUT = (
    ("innovation.hackathons", "move_on", "clockwork", "hackathon"),
    ("innovation.application_reminders", "move_on", "application_reminders", WHOLE),
    ("innovation.erasures", "move_on", None, None),
    ("innovation.vendor_documents", "move_on", "vendor_reminders", WHOLE),
    ("innovation.introduction_outcomes", "move_on", "introduction_questions", WHOLE),
    ("innovation.search_readers", "move_on", "search_news", WHOLE),
    ("innovation.links", "tidy_people", "tidy_accounts", "links"),
    ("innovation.identity_flows", "tidy_people", "tidy_accounts", "identity_flows"),
)


@pytest.mark.parametrize(("table", "work", "job", "subject"), WITHOUT, ids=[one[0] for one in WITHOUT])
def test_a_job_that_fails_is_listed_and_keeps_no_other_from_running(
    database: Database, capsys: pytest.CaptureFixture[str], later: Any, table: str, work: str, job: str | None,
    subject: str | None,
) -> None:  # fmt: skip
    settings = database.settings()
    programme = ProgrammeJobs(settings, later, Guard(settings, AT_ONCE, later))
    # The job before the last and the last one have something to do; both show that the rest ran.
    with database.connect() as owner, database.connect("worker") as worker:
        hackathon_id = store_hackathon(owner)
        owner.execute("UPDATE innovation.hackathons SET state = 'announced'")
        set_deadline(owner, hackathon_id, "registration_opens", system_clock() - timedelta(seconds=1))
        with missing(database, table):
            for _ in range(3):
                getattr(programme, work)()
            found = listed(worker)
            if job is not None:
                assert found, "it is shown"
                assert {one for one, _ in found} == {job}
                assert all(one.startswith(subject or "") for _, one in found)
            else:
                assert found == []
        if work == "move_on" and job != "clockwork":
            state = owner.execute("SELECT state FROM innovation.hackathons").fetchone()
            assert state == ("registration_open",), "the others went on"
        later.pass_by()
        getattr(programme, work)()
        assert listed(worker) == [], "it healed"
    told = capsys.readouterr().out
    if subject == WHOLE:
        assert (told.count("job_failed"), told.count("job_healed")) == (1, 1), told


def test_a_file_that_cannot_be_removed_keeps_no_other_from_it(
    database: Database, tmp_path: Path, later: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder where a file should be, a link to nowhere, a name that is no text: each beside a sound one."""
    monkeypatch.setenv("FALAJ_DATA", str(tmp_path))
    programme = ProgrammeJobs(database.settings(), later, Guard(database.settings(), AT_ONCE, later))
    sound: list[Path] = []
    wrong: list[Path] = []
    for sweep in NOUNS.stores:
        place = sweep.store().folder / "ab" / "cd"
        place.mkdir(parents=True)
        (place / "a-folder").mkdir()
        (place / "link").symlink_to(tmp_path / "nowhere")
        strange = Path(os.fsdecode(os.fsencode(place) + b"/\xff\xfe"))
        strange.write_bytes(b"x")
        old = place / ("f" * 64)
        old.write_bytes(b"x")
        for path in (strange, old, place / "a-folder"):
            os.utime(path, (0, 0))
        sound.append(old)
        wrong += [place / "a-folder", place / "link", strange]
    programme.tidy_people()
    assert not any(path.exists() for path in sound)
    with database.connect("worker") as worker:
        failed = listed(worker)
        assert {job for job, _ in failed} == {sweep.job for sweep in NOUNS.stores}
        assert len(failed) == len(wrong)
        for path in wrong:
            (path.rmdir if path.is_dir() else path.unlink)()
        worker.execute("UPDATE failures SET due_at = now() - interval '3 days'")
        assert tidy(worker, FailureSettings(), system_clock) == len(wrong), "what is no more is forgotten"


#: Mails as an older hub or somebody's hand may have left them.
MAILS: tuple[dict[str, Any], ...] = (
    {"recipient": "a@b\r\nBcc: all@example.om"},
    {"recipient": "no address at all"},
    {"recipient": "x" * 9_000 + "@example.om"},
    {"recipient": "عمل@مثال.عمان\u202e"},
    {"recipient": ""},
    {"template": "gone/gone"},
    {"template": "no-slash"},
    {"template": "../../etc/passwd"},
    {"template": "os/path"},
    {"template": ""},
    {"fields": Jsonb({})},
    {"fields": Jsonb([])},
    {"fields": Jsonb(None)},
    {"fields": Jsonb({"link": 7, "expires_at": {}})},
    {"created_at": "infinity"},
    {"created_at": "-infinity"},
    {"created_at": "4713-01-01 BC"},
    {"created_at": "294276-12-31"},
    {"language": "xx"},
)


def test_a_mail_that_cannot_be_written_fails_alone(database: Database, tmp_path: Path) -> None:
    settings = OutboxSettings(folder=tmp_path / "mail")
    sound = {
        "template": "people/confirm", "language": "en", "recipient": "amal@example.om",
        "created_at": str(NOW), "due_at": str(NOW),
        "fields": Jsonb({"link": "https://falaj.example/x", "expires_at": "x"}),
    }  # fmt: skip
    refused = 0
    with database.connect() as owner, database.connect("portal") as portal:
        for mail in (*MAILS, {}):
            given = {"mail_id": uuid4(), **sound, **mail}
            columns = sql.SQL(", ").join(map(sql.Identifier, given))
            marks = sql.SQL(", ").join(sql.Placeholder() * len(given))
            try:
                owner.execute(
                    sql.SQL("INSERT INTO innovation.outbox ({}) VALUES ({})").format(columns, marks),
                    list(given.values()),
                )
            except psycopg.errors.IntegrityError:  # the table itself keeps it out
                refused += 1
        owner.execute("UPDATE innovation.outbox SET due_at = %s", [NOW])
        with open_transport(settings) as transport:
            tally = send_due(programme_for(portal, lambda: NOW, settings), transport)
            assert send_due(programme_for(portal, lambda: NOW, settings), transport).sent == 0
        assert tally.sent >= 1
        assert tally.sent + tally.failed + refused == len(MAILS) + 1
        assert tally.failed >= 10
        sent = owner.execute(
            "SELECT count(*) FROM innovation.outbox WHERE sent_at IS NOT NULL AND recipient = 'amal@example.om'"
        ).fetchone()
        assert sent is not None
        assert sent[0] >= 1
        shown = owner.execute(
            "SELECT last_error FROM innovation.outbox WHERE failed_at IS NOT NULL"
        ).fetchall()
        assert all(reason and len(reason) <= 500 for (reason,) in shown)
        assert find_mails(portal, None, 1) is not None


def test_the_worker_lives_without_any_of_its_tables_and_works_when_they_are_back(
    database: Database, tmp_path: Path
) -> None:
    log = tmp_path / "worker.log"
    environment = {
        **os.environ, **database.environment(), "FALAJ_DATA": str(tmp_path),
        "FALAJ_WORKER_POLL_SECONDS": "0.2", "FALAJ_WORKER_FORECAST_CHECK_SECONDS": "1",
        "FALAJ_WORKER_BULK_CHECK_SECONDS": "1", "FALAJ_WORKER_PROGRAMME_CHECK_SECONDS": "1",
        "FALAJ_WORKER_MAIL_CHECK_SECONDS": "1", "FALAJ_WORKER_JOB_RETRY_SECONDS_MAX": "1",
        "FALAJ_WORKER_JOB_RETRY_SECONDS_MIN": "0.5",
    }  # fmt: skip
    # The outbox by itself and last: what is done once at the start looks into it, and again only after an hour.
    broken = (
        {
            "dirty_buckets": "hourly_roll_ups",
            "dirty_days": "daily_roll_ups",
            "forecasts": "forecasts",
            "dataset_days": "bulk_files",
        },
        {"innovation.outbox": "mail_due"},
    )
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "stack.worker"], cwd=ROOT, stdout=output, stderr=output, env=environment
        )
    try:
        with database.connect("worker") as worker:
            for group in broken:
                wanted = {(job, WHOLE) for job in group.values()}
                with ExitStack() as tables:
                    for table in group:
                        tables.enter_context(missing(database, table))
                    assert wait_until(lambda wanted=wanted: wanted <= set(listed(worker)), 120), (
                        log.read_text()
                    )
                assert wait_until(lambda: listed(worker) == [], 120), (listed(worker), log.read_text())
        assert process.poll() is None
        text = log.read_text()
        jobs = [job for group in broken for job in group.values()]
        assert all(f"job={job}" in text or f'"{job}"' in text for job in jobs), text
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


def test_what_failed_is_listed_for_the_operator(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (database.environment() | {"COLUMNS": "250", "FALAJ_LANGUAGE": "en"}).items():
        monkeypatch.setenv(name, value)
    assert boundary.run(["failures", "list"]) == 0
    assert "Nothing failed." in capsys.readouterr().out
    with database.connect("worker") as worker:
        attempts = Attempts(worker, "forecasts", system_clock)
        attempts.attempt("17", lambda: 1 // 0)
        Guard(database.settings(), AT_ONCE, system_clock).failed("clockwork", KeyError("x"), is_traced=False)
        capsys.readouterr()
        assert boundary.run(["failures", "list"]) == 0
        shown = capsys.readouterr().out
        assert "ZeroDivisionError" in shown
        assert "the job itself" in shown
        assert shown.index("clockwork") < shown.index("forecasts")
        monkeypatch.setenv("FALAJ_LANGUAGE", "ar")
        assert boundary.run(["failures", "retry", "--job", "forecasts"]) == 0
        assert "يُعاد فورًا: 1" in capsys.readouterr().out
        assert Attempts(worker, "forecasts", system_clock).attempt("17", lambda: 3) == 3
        assert [one.job for one in find_failures(worker, None, 10)] == ["clockwork"]


class Watch:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def fail() -> int:
    raise ValueError("no\x00 text \ud800\u202e " + "x" * 9_000)


def test_attempts_wait_longer_each_time_and_are_told_twice(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Watch()
    with database.connect("worker") as worker:
        for number in range(1, 6):
            assert Attempts(worker, "job", watch).attempt("it\x00", fail) is None
            [failure] = find_failures(worker, "job", 10)
            assert failure.attempts == number
            assert failure.due_at - watch.now == pause(number, FailureSettings())
            watch.now = failure.due_at - timedelta(seconds=1)
            assert Attempts(worker, "job", watch).attempt("it\x00", lambda: 1) is None, "not before"
            watch.now = failure.due_at
        assert failure.first_at == NOW
        assert Attempts(worker, "job", watch).attempt("it\x00", lambda: 1) == 1
        assert find_failures(worker, "job", 10) == []
    told = capsys.readouterr().out
    assert (told.count("[warning"), told.count("done_at_last")) == (1, 1)


def test_what_ended_the_process_twice_waits(database: Database) -> None:
    watch = Watch()
    with database.connect("worker") as worker:
        for attempts in (0, 1, 2):
            with pytest.raises(SystemExit):
                Attempts(worker, "job", watch, may_kill=True).attempt("killer", sys.exit)
            [row] = worker.execute("SELECT attempts, due_at, reason FROM failures").fetchall()
            assert row[0] == attempts
            assert row[1] == watch.now + (pause(attempts, FailureSettings()) if attempts else timedelta())
            watch.now = row[1]
        assert row[2] == INTERRUPTED


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (psycopg.OperationalError("gone"), True), (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.DeadlockDetected(), True), (psycopg.errors.DiskFull(), True),
        (psycopg.errors.QueryCanceled(), False), (psycopg.errors.ProgramLimitExceeded(), False),
        (psycopg.errors.NumericValueOutOfRange(), False), (psycopg.errors.UndefinedTable(), False),
        (ValueError(), False), (MemoryError(), False),
    ],
)  # fmt: skip
def test_what_is_the_database_being_away(error: Exception, outage: bool) -> None:
    assert is_outage(error) is outage


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError(), "ValueError"),
        (ValueError("\n\n a\nb"), "ValueError: a"),
        (KeyError("k"), "KeyError: 'k'"),
    ],
)
def test_a_reason_is_one_line(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason


def test_what_is_kept_can_be_stored_and_shown() -> None:
    assert printable("a\x00b\ud800\u202ec\nd") == "a b c d"
    assert len(printable("x" * 10_000)) == 200
    assert Failure("a", WHOLE, "", 1, NOW, NOW, NOW).subject == WHOLE
