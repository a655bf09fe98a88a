"""Anomalies as a kind of alert rule, what the operator writes about the hub, and indexes of long lists."""

from citycore.store.migrations.raw import execute_files

revision = "b008"
down_revision = "b007"

FILES = ("city/anomalies", "casework/operator_texts", "casework/lists")


def upgrade() -> None:
    execute_files(revision, FILES)
