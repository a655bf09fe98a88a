"""What lists of the staff are searched by and sorted by."""

from citycore.store.migrations.raw import execute_files

revision = "b008"
down_revision = "b007"

FILES = ("casework/lists",)


def upgrade() -> None:
    execute_files(revision, FILES)
