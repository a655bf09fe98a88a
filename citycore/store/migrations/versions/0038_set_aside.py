"""Buckets that cannot be computed."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    execute_file_beside(__file__)
