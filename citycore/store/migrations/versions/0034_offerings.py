"""Vendors and their offerings."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    execute_file_beside(__file__)
