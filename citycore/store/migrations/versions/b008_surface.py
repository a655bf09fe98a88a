"""What the operator writes about the hub."""

from citycore.store.migrations.raw import execute_files

revision = "b008"
down_revision = "b007"

FILES = ("casework/operator_texts",)


def upgrade() -> None:
    execute_files(revision, FILES)
