"""Secrets as files: what the commands make, and that every process comes up with its own and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from citycore.credentials import FOLDER, PROCESSES, SECRETS
from citycore.settings import StoreSettings
from stack.child import Child
from stack.ports import free_port
from stack.postgres import ROLES
from stack.processes import ROOT, answers_200
from stack.secrets_store import DRAWN, URLS, Place, SecretsStore, verifier
from stack.waiting import wait_until
from tests.stack.conftest import Command

pytestmark = pytest.mark.usefixtures("wire")
START_SECONDS_MAX = 120
#: What tells a process nothing of the hub.
BARE = {name: text for name, text in os.environ.items() if not name.startswith("FALAJ_") and name != FOLDER}
PROGRAMS = {
    "migrate": ("stack", "migrate"),
    "ingest": ("ingest",),
    "worker": ("stack.worker",),
    "api": ("hub_api",),
    "dashboards": (
        "dashboards",
        "--server.address",
        "127.0.0.1",
        "--server.headless",
        "true",
        "--server.port",
    ),
}
HEALTH = {"ingest": "/readyz", "worker": "/livez", "api": "/readyz", "dashboards": "/_stcore/health"}


@pytest.fixture
def falaj(command: Command) -> Command:
    """The command, whose process nobody looks at here."""
    return partial(command, FALAJ_LANGUAGE="en")


def handed(folder: Path, process: str, secrets: dict[str, str]) -> Path:
    """What systemd would hand to a unit, of these."""
    own = folder / process
    own.mkdir()
    for name in PROCESSES[process].all:
        if name in secrets:
            (own / name).write_text(secrets[name] + "\n", "utf-8")
    return own


@pytest.fixture
def secrets(database: Any, broker: Any) -> dict[str, str]:
    """Of a database in which each role has a password of its own, and of a broker."""
    users = {name: text for name, text in broker.users.environment().items() if name in SECRETS}
    return {**database.environment(), **users, **dict.fromkeys(DRAWN, "x" * 43)}


def test_each_role_of_the_private_server_has_a_password_of_its_own(postgres: Any):
    passwords = {role: re.search(r":([^:@]+)@", postgres.url(role))[1] for role in ROLES}  # type: ignore[index]
    superuser = re.search(r":([^:@]+)@", postgres.superuser_url("postgres"))[1]  # type: ignore[index]
    assert len({*passwords.values(), superuser}) == len(ROLES) + 1
    stranger = postgres.url("read").replace(passwords["read"], passwords["portal"])
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(stranger, connect_timeout=5)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_comes_up_with_its_own_credentials_and_nothing_else(
    process: str, secrets: dict[str, str], broker: Any, tmp_path: Path
):
    port = str(free_port())
    module, *words = PROGRAMS[process]
    ports = {"api": "FALAJ_API_PORT", "ingest": "FALAJ_INGEST_HTTP_PORT", "worker": "FALAJ_WORKER_HTTP_PORT"}
    told = {
        FOLDER: str(handed(tmp_path, process, secrets)),
        "PYTHONPATH": str(ROOT),
        "FALAJ_DATA": str(tmp_path / "data"),
        "FALAJ_BROKER_PORT": str(broker.port),
        "FALAJ_SIGN_IN_REDIRECT_URI": "https://dash.example/oauth2callback",
        **({ports[process]: port} if process in ports else {}),
    }
    log = tmp_path / f"{process}.log"
    others = frozenset(name for name in os.environ if name.startswith("FALAJ_"))
    command = [sys.executable, "-m", module, *words, *([port] if process == "dashboards" else [])]
    child = Child(process, command, log, told, others - told.keys())
    child.start()
    try:
        assert child.process is not None
        if process == "migrate":
            assert child.process.wait(START_SECONDS_MAX) == 0, child.last_words()
            return
        ready = answers_200(f"http://127.0.0.1:{port}{HEALTH[process]}", 5.0)
        assert wait_until(ready, START_SECONDS_MAX, alive=lambda: child.running), child.last_words(20)
        known = Path(f"/proc/{child.process.pid}/environ").read_bytes().decode().split("\0")
        assert [one for one in known if one.partition("=")[0] in SECRETS] == []
    finally:
        child.stop()


@pytest.mark.parametrize("process", [one for one, needs in PROCESSES.items() if needs.required])
def test_without_one_it_says_in_a_line_which(process: str, tmp_path: Path):
    module, *words = PROGRAMS[process]
    ended = subprocess.run(
        [sys.executable, "-m", module, *words],
        env={**BARE, "PYTHONPATH": str(ROOT), FOLDER: str(tmp_path), "FALAJ_LANGUAGE": "en", "FALAJ_LOG_FORMAT": "json"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    said = (ended.stdout + ended.stderr).strip()
    assert ended.returncode == 1
    assert len(said.splitlines()) == 1, said
    assert ", ".join(PROCESSES[process].required) in said


def test_commands_make_and_renew_what_the_database_then_takes(
    postgres: Any, database: Any, tmp_path: Path, falaj: Command
):
    store = tmp_path / "store"
    made = falaj(
        "credentials", "init", "--folder", str(store), "--host", "127.0.0.1", "--port", str(postgres.port)
    )
    assert made.returncode == 0, made.stderr
    assert {file.name for file in store.iterdir()} == {*URLS, *DRAWN}
    assert {file.stat().st_mode & 0o777 for file in (store, *store.iterdir())} == {0o700, 0o600}
    held = [file.read_text("utf-8").strip() for file in store.iterdir()]
    assert not [
        secret for secret in held if secret.partition("//")[2].partition("@")[0] in made.stdout.split("'")
    ]
    again = falaj("credentials", "init", "--folder", str(store))
    assert (again.returncode, "FALAJ_STORE_READ_URL" in again.stderr) == (1, True)
    before = (store / "FALAJ_STORE_READ_URL").read_text("utf-8")
    renewed = falaj(
        "credentials", "renew", "FALAJ_STORE_READ_URL", "FALAJ_API_CURSOR_KEY", "--folder", str(store)
    )
    assert renewed.returncode == 0, renewed.stderr
    assert "systemctl restart falaj-api" in renewed.stderr
    url = (store / "FALAJ_STORE_READ_URL").read_text("utf-8").strip()
    assert url != before.strip()
    try:
        with postgres.superuser() as connection:
            connection.execute(renewed.stdout)
        with psycopg.connect(url.removesuffix("falaj") + database.name) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("falaj_read",)
    finally:
        old = re.search(r":([^:@]+)@", postgres.url("read"))[1]  # type: ignore[index]
        with postgres.superuser() as connection:
            connection.execute(f"ALTER ROLE falaj_read PASSWORD '{verifier(old, b'salt' * 4)}'")
    refused = falaj("credentials", "renew", "FALAJ_OUTBOX_SMTP_PASSWORD", "--folder", str(store))
    assert (refused.returncode, "FALAJ_OUTBOX_SMTP_PASSWORD" in refused.stderr) == (1, True)


def test_on_one_machine_there_are_no_passwords_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert SecretsStore(tmp_path / "store").establish(Place()) == []
    monkeypatch.setenv(FOLDER, str(tmp_path / "store"))
    url = StoreSettings().read_url.get_secret_value()
    assert url == "postgresql://falaj_read@/falaj?host=/run/postgresql&port=5432"


def test_elsewhere_the_database_has_to_show_who_it_is():
    assert (
        Place("db.example").url("falaj_read", "p")
        == "postgresql://falaj_read:p@db.example:5432/falaj?sslmode=verify-full"
    )
    assert Place("127.0.0.1").url("falaj_read", "p") == "postgresql://falaj_read:p@127.0.0.1:5432/falaj"


def test_a_secret_of_the_broker_is_changed_while_it_runs(tmp_path: Path, falaj: Command):
    from stack.broker import PrivateBroker

    server = PrivateBroker(tmp_path / "broker", free_port(), admits_anonymous=False)
    server.start()
    try:
        store = SecretsStore(tmp_path / "store")
        (tmp_path / "store").mkdir()
        for name, text in server.users.environment().items():
            store.write(name, text)
        for name in ("FALAJ_BROKER_PASSWORD", "FALAJ_BROKER_ADMIN_PASSWORD"):
            before = store.read(name)
            done = falaj(
                "credentials",
                "renew",
                name,
                "--folder",
                str(store.folder),
                FALAJ_BROKER_PORT=str(server.port),
            )
            assert done.returncode == 0, done.stderr
            assert store.read(name) != before
        # Only whoever has the new one is let in.
        done = falaj("credentials", "renew", "FALAJ_BROKER_PASSWORD", "--folder", str(store.folder),
                     FALAJ_BROKER_PORT=str(server.port))  # fmt: skip
        assert done.returncode == 0, done.stderr
        store.write("FALAJ_BROKER_ADMIN_PASSWORD", server.users.administrator_secret)
        kept = store.read("FALAJ_BROKER_PASSWORD")
        done = falaj("credentials", "renew", "FALAJ_BROKER_PASSWORD", "--folder", str(store.folder),
                     FALAJ_BROKER_PORT=str(server.port))  # fmt: skip
        assert done.returncode == 1
        assert store.read("FALAJ_BROKER_PASSWORD") == kept, "what the broker was not told is not written"
    finally:
        server.stop()
