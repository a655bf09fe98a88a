"""The role of the registry gets the right to ``ANALYZE`` the registry's tables after a large import."""

from citycore.store.migrations.raw import execute_files

revision = "b027"
down_revision = "b026"

FILES = ("city/registry_statistics",)


def upgrade() -> None:
    execute_files(revision, FILES)
