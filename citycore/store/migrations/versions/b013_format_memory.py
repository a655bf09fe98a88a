"""What formats remember, for whoever tries a message at the command line."""

from citycore.store.migrations.raw import execute_files

revision = "b013"
down_revision = "b012"

FILES = ("city/format_memory",)


def upgrade() -> None:
    execute_files(revision, FILES)
