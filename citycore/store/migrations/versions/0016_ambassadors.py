"""Ambassadors: applications, terms, and the papers that they go through."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    execute_file_beside(__file__)
