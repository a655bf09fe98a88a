"""Who may take part, answers that nobody can join to who gave them, surveys, dialogue, and what voices get besides."""

from citycore.store.migrations.raw import execute_files

revision = "b004"
down_revision = "b003"

FILES = (
    "casework/deadlines",
    "participation/forms",
    "participation/admission",
    "participation/unlinked_answers",
    "participation/surveys",
    "participation/dialogue",
    "participation/voices",
    "participation/owed_answers",
)


def upgrade() -> None:
    execute_files(revision, FILES)
