"""How often the registry has changed: what is remembered of it holds while that is the same."""

from citycore.store.migrations.raw import execute_files

revision = "b024"
down_revision = "b023"

FILES = ("city/registry_changes",)


def upgrade() -> None:
    execute_files(revision, FILES)
