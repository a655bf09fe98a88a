"""Forecasts that are calibrated, a calendar of days, and what the portal keeps for those who work in it."""

from citycore.store.migrations.raw import execute_files

revision = "b007"
down_revision = "b006"

FILES = (
    "city/forecasts",
    "city/calendar",
    "city/nowcasts",
    "city/rollups",
    "casework/drafts",
    "casework/notifications",
    "casework/search",
    "casework/pictures",
    "casework/mail_texts",
    "casework/lists",
    "contest/hackathons",
)


def upgrade() -> None:
    execute_files(revision, FILES)
