"""Keys of the open-data API, their usage, and the windows of its rate limits."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    execute_file_beside(__file__)
