"""What the hub says of how accessible it is: administrators write it as they write the other pages about the hub."""

from citycore.store.migrations.raw import execute_files

revision = "b025"
down_revision = "b024"

FILES = ("casework/accessibility_text",)


def upgrade() -> None:
    execute_files(revision, FILES)
