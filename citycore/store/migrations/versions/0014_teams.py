"""Teams and who belongs to them."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    execute_file_beside(__file__)
