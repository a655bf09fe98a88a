"""What notifications belong to, in both languages."""

from citycore.store.migrations.raw import execute_files

revision = "b021"
down_revision = "b018"

FILES = ("casework/abouts",)


def upgrade() -> None:
    execute_files(revision, FILES)
