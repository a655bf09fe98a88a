"""The command line as a person meets it: help, languages, and errors in one line."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import psycopg
import pytest
from rich.text import Text

from stack.cli import app
from stack.ports import LOOPBACK, free_port
from stack.postgres import PrivatePostgres
from stack.texts import choose_language
from tests.conftest import open_folder
from tests.stack.conftest import Command, Ended

pytestmark = pytest.mark.usefixtures("wire")
ROOT = Path(__file__).resolve().parents[2]


def falaj(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, with nothing of a hub that may run here."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FALAJ_")}
    return subprocess.run(
        [sys.executable, "-m", "stack", *arguments],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
        env={**clean, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", **environment},
    )  # fmt: skip


def assert_one_line(outcome: subprocess.CompletedProcess[str] | Ended, *words: str) -> None:
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1, outcome.stderr
    for word in words:
        assert word in outcome.stderr


def test_help_lists_every_command_with_one_line():
    outcome = falaj("--help", COLUMNS="100")
    assert outcome.returncode == 0
    lines = outcome.stdout.splitlines()
    for command in app.registered_commands:
        [line] = [
            line for line in lines if line.startswith(f"│ {command.name or command.callback.__name__} ")
        ]
        assert len(line.split()) > 4, line


def test_help_does_not_load_what_commands_need():
    """Counted in modules, not in seconds, which are the machine's."""
    outcome = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "stack", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in outcome.stderr.splitlines()}
    assert "stack.cli" in loaded
    heavy = {
        "fastapi",
        "geopandas",
        "numpy",
        "pandas",
        "prophet",
        "psycopg",
        "pyarrow",
        "streamlit",
        "uvicorn",
    }
    assert loaded & heavy == set()


def test_no_command_shows_the_same_help():
    alone = falaj()
    assert alone.returncode == 0
    assert alone.stdout == falaj("--help").stdout


def test_help_speaks_arabic():
    outcome = falaj("--help", FALAJ_LANGUAGE="ar")
    assert "تشغيل المنصة" in outcome.stdout


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ar_OM.UTF-8"}, "ar"),
        ({"LANG": "ar_OM.UTF-8", "FALAJ_LANGUAGE": "en"}, "en"),
        ({"LANG": "ar_OM.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"FALAJ_LANGUAGE": "fr", "LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_follows_the_wish_then_the_locale(environment, language):
    assert choose_language(environment) == language


@pytest.mark.parametrize("words", ["replay", "places load", "things load"])
def test_without_a_running_hub_commands_say_so(command: Command, tmp_path: Path, words: str):
    file = tmp_path / "file"
    file.touch()
    outcome = command(*words.split(), str(file), FALAJ_DATA=str(tmp_path))
    assert_one_line(outcome, str(tmp_path), "falaj demo")


def test_errors_speak_arabic(command: Command, tmp_path: Path):
    outcome = command("migrate", FALAJ_DATA=str(tmp_path), FALAJ_LANGUAGE="ar")
    assert_one_line(outcome, "لا توجد منصة تعمل")


def test_a_database_that_is_away_is_one_line(command: Command):
    url = "postgresql://falaj_owner@127.0.0.1:9/falaj"
    assert_one_line(command("migrate", FALAJ_STORE_OWNER_URL=url), "127.0.0.1:9/falaj", "does not answer")


def test_a_data_folder_from_before_the_baseline_is_one_line_and_stays_as_it_is(command: Command):
    with open_folder("older") as folder:
        server = PrivatePostgres(folder / "postgres", free_port(), shared_buffers_mib=128)
        try:
            server.start()
            server.create_database()
            with psycopg.connect(server.url("owner"), autocommit=True) as connection:
                connection.execute("CREATE TABLE alembic_version AS SELECT '0044' AS version_num")
            migrated = command("migrate", FALAJ_STORE_OWNER_URL=server.url("owner"))
            server.stop()
            begun = command("demo", "--data", str(folder), FALAJ_LANGUAGE="ar")
            server.start()
            with server.superuser("falaj") as connection:
                left = connection.execute("SELECT version_num FROM alembic_version").fetchall()
                tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                assert (left, tables.fetchall()) == ([("0044",)], [("alembic_version",)])
        finally:
            server.stop()
    assert_one_line(migrated, "from before Falaj's baseline (revision 0044)", "a new data folder")
    assert_one_line(begun, "(المراجعة 0044)", "مجلد بيانات جديد")


def test_a_port_in_use_is_one_line_and_leaves_nothing(command: Command, tmp_path: Path):
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = str(other.getsockname()[1])
        outcome = command("demo", "--data", str(tmp_path / "data"), FALAJ_API_PORT=port)
    assert_one_line(outcome, port, "FALAJ_API_PORT")
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_disk_without_room_is_one_line(command: Command, tmp_path: Path):
    outcome = command("demo", "--data", str(tmp_path), FALAJ_STACK_DISK_FREE_MIB_MIN="999999999")
    assert_one_line(outcome, "999999999 MiB needed", str(tmp_path))


def test_a_disk_that_is_full_at_the_start_is_one_line():
    """One that fills while the hub runs: tests/stack/test_supervisor.py."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a small disk of its own needs root's mount namespace")
    with tempfile.TemporaryDirectory(prefix="falaj-") as folder:
        Path(folder).chmod(0o755)
        mount = f'mount -t tmpfs -o size=20m,mode=755 none {folder} && exec "$@"'
        outcome = subprocess.run(
            ["unshare", "--mount", "sh", "-c", mount, "sh", sys.executable, "-m", "stack", "demo",
             "--data", folder],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=90,
        )  # fmt: skip
    if "mount:" in outcome.stderr or "unshare:" in outcome.stderr:
        pytest.skip("this root may not mount")
    assert_one_line(outcome, folder, "is full", "then start again")


def test_a_missing_package_is_one_line_that_says_what_to_run(tmp_path: Path):
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("hiding PostgreSQL from one process needs root's mount namespace")
    hide = 'mount -t tmpfs none /usr/lib/postgresql && exec "$@"'
    command = [sys.executable, "-m", "stack", "demo", "--data", str(tmp_path / "data")]
    outcome = subprocess.run(
        ["unshare", "--mount", "sh", "-c", hide, "sh", *command],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if "mount:" in outcome.stderr or "unshare:" in outcome.stderr:
        pytest.skip("this root may not mount")
    assert_one_line(outcome, "apt-get install -y postgresql-17")


NOT_WRITABLE = "Give that user the right"


@pytest.mark.parametrize("check", [[], ["--check"]])
def test_a_folder_on_a_disk_that_may_only_be_read_is_one_line(tmp_path: Path, check: list[str]):
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a disk that may only be read needs root's mount namespace")
    with tempfile.TemporaryDirectory(prefix="falaj-") as folder:
        Path(folder).chmod(0o755)
        mount = f'mount -t tmpfs -o ro,mode=755 none {folder} && exec "$@"'
        for place in (folder, f"{folder}/new"):
            command = [sys.executable, "-m", "stack", "demo", *check, "--data", place]
            outcome = subprocess.run(
                ["unshare", "--mount", "sh", "-c", mount, "sh", *command],
                cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
            )  # fmt: skip
            if "mount:" in outcome.stderr or "unshare:" in outcome.stderr:
                pytest.skip("this root may not mount")
            assert_one_line(outcome, folder, "Read-only file system", NOT_WRITABLE, "--data")


@pytest.mark.parametrize("closed", [".", "logs", "hub.json"])
def test_what_another_user_may_not_write_is_one_line_in_both_languages(closed: str):
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder that somebody else may not write")
    with tempfile.TemporaryDirectory(prefix="falaj-") as parent:
        Path(parent).chmod(0o755)
        data = Path(parent, "data")
        (data / "logs").mkdir(parents=True)
        if closed != ".":
            os.chown(data, pwd.getpwnam("nobody").pw_uid, -1)
        if closed == "hub.json":
            (data / "hub.json").mkdir()
            os.chown(data / "logs", pwd.getpwnam("nobody").pw_uid, -1)
        for language, words in (("en", NOT_WRITABLE), ("ar", "امنح هذا المستخدم")):
            outcome = subprocess.run(
                ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups",
                 sys.executable, "-m", "stack", "demo", "--data", str(data)],
                cwd=ROOT, capture_output=True, text=True, check=False, timeout=90,
                env={**os.environ, "FALAJ_LANGUAGE": language, "HOME": parent},
            )  # fmt: skip
            if "Permission denied" in outcome.stderr and "setpriv" in outcome.stderr:
                pytest.skip("nobody may not run this Python")
            assert_one_line(outcome, str(data), words, "nobody")


def test_an_unexpected_error_leaves_its_traceback_in_a_file(command: Command, tmp_path: Path):
    # A settings value that is no number is nobody's planned error.
    outcome = command(
        "demo", "--data", str(tmp_path), FALAJ_DATA=str(tmp_path), FALAJ_STACK_RESTARTS_MAX="many"
    )
    assert_one_line(outcome, str(tmp_path / "logs"))
    [log] = (tmp_path / "logs").glob("error-*.log")
    assert "restarts_max" in log.read_text()


def test_unknown_options_are_wrong_usage(command: Command):
    outcome = command("demo", "--no-such-option")
    assert outcome.returncode == 2
    assert "--no-such-option" in outcome.stderr


def test_a_benchmark_that_does_not_exist_lists_those_that_do(command: Command):
    assert_one_line(command("bench", "nothing"), "nothing")


def test_a_folder_named_like_a_room_is_not_imported(tmp_path: Path):
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack" / "__init__.py").write_text("raise SystemExit('the wrong stack')")
    assert falaj("--help", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_text_of_help_can_be_shown(language: str) -> None:
    """Square brackets are markup there: one that closes nothing ends the command with an error."""
    texts = tomllib.loads((ROOT / "stack" / "messages" / f"{language}.toml").read_text("utf-8"))["help"]
    for text in texts.values():
        assert Text.from_markup(text).plain
