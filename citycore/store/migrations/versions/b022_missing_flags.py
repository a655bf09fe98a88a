"""Flags of results that stand for "no value": an observation that is missing has one, too."""

from citycore.store.migrations.raw import execute_files

revision = "b022"
down_revision = "b020"

FILES = ("city/missing_flags",)


def upgrade() -> None:
    execute_files(revision, FILES)
