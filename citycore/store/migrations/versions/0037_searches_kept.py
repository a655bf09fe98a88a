"""Searches that people keep."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    execute_file_beside(__file__)
