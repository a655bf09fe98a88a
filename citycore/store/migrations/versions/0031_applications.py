"""Applications for funding."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    execute_file_beside(__file__)
