"""Bring a database to the current schema: Alembic, forward only, raw SQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL, Connection, create_engine

from citycore.errors import DatabaseNewer, DatabaseOlder
from citycore.settings import StoreSettings
from citycore.store.edition import follow_edition
from citycore.store.registry import store_vocabulary

MIGRATIONS = Path(__file__).parent / "migrations"


def sqlalchemy_url(url: str) -> URL:
    """The same database for SQLAlchemy, which serves Alembic and nothing else."""
    parts = conninfo_to_dict(url)
    known = {"host", "port", "user", "password", "dbname"}
    return URL.create(
        "postgresql+psycopg",
        username=_text(parts.get("user")),
        password=_text(parts.get("password")),
        host=_text(parts.get("host")),
        port=int(str(parts["port"])) if parts.get("port") else None,
        database=_text(parts.get("dbname")),
        query={key: str(value) for key, value in parts.items() if key not in known},
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _refuse_unknown(config: Config, connection: Connection) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            # Before the baseline they were plain numbers; since then each has a letter.
            raise (DatabaseOlder if revision.isdecimal() else DatabaseNewer)(revision=revision)
    connection.rollback()


def migrate(owner_url: str) -> None:
    """Apply every missing revision, refresh the vocabulary, and do what the edition of TimescaleDB allows; errors as
    :func:`upgrade`'s.
    """
    upgrade(owner_url)
    store_vocabulary(owner_url)
    follow_edition(owner_url, StoreSettings().compress_after_days)


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Apply the missing revisions up to this one, each in a transaction of its own.

    :class:`DatabaseNewer` if the database has a revision that this code does not know,
    :class:`DatabaseOlder` if it has one from before the baseline.
    """
    engine = create_engine(sqlalchemy_url(owner_url))
    try:
        with engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            _refuse_unknown(config, connection)
            command.upgrade(config, revision)
            connection.commit()
    finally:
        engine.dispose()
