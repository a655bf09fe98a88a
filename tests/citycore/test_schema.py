"""Migrating a database, and the rights of the roles in it."""

from __future__ import annotations

import re

import psycopg
import pytest
from psycopg import sql

from citycore.errors import DatabaseNewer, DatabaseOlder
from citycore.registry.service import QUERIES
from citycore.store.migrate import migrate
from citycore.store.migrations.raw import VERSIONS
from stack.schema.pages import FOLDER, pages
from tests.conftest import Database

FACTS = {
    "columns": """
        SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default, is_identity,
               generation_expression
        FROM information_schema.columns
        WHERE table_schema IN ('public', 'innovation', 'open_innovation', 'participation', 'open_participation') AND table_name <> 'alembic_version'
        ORDER BY 1, 2, 3""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace IN ('public'::regnamespace, 'innovation'::regnamespace, 'participation'::regnamespace)
            AND conrelid::regclass::text <> 'alembic_version'
        ORDER BY 1, 2""",
    "indexes": """
        SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname IN ('public', 'innovation', 'open_innovation', 'participation', 'open_participation') AND tablename <> 'alembic_version' ORDER BY 1, 2, 3""",
    "hypertables": """
        SELECT hypertable_name, column_name, time_interval FROM timescaledb_information.dimensions ORDER BY 1""",
    "functions": """
        SELECT oid::regprocedure::text, prosecdef, proconfig, provolatile, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace IN ('innovation'::regnamespace, 'participation'::regnamespace) AND prokind = 'f' ORDER BY 1""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(pg_trigger.oid)
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace IN ('innovation'::regnamespace, 'participation'::regnamespace) ORDER BY 1, 2""",
    "views": """
        SELECT schemaname, viewname, definition FROM pg_views
        WHERE schemaname IN ('public', 'innovation', 'open_innovation', 'participation', 'open_participation') ORDER BY 1, 2""",
    "grants": """
        SELECT grantee, table_schema, table_name, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema IN ('public', 'innovation', 'open_innovation', 'participation', 'open_participation') AND table_name <> 'alembic_version'
            AND grantee LIKE 'falaj%' AND grantee <> 'falaj_owner'
        ORDER BY 1, 2, 3, 4""",
    "barriers": """
        SELECT relname, reloptions FROM pg_class
        WHERE relkind = 'v' AND relnamespace IN ('public'::regnamespace, 'open_innovation'::regnamespace, 'open_participation'::regnamespace) ORDER BY 1""",
}


NAMES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind IN ('r', 'v') AND relname <> 'alembic_version'
      AND relnamespace IN ('public'::regnamespace, 'innovation'::regnamespace, 'open_innovation'::regnamespace,
                           'participation'::regnamespace, 'open_participation'::regnamespace)
    UNION ALL
    SELECT format('%I.%I', pronamespace::regnamespace::text, proname) FROM pg_proc WHERE pronamespace IN ('innovation'::regnamespace, 'participation'::regnamespace)
"""


def facts(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.superuser() as connection:
        return {name: connection.execute(query.encode()).fetchall() for name, query in FACTS.items()}


@pytest.mark.parametrize(
    ("revision", "error", "english", "arabic"),
    [
        ("b999", DatabaseNewer, "A newer version of Falaj", "بإصدار أحدث"),
        ("0044", DatabaseOlder, "from before Falaj's baseline", "سبق المخطط الأساسي"),
        ("0001", DatabaseOlder, "start with a new data folder", "مجلد بيانات جديد"),
    ],
)
def test_a_database_that_this_code_cannot_bring_up_to_date_is_refused_and_left_as_it_is(
    database: Database, revision: str, error: type[DatabaseNewer | DatabaseOlder], english: str, arabic: str
) -> None:
    with database.superuser() as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", [revision])
    before = facts(database)
    with pytest.raises(error) as refused:
        migrate(database.url("owner"))
    for text, words in ((refused.value.text("en"), english), (refused.value.text("ar"), arabic)):
        assert words in text
        assert f"{revision})" in text
    assert facts(database) == before
    with database.superuser() as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(revision,)]


def test_revisions_are_named_as_their_folders_and_unlike_those_from_before_the_baseline() -> None:
    names = {file.stem.partition("_")[0]: file.read_text("utf-8") for file in VERSIONS.glob("*.py")}
    assert {file.parts[-3] for file in VERSIONS.glob("*/*/*.sql")} == set(names)
    assert [name for name in names if re.fullmatch(r"b\d{3}", name) is None] == []
    assert [name for name, text in names.items() if f'\nrevision = "{name}"\n' not in text] == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    before = facts(database)
    migrate(database.url("owner"))
    assert facts(database) == before


def test_the_schema_for_readers_is_that_of_the_newest_revision(database: Database) -> None:
    with database.superuser() as connection:
        written = pages(connection)
    lying = {file.stem: file.read_text("utf-8") for file in FOLDER.iterdir()}
    assert lying == written, "run: .venv/bin/python -m stack.schema"


def test_every_table_view_and_function_is_in_the_schema_for_readers(database: Database) -> None:
    whole = "".join(file.read_text("utf-8") for file in FOLDER.iterdir())
    with database.superuser() as connection:
        names = connection.execute(NAMES).fetchall()
    assert len(names) > 150
    assert [
        name for (name,) in names if not re.search(rf"(?:TABLE|VIEW|FUNCTION) {re.escape(name)}\b", whole)
    ] == []


def test_the_api_s_role_only_reads_and_knows_no_payloads(database: Database) -> None:
    with database.connect("read") as connection:
        connection.execute("SELECT reason, times_received FROM dead_letters")
        for refused in ("SELECT payload FROM dead_letters", "SELECT * FROM dirty_buckets"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM latest")
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM latest")
        assert connection.execute("SHOW statement_timeout").fetchone() == ("15s",)


def test_ingest_and_worker_stay_in_their_rooms(database: Database) -> None:
    with database.connect("ingest") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM observations")
    # The worker moves observations to the archive and back, and nothing else of what ingest writes.
    with database.connect("worker") as connection:
        for statement in (
            "DELETE FROM ingest_batches",
            "DELETE FROM things",
            "UPDATE sources SET zone = NULL",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_portal_s_role_sees_the_programme_and_nobody_else_does(database: Database) -> None:
    with database.connect("portal") as connection:
        assert connection.execute("SELECT count(*) FROM innovation.outbox").fetchone() == (0,)
        for table in ("observations", "sources", "api_keys"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(table)))
    for role in ("ingest", "worker", "read", "admin", "usage"):
        with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT FROM innovation.outbox")


def test_an_account_that_does_not_close_cannot_be_written(database: Database) -> None:
    with database.connect("ingest") as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate,"
            " conflicting, quarantined, first_received_at) VALUES (1, 'w', 1, 5, 4, 0, 0, 0, now())"
        )


def test_the_registry_s_role_alone_maintains_tables_and_only_those_that_it_has_counted_anew(
    database: Database,
) -> None:
    with database.superuser() as connection:
        rights = connection.execute(
            "SELECT grantee::regrole::text, relname FROM pg_class, aclexplode(relacl)"
            " WHERE privilege_type = 'MAINTAIN' AND grantee::regrole::text NOT IN ('postgres', 'falaj_owner')"
            " AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    counted = re.findall(r"\w+", QUERIES["count_anew"].partition("ANALYZE")[2])
    assert len(counted) == 9
    assert sorted(rights) == sorted(("falaj_registry", table) for table in counted)
