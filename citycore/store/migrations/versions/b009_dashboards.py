"""Annotations, own views, reports by mail, and people on the dashboards."""

from citycore.store.migrations.raw import execute_files

revision = "b009"
down_revision = "b008"

FILES = ("casework/annotations", "casework/own_views", "casework/outbox_files", "casework/report_mails")


def upgrade() -> None:
    execute_files(revision, FILES)
