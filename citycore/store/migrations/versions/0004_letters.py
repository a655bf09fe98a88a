"""Dead letters with their size and replays, their bounds, and the administrator's role."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    execute_file_beside(__file__)
