"""Results, appeals against them, and the people's choice."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    execute_file_beside(__file__)
