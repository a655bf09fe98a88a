"""${message}"""

from citycore.store.migrations.raw import execute_files

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    execute_files(revision, ("wing/noun",))
