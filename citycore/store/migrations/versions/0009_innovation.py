"""The schema of the innovation programme, with what its workflow engine needs."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    execute_file_beside(__file__)
