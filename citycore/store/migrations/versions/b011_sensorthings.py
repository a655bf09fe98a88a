"""What OGC SensorThings says of things beyond the registry, and a view for each of its entities."""

from citycore.store.migrations.raw import execute_files

revision = "b011"
down_revision = "b010"

FILES = ("city/sensorthings", "city/sensorthings_views", "city/forgetting")


def upgrade() -> None:
    execute_files(revision, FILES)
