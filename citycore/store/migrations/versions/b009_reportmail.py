"""Reports of the dashboards by mail, and files that go with mails."""

from citycore.store.migrations.raw import execute_files

revision = "b009"
down_revision = "b008"

FILES = ("casework/outbox_files", "casework/report_mails")


def upgrade() -> None:
    execute_files(revision, FILES)
