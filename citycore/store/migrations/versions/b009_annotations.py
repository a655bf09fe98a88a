"""What officers write on the time line."""

from citycore.store.migrations.raw import execute_files

revision = "b009"
down_revision = "b008"


def upgrade() -> None:
    execute_files(revision, ("casework/annotations",))
