"""How far files of history are loaded."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    execute_file_beside(__file__)
