"""The status page may know since when a batch waits for its roll-up."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    execute_file_beside(__file__)
