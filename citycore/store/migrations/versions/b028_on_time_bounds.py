"""The days of bus figures say within what bounds a departure counted as on time."""

from citycore.store.migrations.raw import execute_files

revision = "b028"
down_revision = "b027"

FILES = ("city/on_time_bounds",)


def upgrade() -> None:
    execute_files(revision, FILES)
