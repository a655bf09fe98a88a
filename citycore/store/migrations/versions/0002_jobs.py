"""Procrastinate's own tables, in a schema of their own, for the worker."""

from procrastinate.schema import SchemaManager

from citycore.store.migrations.raw import execute

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    execute("CREATE SCHEMA jobs; SET LOCAL search_path TO jobs")
    execute(SchemaManager.get_schema())
    execute("SET LOCAL search_path TO public")
    execute(
        "GRANT USAGE ON SCHEMA jobs TO falaj_worker;"
        "GRANT ALL ON ALL TABLES IN SCHEMA jobs TO falaj_worker;"
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA jobs TO falaj_worker"
    )
