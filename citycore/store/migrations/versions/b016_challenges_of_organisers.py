"""Challenges that the organisers of a hackathon write themselves."""

from citycore.store.migrations.raw import execute_files

revision = "b016"
down_revision = "b013"

FILES = ("contest/challenges_of_organisers",)


def upgrade() -> None:
    execute_files(revision, FILES)
