"""A page of the locations of SensorThings reads what it shows, and not all locations."""

from citycore.store.migrations.raw import execute_files

revision = "b026"
down_revision = "b025"

FILES = ("city/locations_in_order",)


def upgrade() -> None:
    execute_files(revision, FILES)
