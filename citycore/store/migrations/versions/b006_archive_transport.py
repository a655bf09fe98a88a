"""The archive, transport, and what voices, surveys and dialogue need besides."""

from citycore.store.migrations.raw import execute_files

revision = "b006"
down_revision = "b005"

FILES = (
    "city/archive",
    "city/transport",
    "city/alerts",
    "participation/voices",
    "participation/surveys",
    "participation/dialogue",
)


def upgrade() -> None:
    execute_files(revision, FILES)
