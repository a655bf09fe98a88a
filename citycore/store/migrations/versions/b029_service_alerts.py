"""Service alerts of feeds of GTFS Realtime that sources send."""

from citycore.store.migrations.raw import execute_files

revision = "b029"
down_revision = "b028"

FILES = ("city/service_alerts",)


def upgrade() -> None:
    execute_files(revision, FILES)
