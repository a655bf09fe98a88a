"""Fewer chunks of observations, so that open windows stay quick over years."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    execute_file_beside(__file__)
