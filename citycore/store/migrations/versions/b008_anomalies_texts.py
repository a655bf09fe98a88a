"""Anomalies as a kind of alert rule, and what the operator writes about the hub."""

from citycore.store.migrations.raw import execute_files

revision = "b008"
down_revision = "b007"

FILES = ("city/anomalies", "casework/operator_texts")


def upgrade() -> None:
    execute_files(revision, FILES)
