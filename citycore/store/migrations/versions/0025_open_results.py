"""Submissions, results and awards as open data."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    execute_file_beside(__file__)
