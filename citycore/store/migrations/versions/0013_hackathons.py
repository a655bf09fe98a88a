"""Hackathons, and challenges with the data they link."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    execute_file_beside(__file__)
