"""Real servers for integration tests: one private PostgreSQL and Mosquitto a session,
one fresh database a test (cloned from a migrated template), one unique source a test.

Unit tests use none of these fixtures, so a run of them opens no socket.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from psycopg import sql

from citycore.settings import BrokerSettings, StoreSettings
from citycore.store.connections import Connection
from citycore.store.migrate import migrate
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.postgres import ROLES, PrivatePostgres, Role

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TEMPLATE = "falaj_template"
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 4 * 1024**3
#: Whole hubs with all their processes: one at a time is enough for a small machine.
WITH_WHOLE_HUBS = (
    "e2e/test_demo.py",
    "stack/test_stopping.py",
    "stack/test_chaos_runs.py",
    "stack/test_cli.py",
)
#: What takes longest, the longest first.
LONG = (
    "portal/test_need_in_browser.py", "ingest/test_faults.py", "ingest/test_replay.py", "portal/test_access_matrix.py",
    "forecasting/test_recordings.py", "portal/test_call_in_browser.py", "portal/test_needs_in_browser.py",
    "portal/test_hackathon_in_browser.py", "participation/test_participation_document.py",
    "portal/test_ambassadors_term_in_browser.py", "stream/test_stream.py", "portal/test_sealed_pages.py",
    "portal/test_submission_pages_in_browser.py", "portal/test_market_in_browser.py", "hostile/test_schemathesis.py",
    "hub_api/test_process.py", "hackathon/test_machines.py", "portal/test_calls_in_browser.py",
    "portal/test_blind_review.py", "e2e/test_dashboard.py", "portal/test_portal_in_browser.py",
    "portal/test_team_pages_in_browser.py", "limits/test_shared_limits.py", "portal/test_reviewing_in_browser.py",
    "ingest/load/test_load_interrupted.py", "portal/test_jury_in_browser.py", "portal/test_results_in_browser.py",
    "stack/test_worker.py", "ingest/test_process.py", "portal/test_certificates_in_browser.py",
    "forecasting/test_command.py", "benchmarks/test_portal.py", "benchmarks/test_api.py", "stack/test_tools.py",
    "stack/test_script.py",
)  # fmt: skip
#: Waits after which the hub goes on without an answer. A busy machine answers late, which is another
#: matter than an answer that never comes; tests of these waits set them themselves.
PATIENCE = {"FALAJ_LIMITS_WAIT_SECONDS_MAX": "30", "FALAJ_WORKER_STOP_SECONDS_MAX": "20"}
for _name, _seconds in PATIENCE.items():
    os.environ.setdefault(_name, _seconds)
_numbers = count(1)

# The same examples every time, however slow the machine; ``--hypothesis-profile=explore`` looks for others.
hypothesis.settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1_000, print_blob=True)
hypothesis.settings.load_profile("same")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several processes: a file stays together, and so do all files that run whole hubs."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # as it comes

    class ByFile(LoadFileScheduling):  # type: ignore[misc]  # likewise
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "hubs" if file.endswith(WITH_WHOLE_HUBS) else file

    config.option.loadscopereorder = False  # they are in their order already
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several processes: what takes longest begins first, or one of them would still be at it when
    the others have nothing left.
    """
    if hasattr(config, "workerinput"):
        tests = Counter(item.path for item in items)
        items.sort(key=lambda item: (_turn(item.path), -tests[item.path]))


def _turn(path: Path) -> int:
    order = (*WITH_WHOLE_HUBS, *LONG)
    return next((turn for turn, name in enumerate(order) if path.as_posix().endswith(name)), len(order))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    with open_folder("postgres") as folder:
        server = PrivatePostgres(folder, free_port(), shared_buffers_mib=256)
        server.start()
        server.create_database(TEMPLATE)
        migrate(server.url("owner", TEMPLATE))
        with server.superuser() as connection:
            _hurry(connection)
            # Or TimescaleDB's scheduler looks in, and every clone waits five seconds for it to leave.
            connection.execute(
                sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(TEMPLATE))
            )
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [TEMPLATE]
            )
        yield server
        server.stop()


@pytest.fixture(scope="session")
def broker() -> Iterator[PrivateBroker]:
    with open_folder("broker") as folder:
        server = PrivateBroker(folder, free_port())
        server.start()
        yield server
        server.stop()


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated database of one test, dropped after it."""

    server: PrivatePostgres
    name: str

    def url(self, role: Role) -> str:
        return self.server.url(role, self.name)

    def connect(self, role: Role = "owner") -> Connection:
        """An autocommitting connection with that role's rights."""
        return psycopg.connect(self.url(role), autocommit=True)

    def superuser(self) -> Connection:
        return self.server.superuser(self.name)

    def environment(self) -> dict[str, str]:
        return self.server.environment(self.name)

    def settings(self) -> StoreSettings:
        return StoreSettings.model_validate({f"{role}_url": self.url(role) for role in ROLES})


@pytest.fixture
def database(postgres: PrivatePostgres) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@contextmanager
def open_database(postgres: PrivatePostgres) -> Iterator[Database]:
    """A migrated database of one's own, for fixtures that keep one longer than a test."""
    name = f"test_{next(_numbers)}"
    with postgres.superuser() as connection:
        _clone(connection, name)
    yield Database(postgres, name)
    with postgres.superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def broker_settings(broker: PrivateBroker) -> BrokerSettings:
    return BrokerSettings(host="127.0.0.1", port=broker.port)


@pytest.fixture
def source_code() -> str:
    """A source of this test's own, so that tests can share one broker."""
    return f"source-{next(_numbers)}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The recorded data beside the checkout; tests that need it are skipped without it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the recorded data in ../shared/data, which is not on this machine")
    return SHARED_DATA


def _hurry(connection: Connection) -> None:
    """No test pulls the plug of the whole machine: nothing needs to reach the disk, and copying is cheap."""
    for setting in ("fsync", "full_page_writes"):
        connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
    connection.execute("SELECT pg_reload_conf()")


def _clone(connection: Connection, name: str) -> None:
    # TimescaleDB's own scheduler may not yet have left the template.
    for attempt in range(20):
        try:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER falaj_owner STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(TEMPLATE)
                )
            )
            return
        except psycopg.errors.ObjectInUse:
            if attempt == 19:
                raise
            time.sleep(0.1)


@contextmanager
def open_folder(name: str) -> Iterator[Path]:
    """A temporary folder that the unprivileged server user may enter.

    Not below pytest's own: a second run in parallel closes that to others at its start. In memory where there
    is room, since a database a test is thousands of small files.
    """
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN
    with tempfile.TemporaryDirectory(
        prefix=f"falaj-test-{name}-", dir=MEMORY if has_room else None, ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
