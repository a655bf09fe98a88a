"""Digests of codes say under which key, and lines of the log by which scheme they were made."""

from citycore.store.migrations.raw import execute_files

revision = "b010"
down_revision = "b009"

FILES = ("participation/code_keys", "casework/audit_schemes")


def upgrade() -> None:
    execute_files(revision, FILES)
