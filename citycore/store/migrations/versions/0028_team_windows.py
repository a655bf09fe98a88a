"""All keys of a team are counted in the same windows."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    execute_file_beside(__file__)
