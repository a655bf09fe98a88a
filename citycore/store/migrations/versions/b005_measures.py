"""More of roll-ups, limits, air-quality indices, alerts, the archive, and what transport is measured by."""

from citycore.store.migrations.raw import execute_files

revision = "b005"
down_revision = "b004"

FILES = (
    "city/rollups",
    "city/limits",
    "city/air_quality",
    "city/alerts",
    "city/archive",
    "city/transport",
)


def upgrade() -> None:
    execute_files(revision, FILES)
