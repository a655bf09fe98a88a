"""Tokens with which people's own programs speak for them at the programme's interface."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    execute_file_beside(__file__)
