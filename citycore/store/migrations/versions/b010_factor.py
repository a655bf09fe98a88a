"""A second factor, and what a session knows of how its person has shown who they are."""

from citycore.store.migrations.raw import execute_files

revision = "b010"
down_revision = "b009"


def upgrade() -> None:
    execute_files(revision, ("casework/second_factor",))
