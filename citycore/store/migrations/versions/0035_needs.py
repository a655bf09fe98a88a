"""Needs of agencies."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    execute_file_beside(__file__)
