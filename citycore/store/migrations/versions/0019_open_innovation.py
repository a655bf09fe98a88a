"""What everybody may read of the innovation programme, as views of the open data."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    execute_file_beside(__file__)
