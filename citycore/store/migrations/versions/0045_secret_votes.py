"""The people's choice keeps who has voted, and no longer for what and when."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    execute_file_beside(__file__)
