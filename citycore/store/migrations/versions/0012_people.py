"""Accounts, sessions, roles, organisations and their members."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    execute_file_beside(__file__)
