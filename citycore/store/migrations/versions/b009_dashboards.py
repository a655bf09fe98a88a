"""Annotations, own views, reports by mail, people on the dashboards, and what is counted beforehand."""

from citycore.store.migrations.raw import execute_files

revision = "b009"
down_revision = "b008"

FILES = (
    "casework/annotations",
    "casework/own_views",
    "casework/outbox_files",
    "casework/report_mails",
    "casework/dashboard_access",
    "casework/search_counts",
    "casework/counted_lists",
    "city/watched_alerts",
)


def upgrade() -> None:
    execute_files(revision, FILES)
