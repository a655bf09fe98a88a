"""Alerts as a list, what the map of the governorates counts, and what long lists are counted and sorted by."""

from citycore.store.migrations.raw import execute_files

revision = "b009"
down_revision = "b008"

FILES = ("city/watched_alerts", "casework/search_counts", "casework/counted_lists")


def upgrade() -> None:
    execute_files(revision, FILES)
