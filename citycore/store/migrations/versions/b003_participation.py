"""Participation: what residents say, who owes them an answer, and what was decided."""

from citycore.store.migrations.raw import execute_files

revision = "b003"
down_revision = "b002"

FILES = (
    "city/workers",
    "casework/workflow",
    "participation/schema",
    "participation/forms",
    "participation/cases",
    "participation/voices",
    "participation/releases",
    "participation/follow_ups",
    "participation/decisions",
    "casework/journeys",
    "participation/owed_answers",
)


def upgrade() -> None:
    execute_files(revision, FILES)
