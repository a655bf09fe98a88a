"""Digests of codes say under which key they were made."""

from citycore.store.migrations.raw import execute_files

revision = "b010"
down_revision = "b009"

FILES = ("participation/code_keys",)


def upgrade() -> None:
    execute_files(revision, FILES)
