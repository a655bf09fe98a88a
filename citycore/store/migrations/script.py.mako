"""${message}"""

from citycore.store.migrations.raw import execute_file_beside

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    execute_file_beside(__file__)
