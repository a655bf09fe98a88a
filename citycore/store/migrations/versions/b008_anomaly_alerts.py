"""Anomalies as a kind of alert rule."""

from citycore.store.migrations.raw import execute_files

revision = "b008"
down_revision = "b007"

FILES = ("city/anomalies",)


def upgrade() -> None:
    execute_files(revision, FILES)
