"""Views of the dashboards that people arrange themselves."""

from citycore.store.migrations.raw import execute_files

revision = "b009"
down_revision = "b008"


def upgrade() -> None:
    execute_files(revision, ("casework/own_views",))
