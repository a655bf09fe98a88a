"""What jobs could not do, and when the bytes of bulk files were last read."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    execute_file_beside(__file__)
