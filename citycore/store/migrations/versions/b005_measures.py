"""Months and years, limits, air-quality indices and alerts."""

from citycore.store.migrations.raw import execute_files

revision = "b005"
down_revision = "b004"

FILES = (
    "city/rollups",
    "city/limits",
    "city/air_quality",
    "city/alerts",
)


def upgrade() -> None:
    execute_files(revision, FILES)
