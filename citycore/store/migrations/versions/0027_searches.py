"""What searches of the directory compare is stored, and certificates are found by their day and by what they are about."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    execute_file_beside(__file__)
