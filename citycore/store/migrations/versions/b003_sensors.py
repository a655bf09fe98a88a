"""Sensors, the rest: several workers that compare results, and credentials that wait for the broker."""

from citycore.store.migrations.raw import execute_files

revision = "b003"
down_revision = "b002"

FILES = ("city/workers",)


def upgrade() -> None:
    execute_files(revision, FILES)
