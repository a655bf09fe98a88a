"""What people add to a decision that is not told yet."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    execute_file_beside(__file__)
