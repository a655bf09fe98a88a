"""What live streams read: the transaction of every batch, and batches of all kinds of observations."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    execute_file_beside(__file__)
