"""Certificates; what is public of ambassadors goes to the open data of the programme."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    execute_file_beside(__file__)
