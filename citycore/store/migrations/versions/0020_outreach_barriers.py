"""No condition looks behind the views of ambassadors and their reach."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    execute_file_beside(__file__)
