"""Counts of messages that sources which are not accepted sent beyond their allowance."""

from citycore.store.migrations.raw import execute_files

revision = "b023"
down_revision = "b022"

FILES = ("city/excesses",)


def upgrade() -> None:
    execute_files(revision, FILES)
