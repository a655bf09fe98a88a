"""Signing in on the dashboards with an account of the hub."""

from citycore.store.migrations.raw import execute_files

revision = "b009"
down_revision = "b008"

FILES = ("casework/dashboard_access",)


def upgrade() -> None:
    execute_files(revision, FILES)
