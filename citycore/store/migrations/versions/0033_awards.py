"""Awards, milestones, claims and payments."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    execute_file_beside(__file__)
