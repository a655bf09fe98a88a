"""What people add to a step in their own words."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    execute_file_beside(__file__)
