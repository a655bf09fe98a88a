"""Letters of sources on topics of their own: administrators see which topics those are."""

from citycore.store.migrations.raw import execute_files

revision = "b020"
down_revision = "b021"

FILES = ("city/letters",)


def upgrade() -> None:
    execute_files(revision, FILES)
