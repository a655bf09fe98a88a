"""Passages of vehicles at stops are open data."""

from citycore.store.migrations.raw import execute_files

revision = "b011"
down_revision = "b010"

FILES = ("city/passages",)


def upgrade() -> None:
    execute_files(revision, FILES)
