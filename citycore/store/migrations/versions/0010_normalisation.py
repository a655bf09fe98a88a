"""Text made comparable for search."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    execute_file_beside(__file__)
