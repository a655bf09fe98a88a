"""A dump of the baseline with rows in every table, all of them invented.

``python -m tests.citycore.baseline.dump`` makes it anew: the programme of ``stack.fiction``, and ``rest.sql`` for what
that leaves empty. It is plain SQL for ``psql``: rows alone, since a dump of hypertables fits one version of
TimescaleDB only. The tables come from the baseline itself, whose SQL may therefore not be changed any more.
"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from psycopg import sql

from citycore.store.connections import Connection
from citycore.store.migrate import upgrade
from citycore.store.migrations.raw import VERSIONS
from citycore.store.registry import register, store_vocabulary
from simulators.city import describe_city
from stack.fiction.service import tell_programme
from stack.fiction.sign_in import prepare_sign_in
from stack.ports import free_port
from stack.postgres import BINARIES, PrivatePostgres
from tests.conftest import Database, open_folder

BASELINE = "b001"
ROWS = Path(__file__).with_name("rows.sql.gz")
REST = Path(__file__).with_name("rest.sql")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
COLUMNS = """
    SELECT attrelid::regclass::text, array_agg(attname::text ORDER BY attnum)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'innovation'::regnamespace, 'jobs'::regnamespace)
      AND relname <> 'alembic_version' AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    GROUP BY 1 ORDER BY 1
"""
SEQUENCES = """
    SELECT format('SELECT setval(%L, %s);', schemaname || '.' || sequencename, last_value) FROM pg_sequences
    WHERE schemaname IN ('public', 'innovation', 'jobs') AND last_value IS NOT NULL ORDER BY 1
"""


def baseline_digest() -> str:
    """Of what the baseline tells PostgreSQL, comments and spaces aside."""
    texts = [
        " ".join(re.sub(r"--[^\n]*", "", file.read_text("utf-8")).split())
        for file in sorted((VERSIONS / BASELINE).rglob("*.sql"))
    ]
    return sha256("\n".join(sorted(texts)).encode()).hexdigest()


def tables(connection: Connection) -> dict[str, list[str]]:
    """All tables with the columns that are written, not computed."""
    return dict(connection.execute(COLUMNS.encode()).fetchall())


def identifier(table: str) -> sql.Identifier:
    """Of a table as PostgreSQL writes its name."""
    schema, _, own = table.rpartition(".")
    return sql.Identifier(schema or "public", own)


def dumped_tables(text: str) -> dict[str, tuple[list[str], int]]:
    """Of a dump: each table's columns, and how many rows it has."""
    blocks = re.findall(r"^COPY (\S+) \((.*)\) FROM stdin;\n((?:.*\n)*?)\\\.$", text, re.MULTILINE)
    return {
        table.replace('"', "").removeprefix("public."): (
            columns.replace('"', "").split(", "),
            rows.count("\n"),
        )
        for table, columns, rows in blocks
    }


def read_rows() -> str:
    return gzip.decompress(ROWS.read_bytes()).decode()


def restore(database: Database) -> None:
    """The rows into an empty database, which has the baseline's tables then."""
    upgrade(database.url("owner"), BASELINE)
    outcome = subprocess.run(
        [str(BINARIES / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-o", os.devnull,
         database.server.superuser_url(database.name)],
        input=read_rows(), text=True, check=False, capture_output=True,
    )  # fmt: skip
    assert outcome.returncode == 0, outcome.stderr


def _lines(connection: Connection) -> Iterator[str]:
    yield f"-- {BASELINE} {baseline_digest()}"
    # No trigger, and no order of foreign keys.
    yield "SET session_replication_role = replica;"
    for table, columns in tables(connection).items():
        name, names = identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        yield sql.SQL("COPY {} ({}) FROM stdin;").format(name, names).as_string()
        rows = sql.SQL("COPY (SELECT {} FROM {} AS own ORDER BY own::text) TO STDOUT").format(names, name)
        with connection.cursor().copy(rows) as copy:
            written = b"".join(copy).decode()
        yield f"{written}\\."
    for (statement,) in connection.execute(SEQUENCES.encode()).fetchall():
        yield statement


def make() -> str:
    """The dump anew, on a server of its own."""
    with open_folder("baseline") as folder, tempfile.TemporaryDirectory() as data:
        database = Database(PrivatePostgres(folder, free_port(), shared_buffers_mib=128), "baseline")
        database.server.start()
        try:
            database.server.create_database(database.name)
            upgrade(database.url("owner"))
            with database.superuser() as connection:
                revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            if revisions != [(BASELINE,)]:
                raise SystemExit(
                    "Only while nothing follows the baseline: the services write into the newest tables."
                )
            store_vocabulary(database.url("owner"))
            with database.connect() as owner:
                register(owner, *describe_city())
            prepare_sign_in(Path(data))
            with database.connect("portal") as portal:
                tell_programme(portal, Path(data), "http://hub.example/portal", NOW)
            with database.superuser() as connection:
                connection.execute(REST.read_bytes())
                return "\n".join([*_lines(connection), ""])
        finally:
            database.server.stop()


if __name__ == "__main__":
    ROWS.write_bytes(gzip.compress(make().encode(), mtime=0))
