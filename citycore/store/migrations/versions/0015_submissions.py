"""What teams hand in."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    execute_file_beside(__file__)
