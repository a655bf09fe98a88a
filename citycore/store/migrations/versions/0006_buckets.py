"""Quarter hours and local days beside the hours, filled by the worker from what is stored."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    execute_file_beside(__file__)
