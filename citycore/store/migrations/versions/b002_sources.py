"""Sources that speak other formats and are kept by their owners: sectors, sensors, places over time, units, quality tests."""

from citycore.store.migrations.raw import execute_files

revision = "b002"
down_revision = "b001"

FILES = (
    "city/vocabulary",
    "city/sources",
    "city/quality",
    "city/presence",
    "city/zones",
    "city/notices",
    "city/hub_mark",
    "city/rights",
    "market/pilots",
    "market/offerings",
)


def upgrade() -> None:
    execute_files(revision, FILES)
