"""Keys of openers stay as they are once a need is published."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    execute_file_beside(__file__)
