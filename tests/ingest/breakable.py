"""A database, a broker and an ingest worker that a test may break, on servers that others may use after it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from citycore.store.migrate import migrate
from citycore.store.registry import register
from ingest.model import Account
from ingest.sessions import client_id, find_hub_id
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until
from tests.conftest import TEMPLATE, Database, open_database
from tests.ingest.conftest import (
    BUSY_SECONDS_MAX,
    STANDARD,
    IngestProcess,
    Publisher,
    describe_source,
    describe_thing,
    end_session,
)

SOURCE = "faults"


class Hub:
    """A database, a broker and an ingest worker that a test may break."""

    def __init__(
        self, postgres: PrivatePostgres, broker: PrivateBroker, database: Database, log: Path
    ) -> None:
        self.postgres, self.broker, self.database = postgres, broker, database
        with database.connect() as connection:
            register(connection, describe_source(SOURCE), [describe_thing("station-1", *STANDARD)])
            ignoring = describe_source("ignoring", retained_policy="ignore")
            register(connection, ignoring, [describe_thing("station-2", *STANDARD)])
        port = free_port()
        own = {
            "FALAJ_INGEST_HTTP_PORT": str(port),
            "FALAJ_INGEST_WORKER": "worker",
            "FALAJ_INGEST_RETRY_DELAY_SECONDS_MAX": "0.5",
            "FALAJ_BROKER_RECONNECT_DELAY_SECONDS_MAX": "1",
        }
        self.ingest = IngestProcess(database.environment() | broker.environment() | own, port, log)
        self.publisher = Publisher(broker.settings, SOURCE)

    def close(self) -> None:
        """The servers are left as the next test needs them, whatever became of this one."""
        self.publisher.close()
        if self.ingest.process is not None and self.ingest.process.poll() is None:
            self.ingest.kill()
        for server in (self.postgres, self.broker):
            if server.child is None or not server.child.running:
                server.start()
        with self.database.connect("ingest") as connection:
            end_session(
                self.broker,
                client_id(find_hub_id(connection), self.ingest.environment["FALAJ_INGEST_WORKER"]),
            )

    def account(self) -> Account:
        with self.database.superuser() as connection:
            row = connection.execute(
                "SELECT coalesce(sum(messages), 0), coalesce(sum(received), 0), coalesce(sum(stored), 0),"
                " coalesce(sum(duplicate), 0), coalesce(sum(conflicting), 0), coalesce(sum(quarantined), 0)"
                " FROM ingest_batches"
            ).fetchone()
        assert row is not None
        return Account(*(int(part) for part in row))

    def set_for_ingest(self, name: str, value: str) -> None:
        """In this database alone."""
        with self.postgres.superuser() as connection:
            connection.execute(
                sql.SQL("ALTER ROLE falaj_ingest IN DATABASE {} SET {} = {}").format(
                    sql.Identifier(self.database.name), sql.Identifier(name), sql.Literal(value)
                )
            )

    def stored_reaches(self, count: int, seconds: float = BUSY_SECONDS_MAX) -> Account:
        assert wait_until(lambda: self.account().stored >= count, seconds), self.account()
        time.sleep(0.3)
        account = self.account()
        with self.database.superuser() as connection:
            assert connection.execute("SELECT count(*) FROM observations").fetchone() == (account.stored,)
        return account


@contextmanager
def open_servers(folder: Path, postgres_folder: Path) -> Iterator[tuple[PrivatePostgres, PrivateBroker]]:
    postgres = PrivatePostgres(postgres_folder, free_port(), shared_buffers_mib=64)
    broker = PrivateBroker(folder / "broker", free_port())
    try:
        postgres.start()
        postgres.create_database(TEMPLATE)
        migrate(postgres.url("owner", TEMPLATE))
        with postgres.superuser() as connection:  # or TimescaleDB's scheduler looks in
            connection.execute(f"ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false".encode())
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [TEMPLATE]
            )
        broker.start()
        yield postgres, broker
    finally:
        broker.stop()
        postgres.stop()


@contextmanager
def open_hub(postgres: PrivatePostgres, broker: PrivateBroker, log: Path) -> Iterator[Hub]:
    with open_database(postgres) as database:
        one = Hub(postgres, broker, database, log)
        try:
            yield one
        finally:
            one.close()
