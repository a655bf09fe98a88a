"""When each part of the hub last gave an account of itself, and what the broker holds."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    execute_file_beside(__file__)
