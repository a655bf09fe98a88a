"""The version of a submission in which its text was written last."""

from citycore.store.migrations.raw import execute_files

revision = "b017"
down_revision = "b016"

FILES = ("contest/submissions",)


def upgrade() -> None:
    execute_files(revision, FILES)
