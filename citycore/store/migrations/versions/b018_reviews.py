"""Whether the hub's staff has accepted a source: what has not been accepted is in no figure of the city."""

from citycore.store.migrations.raw import execute_files

revision = "b018"
down_revision = "b017"

FILES = ("city/reviews", "city/counted", "casework/counted_catalogue")


def upgrade() -> None:
    execute_files(revision, FILES)
