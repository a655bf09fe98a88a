"""Activities of ambassadors, their evidence, and the reach that is counted of them."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    execute_file_beside(__file__)
