"""What open data needs to know about a source, and the local days of each with their bulk files."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    execute_file_beside(__file__)
