"""Keys of teams for the open data: issued and ended by the innovation programme."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    execute_file_beside(__file__)
