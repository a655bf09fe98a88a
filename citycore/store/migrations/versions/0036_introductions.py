"""Introductions on mutual interest, what came of them, and pilots with their namespaces."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    execute_file_beside(__file__)
