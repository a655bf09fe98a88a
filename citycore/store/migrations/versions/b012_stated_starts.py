"""Intervals that begin at one instant, of one datastream."""

from citycore.store.migrations.raw import execute_files

revision = "b012"
down_revision = "b011"

FILES = ("city/stated_starts",)


def upgrade() -> None:
    execute_files(revision, FILES)
