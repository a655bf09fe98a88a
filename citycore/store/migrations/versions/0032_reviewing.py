"""Reviewers, anonymised copies, reviews, panels, and what is decided."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    execute_file_beside(__file__)
