"""Calls for funding."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    execute_file_beside(__file__)
