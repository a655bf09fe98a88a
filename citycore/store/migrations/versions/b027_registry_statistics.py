"""Whoever imports a registry may have the planner count its tables anew."""

from citycore.store.migrations.raw import execute_files

revision = "b027"
down_revision = "b026"

FILES = ("city/registry_statistics",)


def upgrade() -> None:
    execute_files(revision, FILES)
