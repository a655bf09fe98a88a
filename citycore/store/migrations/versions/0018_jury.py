"""Juries: judges, rubrics, assignments and score sheets."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    execute_file_beside(__file__)
