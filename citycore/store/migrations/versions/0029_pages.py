"""Lists of the open data cost as much as a page has rows."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    execute_file_beside(__file__)
