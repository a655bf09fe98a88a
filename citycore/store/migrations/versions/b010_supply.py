"""What the hub checks of itself, and whom it told of it."""

from citycore.store.migrations.raw import execute_files

revision = "b010"
down_revision = "b009"

FILES = ("casework/self_checks",)


def upgrade() -> None:
    execute_files(revision, FILES)
