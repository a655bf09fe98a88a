"""What the standards need: passages of vehicles as open data, what OGC SensorThings says beyond the registry, and its views."""

from citycore.store.migrations.raw import execute_files

revision = "b011"
down_revision = "b010"

FILES = ("city/passages", "city/sensorthings", "city/sensorthings_views", "city/forgetting")


def upgrade() -> None:
    execute_files(revision, FILES)
