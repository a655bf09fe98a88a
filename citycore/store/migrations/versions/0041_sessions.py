"""Who a hub is on its broker, and its sessions there."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    execute_file_beside(__file__)
